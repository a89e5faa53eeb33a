"""`aeterna` with everything bundled, as somebody types it who has a cluster and nothing else.

The operator of PostgreSQL comes with the release and goes with it, and the data stays until it is asked to go.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import wizard
from tests.node.cluster import Cluster, eventually
from tests.node.installed import KUBECONFIG, Installed, Release, archives
from tests.node.scenarios import LOCAL

pytestmark = pytest.mark.node

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
BROUGHT = "standins.postgresql.cnpg.io"
"""A definition that the chart of the operator brings when it stands in for the real one."""


class Typed:
    """Commands in a folder, and what they print."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self._environ = os.environ | {"KUBECONFIG": KUBECONFIG, "XDG_CACHE_HOME": str(cache)}

    def __call__(self, *words: str, status: int = 0) -> str:
        command = [sys.executable, "-c", wizard.AETERNA, *words, "--output", str(self.folder)]
        done = subprocess.run(command, env=self._environ, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def installed(cluster: Cluster, tmp_path: Path) -> Iterator[Installed]:
    """The release that is going to be, in a namespace of its own."""
    with cluster.namespace() as name:
        release = Release("aeterna", name, tmp_path)
        yield Installed(cluster, release)
        release.uninstall(wait=False)
    if BROUGHT in cluster.names(DEFINITIONS):
        cluster.delete(f"{DEFINITIONS}/{BROUGHT}")


@pytest.fixture
def typed(installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A folder that the wizard filled, beside a cache with the subcharts."""
    made = archives(tmp_path / "archives")
    cache = tmp_path / "cache"
    shutil.copytree(made, cache / "aeterna" / "charts", ignore=shutil.ignore_patterns("sources"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    wizard.write(tmp_path / "folder", {**LOCAL, "namespace": installed.namespace, "opal": False})
    return Typed(tmp_path / "folder", cache)


def test_installed_removed_and_installed_again_over_its_data(installed: Installed, typed: Typed) -> None:
    cluster, here = installed.cluster, f"namespaces/{installed.namespace}"
    assert "Done: aeterna, revision 1" in typed("deploy", "--yes")
    assert BROUGHT in cluster.names(DEFINITIONS)
    assert json.loads(typed("status", "--json"))["healthy"]
    installed.sql("create table kept as select 'a row' as content")

    removed = typed("uninstall", "--yes")
    (kept,) = [line for line in removed.splitlines() if line.startswith("Kept: ")]
    assert "Cluster aeterna-pg" in kept
    assert "Secret aeterna" in kept
    assert "trouble" not in removed
    assert BROUGHT in removed
    assert cluster.names(f"/apis/apps/v1/{here}/deployments") == set()
    eventually(lambda: set(installed.pods()) == {"postgresql"}, "an end of all pods but the database")

    assert "Done: aeterna, revision 1" in typed("deploy", "--yes")
    assert installed.sql("select content from kept") == "a row"

    deleted = typed("uninstall", "--yes", "--delete-data")
    assert deleted.index("gone     Cluster aeterna-pg") < deleted.index("gone     Deployment aeterna-cloudnative-pg")
    assert "Kept: " not in deleted
    eventually(lambda: not cluster.names(f"/api/v1/{here}/persistentvolumeclaims"), "an end of the volumes")
    assert BROUGHT in cluster.names(DEFINITIONS)
