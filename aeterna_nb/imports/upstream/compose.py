"""Compose files that run Aeterna's server, or what it needs, and are not of this workbench.

What they say stands in the server's environment (aeterna-server facts, section 2) and in the images of their services.
"""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any
from urllib.parse import urlsplit

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.imports.upstream.readings import VECTOR, database, policies
from aeterna_nb.imports.upstream.rows import NotTaken, Row, Translated, choose, no, to, translated, words
from aeterna_nb.imports.upstream.stores import ALWAYS_AETERNA, FETCHER
from aeterna_nb.imports.upstream.values import TABLE
from aeterna_nb.reading.leaves import KeyPath

REFERENCE = re.compile(r"\$\{\w+\}")
MADE = no(Sentence("The password of a bundled database is made for you."))


def _runs(says: Mapping[str, Any]) -> Row:
    return Row(lambda image: says, weak=True, switch=True)


IMAGES: tuple[tuple[re.Pattern[str], Row], ...] = tuple(
    (re.compile(rf"(?:^|/)(?:{pattern})(?::|@|$)"), row)
    for pattern, row in (
        ("aeterna", to("server_version", read=lambda image: str(image).rpartition(":")[2])),
        ("dragonfly", _runs({"cache": "dragonfly"})),
        ("valkey", _runs({"cache": "valkey"})),
        ("redis", no(Sentence("In its place Dragonfly or Valkey can be installed."))),
        ("postgres|pgvector", _runs({"postgresql": "cloudnative-pg"})),
        ("qdrant", _runs({"vector_backend": "qdrant"})),
        ("weaviate", _runs({"vector_backend": "weaviate"})),
        ("mongo|mongodb", _runs({"vector_backend": "mongodb"})),
        ("opal-server", _runs({"opal": True})),
        ("opal-client-cedar|cedar-agent", _runs({"opal": True})),
        ("opal-fetcher", FETCHER),
    )
)
"""What an image says about the service that runs it."""


def variables(services: Set[str]) -> dict[str, Row]:
    """Every variable of the server and its helpers that says something, beside services of these names."""

    def host(name: str, otherwise: Mapping[str, Any]) -> Row:
        return Row(lambda value: otherwise if str(value) in services else {name: value})

    def url(backend: str) -> Row:
        return Row(lambda value: _store(backend, value, services))

    def outside(value: Any) -> Mapping[str, Any]:
        says = database(value)
        return {"postgresql": "cloudnative-pg"} if says["postgresql_host"] in services else says

    return {
        "AETERNA_DEPLOYMENT_MODE": to("mode"),
        "AETERNA_REMOTE_GOVERNANCE_URL": to("central_url"),
        "AETERNA_CENTRAL_URL": to("central_url", weak=True),
        "AETERNA_CENTRAL_AUTH": TABLE["central.auth"],
        "AETERNA_CENTRAL_API_KEY": to("central_api_key"),
        "AETERNA_SYNC_ENABLED": Row(lambda value: {"sync_layers": ()} if str(value).lower() == "false" else {}),
        "SY_SYNC_INTERVAL_SECONDS": to("sync_interval"),
        "AETERNA_KMS_PROVIDER": to("kms"),
        "AETERNA_LOCAL_KMS_KEY": to("kms_key"),
        "AETERNA_KMS_AWS_KEY_ARN": to("kms_key_arn"),
        "VECTOR_BACKEND": to("vector_backend", read=VECTOR),
        "AETERNA_VECTOR_BACKEND": to("vector_backend", read=VECTOR, weak=True),
        "QDRANT_URL": url("qdrant"),
        "QDRANT_API_KEY": to("qdrant_api_key"),
        "PINECONE_API_KEY": to("pinecone_api_key"),
        "PINECONE_ENVIRONMENT": to("pinecone_environment"),
        "PINECONE_INDEX_NAME": to("pinecone_index_name"),
        "WEAVIATE_URL": url("weaviate"),
        "WEAVIATE_API_KEY": to("weaviate_api_key"),
        "WEAVIATE_CLASS": to("weaviate_class"),
        "MONGODB_URI": to("mongodb_uri"),
        "MONGODB_DATABASE": to("mongodb_database"),
        "MONGODB_COLLECTION": to("mongodb_collection"),
        "MONGODB_VECTOR_INDEX": to("mongodb_vector_index"),
        "GCP_PROJECT_ID": to("vertex_ai_project"),
        "VERTEX_AI_LOCATION": to("vertex_ai_region"),
        "VERTEX_AI_INDEX_ENDPOINT": to("vertex_ai_endpoint"),
        "VERTEX_AI_DEPLOYED_INDEX_ID": to("vertex_ai_deployed_index"),
        "DATABRICKS_HOST": to("databricks_workspace_url"),
        "DATABRICKS_TOKEN": to("databricks_token"),
        "DATABRICKS_CATALOG": to("databricks_catalog"),
        "DATABRICKS_SCHEMA": to("databricks_schema"),
        "PGVECTOR_SCHEMA": to("pgvector_schema"),
        "PGVECTOR_TABLE": to("pgvector_table"),
        "AETERNA_LLM_PROVIDER": to("llm", read=words(vertex="google", gemini="google", awsbedrock="bedrock")),
        "OPENAI_API_KEY": to("openai_api_key"),
        "AETERNA_OPENAI_MODEL": to("openai_model"),
        "AETERNA_OPENAI_EMBEDDING_MODEL": to("openai_embedding_model"),
        "AETERNA_OPENAI_BASE_URL": to("openai_base_url"),
        "ANTHROPIC_API_KEY": to("anthropic_api_key"),
        "AETERNA_GOOGLE_PROJECT_ID": to("google_project"),
        "AETERNA_GOOGLE_LOCATION": to("google_location"),
        "AETERNA_GOOGLE_MODEL": to("google_model"),
        "AETERNA_GOOGLE_EMBEDDING_MODEL": to("google_embedding_model"),
        "AETERNA_BEDROCK_REGION": to("bedrock_region"),
        "AETERNA_BEDROCK_MODEL": to("bedrock_model"),
        "AETERNA_BEDROCK_EMBEDDING_MODEL": to("bedrock_embedding_model"),
        "PG_HOST": host("postgresql_host", {"postgresql": "cloudnative-pg"}),
        "PG_PORT": to("postgresql_port"),
        "PG_DATABASE": to("postgresql_database"),
        "PG_USERNAME": to("postgresql_user"),
        "PG_PASSWORD": to("postgresql_password"),
        "PGPASSWORD": to("postgresql_password"),
        "PGSSLMODE": to("postgresql_tls"),
        "DATABASE_URL": Row(outside, weak=True),
        "POSTGRES_DB": ALWAYS_AETERNA,
        "POSTGRES_USER": ALWAYS_AETERNA,
        "POSTGRES_PASSWORD": MADE,
        "RD_HOST": host("redis_host", {}),
        "RD_PORT": to("redis_port"),
        "RD_DB": to("redis_database"),
        "RUST_LOG": to("log_level"),
        "LOG_FORMAT": to("log_format"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": to("tracing_endpoint"),
        "AETERNA_FEATURE_CCA": to("feature_cca"),
        "AETERNA_FEATURE_RADKIT": to("feature_radkit"),
        "AETERNA_FEATURE_RLM": to("feature_rlm"),
        "OPAL_POLICY_REPO_URL": Row(policies),
        "OPAL_POLICY_REPO_MAIN_BRANCH": to("opal_policy_branch"),
        "OPAL_POLICY_REPO_POLLING_INTERVAL": to("opal_policy_polling_interval"),
        "OPAL_AUTH_MASTER_TOKEN": to("opal_master_token"),
        "OPAL_CLIENT_TOKEN": to("opal_client_token"),
        "OPAL_INLINE_CEDAR_ENABLED": choose("opal", True),
    }


def _store(backend: str, value: Any, services: Set[str]) -> Mapping[str, Any]:
    """What the address of a vector store says; one that is a service of the file is bundled."""
    try:
        url = urlsplit(str(value))
        port = url.port
    except ValueError:
        raise NotTaken(Sentence("It is no address.")) from None
    if not url.hostname:
        raise NotTaken(Sentence("It is no address."))
    if url.hostname in services:
        return {"vector_backend": backend}
    says = {f"{backend}_host": url.hostname, f"{backend}_tls": url.scheme == "https"}
    return says | ({f"{backend}_port": port} if port else {})


def compose_answers(project: Mapping[str, Any]) -> Translated:
    """What a Compose project says, of which the environments are mappings."""
    services = {name: service for name, service in project["services"].items() if isinstance(service, Mapping)}
    result = translated(_settings(services), "docker-compose")
    for name, service in services.items():
        if service.keys() - {"image", "environment"}:
            result.left["services", name] = Sentence("What else is in it is about the container alone.")
    return result


def _settings(services: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[KeyPath, Any, Row | None]]:
    table = variables(services.keys())
    for name, service in services.items():
        image = str(service.get("image", ""))
        if image:
            yield ("services", name, "image"), image, next((row for known, row in IMAGES if known.search(image)), None)
        for variable, value in _environment(service).items():
            row = table.get(variable)
            if REFERENCE.search(str(value)):
                row = no(Sentence("It stands in a variable that is not given."))
            if value not in ("", None):
                yield ("services", name, "environment", variable), value, row


def _environment(service: Mapping[str, Any]) -> Mapping[str, Any]:
    environment = service.get("environment")
    return environment if isinstance(environment, Mapping) else {}
