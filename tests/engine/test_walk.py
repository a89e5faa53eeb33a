"""From the address that `make run` prints to a running Compose project, by what page and README say alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests import walk
from tests.browser import setup_page
from tests.engine.project import HOST, docker

READY = "http://127.0.0.1:8080/ready"


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """What is started is removed, however far somebody comes."""
    yield
    docker("compose", "--project-name", "aeterna", "down", "--volumes", "--timeout", "1")


@pytest.mark.engine
def test_a_new_user_gets_from_the_address_to_a_running_project(nothing_left: None, tmp_path: Path) -> None:
    config = os.environ.get("AETERNA_TEST_DOCKER_CONFIG", "")
    engine = {"DOCKER_HOST": HOST} | ({"DOCKER_CONFIG": config} if config else {})
    with walk.opened(tmp_path, {"XDG_CACHE_HOME": str(tmp_path / "cache")}) as page:
        setup_page.answer(page, ("Target and mode", "Where will it run?", "Docker Compose"))
        unzip, *first = walk.download(page, tmp_path)
    shell = walk.shell(tmp_path, tmp_path / "home", engine)
    shell.works(unzip)
    there = walk.Shell(tmp_path / "aeterna", shell.environment)
    start, get, check = walk.steps((there.folder / "README.md").read_text())
    assert first == [start.command, get.command]

    there.works(start.command)
    assert httpx2.get(READY).is_success
    assert there.run("aeterna version").returncode == 127
    there.works(get.command)
    # What stands in for the server answers, and speaks no MCP.
    checked = there.run(check.command)
    assert "http://localhost:8080 (from " in checked.stdout
    assert "(HTTP 404)" in checked.stderr

    # The other way that stands behind the command, and the other way to get the program.
    assert "`aeterna deploy`" in start.note
    there.works("docker compose down --volumes --timeout 1")
    assert "Done: aeterna" in there.works("uvx --from aeterna-nb aeterna deploy --yes")
    assert httpx2.get(READY).is_success
    assert "Nothing that was looked at is wrong." in there.works("aeterna status")
