"""The environment of the Aeterna server and of its migration, declared once.

The Compose file takes its variables from here, and the check of agreement proves that the chart sets the same. The
names are those that the server or its libraries read (docs/facts/aeterna-server.md).
"""

from collections.abc import Callable, Mapping, Sequence

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.central import ApiKey
from aeterna_nb.config.operations import Operations, TracingOn
from aeterna_nb.config.secrets import AwsKey
from aeterna_nb.config.setup import Server
from aeterna_nb.generate.environment.backing import CACHE, DATABASE
from aeterna_nb.generate.environment.llm import LLM
from aeterna_nb.generate.environment.seen import in_containers, url_seen
from aeterna_nb.generate.environment.variable import (
    AWS,
    UNASKED,
    Given,
    HandedOn,
    Holds,
    Value,
    Variable,
    handed_on,
    of,
)
from aeterna_nb.generate.environment.vector import VECTOR

DATA = "/var/lib/aeterna"
"""Where the server keeps what lasts."""
CONFIG_FOLDER = "/app/config"
"""The server ends unless this folder exists, and the image does not have it (docs/facts/aeterna-server.md#image)."""


def _operations(value: Callable[[Operations], Given]) -> Value:
    return of(lambda config: config.operations, Operations, value)


def _server(value: Callable[[Server], Given]) -> Value:
    return of(lambda config: config.server, Server, value)


PATHS = (
    Variable("AETERNA_DEPLOYMENT_MODE", "the mode", lambda config: config.mode, question="mode"),
    Variable(
        "AETERNA_K8S_NAMESPACE",
        "the namespace",
        lambda config: config.cluster.namespace if config.cluster else None,
        question="namespace",
        only="kubernetes",
        why="There is no namespace under Compose.",
    ),
    Variable("AETERNA_CONFIG_PATH", "the folder that the server looks for", lambda config: CONFIG_FOLDER),
    Variable("AETERNA_KNOWLEDGE_REPO_PATH", "the folder of the knowledge", lambda config: f"{DATA}/knowledge"),
    Variable(
        "AETERNA_KNOWLEDGE_REPO_URL",
        "the repository of the knowledge",
        only="kubernetes",
        why=UNASKED,
        holds=Holds.URL,
    ),
    Variable("AETERNA_KNOWLEDGE_REPO_BRANCH", "the branch of the knowledge", only="kubernetes", why=UNASKED),
    Variable(
        "AETERNA_BACKUP_LOCAL_DIR",
        "the folder of exports",
        lambda config: f"{DATA}/exports",
        only="docker-compose",
        why="In a cluster the database itself is backed up, and an export may lie in the pod's own /tmp.",
    ),
)
GRAPH = (
    Variable("GR_ENABLED", "the graph", only="kubernetes", why=UNASKED),
    Variable(
        "GR_DATABASE_PATH",
        "the file of the graph",
        lambda config: f"{DATA}/graph.duckdb" if in_containers(config) else None,
    ),
)
LOGGING = (
    Variable("RUST_LOG", "the log level", _operations(lambda chosen: chosen.log_level), question="log_level"),
    Variable(
        "LOG_FORMAT", "the log format", _operations(lambda chosen: chosen.log_format), question="log_format", later=True
    ),
)
FEATURES = (
    Variable(
        "AETERNA_FEATURE_CCA", "the feature CCA", _server(lambda server: server.feature_cca), question="feature_cca"
    ),
    Variable(
        "AETERNA_FEATURE_RADKIT",
        "the feature Radkit",
        _server(lambda server: server.feature_radkit),
        question="feature_radkit",
    ),
    Variable(
        "AETERNA_FEATURE_RLM", "the feature RLM", _server(lambda server: server.feature_rlm), question="feature_rlm"
    ),
    Variable("AETERNA_FEATURE_REFLECTIVE", "the feature Reflective", only="kubernetes", why=UNASKED),
)


def _of_key(value: Callable[[AwsKey], Given]) -> Value:
    return of(lambda config: config.secrets.kms if config.secrets else None, AwsKey, value)


def _aws_key(config: SetupConfig) -> bool:
    return config.secrets is not None and isinstance(config.secrets.kms, AwsKey)


KEY = (
    Variable(
        "AETERNA_KMS_PROVIDER",
        "who keeps the key",
        lambda config: config.secrets.kms.provider if config.secrets else None,
    ),
    Variable(
        "AETERNA_LOCAL_KMS_KEY",
        "the key",
        secret="kms_key",
        from_secret=lambda config: config.secrets is not None and not _aws_key(config),
    ),
    Variable("AETERNA_KMS_AWS_KEY_ARN", "the key at AWS", _of_key(lambda key: key.key_arn)),
    *handed_on(_aws_key, "AWS_REGION", *AWS),
)
AUTHORIZATION = tuple(
    Variable(name, "who may do what", only="kubernetes", why=UNASKED)
    for name in (
        "AETERNA_AUTH_BACKEND",
        "AETERNA_CEDAR_POLICY_TEXT",
        "AETERNA_CEDAR_SCHEMA_TEXT",
        "AETERNA_PLUGIN_AUTH_ENABLED",
        "AETERNA_PLUGIN_AUTH_JWT_SECRET",
        "AETERNA_DEFAULT_TENANT_ID",
    )
)


def _central_key(config: SetupConfig) -> bool:
    auth = config.central.auth if config.hybrid and config.central else None
    return isinstance(auth, ApiKey) and auth.api_key is not None


CENTRAL = (
    Variable(
        "AETERNA_REMOTE_GOVERNANCE_URL",
        "the central server's address",
        lambda config: url_seen(config, config.central.url) if config.hybrid and config.central else None,
        later=True,
        holds=Holds.URL,
    ),
    Variable(
        "AETERNA_CENTRAL_URL",
        "the central server's address",
        lambda config: url_seen(config, config.central.url) if config.hybrid and config.central else None,
        later=True,
        holds=Holds.URL,
    ),
    Variable(
        "AETERNA_CENTRAL_AUTH",
        "the sign-in at the central server",
        lambda config: config.central.auth.method if config.hybrid and config.central else None,
        question="central_auth",
        later=True,
    ),
    Variable(
        "AETERNA_CENTRAL_API_KEY",
        "the key of the central server",
        secret="central_api_key",
        from_secret=_central_key,
        later=True,
    ),
    Variable(
        "AETERNA_SYNC_ENABLED",
        "the sync",
        lambda config: bool(config.hybrid.sync_layers) if config.hybrid else False,
        question="sync_layers",
        later=True,
    ),
    Variable(
        "SY_SYNC_INTERVAL_SECONDS",
        "the sync interval",
        lambda config: config.hybrid.sync_interval if config.hybrid else None,
        question="sync_interval",
        later=True,
    ),
)


def _collector(config: SetupConfig, value: Callable[[TracingOn], Given]) -> Given:
    tracing = config.operations.tracing if config.operations else None
    return value(tracing) if isinstance(tracing, TracingOn) else None


def collector(config: SetupConfig) -> Given:
    """The address of the collector of traces."""
    return _collector(config, lambda tracing: url_seen(config, tracing.endpoint))


COLLECTOR = "the address of the collector of traces"
TRACING = (
    Variable("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR, collector, holds=Holds.URL, later=True),
    Variable(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "the protocol of traces",
        lambda config: _collector(config, lambda _: "grpc"),
        later=True,
    ),
    Variable(
        "OTEL_SERVICE_NAME", "the name in traces", lambda config: _collector(config, lambda _: "aeterna"), later=True
    ),
    Variable("OTEL_TRACES_SAMPLER", "the sampling of traces", only="kubernetes", why=UNASKED, later=True),
    Variable("OTEL_TRACES_SAMPLER_ARG", "the share of traces", only="kubernetes", why=UNASKED, later=True),
)
_GENERAL = (*PATHS, *GRAPH, *LOGGING, *TRACING, *FEATURES, *KEY, *AUTHORIZATION, *CENTRAL)
SERVER = (*_GENERAL, *DATABASE, *CACHE, *VECTOR, *LLM)
"""All of it, in the order of the Compose file."""


def in_compose(config: SetupConfig, variables: Sequence[Variable] = SERVER) -> Mapping[str, str | None]:
    """The variables of a Compose service, with their values; None where the shell gives it."""
    found: dict[str, str | None] = {}
    for variable in variables:
        value = variable.in_compose(config)
        if value is not None:
            found.setdefault(variable.name, None if isinstance(value, HandedOn) else value)
    return found


BESIDES: Mapping[str, str] = {"MONGODB_PASSWORD": "mongodb_uri", "REDIS_PASSWORD": "redis_password"}
"""What the chart puts variables together from, with the question that decides it."""


def is_set(name: str, target: str) -> bool:
    """Whether a target gives the server this variable under some answers."""
    return name in BESIDES or any(row.name == name and row.only in (None, target) for row in SERVER)


def extra(config: SetupConfig) -> dict[str, str]:
    """The variables that somebody gives the server besides. What follows from other answers is none of them."""
    given = config.operations.extra_environment if config.operations else None
    return {name: value for name, value in (given or {}).items() if not is_set(name, config.target)}


def passed_through_chart(config: SetupConfig) -> dict[str, str]:
    """The variables that the chart has no value of its own about, with their values."""
    said = {row.name: row.said(config) for row in SERVER if row.passed}
    return {name: value for name, value in said.items() if value is not None} | extra(config)
