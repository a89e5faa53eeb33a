from collections.abc import Callable
from typing import Any

import pytest

from aeterna_nb.checks.hosts import check_hosts
from aeterna_nb.checks.inventory import Inventory

Sample = Callable[..., dict[str, Any]]

CONTAINER = "spec/template/spec/containers/0"
NOTHING = Inventory()
CLUSTER = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {"name": "db"}, "spec": {}}


def messages(sample: Sample, variables: dict[str, str], external: Inventory = NOTHING) -> list[str]:
    env = [{"name": name, "value": value} for name, value in variables.items()]
    manifests = [sample("Deployment", {f"{CONTAINER}/env": env}), sample("Service"), CLUSTER]
    return [finding.message for finding in check_hosts(manifests, external, namespace="aeterna")]


@pytest.mark.parametrize(
    "variables",
    [
        {"PG_HOST": "db-rw"},
        {"PG_HOST": "db-rw", "PG_PORT": "5432"},
        {"PG_HOST": "db-rw.aeterna"},
        {"PG_HOST": "db-rw.aeterna.svc"},
        {"PG_HOST": "db-rw.aeterna.svc.cluster.local"},
        {"PG_HOST": "pod-0.db-rw.aeterna.svc"},
        {"DATABASE_URL": "postgres://u:p%40@db-rw:5432/aeterna"},
        {"OPAL_SERVER_URL": "http://aeterna"},
        # Names of other places, which nothing here can prove or refute.
        {"PG_HOST": "db.example.com"},
        {"PG_HOST": "db.other.svc"},
        {"PG_HOST": "10.0.0.1"},
        {"PG_HOST": "localhost"},
        {"BIND_HOST": "0.0.0.0"},
        {"AETERNA_SERVER_URL": "https://central.example.com"},
        {"RUST_LOG": "gone"},
        {"QDRANT_URL": "http://[bad"},
        {"QDRANT_URL": "http://a:port"},
        {"QDRANT_URL": ""},
        {"OPAL_POLICY_REPO_URL": "/var/lib/opal/policies"},
        {"OPAL_POLICY_REPO_URL": "git@gitea:policies.git"},
        {"OPAL_DATA_CONFIG_SOURCES": '{"config": {"entries": [{"url": "http://aeterna/entities"}]}}'},
        {"OPAL_DATA_CONFIG_SOURCES": "no document"},
        {"MONGODB_URI": "mongodb://u:$(P)@a.db-rw.aeterna.svc.cluster.local:5432,b.db-rw.aeterna.svc:5432/d?x=y"},
        # Identifiers look like addresses; only what is declared to be one is judged.
        {"VERTEX_AI_INDEX_ENDPOINT": "4567890123456"},
        {"VERTEX_AI_INDEX_ENDPOINT": "projects/12345/locations/us-central1/indexEndpoints/4567"},
        {"THEIR_ENDPOINT": "gone", "BIND_ADDR": "gone:8080", "SOME_URL": "http://gone"},
    ],
)
def test_addresses_that_lead_somewhere_or_outside_pass(variables: dict[str, str], sample: Sample) -> None:
    assert messages(sample, variables) == []


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PG_HOST": "db"}, "PG_HOST leads to db, and no Service"),
        ({"PG_HOST": "gone.aeterna"}, "leads to gone,"),
        ({"PG_HOST": "gone.aeterna.svc.cluster.local"}, "leads to gone,"),
        ({"PG_HOST": "db-rw", "PG_PORT": "5433"}, "leads to port 5433 of db-rw, and the Service has only: 5432"),
        ({"OPAL_SERVER_URL": "http://aeterna:7002"}, "leads to port 7002 of aeterna"),
        ({"RD_HOST": ":secret@gone"}, "RD_HOST leads to gone"),
        ({"MONGODB_URI": "mongodb://u:secret@db-rw:5432,gone:27017/d"}, "MONGODB_URI leads to gone"),
        # Of containers that others make.
        ({"OPAL_BROADCAST_URI": "postgresql://u@gone:5432/d"}, "OPAL_BROADCAST_URI leads to gone"),
        ({"OPAL_DATA_CONFIG_SOURCES": '{"config": {"entries": [{"url": "http://gone:7003/e"}]}}'}, "leads to gone"),
        ({"CLUSTER_JOIN": "weaviate-headless.aeterna.svc.cluster.local."}, "leads to weaviate-headless"),
        ({"PGHOST": "db-rw", "PGPORT": "5433"}, "PGHOST leads to port 5433 of db-rw"),
    ],
)
def test_an_address_that_leads_nowhere_is_an_error(variables: dict[str, str], words: str, sample: Sample) -> None:
    found = messages(sample, variables)
    assert len(found) == 1
    assert found[0].startswith("Deployment aeterna: ")
    assert words in found[0]
    assert "secret" not in found[0]


def test_hosts_that_answers_declare_external_pass(sample: Sample) -> None:
    assert messages(sample, {"PG_HOST": "oldbox"}) != []
    assert messages(sample, {"PG_HOST": "oldbox"}, Inventory(hosts=frozenset({"oldbox"}))) == []


@pytest.mark.parametrize(
    "source",
    [
        {f"{CONTAINER}/envFrom": [{"configMapRef": {"name": "aeterna"}}]},
        {
            f"{CONTAINER}/env": [
                {"name": "RD_HOST", "valueFrom": {"configMapKeyRef": {"name": "aeterna", "key": "RD_HOST"}}}
            ]
        },
    ],
)
def test_addresses_in_a_config_map_count_where_a_container_reads_them(source: dict[str, Any], sample: Sample) -> None:
    config_map = sample("ConfigMap", {"data/RD_HOST": "cache"})
    deployment = sample("Deployment", {f"{CONTAINER}/env": [], **source})
    found = check_hosts([deployment, config_map], Inventory(), namespace="aeterna")
    assert [finding.message for finding in found] == [
        "Deployment aeterna: RD_HOST leads to cache, and no Service has that name."
    ]
    assert check_hosts([config_map], Inventory(), namespace="aeterna") == []


def test_a_name_that_the_pod_is_told_leads_somewhere(sample: Sample) -> None:
    told = [{"ip": "fd00::5", "hostnames": ["database"]}]
    env = [{"name": "PG_HOST", "value": "database"}]
    deployment = sample("Deployment", {f"{CONTAINER}/env": env, "spec/template/spec/hostAliases": told})
    assert check_hosts([deployment], NOTHING, namespace="aeterna") == []
