"""Running it: how big, how reachable, how observed, how backed up."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.config.ask import Ask, Section, when
from aeterna_nb.config.backup import BackupOff, BackupOn
from aeterna_nb.config.mappings import Annotations, Labels
from aeterna_nb.config.pods import HostAliases, Tolerations, Variables
from aeterna_nb.config.types import IngressHost, ObjectName, Percent, Port, Url

IN_CLUSTER = when(target=("kubernetes",))
SIZE, SCHEDULING, ENVIRONMENT = "Size", "Scheduling", "Environment"
REACH, OBSERVATION, PROTECTION = "Reach", "Observation", "Protection"
"""The groups in which these questions are folded."""


class NoTls(Section):
    """Plain http at the ingress."""

    title: ClassVar[str] = "None"
    note: ClassVar[str] = "Plain http, or TLS ends in front of the cluster."
    kind: Literal["none"] = "none"


class CertManager(Section):
    """A certificate from cert-manager."""

    prefix: ClassVar[str] = "ingress"
    title: ClassVar[str] = "cert-manager"
    note: ClassVar[str] = "cert-manager obtains and renews the certificate."
    kind: Literal["cert-manager"]
    cluster_issuer: Annotated[
        ObjectName,
        Ask(
            label="ClusterIssuer",
            help="The issuer that cert-manager uses.",
            link="https://cert-manager.io/docs/usage/ingress/",
            names="clusterissuer",
        ),
    ] = "letsencrypt"


class TlsSecret(Section):
    """A certificate in a Secret that exists."""

    prefix: ClassVar[str] = "ingress"
    title: ClassVar[str] = "A Secret that exists"
    note: ClassVar[str] = "Your certificate and key lie in a Secret of type kubernetes.io/tls."
    kind: Literal["secret"]
    tls_secret: Annotated[
        ObjectName,
        Ask(label="Name of the TLS Secret", help="In the namespace of the release.", names="tls-secret"),
    ] = "aeterna-tls"


class IngressOff(Section):
    """Reachable inside the cluster only."""

    enabled: Literal[False] = False


class IngressOn(Section):
    """Reachable from outside through an Ingress."""

    prefix: ClassVar[str] = "ingress"
    enabled: Literal[True]
    host: Annotated[
        IngressHost,
        Ask(label="Host name", help="Under which people reach the server.", example="aeterna.example.com"),
    ]
    class_name: Annotated[
        ObjectName | None,
        Ask(
            label="Ingress class",
            help="Leave it empty for the cluster's default.",
            name="ingress_class",
            names="ingressclass",
            example="nginx",
        ),
    ] = None
    annotations: Annotated[
        Annotations | None,
        Ask(
            label="Annotations of the Ingress",
            help="YAML, one a line. What your load balancer wants to be told.",
            example="alb.ingress.kubernetes.io/scheme: internet-facing",
            advanced=True,
        ),
    ] = None
    tls: Annotated[
        NoTls | CertManager | TlsSecret,
        Field(discriminator="kind"),
        Ask(label="TLS at the ingress", help="Where the certificate comes from.", name="ingress_tls"),
    ] = NoTls()


class ServiceMonitorOff(Section):
    """No ServiceMonitor."""

    enabled: Literal[False] = False


class ServiceMonitorOn(Section):
    """Scraped by the Prometheus operator."""

    prefix: ClassVar[str] = "service_monitor"
    enabled: Literal[True]
    interval: Annotated[
        int,
        Field(ge=5, le=3600),
        Ask(label="Scrape interval", help="How often metrics are read.", unit="seconds"),
    ] = 30


class HpaOff(Section):
    """A fixed number of pods."""

    enabled: Literal[False] = False


class HpaOn(Section):
    """As many pods as the load needs."""

    prefix: ClassVar[str] = "hpa"
    enabled: Literal[True]
    min_replicas: Annotated[int, Field(ge=1, le=100), Ask(label="Fewest pods", help="At rest.")] = 2
    max_replicas: Annotated[int, Field(ge=1, le=100), Ask(label="Most pods", help="Under load.")] = 6
    target_cpu: Annotated[Percent, Ask(label="CPU to aim for", help="Of what the pods ask for.", unit="percent")] = 75


class PdbOff(Section):
    """No disruption budget."""

    enabled: Literal[False] = False


class PdbOn(Section):
    """Some pods stay while nodes are drained."""

    prefix: ClassVar[str] = "pdb"
    enabled: Literal[True]
    min_available: Annotated[int, Field(ge=1, le=100), Ask(label="Pods that stay", help="While nodes are drained.")] = 1


class TracingOff(Section):
    """No traces."""

    enabled: Literal[False] = False


class TracingOn(Section):
    """Traces over OTLP."""

    prefix: ClassVar[str] = "tracing"
    enabled: Literal[True]
    endpoint: Annotated[Url, Ask(label="OTLP endpoint", help="The collector, such as Jaeger's or Tempo's.")] = (
        "http://otel-collector:4317"
    )


class Operations(Section):
    """Size, reach, observation, protection."""

    replicas: Annotated[
        int,
        Field(ge=1, le=100),
        Ask(
            label="Server pods",
            help="Two or more survive the loss of one.",
            name="replicas",
            when=when(target=("kubernetes",), hpa=(False,)),
            group=SIZE,
        ),
    ] = 1
    size: Annotated[
        Literal["small", "medium", "large"],
        Ask(
            label="How big?",
            help="What each part asks for and may use.",
            name="size",
            when=IN_CLUSTER,
            notes={
                "small": ("Small", "Fewer than 1,000 memories."),
                "medium": ("Medium", "Up to 100,000 memories."),
                "large": ("Large", "More than 100,000 memories."),
            },
            group=SIZE,
        ),
    ] = "small"
    storage_class: Annotated[
        ObjectName | None,
        Ask(
            label="Storage class",
            help="Leave it empty for the cluster's default.",
            name="storage_class",
            names="storageclass",
            when=IN_CLUSTER,
            group=SIZE,
        ),
    ] = None
    node_selector: Annotated[
        Labels | None,
        Ask(
            label="Node selector",
            help="Labels that a node must have to run the server and OPAL, one a line. "
            "The stores' own charts place their pods.",
            link="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodeselector",
            name="node_selector",
            when=IN_CLUSTER,
            example="kubernetes.io/arch: amd64",
            group=SCHEDULING,
            advanced=True,
        ),
    ] = None
    tolerations: Annotated[
        Tolerations | None,
        Ask(
            label="Tolerations",
            help="Taints of nodes that may run the server and OPAL all the same, one a line: the taint's key, and its "
            "value and effect where only those are meant.",
            link="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
            name="tolerations",
            when=IN_CLUSTER,
            example="dedicated: memory:NoSchedule",
            group=SCHEDULING,
            advanced=True,
        ),
    ] = None
    host_aliases: Annotated[
        HostAliases | None,
        Ask(
            label="Host aliases",
            help="Names that no DNS server knows, for the server, its migration and OPAL, one address a line: the IP "
            "address, and the host names that mean it.",
            name="host_aliases",
            example="192.0.2.7: db.example.com cache.example.com",
            group=ENVIRONMENT,
            advanced=True,
        ),
    ] = None
    extra_environment: Annotated[
        Variables | None,
        Ask(
            label="Extra environment",
            help="Variables that the server gets besides those that your answers give it, one a line: no secrets, "
            "since they stand in plain files.",
            name="extra_environment",
            example="HTTPS_PROXY: http://proxy.example.com:3128",
            group=ENVIRONMENT,
            advanced=True,
        ),
    ] = None
    service_account_annotations: Annotated[
        Annotations | None,
        Ask(
            label="Cloud identity of the server",
            help="Annotations of its ServiceAccount, one a line: the role that it takes in AWS, Google Cloud or Azure.",
            name="service_account_annotations",
            when=IN_CLUSTER,
            example="iam.gke.io/gcp-service-account: aeterna@my-project-123.iam.gserviceaccount.com",
            group=REACH,
            advanced=True,
        ),
    ] = None
    ingress: Annotated[
        IngressOff | IngressOn,
        Field(discriminator="enabled"),
        Ask(
            label="Reachable from outside the cluster?",
            help="Makes an Ingress.",
            name="ingress",
            when=IN_CLUSTER,
            group=REACH,
        ),
    ] = IngressOff()
    network_policy: Annotated[
        bool,
        Ask(
            label="Restrict network traffic?",
            help="NetworkPolicies allow only the connections that this configuration needs.",
            name="network_policy",
            when=IN_CLUSTER,
            group=REACH,
        ),
    ] = False
    default_deny: Annotated[
        bool,
        Ask(
            label="Refuse everything else in the namespace?",
            help="Also for pods that are not part of this release: only what a policy allows goes through.",
            name="network_policy_default_deny",
            when=when(target=("kubernetes",), network_policy=(True,)),
            group=REACH,
            advanced=True,
        ),
    ] = False
    api_server_port: Annotated[
        Port,
        Ask(
            label="Port of the Kubernetes API server",
            help="On its own machine, where network policies see it: `kubectl get endpoints kubernetes` shows it. "
            "It is 8443 on minikube, 16443 on MicroK8s, and 443 in most clouds.",
            name="api_server_port",
            when=when(target=("kubernetes",), network_policy=(True,)),
            group=REACH,
            advanced=True,
        ),
    ] = ports.KUBERNETES
    hpa: Annotated[
        HpaOff | HpaOn,
        Field(discriminator="enabled"),
        Ask(
            label="Scale with the load?",
            help="A HorizontalPodAutoscaler; needs the metrics server.",
            name="hpa",
            when=IN_CLUSTER,
            group=SIZE,
            advanced=True,
        ),
    ] = HpaOff()
    pdb: Annotated[
        PdbOff | PdbOn,
        Field(discriminator="enabled"),
        Ask(
            label="Keep pods while nodes are drained?",
            help="A PodDisruptionBudget.",
            name="pdb",
            when=IN_CLUSTER,
            group=PROTECTION,
            advanced=True,
        ),
    ] = PdbOff()
    vpa: Annotated[
        bool,
        Ask(
            label="Recommend sizes?",
            help="A VerticalPodAutoscaler that only recommends; needs its operator.",
            name="vpa",
            when=IN_CLUSTER,
            group=SIZE,
            advanced=True,
        ),
    ] = False
    service_monitor: Annotated[
        ServiceMonitorOff | ServiceMonitorOn,
        Field(discriminator="enabled"),
        Ask(
            label="Scrape metrics?",
            help="A ServiceMonitor; needs the Prometheus operator.",
            name="service_monitor",
            when=IN_CLUSTER,
            group=OBSERVATION,
            advanced=True,
        ),
    ] = ServiceMonitorOff()
    tracing: Annotated[
        TracingOff | TracingOn,
        Field(discriminator="enabled"),
        Ask(label="Send traces?", help="Over OTLP, to a collector.", name="tracing", group=OBSERVATION, advanced=True),
    ] = TracingOff()
    log_level: Annotated[
        Literal["error", "warn", "info", "debug", "trace"],
        Ask(label="Log level", help="How much the server tells.", name="log_level", group=OBSERVATION, advanced=True),
    ] = "info"
    log_format: Annotated[
        Literal["text", "json"],
        Ask(
            label="Log format",
            help="JSON suits log collectors.",
            name="log_format",
            notes={"json": ("JSON", ""), "text": ("Text", "")},
            group=OBSERVATION,
            advanced=True,
        ),
    ] = "text"
    backup: Annotated[
        BackupOff | BackupOn,
        Field(discriminator="enabled"),
        Ask(
            label="Back up PostgreSQL?",
            help="To object storage, on a schedule.",
            name="backup",
            when=IN_CLUSTER,
            group=PROTECTION,
        ),
    ] = BackupOff()
