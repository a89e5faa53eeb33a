"""Authorization with OPAL: the server, the Cedar agents and the fetcher."""

from typing import Annotated, Any, Literal

from pydantic import Field

from aeterna_nb.chart_values.base import (
    Credential,
    Image,
    KubernetesObject,
    NotNegative,
    Positive,
    Resources,
    Section,
    resources,
)

CONTROL_PLANE_TOLERATIONS: list[KubernetesObject] = [
    {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"}
]

OptionalLevel = Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)?$")]


class OpalServer(Section):
    """The OPAL server, which hands policies and data to the agents."""

    image: Image = Image(registry="docker.io", repository="permitio/opal-server", tag="0.9.6")
    """Image."""
    replicas: Positive = 1
    """Pods; with more than one they talk through PostgreSQL."""
    workers: Positive = 1
    """Worker processes of each pod."""
    resources: Resources = resources("100m", "256Mi", "512Mi")
    """Requests and limits."""
    pdb: bool = True
    """Make a PodDisruptionBudget when there is more than one replica."""
    log_level: OptionalLevel = ""
    """Its log level; empty means `opal.logLevel`."""


class CedarAgent(Section):
    """The OPAL client with its Cedar agent inside."""

    image: Image = Image(registry="docker.io", repository="permitio/opal-client-cedar", tag="0.9.6")
    """Image."""
    kind: Literal["DaemonSet", "Deployment"] = "DaemonSet"
    """One agent on each node, or a number of replicas."""
    replicas: Positive = 2
    """Pods of the Deployment."""
    resources: Resources = resources("50m", "192Mi", "384Mi")
    """Requests and limits."""
    tolerations: list[KubernetesObject] = Field(default_factory=lambda: list(CONTROL_PLANE_TOLERATIONS))
    """Taints that the agents tolerate; the control plane's by default."""
    log_level: OptionalLevel = ""
    """Its log level; empty means `opal.logLevel`."""


class Fetcher(Section):
    """The fetcher, which turns Aeterna's database into Cedar entities. No image of it is published."""

    enabled: bool = False
    """Run the fetcher; give its image first."""
    image: Image = Image(registry="", repository="", tag="")
    """Image, built from the server's sources."""
    replicas: Positive = 1
    """Pods."""
    tenant: str = ""
    """Id (UUID) of the tenant whose data the agents hold."""
    log_level: str = ""
    """Its log level; empty means `logging.level`."""
    resources: Resources = resources("50m", "64Mi", "256Mi")
    """Requests and limits."""


class PolicyGit(Section):
    """A git repository with one Cedar statement in each `.cedar` file."""

    url: str = ""
    """Address of the repository."""
    branch: str = "main"
    """Branch."""
    polling_interval_seconds: NotNegative = 60
    """Seconds between two looks; 0 waits for the webhook."""
    ssh_key: Credential = Credential()
    """Private key for an SSH address."""
    webhook_secret: Credential = Credential()
    """Secret of the webhook."""


class Policy(Section):
    """Where the Cedar policies come from."""

    source: Literal["configmap", "git"] = "configmap"
    """A repository made inside the cluster from `policies`, or a git repository."""
    policies: dict[str, str] = Field(
        default_factory=lambda: {"permit-all.cedar": "permit(principal, action, resource);\n"}
    )
    """File name to Cedar text, one statement each, for `configmap`."""
    git: PolicyGit = PolicyGit()
    """The repository, for `git`."""


class PolicyData(Section):
    """Where the Cedar entities come from."""

    url: str = ""
    """Address that answers a JSON list of entities; empty means the fetcher, or else `entities`."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Headers of the request."""
    entities: list[dict[str, Any]] = Field(default_factory=list)
    """Entities served inside the cluster when there is neither an address nor a fetcher."""


class OpalAuth(Section):
    """Keys and tokens; what is not given the chart makes once."""

    private_key: Credential = Credential()
    """RSA private key (PEM) that signs tokens; line breaks may be underscores."""
    public_key: Credential = Credential()
    """The public key that goes with it, in OpenSSH's one line; derived from the private one when not given."""
    master_token: Credential = Credential()
    """Token that may make other tokens."""
    client_token: Credential = Credential()
    """Token of the agents; without one each agent gets its own at its start."""


class Opal(Section):
    """OPAL and Cedar. The default server version decides in its own process and does not ask the agents."""

    enabled: bool = True
    """Install OPAL."""
    server: OpalServer = OpalServer()
    """The server."""
    agent: CedarAgent = CedarAgent()
    """The agents."""
    fetcher: Fetcher = Fetcher()
    """The fetcher."""
    policy: Policy = Policy()
    """Policies."""
    data: PolicyData = PolicyData()
    """Entities."""
    auth: OpalAuth = OpalAuth()
    """Keys and tokens."""
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    """Log level of server and agents."""
