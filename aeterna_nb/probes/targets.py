"""Whom a configuration makes Aeterna depend on, and how each of them is asked.

A module that asks is imported where its service is configured: each brings its client, and some of those take a while.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from aeterna_nb import ports
from aeterna_nb.answers.secret_values import typed
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.authorization import GitPolicies, UrlData
from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.config.central import OAuth2
from aeterna_nb.config.llm import Anthropic, Bedrock, Google, Ollama, OpenAi
from aeterna_nb.config.operations import S3, BackupOn, CertManager, IngressOn, TlsSecret, TracingOn
from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.config.vector import Databricks, MongoDb, Pgvector, Pinecone, Qdrant, VertexAi, Weaviate
from aeterna_nb.generate.addresses import MACHINE, in_url
from aeterna_nb.probes import Ask, Target
from aeterna_nb.probes.tcp import address, listens

OWN_SERVER = f"http://127.0.0.1:{ports.AETERNA}"
"""Where the Compose file publishes the server."""

SCHEME_PORTS = {"http": 80, "https": 443, "ssh": 22, "git": 9418}

Named = tuple[Target, str]
"""A target, and the host that it is at."""


def secrets_of(config: SetupConfig) -> Sequence[str]:
    """Everything that no outcome may tell: each secret, and each long line of one that has several."""
    whole = list(typed(config).values())
    return [*whole, *(line for secret in whole if "\n" in secret for line in secret.splitlines() if len(line) > 20)]


def own_server(config: SetupConfig) -> Iterator[Target]:
    """The server that this configuration runs, where it can be reached without going into the cluster."""
    if not config.runs_server:
        return
    if config.target == "docker-compose":
        yield _own_server(OWN_SERVER, "")
    elif config.operations is not None and isinstance(config.operations.ingress, IngressOn):
        ingress = config.operations.ingress
        scheme = "https" if isinstance(ingress.tls, CertManager | TlsSecret) else "http"
        if ingress.host.startswith("*."):
            yield Target("Aeterna server", "ingress_host", elsewhere="its host name stands for many")
        else:
            yield _own_server(f"{scheme}://{ingress.host}", "ingress_host")


def _own_server(url: str, question: str) -> Target:
    from aeterna_nb.probes.central import ready

    return Target("Aeterna server", question, f"GET {url}/ready", partial(ready, url))


def central_server(config: SetupConfig) -> Target | None:
    """The central server, where the configuration names one."""
    return next((target for target, _ in _central(config) if target.question == "central_url"), None)


def services(config: SetupConfig) -> Iterator[Target]:
    """Every service outside that the configuration names, in the order of its questions."""
    for target, host in _named(config):
        where = _elsewhere(config, host)
        yield replace(target, ask=None, elsewhere=where) if where and target.ask else target


def _elsewhere(config: SetupConfig, host: str) -> str:
    """Why a host means nothing on this machine; empty where it does."""
    if host == MACHINE:
        return f"{host} is a name that only containers know"
    inside = host.endswith((".svc", ".cluster.local")) or ("." not in host and ":" not in host and host != "localhost")
    if host and config.target == "kubernetes" and inside:
        return f"{host} is a name inside the cluster"
    return ""


def _named(config: SetupConfig) -> Iterator[Named]:
    yield from _central(config)
    yield from _store(config)
    yield from _cache(config)
    yield from _postgresql(config)
    yield from _policies(config)
    yield from _model(config)
    yield from _operations(config)


def _central(config: SetupConfig) -> Iterator[Named]:
    if config.central is None:
        return
    from aeterna_nb.probes import central

    url, auth = config.central.url.rstrip("/"), config.central.auth
    tried = f"GET {url}/health, and the sign-in"
    yield Target(central.NAME, "central_url", tried, partial(central.server, config.central)), _host(url)
    if isinstance(auth, OAuth2) and auth.token_url:
        tried = f"a token from {auth.token_url}"
        ask = partial(central.identity_provider, auth)
        yield Target("Identity provider", "central_token_url", tried, ask), _host(auth.token_url)


def _cache(config: SetupConfig) -> Iterator[Named]:
    if isinstance(config.cache, ExternalRedis):
        from aeterna_nb.probes import redis

        given = config.cache
        tried = f"PING to {address(given.host, given.port)}"
        yield Target("Redis", "redis_host", tried, partial(redis.cache, given)), given.host


def _postgresql(config: SetupConfig) -> Iterator[Named]:
    if isinstance(config.postgresql, ExternalPostgresql):
        from aeterna_nb.probes import postgresql

        given = config.postgresql
        tried = f"to sign in at {address(given.host, given.port)} as {given.user}, TLS {given.tls}"
        ask = partial(postgresql.database, given, vectors=isinstance(config.vector, Pgvector))
        yield Target("PostgreSQL", "postgresql_host", tried, ask), given.host


def _policies(config: SetupConfig) -> Iterator[Named]:
    if config.opal is None:
        return
    if isinstance(config.opal.policies, GitPolicies):
        yield _at(config.opal.policies.repo_url, "Policy repository", "opal_policy_repo_url")
    if isinstance(config.opal.data, UrlData):
        yield _at(config.opal.data.url, "Entities for OPAL", "opal_data_url")


def _store(config: SetupConfig) -> Iterator[Named]:
    match config.vector:
        case Qdrant(host=str(host)) as qdrant:
            yield _at(f"https://{in_url(host)}:{qdrant.port}", "Qdrant", "qdrant_host")
        case Weaviate(host=str(host)) as weaviate:
            yield _at(f"https://{in_url(host)}:{weaviate.port}", "Weaviate", "weaviate_host")
        case MongoDb(external=True):
            yield Target("MongoDB", "mongodb_uri", elsewhere="its address is part of a secret"), ""
        case Pinecone():
            yield _at("https://api.pinecone.io", "Pinecone", "vector_backend")
        case VertexAi() as vertex:
            yield _at(f"https://{vertex.region}-aiplatform.googleapis.com", "Vertex AI", "vertex_ai_region")
        case Databricks() as databricks:
            yield _at(databricks.workspace_url, "Databricks", "databricks_workspace_url")


def _model(config: SetupConfig) -> Iterator[Named]:
    match config.llm:
        case OpenAi() as openai:
            question = "openai_base_url" if openai.base_url else "llm"
            yield _at(openai.base_url or "https://api.openai.com", "OpenAI", question)
        case Anthropic():
            yield _at("https://api.anthropic.com", "Anthropic", "llm")
        case Ollama() as ollama:
            yield _at(ollama.host, "Ollama", "ollama_host")
        case Google() as google:
            yield _at(f"https://{google.location}-aiplatform.googleapis.com", "Google", "google_location")
        case Bedrock() as bedrock:
            yield _at(f"https://bedrock-runtime.{bedrock.region}.amazonaws.com", "Amazon Bedrock", "bedrock_region")


def _operations(config: SetupConfig) -> Iterator[Named]:
    if config.operations is None:
        return
    if isinstance(config.operations.tracing, TracingOn):
        # OTLP over gRPC answers nothing that could be asked without sending a trace.
        yield _at(config.operations.tracing.endpoint, "Trace collector", "tracing_endpoint")
    backup = config.operations.backup
    if isinstance(backup, BackupOn) and isinstance(backup.destination, S3) and backup.destination.endpoint:
        yield _at(backup.destination.endpoint, "Backup store", "backup_s3_endpoint")


def _at(url: str, service: str, question: str) -> Named:
    """A service at a URL, or at git's short form of one, of which nothing is asked but whether it listens."""
    if "://" not in url:
        url = f"ssh://{url.partition('@')[2].partition(':')[0]}"
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or SCHEME_PORTS[parts.scheme]
    ask: Ask = partial(listens, host, port)
    return Target(service, question, f"a connection to {address(host, port)}", ask), host


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
