"""Rendering for the tests of the chart, and the table of choices that most of them walk."""

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.chart import archives_folder, dependencies
from aeterna_nb.chart.export import export
from aeterna_nb.chart.fetch import fetch, verify
from aeterna_nb.chart.helm import Target
from aeterna_nb.chart.record import shrink_record
from tests.chart.api_server import KUBECONFIG, RESTRICTED, ApiServer

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]

NAMED_ARCHIVES = os.environ.get("AETERNA_TEST_SUBCHARTS", "")
INSTALLED_ARCHIVES = "" if "PYTEST_XDIST_WORKER" in os.environ else NAMED_ARCHIVES
"""Those that are installed, too: a cluster takes each operator once, so not by several processes."""
with_real_subcharts = pytest.mark.skipif(
    not NAMED_ARCHIVES, reason="AETERNA_TEST_SUBCHARTS names no folder of subchart archives"
)
with_api_server = pytest.mark.skipif(not KUBECONFIG, reason="AETERNA_TEST_KUBECONFIG names no cluster")


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


@pytest.fixture
def subcharts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache with the real archives in it, as `aeterna chart deps --from` leaves it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fetch(dependencies(), archives_folder(), Path(NAMED_ARCHIVES), verify, lambda line: None)
    return archives_folder()


@pytest.fixture(scope="session")
def installable(no_archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart as `aeterna chart export` writes it; without the subcharts where no archives are named."""
    folder = tmp_path_factory.mktemp("exported")
    if INSTALLED_ARCHIVES:
        fetch(dependencies(), folder / "archives", Path(INSTALLED_ARCHIVES), verify, lambda line: None)
        export(folder / "chart", folder / "archives")
    else:
        shutil.copytree(chart.installable_folder(no_archives), folder / "chart")
        shrink_record(folder / "chart")
    return folder / "chart"


@pytest.fixture(scope="session")
def server() -> Iterator[ApiServer]:
    """The API server; in the end it knows the custom resources that it knew in the beginning."""
    server = ApiServer(Path(KUBECONFIG))
    yield server
    server.forget_new_definitions()


@pytest.fixture
def empty_cluster(server: ApiServer) -> None:
    """A cluster into which no test has brought a custom resource definition."""
    server.forget_new_definitions()


@pytest.fixture
def namespace(server: ApiServer) -> Iterator[str]:
    """A namespace that enforces Pod Security "restricted"; what a test installs from there goes with it."""
    yield from _namespace(server)


@pytest.fixture
def another_namespace(server: ApiServer, namespace: str) -> Iterator[str]:
    """One more, gone before the first."""
    yield from _namespace(server)


def _namespace(server: ApiServer) -> Iterator[str]:
    name = f"chart-{uuid.uuid4().hex[:8]}"
    server.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": RESTRICTED}})
    yield name
    if INSTALLED_ARCHIVES:
        # Operators bring objects of the whole cluster.
        server.uninstall_all(name)
    server.remove_namespace(name)


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
