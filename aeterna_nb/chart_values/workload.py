"""How the server's pods run: service, probes, scaling, placement."""

from typing import Annotated, Any, Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.chart_values.base import KubernetesObject, NotNegative, Port, Positive, Section


class Service(Section):
    """The Service in front of the server."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """Type."""
    port: Port = ports.AETERNA
    """Port of the API."""
    metrics_port: Port = ports.AETERNA_METRICS
    """Port of the metrics."""
    annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations."""


class Probe(Section):
    """Times of a probe, in seconds."""

    initial_delay_seconds: NotNegative = 0
    """Seconds before the first try."""
    period_seconds: Positive = 10
    """Seconds between two tries."""
    timeout_seconds: Positive = 5
    """Seconds until a try counts as failed; the server's own check of a lost database takes 30."""
    failure_threshold: Positive = 3
    """Failures in a row that count."""


class Probes(Section):
    """The three probes."""

    startup: Probe = Probe(period_seconds=5, failure_threshold=40)
    """`/health`; 200 seconds in all, since a dropped look-up of the graph store takes 121."""
    liveness: Probe = Probe()
    """`/live`."""
    readiness: Probe = Probe()
    """`/ready`."""


class Scheduling(Section):
    """Where the pods run."""

    node_selector: dict[str, str] = Field(default_factory=dict)
    """Labels that a node must have."""
    tolerations: list[KubernetesObject] = Field(default_factory=list)
    """Taints that the pods tolerate, the Cedar agents besides their own."""
    affinity: KubernetesObject = Field(default_factory=dict)
    """Affinity; what is given here replaces the anti-affinity below."""
    pod_anti_affinity: Literal["preferred", "required", "none"] = "preferred"
    """Whether two replicas may share a node."""
    topology_spread_constraints: list[KubernetesObject] = Field(default_factory=list)
    """Spread over zones; a missing selector is filled in."""
    priority_class_name: str = ""
    """PriorityClass."""
    termination_grace_period_seconds: NotNegative = 30
    """Seconds that a pod gets to end."""


class Hpa(Section):
    """HorizontalPodAutoscaler."""

    enabled: bool = False
    """Scale with load."""
    min_replicas: Positive = 2
    """Fewest replicas."""
    max_replicas: Positive = 5
    """Most replicas."""
    target_cpu_percent: NotNegative = Field(default=75, alias="targetCPUPercent")
    """Wanted CPU use in percent of the request; 0 leaves CPU out."""
    target_memory_percent: NotNegative = 0
    """Wanted memory use in percent of the request; 0 leaves memory out."""
    behavior: KubernetesObject = Field(default_factory=dict)
    """Scaling behaviour, as in the API."""


class Pdb(Section):
    """PodDisruptionBudget; one of the two numbers."""

    enabled: bool = False
    """Make one."""
    min_available: int | str = ""
    """Pods, or percent, that stay; empty leaves it out."""
    max_unavailable: int | str = 1
    """Pods, or percent, that may go; empty leaves it out."""


class Vpa(Section):
    """VerticalPodAutoscaler."""

    enabled: bool = False
    """Make one; the cluster needs its CRD."""
    update_mode: Literal["Off", "Initial", "Recreate", "Auto", "InPlaceOrRecreate"] = "Off"
    """What happens with a recommendation."""
    min_allowed: dict[str, str] = Field(default_factory=dict)
    """Least CPU and memory."""
    max_allowed: dict[str, str] = Field(default_factory=dict)
    """Most CPU and memory."""


class ServiceAccount(Section):
    """The server's ServiceAccount."""

    create: bool = True
    """Make it."""
    name: str = ""
    """Name; empty means the full name."""
    annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations, for workload identity."""
    automount_token: bool = False
    """Mount the API token; the server needs none unless it checks Kubernetes sign-ins."""


class Rbac(Section):
    """Role and RoleBinding of the ServiceAccount."""

    create: bool = True
    """Make them; without rules they allow nothing."""
    rules: list[KubernetesObject] = Field(default_factory=list)
    """Rules; the server needs none."""


VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Extra(Section):
    """Ways out: what is put into the server's pod as it is."""

    variables: dict[VariableName, str] = Field(default_factory=dict)
    """Settings of the server that no other value here is about, by the variable's name."""
    env: list[KubernetesObject] = Field(default_factory=list)
    """Environment variables."""
    env_from: list[KubernetesObject] = Field(default_factory=list)
    """ConfigMaps and Secrets whose keys become variables."""
    volumes: list[KubernetesObject] = Field(default_factory=list)
    """Volumes."""
    volume_mounts: list[KubernetesObject] = Field(default_factory=list)
    """Mounts in the server's container."""
    containers: list[KubernetesObject] = Field(default_factory=list)
    """Containers."""
    init_containers: list[KubernetesObject] = Field(default_factory=list)
    """Init containers."""
    host_aliases: list[KubernetesObject] = Field(default_factory=list)
    """Entries of /etc/hosts, also in the Jobs, OPAL's pods, and those of `helm test`."""
    objects: list[dict[str, Any]] = Field(default_factory=list)
    """Whole objects that are installed with the release."""
