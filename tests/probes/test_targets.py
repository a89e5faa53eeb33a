"""Whom a configuration makes us ask, and whom not."""

from typing import Any

import pytest

from aeterna_nb.probes.targets import image_registries, own_server, secrets_of, services
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


def test_an_address_that_is_a_secret_is_asked_and_not_told() -> None:
    uri = f"mongodb://u:{CANARY}@mongo.example.com"
    config = configured({**LOCAL, "vector_backend": "mongodb", "mongodb_uri": uri})
    (target,) = services(config)
    assert target.ask is not None
    assert CANARY not in f"{target.tried} {target.elsewhere}"
    assert uri in secrets_of(config)


def test_a_mongodb_in_the_cluster_is_not_tried() -> None:
    uri = f"mongodb://u:{CANARY}@mongo-0.data.svc:27017,mongo-1.data.svc:27017/"
    (target,) = services(configured({**LOCAL, "vector_backend": "mongodb", "mongodb_uri": uri}))
    assert (target.ask, target.elsewhere) == (None, "mongo-0.data.svc is a name inside the cluster")


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (REMOTE, []),
        (LOCAL, ["the image ghcr.io/kikokikok/aeterna:v0.8.0-rc.9"]),
        (
            {
                **LOCAL,
                "opal": True,
                "opal_data_source": "fetcher",
                "opal_fetcher_image": "registry.example.com/opal-fetcher:1.0",
                "opal_fetcher_tenant": "t",
            },
            ["the image ghcr.io/kikokikok/aeterna:v0.8.0-rc.9", "the image registry.example.com/opal-fetcher:1.0"],
        ),
    ],
)
def test_images_that_are_pulled_are_asked_for(answers: dict[str, Any], asked: list[str]) -> None:
    assert [target.tried for target in image_registries(configured(answers), {})] == asked


@pytest.mark.parametrize(
    ("backup", "tried"),
    [
        ({"backup_target": "s3", "backup_s3_bucket": "b"}, "https://b.s3.us-east-1.amazonaws.com"),
        ({"backup_target": "gcs", "backup_gcs_bucket": "b"}, "https://storage.googleapis.com/b"),
        ({"backup_target": "azure", "backup_azure_account": "acc"}, "https://acc.blob.core.windows.net/aeterna"),
    ],
)
def test_a_backup_store_is_written_to_only_on_request(backup: dict[str, Any], tried: str) -> None:
    config = configured({**LOCAL, "backup": True, **backup})
    assert [target.tried for target in services(config)] == [f"to list the folder in {tried}"]
    assert [target.tried for target in services(config, write=True)] == [
        f"to write, read and delete an object in {tried}"
    ]


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
