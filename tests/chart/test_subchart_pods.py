"""The pods of the subcharts as the chart configures them: Pod Security "restricted", budgets, and the network."""

import os
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.chart import dependencies
from aeterna_nb.chart.fetch import fetch, verify
from aeterna_nb.checks.pod_security import check_pod_security
from tests.chart import choices
from tests.chart.conftest import Manifest, names

NAMED = os.environ.get("AETERNA_TEST_SUBCHARTS", "")
pytestmark = pytest.mark.skipif(not NAMED, reason="AETERNA_TEST_SUBCHARTS names no folder of subchart archives")

SHAPES: dict[str, dict[str, Any]] = {
    "qdrant": {"qdrant": {"replicaCount": 3, "snapshotPersistence": {"enabled": True}}},
    "weaviate": choices.merged(
        choices.VECTORS["weaviate"],
        choices.CACHES["valkey"],
        {
            "weaviate": {"replicas": 3},
            "valkey": {
                "replica": {"enabled": True, "replicas": 2, "persistence": {"size": "1Gi"}},
                "metrics": {"enabled": True},
            },
        },
    ),
    "mongodb": choices.VECTORS["mongodb"],
}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("subcharts")
    fetch(dependencies(), folder, Path(NAMED), verify, lambda line: None)
    return folder


def rendered(shape: str, archives: Path, *parts: dict[str, Any]) -> list[Manifest]:
    return chart.render(choices.merged(choices.KEY, SHAPES[shape], *parts), archives=archives).manifests


@pytest.mark.parametrize("shape", SHAPES)
def test_every_pod_passes(shape: str, archives: Path) -> None:
    assert [finding.message for finding in check_pod_security(rendered(shape, archives))] == []


def test_every_replicated_store_of_a_subchart_has_a_disruption_budget(archives: Path) -> None:
    assert ("PodDisruptionBudget", "aeterna-qdrant") in names(rendered("qdrant", archives))
    assert names(rendered("weaviate", archives)) >= {
        ("PodDisruptionBudget", "aeterna-valkey"),
        ("PodDisruptionBudget", "weaviate"),
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_a_default_deny_leaves_no_pod_without_a_policy_of_its_own(shape: str, archives: Path) -> None:
    policies = {"networkPolicy": {"enabled": True, "defaultDeny": True}}
    manifests = rendered(shape, archives, policies)
    selectors = [item["spec"]["podSelector"] for item in manifests if item["kind"] == "NetworkPolicy"]
    assert {} in selectors
    for item in manifests:
        if item["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
            labels = item["spec"]["template"]["metadata"]["labels"]
            own = [selector for selector in selectors if selector and _selects(selector, labels)]
            assert own, f"{item['kind']} {item['metadata']['name']}"


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        labels.get(rule["key"]) in rule["values"] for rule in selector.get("matchExpressions", [])
    )
