"""Rendering for the tests of the chart, and the table of choices that most of them walk."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.helm import Target

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]


@pytest.fixture(scope="session")
def no_archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder in the place of the user's cache, so that a developer's archives change nothing."""
    return tmp_path_factory.mktemp("archives")


@pytest.fixture(scope="session")
def render(no_archives: Path) -> Render:
    def manifests(values: dict[str, Any] | None = None, **target: Any) -> list[Manifest]:
        return chart.render(values or {}, Target(**target), archives=no_archives).manifests

    return manifests


@pytest.fixture(scope="session")
def problems(no_archives: Path) -> Callable[[dict[str, Any]], tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}

    def broken(values: dict[str, Any]) -> tuple[str, ...]:
        text = json.dumps(values, sort_keys=True)
        if text not in known:
            known[text] = _refused(values, no_archives)
        return known[text]

    return broken


def _refused(values: dict[str, Any], archives: Path) -> tuple[str, ...]:
    try:
        chart.render(values, archives=archives)
    except chart.ChartError as error:
        return error.problems
    return ()


def names(manifests: list[Manifest]) -> set[tuple[str, str]]:
    """Kind and name of every object."""
    return {(item["kind"], item["metadata"]["name"]) for item in manifests}


def installed(manifests: list[Manifest]) -> list[Manifest]:
    """The objects that an install makes: without those of `helm test`."""
    return [item for item in manifests if "helm.sh/hook" not in item["metadata"].get("annotations", {})]


def one(manifests: list[Manifest], kind: str, name: str = "") -> Manifest:
    """The only object of a kind, or the one with that name."""
    (found,) = [item for item in manifests if item["kind"] == kind and name in ("", item["metadata"]["name"])]
    return found


def environment(manifests: list[Manifest], workload: Manifest) -> dict[str, Any]:
    """Variable to value, or to the reference it comes from, of the first container of a workload."""
    container = workload["spec"]["template"]["spec"]["containers"][0]
    found: dict[str, Any] = {}
    for source in container.get("envFrom", []):
        found |= one(manifests, "ConfigMap", source["configMapRef"]["name"])["data"]
    for item in container["env"]:
        found[item["name"]] = item.get("value", item.get("valueFrom", {}).get("secretKeyRef"))
    return found


def pods(manifests: list[Manifest]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and pod spec of every workload."""
    for item in manifests:
        spec = item.get("spec", {})
        if item["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if item["kind"] == "Pod":
            yield f"Pod {item['metadata']['name']}", spec
        elif "template" in spec and item["apiVersion"] in ("apps/v1", "batch/v1"):
            yield f"{item['kind']} {item['metadata']['name']}", spec["template"]["spec"]
