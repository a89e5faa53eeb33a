"""The chart as it is installed on the real node, and releases of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python
import yaml

from aeterna_nb.chart import dependencies
from aeterna_nb.chart.export import export
from aeterna_nb.generate.files import SECRET_VALUES_FILE, VALUES_FILE
from tests.subchart_servers import packed

KUBECONFIG = os.environ.get("AETERNA_TEST_REAL_KUBECONFIG", "")
_ARCHIVES = os.environ.get("AETERNA_TEST_SUBCHARTS", "")
VALUES_FILES = (VALUES_FILE, SECRET_VALUES_FILE)
_STAND_INS = Path(__file__).parent / "subcharts"
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


def exported(folder: Path) -> Path:
    """The complete chart in a new folder."""
    (folder / "archives").mkdir()
    export(folder / "chart", archives(folder / "archives"))
    return folder / "chart"


def values_in(folder: Path) -> dict[str, Any]:
    """The values in the files that the wizard wrote."""
    return values_of({name: (folder / name).read_text() for name in VALUES_FILES if (folder / name).exists()})


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

    def uninstall(self) -> None:
        with self._config() as config:
            config.uninstall(self.name, wait="watcher", timeout=SECONDS)

    def history(self) -> list[str]:
        """How each revision is, oldest first."""
        with self._config() as config:
            revisions = sorted(config.history(self.name), key=lambda item: int(item["revision"]))
            return [item["status"] for item in revisions]

    def _config(self) -> helm_python.Config:
        return helm_python.Config(kubeconfig_path=KUBECONFIG, namespace=self.namespace)
