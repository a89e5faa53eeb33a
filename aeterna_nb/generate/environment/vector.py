"""Variables about the vector store: those of its library (docs/facts/aeterna-server.md#vector-stores)."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from aeterna_nb import ports
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.vector import (
    Databricks,
    MongoDb,
    Pgvector,
    Pinecone,
    Qdrant,
    ServiceAccountJson,
    VertexAi,
    Weaviate,
)
from aeterna_nb.generate.addresses import in_url
from aeterna_nb.generate.dotenv import Reference, from_env
from aeterna_nb.generate.environment.backing import ADDRESS_OF_POSTGRESQL, database_url
from aeterna_nb.generate.environment.seen import host_seen, in_containers, url_seen
from aeterna_nb.generate.environment.variable import UNASKED, Given, Holds, Value, Variable, of

GOOGLE_KEY = "vertex-ai-service-account"

Store = TypeVar("Store")


def of_store(kind: type[Store], value: Callable[[Store], Given]) -> Value:
    """A value that follows from a vector store of a kind."""
    return of(lambda config: config.vector, kind, value)


def _store(kind: type[Qdrant] | type[Weaviate], bundled: str) -> Value:
    def given(config: SetupConfig) -> Given:
        store = config.vector
        if not isinstance(store, kind):
            return None
        if store.host is None:
            return bundled if in_containers(config) else None
        return f"{'https' if store.tls else 'http'}://{in_url(host_seen(config, store.host))}:{store.port}"

    return given


def _own_weaviate(config: SetupConfig) -> bool:
    return isinstance(config.vector, Weaviate) and (config.vector.host is None or config.vector.api_key is not None)


def _mongodb_uri(config: SetupConfig) -> Given:
    if not isinstance(config.vector, MongoDb) or not in_containers(config):
        return None
    # The password alone is a secret of ours here.
    return Reference(f"mongodb://aeterna:{from_env('MONGODB_PASSWORD')}@mongodb:{ports.MONGODB}/?authSource=admin")


def _google_key(config: SetupConfig) -> Given:
    store = config.vector
    by_key = isinstance(store, VertexAi) and isinstance(store.credentials, ServiceAccountJson)
    return f"/run/secrets/{GOOGLE_KEY}" if by_key and in_containers(config) else None


def _pgvector(config: SetupConfig) -> Given:
    return database_url(config) if isinstance(config.vector, Pgvector) else None


_ROWS = (
    Variable(
        "VECTOR_BACKEND",
        "the vector store",
        lambda config: config.vector.backend.replace("-", "_") if config.vector else None,
    ),
    Variable("EMBEDDING_DIMENSION", "the length of vectors", only="kubernetes", why=UNASKED),
    Variable(
        "QDRANT_URL", "the address of Qdrant", _store(Qdrant, f"http://qdrant:{ports.QDRANT_GRPC}"), holds=Holds.URL
    ),
    Variable("QDRANT_COLLECTION_PREFIX", "the collections in Qdrant", only="kubernetes", why=UNASKED),
    Variable(
        "QDRANT_API_KEY",
        "the key of Qdrant",
        secret="qdrant_api_key",
        from_secret=lambda config: isinstance(config.vector, Qdrant) and config.vector.api_key is not None,
    ),
    Variable("PGVECTOR_URL", ADDRESS_OF_POSTGRESQL, _pgvector, holds=Holds.URL),
    Variable("PGVECTOR_SCHEMA", "the schema of vectors", of_store(Pgvector, lambda store: store.schema_name)),
    Variable("PGVECTOR_TABLE", "the table of vectors", of_store(Pgvector, lambda store: store.table)),
    Variable(
        "PINECONE_API_KEY",
        "the key of Pinecone",
        secret="pinecone_api_key",
        from_secret=lambda config: isinstance(config.vector, Pinecone),
    ),
    Variable("PINECONE_INDEX_NAME", "the index at Pinecone", of_store(Pinecone, lambda store: store.index_name)),
    Variable(
        "PINECONE_ENVIRONMENT", "the environment of Pinecone", of_store(Pinecone, lambda store: store.environment)
    ),
    Variable("WEAVIATE_CLASS", "the class in Weaviate", of_store(Weaviate, lambda store: store.class_name)),
    Variable(
        "WEAVIATE_URL",
        "the address of Weaviate",
        _store(Weaviate, f"http://weaviate:{ports.WEAVIATE}"),
        holds=Holds.URL,
    ),
    Variable("WEAVIATE_API_KEY", "the key of Weaviate", secret="weaviate_api_key", from_secret=_own_weaviate),
    Variable(
        "MONGODB_URI",
        "the address of MongoDB",
        _mongodb_uri,
        secret="mongodb_uri",
        from_secret=lambda config: isinstance(config.vector, MongoDb) and config.vector.external,
        holds=Holds.URL,
    ),
    Variable("MONGODB_DATABASE", "the database in MongoDB", of_store(MongoDb, lambda store: store.database)),
    Variable("MONGODB_COLLECTION", "the collection in MongoDB", of_store(MongoDb, lambda store: store.collection)),
    Variable("MONGODB_VECTOR_INDEX", "the index in MongoDB", of_store(MongoDb, lambda store: store.index)),
    Variable("GCP_PROJECT_ID", "the project of Vertex AI", of_store(VertexAi, lambda store: store.project)),
    Variable("VERTEX_AI_LOCATION", "the region of Vertex AI", of_store(VertexAi, lambda store: store.region)),
    Variable(
        "VERTEX_AI_INDEX_ENDPOINT", "the index endpoint of Vertex AI", of_store(VertexAi, lambda store: store.endpoint)
    ),
    Variable(
        "VERTEX_AI_DEPLOYED_INDEX_ID",
        "the deployed index of Vertex AI",
        of_store(VertexAi, lambda store: store.deployed_index),
    ),
    Variable(
        "DATABRICKS_HOST",
        "the address of Databricks",
        lambda config: url_seen(config, config.vector.workspace_url) if isinstance(config.vector, Databricks) else None,
        holds=Holds.URL,
    ),
    Variable(
        "DATABRICKS_TOKEN",
        "the token of Databricks",
        secret="databricks_token",
        from_secret=lambda config: isinstance(config.vector, Databricks),
    ),
    Variable("DATABRICKS_CATALOG", "the catalog of Databricks", of_store(Databricks, lambda store: store.catalog)),
    Variable("DATABRICKS_SCHEMA", "the schema of Databricks", of_store(Databricks, lambda store: store.schema_name)),
)
VECTOR = (
    # The default server version asks no vector store (docs/facts/aeterna-server.md#vector-stores).
    *(replace(row, later=True) for row in _ROWS),
    Variable("GOOGLE_APPLICATION_CREDENTIALS", "the file of Google's key", _google_key),
)
