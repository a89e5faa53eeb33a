"""What a configuration asks of a cluster."""

import itertools
import re
from decimal import Decimal
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.chart import Dependency
from aeterna_nb.evaluate import evaluate
from aeterna_nb.kubernetes.demands import GIB, Demand, NodeSize, demands, nodes_needed, together
from aeterna_nb.notebook.earlier import Earlier
from aeterna_nb.notebook.panels.resources import ResourcesPanel, gibibytes
from aeterna_nb.notebook.panels.what_if import WhatIfPanel
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.sets import Sets
from aeterna_nb.presets import PRESETS

STRANGER = Dependency("stranger", "stranger", "1.0.0", "https://charts.example.com", "stranger.enabled")
"""A subchart of which nothing is known here."""


def workload(kind: str, replicas: int | None, cpu: str, memory: str, disk: str | None = None) -> dict[str, Any]:
    container = {"name": "main", "resources": {"requests": {"cpu": cpu, "memory": memory}}}
    spec: dict[str, Any] = {"template": {"spec": {"containers": [container, container]}}}
    if replicas is not None:
        spec["replicas"] = replicas
    if disk:
        spec["volumeClaimTemplates"] = [{"spec": {"resources": {"requests": {"storage": disk}}}}]
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": kind.lower()}, "spec": spec}


CLUSTER = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Cluster",
    "metadata": {"name": "pg"},
    "spec": {"instances": 3, "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}, "storage": {"size": "50Gi"}},
}


def test_every_pod_and_container_counts() -> None:
    (asked,) = demands([workload("StatefulSet", 3, "250m", "512Mi", "10Gi")])
    assert (asked.pods, asked.cpu, asked.memory, asked.storage) == (3, Decimal("1.5"), 3 * GIB, 30 * GIB)


def test_a_database_cluster_counts_its_instances() -> None:
    (asked,) = demands([CLUSTER])
    assert (asked.pods, asked.cpu, asked.memory, asked.storage) == (3, Decimal("1.5"), 3 * GIB, 150 * GIB)


@pytest.mark.parametrize("kind", ["Job", "CronJob", "Pod", "Service", "ConfigMap"])
def test_what_does_not_keep_running_asks_for_nothing(kind: str) -> None:
    assert demands([workload(kind, None, "1", "1Gi")]) == []


@pytest.mark.parametrize(
    ("manifests", "cores", "memory", "nodes"),
    [
        ([workload("Deployment", 1, "500m", "1Gi")], 2, 8, 1),
        ([workload("Deployment", 3, "500m", "1Gi")], 2, 8, 2),
        ([workload("Deployment", 3, "100m", "4Gi")], 2, 8, 3),
        ([workload("Deployment", 2, "500m", "1Gi"), workload("DaemonSet", None, "500m", "1Gi")], 2, 8, 2),
        ([workload("DaemonSet", None, "1", "1Gi")], 2, 8, 0),
        ([workload("Deployment", 1, "1", "5Gi")], 4, 8, 0),
    ],
)
def test_the_fewest_nodes_hold_the_sum(manifests: list[dict[str, Any]], cores: int, memory: int, nodes: int) -> None:
    assert nodes_needed(demands(manifests), NodeSize(cores, memory * GIB)) == nodes


def test_the_panel_compares_with_the_chosen_node() -> None:
    panel = ResourcesPanel()
    seen = Seen(manifests=[workload("Deployment", 4, "1", "1Gi"), CLUSTER], current=True)
    assert "At least 3 nodes of 4 CPUs and 16 GiB" in panel.html(seen)
    panel.act("cores", "", "8")
    panel.act("memory", "", "32")
    assert "At least 2 nodes of 8 CPUs and 32 GiB" in panel.html(seen)
    assert "9.5 of 16" in panel.html(seen)


@pytest.mark.parametrize("act", ["cores", "memory", "node"])
@pytest.mark.parametrize("value", ["", "0", "-1", "1e3", "1.5", "many", "²", "999999999999999999999"])
def test_what_is_no_size_of_a_node_changes_nothing(act: str, value: str) -> None:
    panel = ResourcesPanel()
    panel.act(act, "", value)
    assert "4 CPUs and 16 GiB" in panel.html(Seen(manifests=[CLUSTER], current=True))


def test_a_pod_that_fits_into_no_node_is_named() -> None:
    panel = ResourcesPanel()
    panel.act("memory", "", "1")
    seen = Seen(manifests=[CLUSTER, workload("Deployment", 1, "100m", "1Gi")], current=True)
    assert "too small for a pod of deployment." in panel.html(seen)


def preset(name: str, **more: Any) -> list[Demand]:
    """What a preset asks for, on a machine that has none of the subcharts' archives."""
    answers = Answers().with_values(Origin.PRESET, PRESETS[name].values).with_values(Origin.TYPED, more)
    evaluation = evaluate(answers)
    return demands(evaluation.manifests, evaluation.missing)


def test_what_the_values_ask_for_counts_where_a_chart_is_not_at_hand() -> None:
    (qdrant,) = [demand for demand in preset("production", vector_backend="qdrant") if demand.name == "qdrant"]
    assert (qdrant.pods, qdrant.cpu, qdrant.memory) == (3, Decimal("1.5"), 3 * GIB)
    assert qdrant.storage == 3 * 2 * 10 * GIB, "data and snapshots"
    assert qdrant.from_values
    assert not qdrant.unknown


def test_an_operator_s_pods_count_too() -> None:
    asked = {demand.name: demand for demand in preset("local", vector_backend="mongodb")}
    assert asked["cloudnative-pg"].cpu == Decimal("0.05")
    assert asked["dragonfly-operator"].memory == GIB / 8, "the operator and its proxy"
    assert asked["aeterna-mongodb"].pods == 1


def test_each_of_the_bundled_stores_asks_for_something_else() -> None:
    sums = {
        backend: together("", preset("local", vector_backend=backend))
        for backend in ("qdrant", "weaviate", "mongodb", "pgvector")
    }
    assert len({(asked.cpu, asked.memory, asked.storage) for asked in sums.values()}) == len(sums)


def test_a_deployment_that_scales_by_itself_asks_for_its_fewest_pods() -> None:
    (server,) = [demand for demand in preset("large") if demand.name == "aeterna"]
    assert server.pods == 3


def test_what_nobody_can_know_stands_in_the_verdict() -> None:
    silent = {**workload("Deployment", 1, "1", "1Gi"), "metadata": {"name": "silent"}}
    silent["spec"]["template"]["spec"]["containers"].append({"name": "sidecar"})
    html = ResourcesPanel().html(Seen(manifests=[silent], missing={STRANGER: {}}, current=True))
    verdict = html.partition("</p>")[0]
    assert "parts of silent, stranger." in verdict


def compare() -> WhatIfPanel:
    return WhatIfPanel(Sets(Session(Answers()), Earlier(None), evaluate, lambda step: step()))


def test_two_stores_whose_charts_are_not_at_hand_differ_in_what_they_ask_for() -> None:
    panel = compare()
    seen = {
        backend: Seen().after(
            evaluate(Answers().with_values(Origin.PRESET, {**PRESETS["local"].values, "vector_backend": backend}))
        )
        for backend in ("qdrant", "weaviate", "mongodb", "pgvector")
    }
    for held, now in itertools.permutations(seen.values(), 2):
        panel.act("release", "", "")
        panel.html(held)
        panel.act("hold", "", "")
        rows = dict(re.findall(r'<th scope="row">(\w+)</th>((?:<td>[^<]+</td>){2})', panel.html(now)))
        cells = [re.findall(r"<td>([^<]+)</td>", rows[name]) for name in ("CPU", "Memory", "Storage")]
        assert any(before != after for before, after in cells)
        assert "without those of" in rows["Objects"]


def test_containers_that_no_cluster_runs_are_not_compared_by_what_they_ask_of_one() -> None:
    panel = compare()
    compose = Answers().with_values(Origin.PRESET, {**PRESETS["local"].values, "target": "docker-compose"})
    panel.html(Seen().after(evaluate(compose)))
    panel.act("hold", "", "")
    assert "Pods" not in panel.html(Seen().after(evaluate(compose.with_values(Origin.TYPED, {"cache": "valkey"}))))


def test_what_is_counted_from_values_says_so() -> None:
    answers = Answers().with_values(Origin.PRESET, {**PRESETS["local"].values, "vector_backend": "qdrant"})
    html = ResourcesPanel().html(Seen().after(evaluate(answers)))
    assert ">qdrant *<" in html
    assert "Its chart is not at hand" in html
    assert "are not counted" not in html


def test_without_pods_the_panel_says_what_would_be_there() -> None:
    assert "appears here" in ResourcesPanel().html(Seen())


@pytest.mark.parametrize(
    ("amount", "words"), [(GIB, "1 GiB"), (GIB * Decimal("1.5"), "1.5 GiB"), (Decimal(0), "0 GiB")]
)
def test_amounts_in_words(amount: Decimal, words: str) -> None:
    assert gibibytes(amount) == words
