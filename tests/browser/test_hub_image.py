"""The image of a person's pod, built as the guide on JupyterHub says, as their server under a real Hub on this machine.

It runs with the user, the home folder and the limits of the values for JupyterHub's public chart.
"""

import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page

from tests.browser import jupyterhub, setup_page
from tests.browser.setup_page import LOCAL
from tests.documented import shown
from tests.engine.project import HOST, docker
from tests.workbench_image import ROOT, build

pytestmark = [pytest.mark.engine, pytest.mark.skipif(not HOST, reason="AETERNA_TEST_DOCKER_HOST names no engine")]

VALUES = yaml.safe_load((ROOT / "deploy" / "jupyterhub-values.yaml").read_text(encoding="utf-8"))
PERSON, SPAWNER = VALUES["singleuser"], VALUES["hub"]["config"]["KubeSpawner"]
NAME = "aeterna-person"
# A pod is given the Hub's command as arguments, and its variables; the engine does the same.
START = """#!/bin/sh
exec docker run --rm --name {name} --network host {flags} \\
  $(env | sed -n 's/^\\(JUPYTERHUB_[A-Z_]*\\|JPY_API_TOKEN\\)=.*/--env \\1/p') {image} {command} "$@"
"""


@pytest.fixture
def image(tmp_path: Path) -> str:
    """The image of the guide, on the one that this checkout builds, with the version of the Hub here."""
    place = tmp_path / "image"
    place.mkdir()
    changes = {"ghcr.io/kikokikok/aeterna-workbench:0.1.0": build(), "5.5.0": version("jupyterhub")}
    (place / "Dockerfile").write_text(shown("how-to/jupyterhub.md", "Dockerfile", changes), encoding="utf-8")
    docker("build", "--network", "host", "--tag", "aeterna-lab:test", ".", folder=place)
    return "aeterna-lab:test"


@pytest.fixture
def hub(image: str, tmp_path: Path) -> Iterator[str]:
    """The address of a Hub whose people have a container of the image each."""
    home, context = SPAWNER["working_dir"], PERSON["extraPodConfig"]["securityContext"]
    flags = [
        *("--user", f"{context['runAsUser']}:{context['runAsGroup']}", "--workdir", home),
        *(
            "--tmpfs",
            f"{home}:uid={PERSON['uid']}",
            *(f"--env={key}={text}" for key, text in PERSON["extraEnv"].items()),
        ),
        *(f"--cap-drop={name}" for name in SPAWNER["container_security_context"]["capabilities"]["drop"]),
        *(
            "--security-opt=no-new-privileges",
            f"--memory={PERSON['memory']['limit']}",
            f"--cpus={PERSON['cpu']['limit']}",
        ),
    ]
    start = tmp_path / "start"
    start.write_text(
        START.format(name=NAME, flags=" ".join(flags), image=image, command=" ".join(PERSON["cmd"])), encoding="utf-8"
    )
    start.chmod(0o700)
    configuration = f"""
c.Spawner.cmd = [{str(start)!r}]
c.Spawner.default_url = {PERSON["defaultUrl"]!r}
c.Spawner.environment = {{"DOCKER_HOST": {HOST!r}}}
"""
    with jupyterhub.running(tmp_path, configuration, "0123456789abcdef") as address:
        yield address


def test_a_person_gets_from_the_launcher_to_the_zip_and_takes_the_container_with_them(page: Page, hub: str) -> None:
    jupyterhub.open_setup(page, hub, "somebody")
    setup_page.walk(page, LOCAL.steps)
    assert "values.yaml" in setup_page.downloaded(page)
    page.goto(f"{hub}hub/home")
    stop = page.get_by_role("button", name="Stop My Server")
    end = time.monotonic() + 60
    while NAME in docker("ps", "--format", "{{.Names}}").stdout:
        assert time.monotonic() < end, "the container still runs"
        # Before the page's script has come a press does nothing.
        if stop.is_visible() and stop.is_enabled():
            stop.click()
        page.wait_for_timeout(500)
