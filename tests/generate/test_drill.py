"""The drill: a setting of the server's is added in a copy of the product, in as few places as possible."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

FIELD = """\
    log_retention_days: Annotated[
        int,
        Field(ge=1, le=3650),
        Ask(label="Days that logs are kept", help="Older ones go.", name="log_retention_days", unit="days"),
    ] = 30
    log_format: Annotated[
"""
ROW = """\
LOGGING = (
    Variable(
        "AETERNA_LOG_RETENTION_DAYS",
        "the days that logs are kept",
        _operations(lambda chosen: chosen.log_retention_days),
        passed=True,
    ),
"""
QUESTION = ("aeterna_nb/config/operations.py", "    log_format: Annotated[\n", FIELD)
VARIABLE = ("aeterna_nb/generate/environment/server.py", "LOGGING = (\n", ROW)
NOT_PASSED = (*VARIABLE[:2], ROW.replace("        passed=True,\n", ""))
"""Places: the file, the text before which something is put, and what takes that text's place."""

LOOK = """
import json
from aeterna_nb.evaluate import evaluate
from aeterna_nb.questions import by_name
from tests.generate.test_environment import changes_something
from tests.samples import LOCAL, answers

seen = {}
for target in ("kubernetes", "docker-compose"):
    evaluation = evaluate(answers(LOCAL, target=target, log_retention_days=7))
    seen[target] = {
        "files": dict(evaluation.files),
        "environment": [item.get("data", {}) for item in evaluation.manifests if item["kind"] == "ConfigMap"],
        "errors": [finding.message for finding in evaluation.errors],
        "changes": changes_something(by_name()["log_retention_days"], target),
    }
seen["flag"] = by_name()["log_retention_days"].flag
print(json.dumps(seen))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and the chart, to be changed."""
    for part in ("aeterna_nb", "charts/aeterna"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "_data"))
    return tmp_path


def look(copy: Path, *places: tuple[str, str, str]) -> Mapping[str, Any]:
    """What becomes of the setting once these places are written."""
    for name, before, text in places:
        file = copy / name
        assert file.read_text().count(before) == 1
        file.write_text(file.read_text().replace(before, text))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(copy), str(ROOT))), "XDG_CACHE_HOME": str(copy)}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=copy, env=environment, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_setting_takes_one_place_for_the_front_ends_and_one_for_both_targets(copy: Path) -> None:
    seen = look(copy, QUESTION, VARIABLE)
    assert seen["flag"] == "--log-retention-days"
    for target in ("kubernetes", "docker-compose"):
        assert seen[target]["errors"] == []
        assert seen[target]["changes"] is True
        assert "log_retention_days: 7" in seen[target]["files"][".aeterna/setup.yaml"]
    assert 'AETERNA_LOG_RETENTION_DAYS: "7"' in seen["docker-compose"]["files"]["docker-compose.yaml"]
    assert any(data.get("AETERNA_LOG_RETENTION_DAYS") == "7" for data in seen["kubernetes"]["environment"])


def test_a_question_that_reaches_no_target_is_found_by_name(copy: Path) -> None:
    """`test_every_question_that_is_asked_for_a_target_changes_something_of_it` names what changes nothing."""
    seen = look(copy, QUESTION)
    assert [seen[target]["changes"] for target in ("kubernetes", "docker-compose")] == [False, False]


def test_a_variable_that_the_chart_does_not_set_is_an_error_that_names_it(copy: Path) -> None:
    seen = look(copy, QUESTION, NOT_PASSED)
    assert seen["docker-compose"]["errors"] == []
    assert seen["kubernetes"]["errors"] == [
        "The outputs disagree about the days that logs are kept: 7 in the answers, nothing in Deployment aeterna."
    ]
