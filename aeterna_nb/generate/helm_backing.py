"""The part of the chart's values that is about vector store, cache, PostgreSQL and authorization."""

from typing import Any

from aeterna_nb.answers.secret_values import WEAVIATE_KEYS
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.authorization import FetcherData, GitPolicies, UrlData
from aeterna_nb.config.cache import Dragonfly, ExternalRedis, Valkey
from aeterna_nb.config.postgresql import CloudNativePg, ExternalPostgresql
from aeterna_nb.config.secrets import ExistingSecret
from aeterna_nb.config.vector import Databricks, MongoDb, Pgvector, Pinecone, Qdrant, VertexAi, Weaviate
from aeterna_nb.generate.cache_memory import data_mib, valkey_limit_mib
from aeterna_nb.generate.sizes import SIZES

VALKEY_REPLICA_DISK = "2Gi"
"""Replica mode demands a volume (docs/facts/subcharts.md#valkey)."""

QDRANT_APART: dict[str, Any] = {
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app.kubernetes.io/name": "qdrant"}},
        }
    ],
}
"""Several nodes of Qdrant lie apart from each other."""


def vector_store(config: SetupConfig) -> dict[str, Any]:
    """Values of the chosen vector store; the bundled ones that were not chosen are off."""
    store = config.vector
    values: dict[str, Any] = {"qdrant": {"enabled": False}}
    match store:
        case Qdrant(host=None):
            values["qdrant"] = {
                "enabled": True,
                "replicaCount": store.replicas,
                "persistence": {"size": store.storage, "storageClassName": _storage_class(config)},
                **_sized(config),
            }
            if store.replicas > 1:
                values["qdrant"] |= QDRANT_APART
            own: dict[str, Any] = {}
            if store.snapshots:
                values["qdrant"]["snapshotPersistence"] = {
                    "enabled": True,
                    "size": store.storage,
                    "storageClassName": _storage_class(config),
                }
                own = {"snapshots": {"enabled": True}}
        case Qdrant():
            own = {"host": store.host, "port": store.port, "tls": store.tls}
        case Weaviate(host=None):
            values["weaviate"] = {
                "enabled": True,
                "replicas": store.replicas,
                "storage": {"size": store.storage, "storageClassName": _storage_class(config)},
                **_sized(config),
            }
            own = {"className": store.class_name}
            if config.secrets is not None and isinstance(config.secrets.storage, ExistingSecret):
                # The subchart takes a key from a Secret by the variable's own name.
                values["weaviate"]["envSecrets"] = {WEAVIATE_KEYS: config.secrets.storage.secret_name}
        case Weaviate():
            own = {"host": store.host, "port": store.port, "tls": store.tls, "className": store.class_name}
        case MongoDb():
            own = {"database": store.database, "collection": store.collection, "vectorIndex": store.index}
            if store.external:
                # Says that the URI is elsewhere, in a Secret; where it is typed the secret values say so as well.
                own |= {"uri": {"key": "mongodb-uri"}, "port": store.port}
            else:
                values["mongodb"] = {"enabled": True}
                own |= {"size": store.replicas, "storage": {"size": store.storage}}
        case Pinecone():
            own = {"indexName": store.index_name, "environment": store.environment}
        case Pgvector():
            own = {"schema": store.schema_name, "table": store.table}
        case VertexAi():
            own = {
                "project": store.project,
                "region": store.region,
                "endpoint": store.endpoint,
                "deployedIndex": store.deployed_index,
            }
            if store.credentials.method == "service-account":
                own["credentials"] = {"key": "vertex-ai-service-account"}
        case Databricks():
            own = {"workspaceUrl": store.workspace_url, "catalog": store.catalog, "schema": store.schema_name}
        case None:
            return values
    keys = {"vertex-ai": "vertexAi"}
    backend = store.backend
    values["vector"] = {"backend": backend, keys.get(backend, backend): own}
    return values


def cache_values(config: SetupConfig) -> dict[str, Any]:
    """Values of the chosen cache."""
    cache = config.cache
    size = data_mib(config)
    match cache:
        case Dragonfly():
            own: dict[str, Any] = {"replicas": cache.replicas}
            if config.hybrid is None:
                own["maxMemoryMiB"] = cache.memory
            return {"cache": {"type": "dragonfly", "dragonfly": own}}
        case Valkey():
            return {"cache": {"type": "valkey"}, "dragonfly": {"enabled": False}, "valkey": _valkey(cache, size)}
        case ExternalRedis():
            external = {"host": cache.host, "port": cache.port}
            return {
                "cache": {"type": "external", "database": cache.database, "external": external},
                "dragonfly": {"enabled": False},
            }
        case None:
            return {}


def _valkey(cache: Valkey, size: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "enabled": True,
        "valkeyConfig": f"maxmemory {size}mb\nmaxmemory-policy allkeys-lru\n",
        "resources": {
            "requests": {"cpu": "100m", "memory": f"{max(size // 2, 64)}Mi"},
            "limits": {"memory": f"{valkey_limit_mib(size)}Mi"},
        },
    }
    if cache.replicas:
        values["replica"] = {
            "enabled": True,
            "replicas": cache.replicas,
            "persistence": {"size": VALKEY_REPLICA_DISK},
        }
    return values


def database(config: SetupConfig) -> dict[str, Any]:
    """Values of PostgreSQL."""
    postgresql = config.postgresql
    match postgresql:
        case CloudNativePg():
            cluster: dict[str, Any] = {
                "instances": postgresql.instances,
                "storage": {"size": postgresql.storage},
                "pooler": {"enabled": postgresql.pooler},
            }
            size = SIZES.get(config.operations.size) if config.operations else None
            if size:
                cluster["resources"] = size.postgresql.resources()
            return {"postgresql": {"type": "cnpg", "cnpg": cluster}}
        case ExternalPostgresql():
            external: dict[str, Any] = {
                "host": postgresql.host,
                "port": postgresql.port,
                "database": postgresql.database,
                "user": postgresql.user,
                "sslMode": postgresql.tls,
            }
            if postgresql.root_certificate:
                external["rootCertificate"] = {"value": postgresql.root_certificate}
            return {"postgresql": {"type": "external", "external": external}, "cnpg": {"enabled": False}}
        case None:
            return {}


def authorization(config: SetupConfig) -> dict[str, Any]:
    """Values of OPAL."""
    opal = config.opal
    if opal is None:
        return {"opal": {"enabled": False}}
    values: dict[str, Any] = {"enabled": True, "server": {"replicas": opal.replicas}}
    if isinstance(opal.policies, GitPolicies):
        values["policy"] = {
            "source": "git",
            "git": {
                "url": opal.policies.repo_url,
                "branch": opal.policies.branch,
                "pollingIntervalSeconds": opal.policies.polling_interval,
            },
        }
    match opal.data:
        case FetcherData():
            values["fetcher"] = {"enabled": True, "image": split_image(opal.data.image), "tenant": opal.data.tenant}
        case UrlData():
            values["data"] = {"url": opal.data.url}
        case _:
            pass
    return {"opal": values}


def split_image(image: str) -> dict[str, str]:
    """An image's name in the chart's parts: registry, repository, tag or digest."""
    name, _, digest = image.partition("@")
    first, slash, rest = name.partition("/")
    registry, path = (first, rest) if slash and ("." in first or ":" in first or first == "localhost") else ("", name)
    repository, _, tag = path.partition(":")
    parts = {"registry": registry, "repository": repository}
    return parts | ({"digest": digest} if digest else {"tag": tag})


def _sized(config: SetupConfig) -> dict[str, Any]:
    size = SIZES.get(config.operations.size) if config.operations else None
    return {"resources": size.vector.resources()} if size else {}


def _storage_class(config: SetupConfig) -> str | None:
    # The chart's own volumes follow global.storageClass; subcharts have to be told.
    return config.operations.storage_class if config.operations else None
