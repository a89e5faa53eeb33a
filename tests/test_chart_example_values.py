"""The chart's example values files: made from presets, and meaning what they say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb import chart, helm
from aeterna_nb.checks.quantities import quantity
from aeterna_nb.example_values import EXAMPLES, FILL_IN, examples
from aeterna_nb.helm import Target
from tests.chart.conftest import Manifest, installed, names, one, pods
from tests.chart.judge import faults

FOLDER = Path(__file__).parent.parent / "charts" / "aeterna"

# File: kinds and names that must be there, and kinds that must not.
MEANINGS: dict[str, tuple[set[tuple[str, str]], set[str]]] = {
    "local": ({("Deployment", "aeterna"), ("Cluster", "aeterna-pg"), ("Dragonfly", "aeterna-dragonfly")}, {"Pooler"}),
    "hybrid": ({("Dragonfly", "aeterna-dragonfly"), ("DaemonSet", "aeterna-cedar-agent")}, {"Cluster"}),
    "remote": ({("Service", "aeterna-central"), ("Secret", "aeterna-central")}, {"Deployment", "Cluster", "Dragonfly"}),
    "production": ({("PodDisruptionBudget", "aeterna"), ("NetworkPolicy", "aeterna")}, {"Ingress"}),
    "small": ({("Deployment", "aeterna")}, {"PodDisruptionBudget", "HorizontalPodAutoscaler"}),
    "medium": ({("Deployment", "aeterna")}, {"HorizontalPodAutoscaler"}),
    "large": ({("HorizontalPodAutoscaler", "aeterna"), ("PodDisruptionBudget", "aeterna")}, {"Ingress"}),
    "aws": ({("Ingress", "aeterna"), ("ScheduledBackup", "aeterna-pg")}, {"HorizontalPodAutoscaler"}),
    "gke": ({("Ingress", "aeterna"), ("ScheduledBackup", "aeterna-pg")}, {"HorizontalPodAutoscaler"}),
    "aks": ({("Ingress", "aeterna"), ("ScheduledBackup", "aeterna-pg")}, {"HorizontalPodAutoscaler"}),
    "sops": ({("Secret", "aeterna")}, {"ExternalSecret"}),
    "external-secrets": ({("ExternalSecret", "aeterna-external")}, {"Secret"}),
}
CLOUDS = {
    "aws": ("gp3", "alb", "eks.amazonaws.com/role-arn", "s3://"),
    "gke": ("premium-rwo", "gce", "iam.gke.io/gcp-service-account", "gs://"),
    "aks": ("managed-csi-premium", "azure-application-gateway", "azure.workload.identity/client-id", "https://"),
}

Rendered = Callable[[str], list[Manifest]]


def values_of(name: str) -> dict[str, Any]:
    (values,) = helm.read_manifests((FOLDER / f"values-{name}.yaml").read_text())
    return values


@pytest.fixture
def rendered(tmp_path: Path) -> Rendered:
    return lambda name: chart.render(values_of(name), Target(), archives=tmp_path).manifests


def test_the_committed_files_are_the_ones_the_presets_make() -> None:
    assert {path.name: path.read_text() for path in FOLDER.glob("values-*.yaml")} == examples(), (
        "run: python -m aeterna_nb.example_values charts/aeterna"
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_file_means_what_it_says_and_is_right(name: str, rendered: Rendered) -> None:
    manifests = rendered(name)
    there, absent = MEANINGS[name]
    assert names(manifests) >= there
    assert not {item["kind"] for item in manifests} & absent
    assert chart.lint(values_of(name)) == []
    assert faults(manifests) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_file_asks_for_node_labels_or_a_load_balancer_or_more_than_a_node(name: str, rendered: Rendered) -> None:
    manifests = rendered(name)
    assert not [item for item in manifests if item.get("spec", {}).get("type") == "LoadBalancer"]
    for _, pod in pods(manifests):
        assert "nodeSelector" not in pod
        wanted = [container["resources"]["requests"] for container in pod["containers"]]
        assert sum(quantity(item["cpu"]) or 0 for item in wanted) < 8
        assert sum(quantity(item["memory"]) or 0 for item in wanted) < 32 * 2**30


def test_local_fits_one_small_machine(rendered: Rendered) -> None:
    manifests = installed(rendered("local"))
    containers = [container for _, pod in pods(manifests) for container in pod["containers"]]
    requests = [container["resources"]["requests"] for container in containers]
    requests += [one(manifests, kind)["spec"]["resources"]["requests"] for kind in ("Cluster", "Dragonfly")]
    defaults = helm.read_manifests((FOLDER / "values.yaml").read_text())[0]
    requests += [defaults["qdrant"]["resources"]["requests"], defaults["cnpg"]["resources"]["requests"]]
    requests += [defaults["dragonfly"]["manager"]["resources"]["requests"]]
    assert sum(quantity(item["cpu"]) or 0 for item in requests) <= 4
    assert sum(quantity(item["memory"]) or 0 for item in requests) <= 8 * 2**30


@pytest.mark.parametrize("name", CLOUDS)
def test_each_cloud_has_its_volumes_ingress_identity_and_backups(name: str, rendered: Rendered) -> None:
    manifests = rendered(name)
    storage_class, ingress_class, annotation, destination = CLOUDS[name]
    cluster = one(manifests, "Cluster")["spec"]
    assert cluster["storage"]["storageClass"] == storage_class
    assert values_of(name)["qdrant"]["persistence"]["storageClassName"] == storage_class
    assert one(manifests, "Ingress")["spec"]["ingressClassName"] == ingress_class
    assert annotation in one(manifests, "ServiceAccount", "aeterna")["metadata"]["annotations"]
    assert annotation in cluster["serviceAccountTemplate"]["metadata"]["annotations"]
    assert cluster["backup"]["barmanObjectStore"]["destinationPath"].startswith(destination)


@pytest.mark.parametrize("name", ["hybrid", "remote"])
def test_what_is_to_be_filled_in_stands_in_our_own_secret_and_is_told(name: str, rendered: Rendered) -> None:
    text = (FOLDER / f"values-{name}.yaml").read_text()
    assert FILL_IN in text.split("\nmode:")[0]
    assert "existingSecret" not in text


@pytest.mark.parametrize("name", ["production", "large"])
def test_what_matters_has_three_of_each(name: str, rendered: Rendered) -> None:
    manifests = rendered(name)
    assert one(manifests, "Cluster")["spec"]["instances"] == 3
    assert values_of(name)["qdrant"]["replicaCount"] == 3
