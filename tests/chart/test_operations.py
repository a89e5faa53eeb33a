"""Ingress, scaling, protection, observation, and the network."""

from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render, names, one
from tests.chart.judge import CUSTOM_SCHEMAS, faults

EVERYTHING: dict[str, Any] = {
    "ingress": {
        "enabled": True,
        "host": "a.example.com",
        "className": "nginx",
        "tls": {"enabled": True, "clusterIssuer": "letsencrypt"},
    },
    "httpRoute": {"enabled": True, "parentRefs": [{"name": "gateway"}], "hostnames": ["a.example.com"]},
    "hpa": {"enabled": True, "targetMemoryPercent": 80, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}}},
    "pdb": {"enabled": True, "minAvailable": 2, "maxUnavailable": ""},
    "vpa": {"enabled": True, "minAllowed": {"cpu": "100m"}},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True},
    "dashboard": {"enabled": True},
    "networkPolicy": {"enabled": True, "defaultDeny": True},
    "tracing": {"enabled": True, "endpoint": "http://collector.example.com:4317"},
    "scheduling": {
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
        ]
    },
    "global": {"imagePullSecrets": ["mine"], "imageRegistry": "mirror.example.com"},
    "knowledge": {"persistence": {"enabled": True, "accessModes": ["ReadWriteMany"]}},
}


@pytest.mark.skipif(not CUSTOM_SCHEMAS.is_dir(), reason="no schemas of custom resources beside the checkout")
@pytest.mark.parametrize("version", ["1.29", "1.32", "1.37"])
def test_everything_at_once_is_right_for_kubernetes(version: str, render: Render) -> None:
    assert faults(render(choices.merged(choices.KEY, EVERYTHING)), version) == []


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("ingress", "Ingress"),
        ("httpRoute", "HTTPRoute"),
        ("hpa", "HorizontalPodAutoscaler"),
        ("pdb", "PodDisruptionBudget"),
        ("vpa", "VerticalPodAutoscaler"),
        ("serviceMonitor", "ServiceMonitor"),
        ("prometheusRule", "PrometheusRule"),
        ("networkPolicy", "NetworkPolicy"),
    ],
)
def test_each_part_is_there_when_asked_for_and_only_then(section: str, kind: str, render: Render) -> None:
    off = choices.merged(choices.KEY, choices.OPALS["no-opal"])
    on = choices.merged(off, {section: EVERYTHING[section]})
    assert not [item for item in render(off) if item["kind"] == kind]
    assert [item for item in render(on) if item["kind"] == kind]


def test_an_autoscaler_owns_the_number_of_replicas(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, {"hpa": {"enabled": True}}))
    assert "replicas" not in one(manifests, "Deployment", "aeterna")["spec"]


def test_zero_replicas_stay_zero(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, {"replicaCount": 0}))
    assert one(manifests, "Deployment", "aeterna")["spec"]["replicas"] == 0


def test_a_budget_keeps_the_number_it_was_given(render: Render) -> None:
    budget = one(render(choices.merged(choices.KEY, {"pdb": EVERYTHING["pdb"]})), "PodDisruptionBudget", "aeterna")
    assert budget["spec"]["minAvailable"] == 2
    assert "maxUnavailable" not in budget["spec"]


def test_a_spread_without_selector_gets_the_servers(render: Render) -> None:
    values = choices.merged(choices.KEY, {"scheduling": EVERYTHING["scheduling"]})
    deployment = one(render(values), "Deployment", "aeterna")
    (spread,) = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert spread["labelSelector"] == deployment["spec"]["selector"]


@pytest.mark.parametrize(
    ("class_name", "annotation"),
    [
        ("nginx-internal", "nginx.ingress.kubernetes.io/proxy-read-timeout"),
        ("alb", "alb.ingress.kubernetes.io/target-type"),
        ("azure-application-gateway", "appgw.ingress.kubernetes.io/request-timeout"),
        ("traefik", ""),
    ],
)
def test_the_ingress_class_decides_how_long_requests_are_let_through(
    class_name: str, annotation: str, render: Render
) -> None:
    values = choices.merged(choices.KEY, {"ingress": {"enabled": True, "host": "h", "className": class_name}})
    annotations = one(render(values), "Ingress")["metadata"].get("annotations", {})
    assert list(annotations)[:1] == [] if not annotation else annotation in annotations


def test_a_users_annotation_wins_over_the_controllers(render: Render) -> None:
    key = "nginx.ingress.kubernetes.io/proxy-read-timeout"
    values = {"ingress": {"enabled": True, "host": "h", "className": "nginx", "annotations": {key: "7"}}}
    assert one(render(choices.merged(choices.KEY, values)), "Ingress")["metadata"]["annotations"][key] == "7"


def _egress_ports(render: Render, *parts: dict[str, Any]) -> set[int]:
    manifests = render(choices.merged(choices.KEY, {"networkPolicy": {"enabled": True}}, *parts))
    policy = one(manifests, "NetworkPolicy", "aeterna")
    return {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}


def test_the_server_reaches_only_what_the_configuration_needs(render: Render) -> None:
    assert _egress_ports(render, choices.VECTORS["pgvector"]) == {53, 5432, 6379}
    assert _egress_ports(render, choices.VECTORS["qdrant"], choices.LLMS["openai"]) == {53, 443, 5432, 6333, 6334, 6379}
    assert _egress_ports(
        render, choices.VECTORS["weaviate"], choices.DATABASES["external"], choices.LLMS["ollama"]
    ) == {53, 6432, 6379, 8080, 50051, 11434}
    central = {"mode": "hybrid", "central": {"url": "https://c.example.com:8443"}}
    assert 8443 in _egress_ports(render, choices.VECTORS["pgvector"], central)


def test_every_pod_of_the_chart_has_a_network_policy(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, {"networkPolicy": {"enabled": True}}))
    selected = {
        tuple(sorted(item["spec"]["podSelector"]["matchLabels"].items()))
        for item in manifests
        if item["kind"] == "NetworkPolicy"
    }
    for item in manifests:
        if item["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
            labels = item["spec"]["template"]["metadata"]["labels"].items()
            assert any(set(selector) <= set(labels) for selector in selected), item["metadata"]["name"]


def test_remote_makes_none_of_it(render: Render) -> None:
    parts = {key: value for key, value in EVERYTHING.items() if key != "ingress"}
    assert names(render(choices.merged(choices.REMOTE, parts))) == names(render(choices.REMOTE))
