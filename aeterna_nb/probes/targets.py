"""Whom a configuration makes Aeterna depend on, and how each of them is asked."""

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

from aeterna_nb import ports
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.authorization import GitPolicies, UrlData
from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.config.central import OAuth2
from aeterna_nb.config.llm import Anthropic, Bedrock, Google, Ollama, OpenAi
from aeterna_nb.config.operations import S3, BackupOn, CertManager, IngressOn, TlsSecret, TracingOn
from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.config.secrets import ExistingSecret, ExternalSecrets
from aeterna_nb.config.vector import Databricks, MongoDb, Pinecone, Qdrant, VertexAi, Weaviate
from aeterna_nb.generate.addresses import MACHINE, in_url
from aeterna_nb.probes import Outcome, Target, http, postgresql, redis, tcp

OWN_SERVER = f"http://127.0.0.1:{ports.AETERNA}"
"""Where the Compose file publishes the server."""

SCHEME_PORTS = {"http": 80, "https": 443, "ssh": 22, "git": 9418}
Ask = Callable[[float], Outcome]


def own_server(config: SetupConfig) -> Iterator[Target]:
    """The server that this configuration runs, where it can be reached without going into the cluster."""
    if not config.runs_server:
        return
    if config.target == "docker-compose":
        yield Target("Aeterna server", ask=partial(http.healthy, f"{OWN_SERVER}/ready"))
    elif config.operations is not None and isinstance(config.operations.ingress, IngressOn):
        ingress = config.operations.ingress
        scheme = "https" if isinstance(ingress.tls, CertManager | TlsSecret) else "http"
        if ingress.host.startswith("*."):
            yield Target("Aeterna server", "ingress_host", elsewhere="its host name stands for many")
        else:
            yield Target("Aeterna server", "ingress_host", partial(http.healthy, f"{scheme}://{ingress.host}/ready"))


def services(config: SetupConfig) -> Iterator[Target]:
    """Every service outside that the configuration names, in the order of its questions."""
    for target, host in _named(config):
        where = _elsewhere(config, host)
        yield Target(target.service, target.question, elsewhere=where) if where and target.ask else target


def _elsewhere(config: SetupConfig, host: str) -> str:
    """Why a host means nothing on this machine; empty where it does."""
    if host == MACHINE:
        return f"{host} is a name that only containers know"
    inside = host.endswith((".svc", ".cluster.local")) or ("." not in host and ":" not in host and host != "localhost")
    if config.target == "kubernetes" and inside:
        return f"{host} is a name inside the cluster"
    return ""


def _named(config: SetupConfig) -> Iterator[tuple[Target, str]]:
    yield from _central(config)
    yield from _store(config)
    if isinstance(config.cache, ExternalRedis):
        cache = config.cache
        ping = partial(redis.ping, cache.host, cache.port, password_given=_redis_password_is_given(config, cache))
        yield Target("Redis", "redis_host", ping), cache.host
    if isinstance(config.postgresql, ExternalPostgresql):
        yield Target("PostgreSQL", "postgresql_host", partial(_greet, config.postgresql)), config.postgresql.host
    yield from _policies(config)
    yield from _model(config)
    yield from _operations(config)


def _central(config: SetupConfig) -> Iterator[tuple[Target, str]]:
    if config.central is None:
        return
    url = config.central.url.rstrip("/")
    yield Target("Central server", "central_url", partial(http.healthy, f"{url}/health")), _host(url)
    auth = config.central.auth
    if isinstance(auth, OAuth2) and auth.token_url:
        yield _at(auth.token_url, "Identity provider", "central_token_url")


def _store(config: SetupConfig) -> Iterator[tuple[Target, str]]:
    match config.vector:
        case Qdrant(host=str(host)) as qdrant:
            ask: Ask = partial(tcp.reach_tls if qdrant.tls else tcp.reach, host, qdrant.port)
            yield Target("Qdrant", "qdrant_host", ask), host
        case Weaviate(host=str(host)) as weaviate:
            scheme = "https" if weaviate.tls else "http"
            ready = f"{scheme}://{in_url(host)}:{weaviate.port}/v1/.well-known/ready"
            yield Target("Weaviate", "weaviate_host", partial(http.healthy, ready)), host
        case MongoDb(external=True):
            yield Target("MongoDB", "mongodb_uri", elsewhere="its address is part of a secret"), ""
        case Pinecone():
            yield _at("https://api.pinecone.io", "Pinecone", "vector_backend")
        case VertexAi() as vertex:
            yield _at(f"https://{vertex.region}-aiplatform.googleapis.com", "Vertex AI", "vertex_ai_region")
        case Databricks() as databricks:
            yield _at(databricks.workspace_url, "Databricks", "databricks_workspace_url")


def _policies(config: SetupConfig) -> Iterator[tuple[Target, str]]:
    if config.opal is None:
        return
    if isinstance(config.opal.policies, GitPolicies):
        yield _at(config.opal.policies.repo_url, "Policy repository", "opal_policy_repo_url")
    if isinstance(config.opal.data, UrlData):
        yield _at(config.opal.data.url, "Entities for OPAL", "opal_data_url")


def _model(config: SetupConfig) -> Iterator[tuple[Target, str]]:
    match config.llm:
        case OpenAi() as openai:
            question = "openai_base_url" if openai.base_url else "llm"
            yield _at(openai.base_url or "https://api.openai.com", "OpenAI", question)
        case Anthropic():
            yield _at("https://api.anthropic.com", "Anthropic", "llm")
        case Ollama() as ollama:
            version = f"{ollama.host.rstrip('/')}/api/version"
            yield Target("Ollama", "ollama_host", partial(http.healthy, version)), _host(ollama.host)
        case Google() as google:
            yield _at(f"https://{google.location}-aiplatform.googleapis.com", "Google", "google_location")
        case Bedrock() as bedrock:
            yield _at(f"https://bedrock-runtime.{bedrock.region}.amazonaws.com", "Amazon Bedrock", "bedrock_region")


def _operations(config: SetupConfig) -> Iterator[tuple[Target, str]]:
    if config.operations is None:
        return
    if isinstance(config.operations.tracing, TracingOn):
        url = urlsplit(config.operations.tracing.endpoint)
        # OTLP over gRPC answers no GET.
        ask: Ask = partial(tcp.reach, url.hostname or "", url.port or SCHEME_PORTS[url.scheme])
        yield Target("Trace collector", "tracing_endpoint", ask), url.hostname or ""
    backup = config.operations.backup
    if isinstance(backup, BackupOn) and isinstance(backup.destination, S3) and backup.destination.endpoint:
        yield _at(backup.destination.endpoint, "Backup store", "backup_s3_endpoint")


def _at(address: str, service: str, question: str) -> tuple[Target, str]:
    """A service at a URL, or at git's short form of one."""
    if "://" not in address:
        host = address.partition("@")[2].partition(":")[0]
        return Target(service, question, partial(tcp.reach, host, SCHEME_PORTS["ssh"])), host
    url = urlsplit(address)
    host = url.hostname or ""
    if url.scheme in ("http", "https"):
        return Target(service, question, partial(http.reach, address)), host
    return Target(service, question, partial(tcp.reach, host, url.port or SCHEME_PORTS[url.scheme])), host


def _redis_password_is_given(config: SetupConfig, cache: ExternalRedis) -> bool:
    storage = config.secrets.storage if config.secrets else None
    referred = storage.keys if isinstance(storage, ExistingSecret | ExternalSecrets) else ()
    return cache.password is not None or "redis-password" in referred


def _greet(given: ExternalPostgresql, timeout: float) -> Outcome:
    database = postgresql.Database(
        given.host, given.port, given.database, given.user, given.tls, given.root_certificate
    )
    return postgresql.greet(database, timeout)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
