"""A Compose project over its life: stopped, removed, started again, changed."""

from collections.abc import Iterator

import pytest

from tests import wizard
from tests.engine.project import Project
from tests.engine.scenarios import every_value

pytestmark = pytest.mark.engine

BUNDLED = next(answers for answers in every_value().values() if answers["postgresql"] == "cloudnative-pg")
FILE = "$AETERNA_KNOWLEDGE_REPO_PATH/kept"


@pytest.fixture(scope="module")
def living(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project with a row in its database, and a file that the server's user wrote into the server's volume."""
    project = Project(tmp_path_factory.mktemp("living"))
    wizard.write(project.folder, BUNDLED)
    try:
        project.up()
        _sql(project, "create table kept as select 'a row' as content")
        project.inside("aeterna", "sh", "-c", f'echo a file >"{FILE}"')
        yield project
    finally:
        project.compose("down", "--volumes", "--timeout", "1")


def _sql(project: Project, statement: str) -> str:
    ask = 'PGPASSWORD=$POSTGRES_PASSWORD psql --no-psqlrc -qtA -h 127.0.0.1 -U aeterna aeterna -c "$1"'
    return project.inside("postgresql", "sh", "-c", ask, "sh", statement)


def _kept(project: Project) -> tuple[str, str]:
    file = project.inside("aeterna", "sh", "-c", f'cat "{FILE}" && echo more >>"{FILE}.new"')
    return _sql(project, "select content from kept"), file


def test_a_restart_keeps_what_was_written(living: Project) -> None:
    living.compose("restart", "--timeout", "1")
    living.up()
    assert _kept(living) == ("a row", "a file")


def test_taking_everything_down_keeps_the_data(living: Project) -> None:
    before = living.containers()
    living.compose("down", "--timeout", "1")
    assert living.containers() == {}
    living.up()
    assert living.containers().keys() == before.keys()
    assert _kept(living) == ("a row", "a file")


def test_a_changed_answer_changes_only_the_containers_that_it_is_about(living: Project) -> None:
    before = living.containers()
    wizard.write(living.folder, {**BUNDLED, "log_level": "debug"})
    living.up()
    after = living.containers()
    assert {name for name in before if before[name] != after[name]} == {"aeterna"}
    assert _kept(living) == ("a row", "a file")
