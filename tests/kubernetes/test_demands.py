"""What a configuration asks of a cluster."""

from decimal import Decimal
from typing import Any

import pytest

from aeterna_nb.kubernetes.demands import GIB, NodeSize, demands, nodes_needed
from aeterna_nb.notebook.panels.resources import ResourcesPanel, gibibytes
from aeterna_nb.notebook.seen import Seen


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


def test_without_pods_the_panel_says_what_would_be_there() -> None:
    assert "appears here" in ResourcesPanel().html(Seen())


@pytest.mark.parametrize(
    ("amount", "words"), [(GIB, "1 GiB"), (GIB * Decimal("1.5"), "1.5 GiB"), (Decimal(0), "0 GiB")]
)
def test_amounts_in_words(amount: Decimal, words: str) -> None:
    assert gibibytes(amount) == words
