"""The environment of containers where it says the same in several outputs, or where something is: one table.

What is not in it is no address, however its name looks.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.authorization import GitPolicies, UrlData
from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.config.llm import Ollama, OpenAi
from aeterna_nb.config.operations import S3, BackupOn, TracingOn
from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.config.vector import Databricks, Qdrant, Weaviate
from aeterna_nb.generate.compose.addresses import (
    database_name,
    in_url,
    seen_from_container,
    url_seen_from_container,
)


class Holds(Enum):
    """How a variable holds where something is."""

    HOST = "a host alone, or with a user before it"
    URL = "a URL, of which several hosts may be part"
    HOSTS = "hosts alone, separated by commas"
    SOURCES = "OPAL's data sources, a document with URLs"


Value = Callable[[SetupConfig], str | None]
"""What the answers make of a variable; None where they leave it to the output, as a name that follows the release."""


def _unsaid(config: SetupConfig) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of containers.

    `subject` is what it is about; it completes "the outputs disagree about". `holds` says how it holds an address,
    None for anything else; `port` names the variable with the port of a host alone.
    """

    name: str
    subject: str
    value: Value = _unsaid
    holds: Holds | None = None
    port: str = ""


def _host(config: SetupConfig, host: str) -> str:
    """A host as the containers of a target write it."""
    return seen_from_container(host) if config.target == "docker-compose" else host


def _url(config: SetupConfig, url: str | None) -> str | None:
    return url_seen_from_container(url) if url is not None and config.target == "docker-compose" else url


def _of_postgresql(part: Callable[[SetupConfig, ExternalPostgresql], str]) -> Value:
    return lambda config: part(config, config.postgresql) if isinstance(config.postgresql, ExternalPostgresql) else None


def _database_host(config: SetupConfig, server: ExternalPostgresql) -> str:
    return database_name(_host(config, server.host))


def _database_url(config: SetupConfig, server: ExternalPostgresql) -> str:
    return f"postgresql://{server.user}@{_database_host(config, server)}:{server.port}/{server.database}"


def _of_redis(part: Callable[[SetupConfig, ExternalRedis], str]) -> Value:
    return lambda config: part(config, config.cache) if isinstance(config.cache, ExternalRedis) else None


def _redis_host(config: SetupConfig, server: ExternalRedis) -> str:
    return in_url(_host(config, server.host))


def _store(kind: type[Qdrant] | type[Weaviate]) -> Value:
    def value(config: SetupConfig) -> str | None:
        store = config.vector
        if not isinstance(store, kind) or store.host is None:
            return None
        return f"{'https' if store.tls else 'http'}://{in_url(_host(config, store.host))}:{store.port}"

    return value


def _workspace(config: SetupConfig) -> str | None:
    return _url(config, config.vector.workspace_url) if isinstance(config.vector, Databricks) else None


def _model_url(config: SetupConfig) -> str | None:
    match config.llm:
        case OpenAi(base_url=url):
            return _url(config, url)
        case Ollama(host=host):
            # It speaks OpenAI's interface below this path.
            return f"{(_url(config, host) or '').rstrip('/').removesuffix('/v1')}/v1"
    return None


def _central(config: SetupConfig) -> str | None:
    return _url(config, config.central.url) if config.hybrid and config.central else None


def _collector(config: SetupConfig) -> str | None:
    tracing = config.operations.tracing if config.operations else None
    return _url(config, tracing.endpoint) if isinstance(tracing, TracingOn) else None


def _policies(config: SetupConfig) -> str | None:
    policies = config.opal.policies if config.opal else None
    return policies.repo_url if isinstance(policies, GitPolicies) else None


def _entities(config: SetupConfig) -> str | None:
    data = config.opal.data if config.opal else None
    return _url(config, data.url) if isinstance(data, UrlData) else None


def _bucket(config: SetupConfig) -> str | None:
    backup = config.operations.backup if config.operations else None
    place = backup.destination if isinstance(backup, BackupOn) else None
    return place.endpoint if isinstance(place, S3) else None


_HOST_OF_POSTGRESQL, _PORT_OF_POSTGRESQL = "the host of PostgreSQL", "the port of PostgreSQL"
_DATABASE, _USER, _URL_OF_POSTGRESQL = "the database", "the database user", "the address of PostgreSQL"
_HOST_OF_REDIS, _COLLECTOR = "the host of Redis", "the address of the collector of traces"

_TABLE = (
    Variable("AETERNA_DEPLOYMENT_MODE", "the mode", lambda config: config.mode),
    Variable("AETERNA_REMOTE_GOVERNANCE_URL", "the central server's address", _central, Holds.URL),
    Variable(
        "SY_SYNC_INTERVAL_SECONDS",
        "the sync interval",
        lambda config: str(config.hybrid.sync_interval) if config.hybrid else None,
    ),
    Variable(
        "LOG_FORMAT", "the log format", lambda config: config.operations.log_format if config.operations else None
    ),
    *(
        variable
        for host, port, database, user in (
            ("PG_HOST", "PG_PORT", "PG_DATABASE", "PG_USERNAME"),
            # The names of PostgreSQL's own programs.
            ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER"),
        )
        for variable in (
            Variable(host, _HOST_OF_POSTGRESQL, _of_postgresql(_database_host), Holds.HOST, port),
            Variable(port, _PORT_OF_POSTGRESQL, _of_postgresql(lambda _, server: str(server.port))),
            Variable(database, _DATABASE, _of_postgresql(lambda _, server: server.database)),
            Variable(user, _USER, _of_postgresql(lambda _, server: server.user)),
        )
    ),
    Variable("PGSSLMODE", "TLS to the database", _of_postgresql(lambda _, server: server.tls)),
    *(
        Variable(name, _URL_OF_POSTGRESQL, _of_postgresql(_database_url), Holds.URL)
        for name in ("PGVECTOR_URL", "OPAL_BROADCAST_URI", "DATABASE_URL")
    ),
    Variable("RD_HOST", _HOST_OF_REDIS, _of_redis(_redis_host), Holds.HOST, "RD_PORT"),
    Variable("CACHE_HOST", _HOST_OF_REDIS, _of_redis(_redis_host), Holds.HOST, "RD_PORT"),
    Variable("RD_PORT", "the port of Redis", _of_redis(lambda _, server: str(server.port))),
    Variable("RD_DB", "the number of the Redis database", _of_redis(lambda _, server: str(server.database))),
    Variable("QDRANT_URL", "the address of Qdrant", _store(Qdrant), Holds.URL),
    Variable("WEAVIATE_URL", "the address of Weaviate", _store(Weaviate), Holds.URL),
    Variable("MONGODB_URI", "the address of MongoDB", holds=Holds.URL),
    Variable("DATABRICKS_HOST", "the address of Databricks", _workspace, Holds.URL),
    Variable("AETERNA_OPENAI_BASE_URL", "the address of the language model", _model_url, Holds.URL),
    Variable("OTEL_EXPORTER_OTLP_ENDPOINT", _COLLECTOR, _collector, Holds.URL),
    Variable("AETERNA_KNOWLEDGE_REPO_URL", "the repository of the knowledge", holds=Holds.URL),
    # Those that only somebody's own values give to the server (aeterna-server facts, section 2).
    *(
        Variable(name, "an address of the server's", holds=Holds.URL)
        for name in (
            "DATABASE_URL_ADMIN",
            "VAULT_ADDR",
            "AETERNA_VAULT_ADDR",
            "AETERNA_OPAL_FETCHER_URL",
            "AETERNA_PERMIT_PDP_URL",
            "AETERNA_BACKUP_S3_ENDPOINT",
            "GR_S3_ENDPOINT",
            "CEDAR_AGENT_URL",
        )
    ),
    # Of the scripts that make backups.
    Variable("S3_ENDPOINT", "the address of the backup's store", _bucket, Holds.URL),
    # Of OPAL's server and client.
    Variable("OPAL_OPENTELEMETRY_OTLP_ENDPOINT", _COLLECTOR, _collector, Holds.URL),
    Variable("OPAL_POLICY_REPO_URL", "the repository of policies", _policies, Holds.URL),
    Variable("OPAL_DATA_CONFIG_SOURCES", "the address of entities", _entities, Holds.SOURCES),
    Variable("OPAL_SERVER_URL", "the address of OPAL's server", holds=Holds.URL),
    Variable("OPAL_POLICY_STORE_URL", "the address of the Cedar agent", holds=Holds.URL),
    # Of Weaviate.
    Variable("CLUSTER_JOIN", "the nodes of Weaviate", holds=Holds.HOSTS),
)
VARIABLES: Mapping[str, Variable] = {variable.name: variable for variable in _TABLE}
"""The variables by name, those of containers that others make included."""


def source_urls(text: str) -> list[str]:
    """The URLs in OPAL's data sources (OPAL facts, section 4); none where the text is no such document."""
    try:
        entries = json.loads(text)["config"]["entries"]
        return [str(entry["url"]) for entry in entries]
    except (ValueError, TypeError, KeyError):
        return []
