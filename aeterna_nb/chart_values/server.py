"""The server itself: features, authorization, keys, logs, and what it keeps on disk."""

from typing import Annotated, Literal

from pydantic import Field

from aeterna_nb.chart_values.base import Credential, NotNegative, Positive, Resources, Section, Storage, resources

AccessMode = Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"]


class Features(Section):
    """Feature flags of the server."""

    cca: bool = True
    """Confucius Code Agent."""
    radkit: bool = False
    """Agent-to-agent protocol with the settings of the environment."""
    rlm: bool = True
    """Recursive language model."""
    reflective: bool = True
    """Reflective reasoning; false turns the language model off."""


class Graph(Section):
    """The graph store."""

    enabled: bool = True
    """Keep a graph."""
    database_path: str = ":memory:"
    """File of the graph; `:memory:` loses it with the pod."""


class Persistence(Storage):
    """A volume claim that can be turned on."""

    enabled: bool = False
    """Keep the files on a volume; else they live as long as the pod."""
    existing_claim: str = ""
    """Name of a claim that exists already."""
    access_modes: list[AccessMode] = ["ReadWriteOnce"]
    """Access modes; more than one replica needs `ReadWriteMany`."""
    keep_on_uninstall: bool = False
    """Keep the claim when the release is uninstalled."""


class Knowledge(Section):
    """The knowledge repository."""

    repository_url: str = ""
    """Remote of the repository; empty keeps it local."""
    branch: str = "main"
    """Branch."""
    persistence: Persistence = Persistence()
    """Volume of the working copy."""


class Cedar(Section):
    """Cedar inside the server process."""

    policies: str = ""
    """Cedar policies."""
    schema_: str = Field(default="{}", alias="schema")
    """Cedar schema (JSON); the server demands one and ignores it."""


class PluginAuth(Section):
    """Sign-in for the API, MCP and the OpenCode plugin."""

    enabled: bool = False
    """Demand a bearer token; without it the server trusts the headers of every request."""
    default_tenant_id: str = ""
    """Tenant of a caller that names none."""
    jwt_secret: Credential = Credential()
    """Key that signs the tokens; made once when not given."""


class Auth(Section):
    """Authorization inside the server."""

    backend: Literal["allow-all", "cedar"] = "allow-all"
    """Who decides."""
    cedar: Cedar = Cedar()
    """Policies, for `cedar`."""
    plugin: PluginAuth = PluginAuth()
    """Sign-in."""


class Kms(Section):
    """The key that encrypts stored secrets."""

    provider: Literal["local", "aws"] = "local"
    """Where the key is."""
    local_key: Credential = Credential()
    """32 random bytes in base64, for `local`; made once when not given. Losing it loses what it encrypts."""
    aws_key_arn: str = ""
    """ARN of the key, for `aws`."""


class Logging(Section):
    """Logs."""

    level: Annotated[str, Field(min_length=1)] = "info"
    """Level, or a filter for single components such as `info,sqlx=warn`."""
    format: Literal["text", "json"] = "text"
    """Format, for a later server; the default version writes text only."""


class Tracing(Section):
    """OpenTelemetry traces, for a later server; the default version sends none."""

    enabled: bool = False
    """Set the OTLP variables."""
    endpoint: str = ""
    """Address of the collector."""
    protocol: Literal["grpc", "http/protobuf"] = "grpc"
    """Protocol."""
    service_name: str = "aeterna"
    """Name of the service in traces."""
    sampling_percent: Annotated[int, Field(ge=0, le=100)] = 10
    """Share of traces that are kept, in percent."""


class Migration(Section):
    """The Job that migrates the database, and how the server waits for it."""

    enabled: bool = True
    """Migrate."""
    backoff_limit: NotNegative = 10
    """Tries; the database may still be starting."""
    active_deadline_seconds: Positive = 1800
    """Seconds after which the Job fails."""
    ttl_seconds_after_finished: NotNegative = 86400
    """Seconds after which Kubernetes removes the finished Job."""
    wait_seconds: Positive = 600
    """Seconds that a new pod of the server waits for it; then it says why, and starts over."""
    resources: Resources = resources("100m", "128Mi", "512Mi")
    """Requests and limits."""
    pod_annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations of the Job's pod."""
    log_level: str = ""
    """Its log level; empty means `logging.level`."""
