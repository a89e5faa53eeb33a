"""Compose projects of the choices that become containers."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
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
        "dragonfly": {"cache": "dragonfly"},
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


def every_value() -> dict[str, Answers]:
    """Answers by a name that says them, of as few projects as hold every value: the n-th holds each n-th one."""
    most = max(map(len, SPACE.values()))
    return _projects([list(part)[number % len(part)] for part in SPACE.values()] for number in range(most))


def every_pair() -> dict[str, Answers]:
    """The same of as few projects as hold every pair of values."""
    return _projects(AllPairs([list(part) for part in SPACE.values()]))


def _projects(chosen: Iterable[Sequence[str]]) -> dict[str, Answers]:
    found: dict[str, Answers] = {}
    for names in chosen:
        parts = [part[name] for part, name in zip(SPACE.values(), names, strict=True)]
        found["-".join(names)] = {**LOCAL, **dict(itertools.chain.from_iterable(part.items() for part in parts))}
    return found
