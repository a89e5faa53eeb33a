"""NetworkPolicies: whom each pod reaches, and that each pod has one."""

from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render, one

POLICIES = {"networkPolicy": {"enabled": True}}
IDENTITY = {"169.254.169.254/32", "169.254.170.23/32", "169.254.169.252/32"}


def _egress(render: Render, policy: str, *parts: dict[str, Any]) -> list[dict[str, Any]]:
    manifests = render(choices.merged(choices.KEY, POLICIES, *parts))
    rules: list[dict[str, Any]] = one(manifests, "NetworkPolicy", policy)["spec"]["egress"]
    return rules


def _egress_ports(render: Render, *parts: dict[str, Any], policy: str = "aeterna") -> set[int]:
    return {port["port"] for rule in _egress(render, policy, *parts) for port in rule["ports"]}


def _addresses(rules: list[dict[str, Any]]) -> set[str]:
    return {peer["ipBlock"]["cidr"] for rule in rules for peer in rule.get("to", []) if "ipBlock" in peer}


def test_the_server_reaches_only_what_the_configuration_needs(render: Render) -> None:
    assert _egress_ports(render, choices.VECTORS["pgvector"]) == {53, 5432, 6379}
    assert _egress_ports(render, choices.VECTORS["qdrant"], choices.LLMS["openai"]) == {53, 443, 5432, 6333, 6334, 6379}
    assert _egress_ports(
        render, choices.VECTORS["weaviate"], choices.DATABASES["external"], choices.LLMS["ollama"]
    ) == {53, 6432, 6379, 8080, 50051, 11434}
    other_port = {"vector": {"mongodb": {"port": 27018}}}
    assert _egress_ports(render, choices.VECTORS["mongodb-external"], other_port) == {53, 5432, 6379, 27018}
    central = {"mode": "hybrid", "central": {"url": "https://c.example.com:8443"}}
    assert 8443 in _egress_ports(render, choices.VECTORS["pgvector"], central)
    oauth2 = {"method": "oauth2", "oauth2": {"clientId": "c", "tokenUrl": "https://login.example.com:9443/token"}}
    secret = {"central": {"auth": choices.merged({"oauth2": {"clientSecret": {"value": "s"}}}, oauth2)}}
    assert {8443, 9443} <= _egress_ports(render, choices.VECTORS["pgvector"], central, secret)
    kms = {"kms": {"provider": "aws", "awsKeyArn": "arn:aws:kms:x"}}
    assert _egress_ports(render, choices.VECTORS["pgvector"], kms) == {53, 80, 443, 988, 5432, 6379}


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("https://git.example.com/p.git", 443),
        ("http://git.example.com/p.git", 80),
        ("https://git.example.com:3000/p.git", 3000),
        ("git://git.example.com/p.git", 9418),
        ("ssh://git@git.example.com/p.git", 22),
        ("ssh://git@git.example.com:2222/p.git", 2222),
        ("git@git.example.com:p.git", 22),
    ],
)
def test_repositories_are_reached_at_the_port_of_their_address(url: str, port: int, render: Render) -> None:
    knowledge = {"knowledge": {"repositoryUrl": url}}
    assert _egress_ports(render, choices.VECTORS["pgvector"], knowledge) == {53, 5432, 6379, port}
    policies = {"opal": {"policy": {"source": "git", "git": {"url": url, "sshKey": {"value": "k"}}}}}
    assert _egress_ports(render, policies, policy="aeterna-opal-server") == {53, port}


@pytest.mark.parametrize(
    ("parts", "asks"),
    [
        (choices.LLMS["google"], True),
        (choices.LLMS["bedrock"], True),
        ({"kms": {"provider": "aws", "awsKeyArn": "arn:aws:kms:x"}}, True),
        (choices.merged(choices.LLMS["google"], {"llm": {"google": {"credentials": {"value": "{}"}}}}), False),
        (choices.VECTORS["vertex-ai"], False),
        (choices.LLMS["openai"], False),
    ],
)
def test_a_server_that_signs_in_with_its_own_identity_reaches_the_clouds_metadata(
    parts: dict[str, Any], asks: bool, render: Render
) -> None:
    assert (_addresses(_egress(render, "aeterna", parts)) == IDENTITY) is asks


@pytest.mark.parametrize(
    ("policy", "database", "ports"),
    [
        ("aeterna-backup", "cnpg", {53, 443, 6443}),
        ("aeterna-backup", "external", {53, 6432, 9000}),
        ("aeterna-pg-verify", "cnpg", {53, 443, 6443, 9000}),
        ("aeterna-test", "external", {53, 6333, 6334, 6379, 6432, 7002, 8080, 8180}),
    ],
)
def test_jobs_and_tests_reach_only_what_they_work_on(
    policy: str, database: str, ports: set[int], render: Render
) -> None:
    store = {"bucket": "b", "endpoint": "https://minio:9000", "accessKeyId": {"value": "k"}}
    s3 = {**store, "secretAccessKey": {"value": "s"}}
    backup = {"backup": {"enabled": True, "s3": s3, "verification": {"enabled": True}}}
    rules = _egress(render, policy, choices.DATABASES[database], backup)
    assert {port["port"] for rule in rules for port in rule.get("ports", [])} == ports
    assert all("to" in rule or "ports" in rule for rule in rules)


def test_what_asks_the_api_server_reaches_it_at_the_ports_that_are_given_and_at_no_others(render: Render) -> None:
    store = {"bucket": "b", "endpoint": "https://minio:9000", "accessKeyId": {"value": "k"}}
    parts = {
        "networkPolicy": {"enabled": True, "apiServerPorts": [16443]},
        "postgresql": {"cnpg": {"pooler": {"enabled": True}}},
        "backup": {
            "enabled": True,
            "s3": {**store, "secretAccessKey": {"value": "s"}},
            "verification": {"enabled": True},
        },
    }
    reached = {
        item["metadata"]["name"]: {
            port["port"] for rule in item["spec"].get("egress", []) for port in rule.get("ports", [])
        }
        for item in render(choices.merged(choices.KEY, POLICIES, parts))
        if item["kind"] == "NetworkPolicy"
    }
    asking = {name for name, ports in reached.items() if 16443 in ports}
    assert asking == {"aeterna-backup", "aeterna-pg", "aeterna-pg-pooler", "aeterna-pg-verify"}
    assert not [name for name, ports in reached.items() if 6443 in ports or 443 in ports]


EVERY_POD = [
    {"backup": {"enabled": True, "s3": {"bucket": "b"}, "verification": {"enabled": True}}},
    choices.merged(
        choices.DATABASES["external"], {"backup": {"enabled": True, "s3": {"bucket": "b"}}}, choices.CACHES["valkey"]
    ),
    {
        "vector": {"qdrant": {"snapshots": {"enabled": True}}},
        "qdrant": {"snapshotPersistence": {"enabled": True}},
        "postgresql": {"cnpg": {"pooler": {"enabled": True}}},
        "opal": {"fetcher": {"enabled": True, "tenant": "t", "image": {"repository": "r", "tag": "1"}}},
    },
]


@pytest.mark.parametrize("parts", EVERY_POD)
def test_every_pod_of_the_chart_has_a_network_policy_that_lets_it_ask_for_names(
    parts: dict[str, Any], render: Render
) -> None:
    manifests = render(choices.merged(choices.KEY, POLICIES, parts))
    policies = [item["spec"] for item in manifests if item["kind"] == "NetworkPolicy"]
    names_by_both = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
    seen = 0
    for item in manifests:
        spec = item.get("spec", {})
        spec = spec["jobTemplate"]["spec"] if item["kind"] == "CronJob" else spec
        labelled = item if item["kind"] == "Pod" else spec.get("template", {})
        labels = labelled.get("metadata", {}).get("labels", {})
        if not labels:
            continue
        seen += 1
        own = [policy for policy in policies if policy["podSelector"]["matchLabels"].items() <= labels.items()]
        assert own, item["metadata"]["name"]
        assert all(policy["egress"][0] == {"ports": names_by_both} for policy in own)
    assert seen > 8
