"""The image of the page, built as `docs/reference/images.md` says, and used as a visitor uses it, from start to end."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import setup_page
from tests.browser.setup_page import LOCAL
from tests.browser.test_setup_walks import by_flags, without_passwords
from tests.engine.project import HOST, docker
from tests.workbench_image import build

pytestmark = [pytest.mark.engine, pytest.mark.skipif(not HOST, reason="AETERNA_TEST_DOCKER_HOST names no engine")]

PATIENCE_SECONDS = 300
CONFINED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")


def inspected(what: str) -> Any:
    """What the engine knows of an image or a container."""
    (found,) = json.loads(docker("inspect", what).stdout)
    return found


@pytest.fixture(scope="module")
def image() -> str:
    """The image, by the page's own command."""
    return build()


@pytest.fixture(scope="module")
def container(image: str) -> Iterator[str]:
    """A container of it, without any right, at a port of this machine."""
    name = docker("run", "--detach", "--publish", "127.0.0.1::8866", *CONFINED, image).stdout.strip()
    yield name
    docker("rm", "--force", "--volumes", name)


@pytest.fixture(scope="module")
def address(container: str) -> str:
    """The address that the container prints, as this machine reaches it, once its health check passes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (health := inspected(container)["State"]["Health"]["Status"]) != "healthy":
        assert (health, time.monotonic() < end) == ("starting", True), docker("logs", container).stdout
        time.sleep(1)
    (token,) = re.findall(r"token=(\w+)", docker("logs", container).stdout)
    port = docker("port", container, "8866/tcp").stdout.strip()
    return f"http://{port}/?token={token}"


def test_it_runs_as_nobody_in_particular_and_can_write_nowhere_but_in_tmp(container: str, address: str) -> None:
    assert docker("exec", container, "id", "-u").stdout.strip() == "1000"
    assert docker("exec", container, "touch", "/opt/aeterna/file", check=False).returncode != 0
    assert docker("exec", container, "touch", "/tmp/file").returncode == 0
    changed = docker("diff", container).stdout.split("\n")
    assert [line for line in changed if line and not line.endswith(" /tmp")] == []


def test_a_visitor_gets_from_the_first_question_to_the_files(address: str, page: Page, tmp_path: Path) -> None:
    page.goto(address)
    assert "token" not in page.url
    setup_page.wait_for_consequences(page)
    setup_page.walk(page, LOCAL.steps)
    files = setup_page.downloaded(page)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path, *LOCAL.flags))


def test_it_holds_what_it_needs_to_run_and_says_what_it_is(image: str) -> None:
    config = inspected(image)["Config"]
    assert (config["User"], config["Entrypoint"]) == ("1000:1000", ["aeterna"])
    assert config["Labels"]["org.opencontainers.image.version"] in docker("run", "--rm", image, "version").stdout
    assert docker("run", "--rm", "--entrypoint", "ls", image, "/source", check=False).returncode != 0


def test_it_ends_when_it_is_told_to(container: str, address: str) -> None:
    docker("stop", container)
    assert inspected(container)["State"]["ExitCode"] == 0
