"""The model of the chart's values: the schema, the reference and the generators' type all come from it."""

from typing import Annotated

from pydantic import Field

from aeterna_nb.chart_values import subcharts
from aeterna_nb.chart_values.backup import Backup
from aeterna_nb.chart_values.base import (
    Credential,
    Image,
    KubernetesObject,
    NotNegative,
    Resources,
    Section,
    resources,
)
from aeterna_nb.chart_values.cache import Cache
from aeterna_nb.chart_values.common import Global, Subchart
from aeterna_nb.chart_values.llm import Llm
from aeterna_nb.chart_values.modes import Central, Hybrid, Mode
from aeterna_nb.chart_values.network import HttpRoute, Ingress, NetworkPolicy
from aeterna_nb.chart_values.observe import Dashboard, PrometheusRule, ServiceMonitor
from aeterna_nb.chart_values.opal import Opal
from aeterna_nb.chart_values.postgresql import Postgresql
from aeterna_nb.chart_values.secrets import Secrets
from aeterna_nb.chart_values.server import Auth, Features, Graph, Kms, Knowledge, Logging, Migration, Tracing
from aeterna_nb.chart_values.vector import Vector
from aeterna_nb.chart_values.workload import (
    Extra,
    Hpa,
    Pdb,
    Probes,
    Rbac,
    Scheduling,
    Service,
    ServiceAccount,
    Vpa,
)

Name = Annotated[str, Field(pattern=r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$", max_length=63)]

SECURITY_CONTEXT: KubernetesObject = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
POD_SECURITY_CONTEXT: KubernetesObject = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 1000,
    "fsGroup": 1000,
    "seccompProfile": {"type": "RuntimeDefault"},
}


class ChartValues(Section):
    """All values of the chart `aeterna`, with the defaults of its `values.yaml`."""

    global_: Global = Field(default=Global(), alias="global")
    """For this chart and its subcharts."""
    name_override: Name = ""
    """Replaces the chart's name in the names of objects."""
    fullname_override: Name = ""
    """Replaces the whole name of objects."""
    cluster_domain: str = "cluster.local"
    """DNS domain of the cluster."""
    common_labels: dict[str, str] = Field(default_factory=dict)
    """Labels of every object of this chart."""
    common_annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations of every object of this chart."""

    mode: Mode = "local"
    """`local` runs everything here, `hybrid` syncs with a central server, `remote` only points at one."""
    central: Central = Central()
    """The central server, for `hybrid` and `remote`."""
    hybrid: Hybrid = Hybrid()
    """For `hybrid`."""

    image: Image = Image()
    """Image of the server; an empty tag means the chart's appVersion."""
    replica_count: NotNegative = 1
    """Replicas of the server, unless an autoscaler decides."""
    revision_history_limit: NotNegative = 5
    """Old ReplicaSets that are kept."""
    resources: Resources = resources("250m", "256Mi", "1Gi")
    """Requests and limits of the server."""
    pod_annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations of the server's pods."""
    pod_labels: dict[str, str] = Field(default_factory=dict)
    """Labels of the server's pods."""
    pod_security_context: KubernetesObject = Field(default_factory=lambda: dict(POD_SECURITY_CONTEXT))
    """Security context of the pods."""
    security_context: KubernetesObject = Field(default_factory=lambda: dict(SECURITY_CONTEXT))
    """Security context of the containers."""

    features: Features = Features()
    """Feature flags."""
    auth: Auth = Auth()
    """Authorization inside the server."""
    kms: Kms = Kms()
    """Key that encrypts stored secrets."""
    graph: Graph = Graph()
    """Graph store."""
    knowledge: Knowledge = Knowledge()
    """Knowledge repository."""
    logging: Logging = Logging()
    """Logs."""
    tracing: Tracing = Tracing()
    """Traces."""
    migration: Migration = Migration()
    """Database migration."""

    vector: Vector = Vector()
    """Vector store."""
    cache: Cache = Cache()
    """Cache."""
    postgresql: Postgresql = Postgresql()
    """PostgreSQL."""
    backup: Backup = Backup()
    """Backups of PostgreSQL."""
    llm: Llm = Llm()
    """Language model."""
    opal: Opal = Opal()
    """OPAL and Cedar."""
    secrets: Secrets = Secrets()
    """Where secrets come from."""

    service: Service = Service()
    """Service."""
    ingress: Ingress = Ingress()
    """Ingress."""
    http_route: HttpRoute = HttpRoute()
    """HTTPRoute."""
    network_policy: NetworkPolicy = NetworkPolicy()
    """NetworkPolicies."""
    probes: Probes = Probes()
    """Probes."""
    scheduling: Scheduling = Scheduling()
    """Placement."""
    hpa: Hpa = Hpa()
    """Horizontal autoscaling."""
    vpa: Vpa = Vpa()
    """Vertical autoscaling."""
    pdb: Pdb = Pdb()
    """Disruption budget."""
    service_account: ServiceAccount = ServiceAccount()
    """ServiceAccount."""
    rbac: Rbac = Rbac()
    """Role."""
    service_monitor: ServiceMonitor = ServiceMonitor()
    """ServiceMonitor."""
    prometheus_rule: PrometheusRule = PrometheusRule()
    """Alerts."""
    dashboard: Dashboard = Dashboard()
    """Dashboard."""
    extra: Extra = Extra()
    """Ways out."""

    cnpg: Subchart = Field(default_factory=subcharts.cnpg)
    """Subchart cloudnative-pg: the operator of PostgreSQL."""
    dragonfly: Subchart = Field(default_factory=subcharts.dragonfly)
    """Subchart dragonfly-operator: the operator of Dragonfly."""
    valkey: Subchart = Field(default_factory=subcharts.valkey)
    """Subchart valkey: Valkey itself."""
    qdrant: Subchart = Field(default_factory=subcharts.qdrant)
    """Subchart qdrant: Qdrant itself."""
    weaviate: Subchart = Field(default_factory=subcharts.weaviate)
    """Subchart weaviate: Weaviate itself."""
    mongodb: Subchart = Field(default_factory=subcharts.mongodb)
    """Subchart psmdb-operator: the operator of MongoDB."""


__all__ = ["ChartValues", "Credential", "Image", "Resources", "Section", "Subchart"]
