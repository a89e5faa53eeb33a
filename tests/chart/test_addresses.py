"""IPv6 addresses: in brackets where a URL is made of them, by a name where PostgreSQL is meant."""

from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Manifest, Render, environment, one, pods

NAME = "postgresql.aeterna.internal"
EVERYTHING: dict[str, Any] = choices.merged(
    choices.KEY,
    choices.DATABASES["external"],
    choices.VECTORS["pgvector"],
    {
        "networkPolicy": {"enabled": True},
        "backup": {"enabled": True, "s3": {"bucket": "b"}, "verification": {"enabled": True}},
        "opal": {
            "server": {"replicas": 2},
            "fetcher": {"enabled": True, "tenant": "t", "image": {"repository": "r", "tag": "1"}},
        },
    },
)
PG_VARIABLES = ("PG_HOST", "PGHOST", "DATABASE_URL", "OPAL_BROADCAST_URI", "PGVECTOR_URL")


def database(host: str) -> dict[str, Any]:
    return choices.merged(EVERYTHING, {"postgresql": {"external": {"host": host}}})


def users_of_postgresql(manifests: list[Manifest]) -> dict[str, dict[str, Any]]:
    """The pods that get PostgreSQL's address, by name."""
    maps = {item["metadata"]["name"]: item["data"] for item in manifests if item["kind"] == "ConfigMap"}
    found = {}
    for name, spec in pods(manifests):
        for container in spec["containers"]:
            given = {item["name"] for item in container.get("env", [])}
            for source in container.get("envFrom", []):
                given |= maps[source["configMapRef"]["name"]].keys()
            if given & set(PG_VARIABLES):
                found[name] = spec
    return found


@pytest.mark.parametrize("host", ["fd00::5", "[fd00::5]", "::1"])
def test_whoever_connects_to_postgresql_knows_an_ipv6_address_by_one_name(host: str, render: Render) -> None:
    manifests = render(database(host))
    users = users_of_postgresql(manifests)
    # Server, migration, OPAL's server and fetcher, backup and its verification, and the test.
    assert len(users) == 7
    for name, spec in users.items():
        told = {host: alias["ip"] for alias in spec["hostAliases"] for host in alias["hostnames"]}
        assert told[NAME] == host.strip("[]"), name
    variables = environment(manifests, one(manifests, "Deployment", "aeterna"))
    assert variables["PG_HOST"] == NAME
    assert variables["PGVECTOR_URL"] == f"postgresql://aeterna@{NAME}:6432/aeterna"
    assert host.strip("[]") not in str([container for spec in users.values() for container in spec["containers"]])
    policies = [item["spec"] for item in manifests if item["kind"] == "NetworkPolicy"]
    allowed = [peer for policy in policies for rule in policy["egress"] for peer in rule.get("to", [])]
    assert allowed.count({"ipBlock": {"cidr": f"{host.strip('[]')}/128"}}) == 6


@pytest.mark.parametrize("host", ["pg.example.com", "10.0.0.5"])
def test_other_hosts_of_postgresql_stay_as_they_are(host: str, render: Render) -> None:
    manifests = render(database(host))
    assert NAME not in str(manifests)
    users = users_of_postgresql(manifests)
    assert len(users) == 7
    assert [name for name, spec in users.items() if "hostAliases" in spec] == ["Deployment aeterna"]
    assert environment(manifests, one(manifests, "Deployment", "aeterna"))["PG_HOST"] == host


def test_aliases_of_ones_own_stay_beside_the_database(render: Render) -> None:
    own = {"ip": "10.0.0.9", "hostnames": ["own.example.com"]}
    manifests = render(
        choices.merged(database("fd00::5"), {"extra": {"hostAliases": [own]}, "graph": {"enabled": False}})
    )
    spec = one(manifests, "Deployment", "aeterna")["spec"]["template"]["spec"]
    assert spec["hostAliases"] == [{"ip": "fd00::5", "hostnames": [NAME]}, own]


@pytest.mark.parametrize("host", ["fd00::6", "[fd00::6]"])
@pytest.mark.parametrize(
    ("password", "variable"),
    [({}, "[fd00::6]"), ({"existingSecret": "s", "key": "k"}, ":$(REDIS_PASSWORD)@[fd00::6]")],
)
def test_an_ipv6_address_of_redis_stands_in_brackets(
    host: str, password: dict[str, str], variable: str, render: Render
) -> None:
    cache = {"cache": {"type": "external", "external": {"host": host}, "password": password}}
    manifests = render(choices.merged(EVERYTHING, cache, {"dragonfly": {"enabled": False}}))
    assert environment(manifests, one(manifests, "Deployment", "aeterna"))["RD_HOST"] == variable
    assert environment_of(one(manifests, "Pod", "aeterna-test-cache"))["CACHE_HOST"] == "[fd00::6]"
    egress = one(manifests, "NetworkPolicy", "aeterna")["spec"]["egress"]
    assert {"ipBlock": {"cidr": "fd00::6/128"}} in [peer for rule in egress for peer in rule.get("to", [])]


def environment_of(pod: Manifest) -> dict[str, Any]:
    return {item["name"]: item.get("value") for item in pod["spec"]["containers"][0]["env"]}


@pytest.mark.parametrize("host", ["fd00::7", "[fd00::7]"])
@pytest.mark.parametrize(("store", "variable"), [("qdrant", "QDRANT_URL"), ("weaviate", "WEAVIATE_URL")])
def test_an_ipv6_address_of_a_vector_store_stands_in_brackets(
    store: str, variable: str, host: str, render: Render
) -> None:
    values = choices.merged(EVERYTHING, choices.VECTORS[f"{store}-external"], {"vector": {store: {"host": host}}})
    manifests = render(values)
    url = environment(manifests, one(manifests, "Deployment", "aeterna"))[variable]
    assert url.split("://")[1].startswith("[fd00::7]:")
    for policy in ("aeterna", "aeterna-test"):
        egress = one(manifests, "NetworkPolicy", policy)["spec"]["egress"]
        assert {"ipBlock": {"cidr": "fd00::7/128"}} in [peer for rule in egress for peer in rule.get("to", [])]
