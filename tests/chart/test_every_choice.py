"""Configurations by the table of choices, judged by every check, for every Kubernetes and under any name."""

import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.chart import dependencies
from aeterna_nb.chart.fetch import fetch, verify
from aeterna_nb.chart.helm import Target
from aeterna_nb.checks.schemas import load_schemas
from aeterna_nb.kubernetes.manifests import group_of
from tests.chart import choices
from tests.chart.conftest import Manifest, Render
from tests.chart.judge import CUSTOM_SCHEMAS, KUBERNETES_VERSIONS, faults, has_schema

POLICIES = {"networkPolicy": {"enabled": True}}
RELEASES = ("aeterna", "demo", "r" * 53)
NAMED = os.environ.get("AETERNA_TEST_SUBCHARTS", "")
# Subcharts that cannot follow a release look for these.
FIXED = {
    ("Secret", "aeterna-weaviate-api-key"),
    ("ServiceAccount", "aeterna-weaviate"),
    ("Secret", "aeterna-qdrant-config"),
}
CLUSTER_SCOPED = {"ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"}
SAMPLE = pytest.mark.parametrize(("name", "values"), choices.sample().items(), ids=choices.sample())


def shared(renders: Iterable[list[Manifest]]) -> set[tuple[str, str]]:
    """Kind and name of what more than one of the renders makes in the namespace."""
    made = [{(item["kind"], item["metadata"]["name"]) for item in manifests} for manifests in renders]
    return {item for one, other in itertools.combinations(made, 2) for item in one & other}


@SAMPLE
def test_a_sample_is_right_for_every_kubernetes_and_renders_to_the_same_twice(
    name: str, values: dict[str, Any], render: Render
) -> None:
    manifests = render(values)
    assert [fault for version in KUBERNETES_VERSIONS for fault in faults(manifests, version)] == []
    assert render(values) == manifests


@SAMPLE
def test_a_sample_is_right_under_any_name_and_side_by_side(name: str, values: dict[str, Any], render: Render) -> None:
    parts = values if name == "remote" else choices.merged(values, POLICIES)
    renders = [render(parts, release=release, namespace="n" * 63) for release in RELEASES]
    assert [fault for manifests in renders for fault in faults(manifests)] == []
    assert shared(renders) <= FIXED


@pytest.mark.skipif(not CUSTOM_SCHEMAS.is_dir(), reason="the schemas of custom resources are not beside the checkout")
def test_every_custom_resource_of_the_sample_is_judged_by_its_schema(render: Render) -> None:
    made = [item for values in choices.sample().values() for item in render(values)]
    builtin = load_schemas(KUBERNETES_VERSIONS[-1]).is_builtin
    custom = {(item["apiVersion"], item["kind"]) for item in made if not builtin(group_of(item))}
    assert {kind for _, kind in custom} >= {"Cluster", "Dragonfly", "PerconaServerMongoDB"}
    assert {item for item in custom if not has_schema(*item)} == set()


@pytest.mark.skipif(not NAMED, reason="AETERNA_TEST_SUBCHARTS names no folder of subchart archives")
@pytest.mark.parametrize("cache", ["dragonfly", "valkey"])
def test_two_releases_share_nothing_where_one_of_them_brings_the_operators(cache: str, tmp_path: Path) -> None:
    fetch(dependencies(), tmp_path, Path(NAMED), verify, lambda line: None)
    values = choices.merged(choices.KEY, choices.CACHES[cache], POLICIES)
    operators_there = {"cnpg": {"enabled": False}, "dragonfly": {"enabled": False}}
    first, second = (
        chart.render(parts, Target(release=release), archives=tmp_path).manifests
        for release, parts in (("aeterna", values), ("demo", choices.merged(values, operators_there)))
    )
    assert shared([first, second]) == set()
    assert not CLUSTER_SCOPED & {item["kind"] for item in second}


@pytest.mark.whole_product
def test_the_whole_product_is_right_and_lints(render: Render, no_archives: Path) -> None:
    wrong: dict[str, list[str]] = {}
    for number, (name, values) in enumerate(choices.every()):
        release = RELEASES[number % len(RELEASES)]
        manifests = render(choices.merged(values, POLICIES), release=release, namespace="elsewhere")
        found = [fault for version in KUBERNETES_VERSIONS for fault in faults(manifests, version)]
        found += chart.lint(values, archives=no_archives)
        if found:
            wrong[name] = found
    assert wrong == {}
