"""Starting points: answers for people who do not want to decide everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Preset:
    """Named answers: how the preset is called, what it is for, and the values by question's name."""

    title: str
    note: str
    values: Mapping[str, Any]


LOCAL: dict[str, Any] = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "dragonfly",
    "postgresql": "cloudnative-pg",
    "llm": "none",
}
PRODUCTION: dict[str, Any] = {
    **LOCAL,
    "qdrant_replicas": 3,
    "dragonfly_replicas": 2,
    "postgresql_instances": 3,
    "postgresql_storage": "50Gi",
    "opal_replicas": 2,
    "replicas": 3,
    "size": "medium",
    "network_policy": True,
    "pdb": True,
    "pdb_min_available": 2,
}
# pgvector: the vector store is as external as the PostgreSQL that holds it, without a second address to ask for.
HYBRID: dict[str, Any] = {
    **LOCAL,
    "mode": "hybrid",
    "central_auth": "api-key",
    "vector_backend": "pgvector",
    "postgresql": "external",
}
REMOTE: dict[str, Any] = {"target": "kubernetes", "mode": "remote", "central_auth": "api-key"}

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "local": Preset("Local", "Everything in one place, one pod each. To try it, or for a small team.", LOCAL),
        "production": Preset(
            "Production", "Three pods of what matters, restricted traffic, disruption budgets.", PRODUCTION
        ),
        "hybrid": Preset("Hybrid", "A server with a cache here, databases and a central server elsewhere.", HYBRID),
        "remote": Preset("Remote", "Nothing runs here; clients use a central server.", REMOTE),
    }
)
