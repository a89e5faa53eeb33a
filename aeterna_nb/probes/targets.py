"""Whom a configuration makes Aeterna depend on, and how each of them is asked.

A module that asks is imported where its service is configured: each brings its client, and some of those take a while.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aeterna_nb import ports
from aeterna_nb.answers.secret_values import typed
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.authorization import FetcherData, GitPolicies, UrlData
from aeterna_nb.config.backup import S3, Azure, BackupOn, Gcs
from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.config.central import OAuth2
from aeterna_nb.config.llm import Anthropic, Bedrock, Google, Ollama, OpenAi
from aeterna_nb.config.operations import CertManager, IngressOn, TlsSecret, TracingOn
from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.config.vector import Databricks, MongoDb, Pgvector, Pinecone, Qdrant, VertexAi, Weaviate
from aeterna_nb.generate import images
from aeterna_nb.generate.addresses import MACHINE
from aeterna_nb.probes import Ask, Target
from aeterna_nb.probes.tcp import address, listens

if TYPE_CHECKING:
    from aeterna_nb.probes.registry import Login

OWN_SERVER = f"http://127.0.0.1:{ports.AETERNA}"
"""Where the Compose file publishes the server."""

SCHEME_PORTS = {"http": 80, "https": 443}

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


def services(config: SetupConfig, *, write: bool = False) -> Iterator[Target]:
    """Every service outside that the configuration names, in the order of its questions.

    With `write` an object store is also written to.
    """
    return _asked_from_here(config, _named(config, write=write))


def image_registries(config: SetupConfig, known: Mapping[str, "Login"]) -> Iterator[Target]:
    """The images that have to be there before anything is installed. `known` are logins at registries, by host."""
    return _asked_from_here(config, _images(config, known))


def _asked_from_here(config: SetupConfig, named: Iterable[Named]) -> Iterator[Target]:
    for target, host in named:
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


def _named(config: SetupConfig, *, write: bool) -> Iterator[Named]:
    yield from _central(config)
    yield from _store(config)
    yield from _cache(config)
    yield from _postgresql(config)
    yield from _policies(config)
    yield from _model(config)
    yield from _operations(config, write=write)


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


def _store(config: SetupConfig) -> Iterator[Named]:
    match config.vector:
        case Qdrant(host=str(host)) as qdrant:
            from aeterna_nb.probes import qdrant as asks

            tried = f"a connection to {address(host, qdrant.port)}, and its collections"
            yield Target("Qdrant", "qdrant_host", tried, partial(asks.store, qdrant)), host
        case Weaviate(host=str(host)) as weaviate:
            from aeterna_nb.probes import weaviate as asks_weaviate

            tried = f"whether {address(host, weaviate.port)} is ready, and its class {weaviate.class_name}"
            yield Target("Weaviate", "weaviate_host", tried, partial(asks_weaviate.store, weaviate)), host
        case MongoDb(external=True) as mongodb:
            from aeterna_nb.probes import mongodb as asks_mongodb

            host = _host(mongodb.uri.get_secret_value()) if mongodb.uri else ""
            tried = f"to sign in by the connection URI, and the index {mongodb.index}"
            yield Target("MongoDB", "mongodb_uri", tried, partial(asks_mongodb.store, mongodb)), host
        case Pinecone() as pinecone:
            from aeterna_nb.probes import pinecone as asks_pinecone

            tried = f"{asks_pinecone.BASE}, and the index {pinecone.index_name}"
            yield Target("Pinecone", "pinecone_api_key", tried, partial(asks_pinecone.store, pinecone)), ""
        case VertexAi() as vertex:
            from aeterna_nb.probes import vertex_ai

            tried = f"{vertex_ai.base_of(vertex.region)}, and the index endpoint"
            yield Target("Vertex AI", "vertex_ai_region", tried, partial(vertex_ai.store, vertex)), ""
        case Databricks() as databricks:
            from aeterna_nb.probes import databricks as asks_databricks

            url = databricks.workspace_url
            tried = f"{url}, and the schema {databricks.catalog}.{databricks.schema_name}"
            yield (
                Target("Databricks", "databricks_workspace_url", tried, partial(asks_databricks.store, databricks)),
                "",
            )


def _model(config: SetupConfig) -> Iterator[Named]:
    match config.llm:
        case OpenAi() as openai:
            from aeterna_nb.probes import openai as asks

            question, url = ("openai_base_url", openai.base_url) if openai.base_url else ("llm", asks.BASE)
            tried = f"to embed a word at {url} with {openai.embedding_model}, and the model {openai.model}"
            yield Target("OpenAI", question, tried, partial(asks.model, openai)), _host(url)
        case Anthropic() as anthropic:
            from aeterna_nb.probes import anthropic as asks_anthropic

            tried = f"the model {anthropic.model} at {asks_anthropic.BASE}"
            yield Target("Anthropic", "llm", tried, partial(asks_anthropic.model, anthropic)), ""
        case Ollama() as ollama:
            from aeterna_nb.probes import ollama as asks_ollama

            tried = f"the models {ollama.model} and {ollama.embedding_model} at {ollama.host}"
            yield Target("Ollama", "ollama_host", tried, partial(asks_ollama.model, ollama)), _host(ollama.host)
        case Google() as google:
            from aeterna_nb.probes.vertex_ai import base_of

            yield _by_a_pod(base_of(google.location), "Google", "google_location")
        case Bedrock() as bedrock:
            url = f"https://bedrock-runtime.{bedrock.region}.amazonaws.com"
            yield _by_a_pod(url, "Amazon Bedrock", "bedrock_region")


def _by_a_pod(url: str, service: str, question: str) -> Named:
    from aeterna_nb.probes.pod_identity import answers

    return Target(service, question, f"GET {url}", partial(answers, url)), _host(url)


def _policies(config: SetupConfig) -> Iterator[Named]:
    if config.opal is None:
        return
    policies = config.opal.policies
    if isinstance(policies, GitPolicies):
        from aeterna_nb.probes import git

        tried = f"the branch {policies.branch} of {policies.repo_url}"
        ask = partial(git.repository, policies)
        yield Target("Policy repository", "opal_policy_repo_url", tried, ask), git.host_of(policies.repo_url)
    if isinstance(config.opal.data, UrlData):
        yield _listening(config.opal.data.url, "Entities for OPAL", "opal_data_url")


def _images(config: SetupConfig, known: Mapping[str, "Login"]) -> Iterator[Named]:
    """What everybody can pull, and the one image that somebody has to build."""
    if config.server is None:
        return
    from aeterna_nb.probes import image, registry

    named = [("Server image", "server_version", images.server(config.server.version))]
    if config.opal is not None and isinstance(config.opal.data, FetcherData):
        named.append(("Fetcher image", "opal_fetcher_image", config.opal.data.image))
    for service, question, name in named:
        host = registry.Image.named(name).registry.partition(":")[0]
        ask = partial(image.image, name, config.target, known, question)
        yield Target(service, question, f"the image {name}", ask), host


def _operations(config: SetupConfig, *, write: bool) -> Iterator[Named]:
    if config.operations is None:
        return
    if isinstance(config.operations.tracing, TracingOn):
        # OTLP over gRPC answers nothing that could be asked without sending a trace.
        yield _listening(config.operations.tracing.endpoint, "Trace collector", "tracing_endpoint")
    if isinstance(config.operations.backup, BackupOn):
        yield _backups(config.operations.backup.destination, write=write)


def _backups(given: S3 | Gcs | Azure, *, write: bool) -> Named:
    match given:
        case S3():
            from aeterna_nb.probes import s3

            url, question = s3.base_of(given), "backup_s3_endpoint" if given.endpoint else "backup_s3_bucket"
            ask: Ask = partial(s3.bucket, given, write=write)
        case Gcs():
            from aeterna_nb.probes import gcs

            url, question = f"{gcs.BASE}/{given.bucket}", "backup_gcs_bucket"
            ask = partial(gcs.bucket, given, write=write)
        case Azure():
            from aeterna_nb.probes import azure

            url, question = f"{azure.base_of(given.account)}/{given.container}", "backup_azure_account"
            ask = partial(azure.container, given, write=write)
    what = "to write, read and delete an object" if write else "to list the folder"
    return Target("Backup store", question, f"{what} in {url}", ask), _host(url)


def _listening(url: str, service: str, question: str) -> Named:
    """A service at a URL of which nothing is asked but whether it listens."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or SCHEME_PORTS[parts.scheme]
    ask: Ask = partial(listens, host, port)
    return Target(service, question, f"a connection to {address(host, port)}", ask), host


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
