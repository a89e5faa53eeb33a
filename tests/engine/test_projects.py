"""What the wizard writes for Docker Compose, on a real engine."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from aeterna_nb.imports.compose_file import compose_project
from aeterna_nb.reading.dotenv import variables
from tests import wizard
from tests.engine.project import Project
from tests.engine.scenarios import Answers, projects

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("outside")]

READY = "http://127.0.0.1:8080/ready"


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Project]:
    """A project in an empty folder; what came of it goes with the test."""
    project = Project(tmp_path / "project")
    yield project
    project.compose("down", "--volumes", "--timeout", "1")


@pytest.mark.parametrize("answers", projects().values(), ids=projects())
def test_each_project_gets_healthy_and_answers(answers: Answers, written: Project) -> None:
    wizard.write(written.folder, answers)
    _agrees(written)
    written.up()
    assert set(written.health().values()) == {"healthy"}
    assert httpx2.get(READY).is_success


def _agrees(project: Project) -> None:
    """We read the files as Compose does, whatever stands in the secrets."""
    texts = {"docker-compose.yaml": (project.folder / "docker-compose.yaml").read_text()}
    given = variables((project.folder / ".env").read_text(), ".env")
    services = compose_project(texts, given, {}).tree["services"]
    understood = project.understood()["services"]
    assert _environments(services) == {
        name: {key: value.replace("$$", "$") for key, value in texts.items()}
        for name, texts in _environments(understood).items()
    }


def _environments(services: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {name: dict(service.get("environment") or {}) for name, service in services.items()}
