"""Whom a configuration makes us ask, and whom not."""

from typing import Any

import pytest

from aeterna_nb.probes.targets import own_server, services
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, REMOTE, configured

COMPOSE = {**LOCAL, "target": "docker-compose"}
CANARY = "canary-in-an-address"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (LOCAL, []),
        ({**LOCAL, "cache": "external", "redis_host": "redis.example.com"}, ["Redis"]),
        (
            {**LOCAL, "postgresql": "external", "postgresql_host": "db.example.com", "postgresql_password": "p"},
            ["PostgreSQL"],
        ),
        ({**LOCAL, "qdrant_host": "qdrant.example.com"}, ["Qdrant"]),
        ({**LOCAL, "vector_backend": "weaviate"}, []),
        ({**LOCAL, "llm": "ollama"}, ["Ollama"]),
        ({**LOCAL, "llm": "openai", "openai_api_key": "k"}, ["OpenAI"]),
        ({**LOCAL, "tracing": True, "tracing_endpoint": "http://traces.example.com:4317"}, ["Trace collector"]),
        (HYBRID, ["Central server"]),
        (REMOTE, ["Central server"]),
        (OPENCODE_ONLY, ["Central server"]),
    ],
)
def test_what_is_outside_is_asked_and_what_is_bundled_is_not(answers: dict[str, Any], expected: list[str]) -> None:
    asked = [target.service for target in services(configured(answers)) if target.ask]
    assert asked == expected


@pytest.mark.parametrize(
    ("answers", "host"),
    [
        ({**LOCAL, "cache": "external", "redis_host": "redis"}, "redis"),
        ({**LOCAL, "cache": "external", "redis_host": "redis.data.svc.cluster.local"}, "redis.data.svc.cluster.local"),
        ({**LOCAL, "qdrant_host": "qdrant.data.svc"}, "qdrant.data.svc"),
        ({**COMPOSE, "cache": "external", "redis_host": "host.docker.internal"}, "host.docker.internal"),
    ],
)
def test_a_name_that_means_something_elsewhere_is_not_tried(answers: dict[str, Any], host: str) -> None:
    (target,) = services(configured(answers))
    assert target.ask is None
    assert target.elsewhere.startswith(host)


def test_an_address_that_is_a_secret_is_neither_tried_nor_told() -> None:
    uri = f"mongodb://u:{CANARY}@mongo.example.com"
    (target,) = services(configured({**LOCAL, "vector_backend": "mongodb", "mongodb_uri": uri}))
    assert target.ask is None
    assert CANARY not in repr(target)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (LOCAL, 0),
        (COMPOSE, 1),
        ({**LOCAL, "ingress": True, "ingress_host": "aeterna.example.com"}, 1),
        (REMOTE, 0),
    ],
)
def test_the_own_server_is_asked_where_it_can_be_reached(answers: dict[str, Any], asked: int) -> None:
    assert len(list(own_server(configured(answers)))) == asked
