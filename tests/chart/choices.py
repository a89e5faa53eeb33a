"""Values for every discrete choice, in parts that are merged into whole configurations."""

import itertools
from collections.abc import Iterator
from typing import Any

import yaml
from allpairspy import AllPairs

from aeterna_nb.chart import chart_folder

KEY: dict[str, Any] = {
    "kms": {"localKey": {"value": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}},
    "opal": {"auth": {"privateKey": {"value": "private"}, "masterToken": {"value": "master"}}},
}
"""Everything that the chart would make by chance."""
CENTRAL = {"central": {"url": "https://central.example.com/aeterna", "auth": {"apiKey": {"value": "central-1"}}}}

MODES: dict[str, dict[str, Any]] = {
    "local": {"mode": "local"},
    "hybrid": {"mode": "hybrid", **CENTRAL},
}
VECTORS: dict[str, dict[str, Any]] = {
    "qdrant": {"vector": {"backend": "qdrant"}},
    "qdrant-external": {
        "vector": {"backend": "qdrant", "qdrant": {"host": "q.example.com", "apiKey": {"value": "q-1"}}},
        "qdrant": {"enabled": False},
    },
    "pgvector": {"vector": {"backend": "pgvector"}, "qdrant": {"enabled": False}},
    "pinecone": {
        "vector": {
            "backend": "pinecone",
            "pinecone": {"indexName": "i", "environment": "us-east-1-aws", "apiKey": {"value": "pc-1"}},
        },
        "qdrant": {"enabled": False},
    },
    "weaviate": {
        "vector": {"backend": "weaviate", "weaviate": {"apiKey": {"value": "w-1"}}},
        "qdrant": {"enabled": False},
        "weaviate": {"enabled": True},
    },
    "weaviate-external": {
        "vector": {
            "backend": "weaviate",
            "weaviate": {"host": "w.example.com", "port": 443, "tls": True, "apiKey": {"value": "w-1"}},
        },
        "qdrant": {"enabled": False},
    },
    "mongodb": {
        "vector": {"backend": "mongodb", "mongodb": {"password": {"value": "m-1"}}},
        "qdrant": {"enabled": False},
        "mongodb": {"enabled": True},
    },
    "mongodb-external": {
        "vector": {"backend": "mongodb", "mongodb": {"uri": {"value": "mongodb+srv://u:p@c.example.com"}}},
        "qdrant": {"enabled": False},
    },
    "vertex-ai": {
        "vector": {
            "backend": "vertex-ai",
            "vertexAi": {"project": "p", "endpoint": "1", "deployedIndex": "d", "credentials": {"value": "{}"}},
        },
        "qdrant": {"enabled": False},
    },
    "databricks": {
        "vector": {
            "backend": "databricks",
            "databricks": {"workspaceUrl": "https://dbc.example.com", "token": {"value": "db-1"}},
        },
        "qdrant": {"enabled": False},
    },
}
CACHES: dict[str, dict[str, Any]] = {
    "dragonfly": {"cache": {"type": "dragonfly"}},
    "valkey": {"cache": {"type": "valkey"}, "dragonfly": {"enabled": False}, "valkey": {"enabled": True}},
    "redis": {"cache": {"type": "external", "external": {"host": "r.example.com"}}, "dragonfly": {"enabled": False}},
    "redis-password": {
        "cache": {"type": "external", "external": {"host": "r.example.com"}, "password": {"value": "p@:/ #?%"}},
        "dragonfly": {"enabled": False},
    },
}
DATABASES: dict[str, dict[str, Any]] = {
    "cnpg": {"postgresql": {"type": "cnpg"}},
    "external": {
        "postgresql": {
            "type": "external",
            "external": {"host": "pg.example.com", "port": 6432, "password": {"value": "p@:/ #?%"}},
        },
        "cnpg": {"enabled": False},
    },
}
LLMS: dict[str, dict[str, Any]] = {
    "none": {"llm": {"provider": "none"}},
    "openai": {"llm": {"provider": "openai", "openai": {"apiKey": {"value": "sk-1"}}}},
    "anthropic": {"llm": {"provider": "anthropic", "anthropic": {"apiKey": {"value": "sk-ant-1"}}}},
    "ollama": {"llm": {"provider": "ollama", "ollama": {"host": "http://ollama.example.com:11434"}}},
    "google": {"llm": {"provider": "google", "google": {"project": "p", "location": "l"}}},
    "bedrock": {"llm": {"provider": "bedrock", "bedrock": {"region": "eu-central-1"}}},
}
OPALS: dict[str, dict[str, Any]] = {
    "opal": {"opal": {"enabled": True}},
    "no-opal": {"opal": {"enabled": False}, "hybrid": {"offlineCedar": False}},
}
REMOTE: dict[str, Any] = {
    "mode": "remote",
    **CENTRAL,
    **{name: {"enabled": False} for name in ("cnpg", "dragonfly", "qdrant")},
}
AXES = (MODES, VECTORS, CACHES, DATABASES, LLMS, OPALS)


def merged(*parts: dict[str, Any]) -> dict[str, Any]:
    """The parts laid over each other, later over earlier, section by section."""
    whole: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            known = whole.get(key)
            whole[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return whole


def every() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and values of every combination that runs a server."""
    for chosen in itertools.product(*(axis.items() for axis in AXES)):
        yield whole(chosen)


def sample() -> dict[str, dict[str, Any]]:
    """As few combinations as hold every pair of choices, and remote mode."""
    chosen = AllPairs([list(axis.items()) for axis in AXES])
    return dict(whole(tuple(items)) for items in chosen) | {"remote": REMOTE}


def whole(chosen: tuple[tuple[str, dict[str, Any]], ...]) -> tuple[str, dict[str, Any]]:
    """Name and values of one combination; Valkey is told the size of hybrid mode's cache."""
    labels = [label for label, _ in chosen]
    parts = [KEY, *(part for _, part in chosen)]
    if "hybrid" in labels and "valkey" in labels:
        parts.append({"valkey": {"valkeyConfig": "maxmemory 512mb\n"}})
    return "-".join(labels), merged(*parts)


def values_file(name: str) -> dict[str, Any]:
    """What `values-<name>.yaml` holds."""
    loaded: dict[str, Any] = yaml.safe_load((chart_folder() / f"values-{name}.yaml").read_text())
    return loaded
