"""The chart as it is installed on the real node, and releases of it."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python
import yaml

from aeterna_nb.chart import dependencies
from aeterna_nb.chart.export import export
from aeterna_nb.generate import images
from aeterna_nb.generate.files import SECRET_VALUES_FILE, VALUES_FILE
from tests.node import in_a_pod
from tests.node.cluster import Cluster, eventually
from tests.node.scenarios import TOOLS
from tests.subchart_servers import packed

KUBECONFIG = os.environ.get("AETERNA_TEST_REAL_KUBECONFIG", "")
_ARCHIVES = os.environ.get("AETERNA_TEST_SUBCHARTS", "")
VALUES_FILES = (VALUES_FILE, SECRET_VALUES_FILE)
_STAND_INS = Path(__file__).parent / "subcharts"
_FEW: Mapping[str, Any] = {"resources": {"requests": {"cpu": "50m"}}}
SMALL: Mapping[str, Any] = {
    **_FEW,
    "migration": _FEW,
    "postgresql": {"cnpg": _FEW},
    "opal": {"server": _FEW, "agent": _FEW},
    "qdrant": _FEW,
    "valkey": _FEW,
}
"""Requests with which a release finds room beside others on two CPUs."""
ENDS = ("Complete", "Failed")
SECONDS = 240
"""How long Helm may take: 30 s are usual."""


def archives(folder: Path) -> Path:
    """A folder with the subcharts' archives: the named one, or a given one with small charts that are put there."""
    if _ARCHIVES:
        return Path(_ARCHIVES)
    for item in dependencies():
        templates = {path.name: path.read_text() for path in sorted((_STAND_INS / item.name).glob("*.yaml"))}
        packed(folder, item.name, item.version, templates=templates)
    return folder


def fetched(cache: Path) -> None:
    """Put the archives where the command keeps those that it has fetched, below what XDG_CACHE_HOME is to name."""
    charts = cache / "aeterna" / "charts"
    charts.mkdir(parents=True)
    for archive in archives(charts).glob("*.tgz"):
        if archive.parent != charts:
            shutil.copy(archive, charts)


def programs(folder: Path) -> str:
    """A PATH with an `aeterna` that takes small charts, too, whose checksums are not those of the pinned ones."""
    beside = Path(sys.executable).parent
    folder.mkdir()
    if not _ARCHIVES:
        program = folder / "aeterna"
        program.write_text(f'#!/bin/sh\n[ "$1" != chart ] || set -- "$@" --unverified\nexec {beside}/aeterna "$@"\n')
        program.chmod(0o755)
    return os.pathsep.join([str(folder), str(beside), os.environ["PATH"]])


def exported(folder: Path) -> Path:
    """The complete chart in a new folder. Small charts bring no definitions: the cluster has to know those it needs."""
    (folder / "archives").mkdir()
    export(folder / "chart", archives(folder / "archives"))
    if not _ARCHIVES:
        for definitions in (folder / "chart" / "charts").glob("*/crds"):
            shutil.rmtree(definitions)
    return folder / "chart"


def values_in(folder: Path) -> dict[str, Any]:
    """The values in the files that the wizard wrote, with requests of a small node."""
    written = values_of({name: (folder / name).read_text() for name in VALUES_FILES if (folder / name).exists()})
    return merged(written, SMALL)


def values_of(files: Mapping[str, str]) -> dict[str, Any]:
    """The values of these files, as `-f values.yaml -f values.secret.yaml` puts them together."""
    return merged(*(yaml.safe_load(files[name]) for name in VALUES_FILES if name in files))


def merged(*trees: Mapping[str, Any]) -> dict[str, Any]:
    """One tree of all; what comes later wins."""
    whole: dict[str, Any] = {}
    for tree in trees:
        for key, value in tree.items():
            both = isinstance(value, Mapping) and isinstance(whole.get(key), Mapping)
            whole[key] = merged(whole[key], value) if both else value
    return whole


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the exported chart by the embedded Helm."""

    name: str
    namespace: str
    chart: Path

    def install(self, values: Mapping[str, Any]) -> None:
        with self._config() as config:
            config.install(
                self.chart, self.name, dict(values), namespace=self.namespace, wait="watcher", timeout=SECONDS
            )

    def upgrade(self, values: Mapping[str, Any], seconds: int = SECONDS) -> None:
        """Upgrade; what fails is rolled back, and the reason raised."""
        with self._config() as config:
            config.upgrade(
                self.chart,
                self.name,
                dict(values),
                namespace=self.namespace,
                wait="watcher",
                timeout=seconds,
                rollback_on_failure=True,
            )

    def test(self) -> None:
        with self._config() as config:
            config.test(self.name, timeout=SECONDS)

    def uninstall(self, wait: bool = True) -> None:
        with self._config() as config:
            how = "watcher" if wait else "hookOnly"
            config.uninstall(self.name, wait=how, timeout=SECONDS, ignore_not_found=True)

    def history(self) -> list[str]:
        """How each revision is, oldest first."""
        with self._config() as config:
            revisions = sorted(config.history(self.name), key=lambda item: int(item["revision"]))
            return [item["status"] for item in revisions]

    def _config(self) -> helm_python.Config:
        return helm_python.Config(kubeconfig_path=KUBECONFIG, namespace=self.namespace)


@contextmanager
def released(cluster: Cluster, chart: Path, folder: Path, more: Mapping[str, Any] = {}) -> Iterator["Installed"]:
    """A release of what the wizard wrote into a folder, in a namespace of its own; in the end nothing is left of it."""
    with cluster.namespace() as namespace:
        release = Release("aeterna", namespace, chart)
        try:
            release.install(merged(values_in(folder), more))
            yield Installed(cluster, release)
        finally:
            release.uninstall(wait=False)


@dataclass(frozen=True, slots=True)
class Installed:
    """A release, and the cluster that it is in."""

    cluster: Cluster
    release: Release

    @property
    def namespace(self) -> str:
        return self.release.namespace

    def run(self, function: Callable[..., Any], *arguments: Any, component: str = "", namespace: str = "") -> Any:
        """What a function of `in_a_pod` returns in a stranger's pod, or in one with a component's labels."""
        labels = self._labels(component) if component else {}
        command = in_a_pod.command(function, *arguments)
        ended = self.cluster.run(namespace or self.namespace, TOOLS, command, labels)
        assert ended.succeeded, ended.printed
        return json.loads(ended.printed)

    def sql(self, statement: str) -> str:
        """What psql prints that signs in as the container does which waits for the migration."""
        (waiting,) = self.server()["spec"]["template"]["spec"]["initContainers"]
        # A network plugin lets a new pod through only after a moment.
        command = ["sh", "-c", 'until pg_isready -q; do sleep 0.5; done; psql --no-psqlrc -qtA -c "$0"', statement]
        ended = self.cluster.run(self.namespace, images.POSTGRESQL, command, self._labels("test"), waiting["env"])
        assert ended.succeeded, ended.printed
        return ended.printed

    def server(self) -> dict[str, Any]:
        """The server's Deployment."""
        return self.cluster.get(f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{self.release.name}")

    def run_job_of(self, cron_job: str) -> str:
        """What a Job prints that is made of a CronJob's template, as `kubectl create job --from` makes it."""
        jobs, name = f"/apis/batch/v1/namespaces/{self.namespace}/jobs", f"{cron_job}-now"
        template = self.cluster.get(f"/apis/batch/v1/namespaces/{self.namespace}/cronjobs/{cron_job}")["spec"]
        self.cluster.create(jobs, {"metadata": {"name": name}, "spec": template["jobTemplate"]["spec"]})

        def end() -> str:
            status = self.cluster.get(f"{jobs}/{name}")["status"]
            return next((item["type"] for item in status.get("conditions", []) if item["type"] in ENDS), "")

        ended = eventually(end, f"{name} ends")
        pods = f"/api/v1/namespaces/{self.namespace}/pods"
        printed = [
            self.cluster.text(f"{pods}/{pod}/log")
            for pod in sorted(self.cluster.names(f"{pods}?labelSelector=batch.kubernetes.io/job-name={name}"))
        ]
        assert ended == "Complete", printed
        return printed[-1]

    def pods(self) -> dict[str, set[str]]:
        """The ids of the release's pods, by component, or by name where a subchart made them."""
        found: dict[str, set[str]] = {}
        for pod in self.cluster.items(f"/api/v1/namespaces/{self.namespace}/pods"):
            labels = pod["metadata"].get("labels", {})
            part = labels.get("app.kubernetes.io/component", labels.get("app.kubernetes.io/name", "postgresql"))
            if not pod["metadata"]["name"].startswith("once-"):
                found.setdefault(part, set()).add(pod["metadata"]["uid"])
        return found

    def _labels(self, component: str) -> dict[str, str]:
        own = {"name": "aeterna", "instance": self.release.name, "component": component, "part-of": "aeterna"}
        return {f"app.kubernetes.io/{key}": value for key, value in own.items()}
