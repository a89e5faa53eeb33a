"""An upgrade from the chart before the last change of it, on a real API server: what was made once stays."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart import choices
from tests.chart.api_server import ApiServer, Release
from tests.chart.conftest import INSTALLED_ARCHIVES, with_api_server

pytestmark = [pytest.mark.cluster, with_api_server]

CHECKOUT = Path(__file__).parents[2]
EXPORT = "from aeterna_nb.commands.main import main; raise SystemExit(main())"
CHANGES: dict[str, dict[str, Any]] = {
    "local": {"knowledge": {"persistence": {"enabled": True}}},
    "production": {},
}
"""By values file, what is set besides."""


def git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", str(CHECKOUT), *words], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as they were before the chart was changed last."""
    try:
        changed = git("diff", "--name-only", "HEAD", "--", "charts/aeterna")
        revision = "HEAD" if changed else git("log", "-1", "--format=%H", "--", "charts/aeterna").decode().strip() + "^"
        archive = git("archive", revision)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no earlier commit of the chart is at hand: this is no git checkout, or a shallow one")
    sources = tmp_path_factory.mktemp("previous")
    subprocess.run(["tar", "-x", "-C", str(sources)], input=archive, check=True)
    return sources


@pytest.fixture(scope="module")
def previous_chart(previous: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart of those sources, as they exported it; without the subcharts where no archives are named."""
    folder = tmp_path_factory.mktemp("previous-chart")
    if INSTALLED_ARCHIVES:
        command = [sys.executable, "-c", EXPORT, "chart", "export", str(folder / "chart"), "--from", INSTALLED_ARCHIVES]
        environment = {**os.environ, "PYTHONPATH": str(previous), "XDG_CACHE_HOME": str(folder / "cache")}
        subprocess.run(command, cwd=previous, env=environment, check=True, capture_output=True)
    else:
        shutil.copytree(previous / "charts" / "aeterna", folder / "chart")
        about = yaml.safe_load((folder / "chart" / "Chart.yaml").read_text())
        del about["dependencies"]
        (folder / "chart" / "Chart.yaml").write_text(yaml.safe_dump(about))
    return folder / "chart"


@pytest.mark.parametrize("name", ["local", pytest.param("production", marks=pytest.mark.whole_product)])
def test_an_upgrade_keeps_what_was_generated_and_every_volume(
    name: str, namespace: str, server: ApiServer, previous: Path, previous_chart: Path, installable: Path
) -> None:
    values = yaml.safe_load((previous / "charts" / "aeterna" / f"values-{name}.yaml").read_text())
    release = Release("demo", namespace)
    release.install(previous_chart, choices.merged(values, CHANGES[name]))
    secrets, volumes = server.secrets(namespace), server.volumes(namespace)
    assert "kms-key" in secrets["demo-aeterna"]
    assert volumes or (name == "production" and not INSTALLED_ARCHIVES)

    release.upgrade(installable, choices.merged(choices.values_file(name), CHANGES[name]))
    after = server.secrets(namespace)
    assert {secret: {key: after[secret][key] for key in data} for secret, data in secrets.items()} == secrets
    assert server.volumes(namespace).items() >= volumes.items()
    release.test()
