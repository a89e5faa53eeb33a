"""The chart's `values-<name>.yaml`: made from the presets, installable as they are, and meant."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.chart.helm import Target
from aeterna_nb.checks.suite import Case, check_all
from aeterna_nb.kubernetes.quantities import quantity
from aeterna_nb.presets import PRESETS
from aeterna_nb.presets.chart_files import answers_for, chart_file
from tests.chart.choices import values_file as values
from tests.chart.conftest import Manifest, installed, one, pods, with_real_subcharts
from tests.chart.judge import KUBERNETES_VERSIONS, faults

CHART = Path(__file__).parents[2] / "charts" / "aeterna"
THREE_AND_SNAPSHOTS = {"production", "large", "aws", "gke", "aks"}
EVERY = pytest.mark.parametrize("name", PRESETS)


@pytest.fixture(scope="module")
def manifests(no_archives: Path) -> Callable[[str], list[Manifest]]:
    made: dict[str, list[Manifest]] = {}

    def of(name: str) -> list[Manifest]:
        if name not in made:
            made[name] = chart.render(values(name), archives=no_archives).manifests
        return made[name]

    return of


def test_there_is_a_file_for_each_preset_and_no_other() -> None:
    assert {path.name for path in CHART.glob("values-*.yaml")} == {f"values-{name}.yaml" for name in PRESETS}


@EVERY
def test_the_file_is_what_the_preset_gives(name: str) -> None:
    assert (CHART / f"values-{name}.yaml").read_text() == chart_file(name), (
        "run: python -m aeterna_nb.presets.chart_files"
    )


@EVERY
def test_the_file_passes_strict_linting_and_every_check(name: str, no_archives: Path) -> None:
    assert chart.lint(values(name), archives=no_archives) == []
    config, findings = answers_for(name).config()
    assert config is not None, findings
    errors = [
        finding.message
        for finding in check_all(Case(config, lambda: chart.render(values(name), archives=no_archives)))
        if finding.severity == "error"
    ]
    assert errors == []


@EVERY
@pytest.mark.parametrize("release", ["aeterna", "demo", "r" * 53])
def test_the_file_is_right_for_every_kubernetes_under_any_name(name: str, release: str, no_archives: Path) -> None:
    target = Target(release=release, namespace="elsewhere")
    found = chart.render(values(name), target, archives=no_archives).manifests
    assert [fault for version in KUBERNETES_VERSIONS for fault in faults(found, version)] == []


@EVERY
def test_the_file_needs_nothing_that_an_empty_cluster_lacks(
    name: str, manifests: Callable[[str], list[Manifest]]
) -> None:
    text = (CHART / f"values-{name}.yaml").read_text()
    assert "sops:" not in text.replace("values-sops:", "")
    assert not [item for item in manifests(name) if item.get("spec", {}).get("type") == "LoadBalancer"]
    for _, pod in pods(manifests(name)):
        assert "nodeSelector" not in pod
        assert "nodeAffinity" not in pod.get("affinity", {})


@EVERY
def test_every_secret_that_a_pod_names_is_made_by_the_release(
    name: str, manifests: Callable[[str], list[Manifest]]
) -> None:
    made = {item["metadata"]["name"] for item in manifests(name) if item["kind"] in {"Secret", "ExternalSecret"}}
    # CloudNativePG makes the password of the role.
    made |= {f"{item['metadata']['name']}-app" for item in manifests(name) if item["kind"] == "Cluster"}
    assert set(_secret_names(manifests(name))) <= made


def _secret_names(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _secret_names(item)
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"secretKeyRef", "secretRef"} and "name" in value:
                yield value["name"]
            if key == "secretName":
                yield value
            yield from _secret_names(value)


@pytest.mark.parametrize(
    ("name", "there", "absent"),
    [
        ("local", {"Cluster", "Dragonfly", "Deployment"}, {"NetworkPolicy", "Ingress", "HorizontalPodAutoscaler"}),
        ("production", {"NetworkPolicy", "PodDisruptionBudget", "CronJob"}, {"Ingress", "HorizontalPodAutoscaler"}),
        ("hybrid", {"Dragonfly", "Deployment", "DaemonSet"}, {"Cluster", "Ingress"}),
        ("remote", {"Service", "ConfigMap", "Secret"}, {"Deployment", "DaemonSet", "StatefulSet", "Cluster", "Job"}),
        ("small", {"Cluster", "NetworkPolicy"}, {"PodDisruptionBudget", "Ingress"}),
        ("medium", {"Cluster", "NetworkPolicy", "PodDisruptionBudget"}, {"HorizontalPodAutoscaler"}),
        ("large", {"HorizontalPodAutoscaler", "PodDisruptionBudget", "CronJob"}, {"Ingress"}),
        ("aws", {"Ingress", "ScheduledBackup", "NetworkPolicy", "CronJob"}, set()),
        ("gke", {"Ingress", "ScheduledBackup", "NetworkPolicy", "CronJob"}, set()),
        ("aks", {"Ingress", "ScheduledBackup", "NetworkPolicy", "CronJob"}, set()),
        ("sops", {"Secret", "Cluster"}, {"ExternalSecret"}),
        ("external-secrets", {"ExternalSecret", "Cluster"}, set()),
    ],
)
def test_each_file_installs_what_its_name_says(
    name: str, there: set[str], absent: set[str], manifests: Callable[[str], list[Manifest]]
) -> None:
    kinds = {item["kind"] for item in manifests(name)}
    assert there <= kinds
    assert not absent & kinds


@EVERY
def test_three_nodes_of_qdrant_with_snapshots_where_the_loss_of_one_must_not_matter(name: str) -> None:
    qdrant = values(name).get("qdrant", {})
    if name in THREE_AND_SNAPSHOTS:
        assert qdrant["replicaCount"] == 3
        assert qdrant["snapshotPersistence"]["enabled"]
        assert qdrant["topologySpreadConstraints"][0]["topologyKey"] == "kubernetes.io/hostname"
        assert values(name)["postgresql"]["cnpg"]["instances"] == 3
    else:
        assert qdrant.get("replicaCount", 1) == 1


@pytest.mark.parametrize(
    ("name", "storage", "ingress_class", "balancer", "identity", "destination"),
    [
        ("aws", "gp3", "alb", "alb.ingress.kubernetes.io/scheme", "eks.amazonaws.com/role-arn", "s3://aeterna-backups"),
        (
            "gke",
            "premium-rwo",
            "gce",
            "kubernetes.io/ingress.allow-http",
            "iam.gke.io/gcp-service-account",
            "gs://aeterna-backups",
        ),
        (
            "aks",
            "managed-csi-premium",
            "azure-application-gateway",
            "appgw.ingress.kubernetes.io/ssl-redirect",
            "azure.workload.identity/client-id",
            "https://aeternabackups.blob.core.windows.net/aeterna",
        ),
    ],
)
def test_a_cloud_gets_its_own_storage_ingress_identity_and_backups(
    name: str,
    storage: str,
    ingress_class: str,
    balancer: str,
    identity: str,
    destination: str,
    manifests: Callable[[str], list[Manifest]],
) -> None:
    found = manifests(name)
    cluster, ingress = one(found, "Cluster"), one(found, "Ingress")
    assert cluster["spec"]["storage"]["storageClass"] == storage
    assert values(name)["qdrant"]["persistence"]["storageClassName"] == storage
    annotations = ingress["metadata"]["annotations"]
    assert ingress["spec"].get("ingressClassName", annotations.get("kubernetes.io/ingress.class")) == ingress_class
    assert balancer in annotations
    assert identity in one(found, "ServiceAccount", "aeterna")["metadata"]["annotations"]
    assert identity in cluster["spec"]["serviceAccountTemplate"]["metadata"]["annotations"]
    assert cluster["spec"]["backup"]["barmanObjectStore"]["destinationPath"].startswith(destination)


def test_google_gets_the_ingress_class_by_annotation_alone(manifests: Callable[[str], list[Manifest]]) -> None:
    # The API server refuses an Ingress with both, and Google's controller reads the annotation only.
    assert "ingressClassName" not in one(manifests("gke"), "Ingress")["spec"]


def test_pods_that_take_an_identity_in_azure_are_labelled_for_it(manifests: Callable[[str], list[Manifest]]) -> None:
    wanted = {"azure.workload.identity/use": "true"}.items()
    found = manifests("aks")
    assert wanted <= one(found, "Deployment", "aeterna")["spec"]["template"]["metadata"]["labels"].items()
    assert wanted <= one(found, "Cluster")["spec"]["inheritedMetadata"]["labels"].items()


@pytest.mark.parametrize("name", ["hybrid", "remote", "sops"])
def test_what_has_to_be_filled_in_is_listed_at_the_top(name: str) -> None:
    top = (CHART / f"values-{name}.yaml").read_text().split("\n\n")[0]
    listed = [line.split(": ")[0].strip("# ") for line in top.splitlines() if line.startswith("#   ")]
    for path in [path for path, value in _leaves(values(name)) if value == "fill-in"]:
        assert path in listed


def _leaves(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


# With the real subcharts


@with_real_subcharts
@EVERY
def test_the_file_passes_every_check_together_with_the_subcharts(name: str, subcharts: Path) -> None:
    config, _ = answers_for(name).config()
    assert config is not None
    rendered = chart.render(values(name), archives=subcharts)
    assert [
        finding.message for finding in check_all(Case(config, lambda: rendered)) if finding.severity == "error"
    ] == []


@with_real_subcharts
def test_local_fits_one_node_of_4_cpus_and_8_gib(subcharts: Path) -> None:
    rendered = chart.render(values("local"), archives=subcharts).manifests
    cpu, memory = _requests(rendered)
    assert cpu <= 4
    assert memory <= 8 * 1024**3


def _requests(found: list[Manifest]) -> tuple[Decimal, Decimal]:
    """CPUs and bytes that all pods on one node ask for together, the operators' pods included."""
    running = [pod for _, pod in pods(installed(found))]
    wanted = [container["resources"]["requests"] for pod in running for container in pod["containers"]]
    for kind in ("Cluster", "Dragonfly"):
        spec = one(found, kind)["spec"]
        wanted += [spec["resources"]["requests"]] * spec.get("instances", spec.get("replicas", 1))
    return _sum(wanted, "cpu"), _sum(wanted, "memory")


def _sum(requests: list[dict[str, Any]], what: str) -> Decimal:
    amounts = [quantity(item[what]) for item in requests]
    assert None not in amounts
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
