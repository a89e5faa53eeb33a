"""Compose projects: as few as hold every pair of the choices that become containers."""

import itertools
from collections.abc import Mapping
from typing import Any

from allpairspy import AllPairs

from tests.outside import PASSWORD

Answers = Mapping[str, Any]

POSTGRESQL_PORT, REDIS_PORT = 15432, 16379
"""Where the servers listen that are no part of the project, on every address of this machine."""

LOCAL: Answers = {"target": "docker-compose", "mode": "local", "llm": "none", "postgresql_password": PASSWORD}
SPACE: Mapping[str, Mapping[str, Answers]] = {
    "cache": {
        "valkey": {"cache": "valkey"},
        "redis": {
            "cache": "external",
            "redis_host": "localhost",
            "redis_port": REDIS_PORT,
            "redis_password": PASSWORD,
        },
    },
    "postgresql": {
        "bundled": {"postgresql": "cloudnative-pg"},
        "external": {
            "postgresql": "external",
            "postgresql_host": "localhost",
            "postgresql_port": POSTGRESQL_PORT,
            "postgresql_tls": "disable",
        },
    },
    "mode": {
        "local": {"vector_backend": "qdrant"},
        "hybrid": {
            "mode": "hybrid",
            "vector_backend": "pgvector",
            "central_url": "https://central.example.com",
            "central_auth": "api-key",
            "central_api_key": PASSWORD,
        },
    },
    "opal": {"no-opal": {"opal": False}, "opal": {"opal": True}},
}


def projects() -> dict[str, Answers]:
    """Answers by a name that says them."""
    found: dict[str, Answers] = {}
    for names in AllPairs([list(part) for part in SPACE.values()]):
        chosen = [part[name] for part, name in zip(SPACE.values(), names, strict=True)]
        found["-".join(names)] = {**LOCAL, **dict(itertools.chain.from_iterable(each.items() for each in chosen))}
    return found
