"""What the wizard writes for Docker Compose starts on a real engine, whatever was chosen."""

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from aeterna_nb.imports.compose_file import compose_project
from aeterna_nb.reading.dotenv import variables
from tests import wizard
from tests.engine.project import Project
from tests.engine.scenarios import Answers, every_pair, every_value

pytestmark = pytest.mark.engine

READY = "http://127.0.0.1:8080/ready"
LANDING = every_value()
OTHERS = {name: answers for name, answers in every_pair().items() if name not in LANDING}


@pytest.mark.parametrize("answers", LANDING.values(), ids=LANDING)
def test_each_choice_gets_healthy_and_answers(answers: Answers, project: Project) -> None:
    _starts(answers, project)


@pytest.mark.whole_product
@pytest.mark.parametrize("answers", OTHERS.values(), ids=OTHERS)
def test_every_pair_of_choices_gets_healthy_and_answers(answers: Answers, project: Project) -> None:
    _starts(answers, project)


def test_a_password_that_the_database_does_not_take_fails_the_start(project: Project) -> None:
    external = next(answers for answers in LANDING.values() if answers["postgresql"] == "external")
    wizard.write(project.folder, {**external, "opal": False, "postgresql_password": "not the one"})
    started = project.up(check=False)
    assert started.returncode != 0
    assert 'service "migrate" didn\'t complete successfully' in started.stderr
    assert "password authentication failed" in project.compose("logs", "migrate").stdout


def _starts(answers: Answers, project: Project) -> None:
    wizard.write(project.folder, answers)
    _agrees(project)
    project.up()
    assert set(project.health().values()) == {"healthy"}
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
