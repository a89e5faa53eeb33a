"""The tutorial of Docker Compose, followed word for word on the engine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documented import DOCS, follow
from tests.engine.project import HOST, docker


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """What the tutorial starts is removed, however far somebody comes."""
    yield
    docker("compose", "--project-name", "aeterna", "down", "--volumes", "--timeout", "1")


@pytest.mark.engine
def test_the_tutorial_does_what_it_says(nothing_left: None, tmp_path: Path) -> None:
    config = os.environ.get("AETERNA_TEST_DOCKER_CONFIG", "")
    environment = {"DOCKER_HOST": HOST} | ({"DOCKER_CONFIG": config} if config else {})
    assert follow(DOCS / "tutorials" / "compose.md", tmp_path, environment) == 6
