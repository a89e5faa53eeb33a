"""What commands print: one line for each finding, JSON for scripts, and an exit status."""

import json

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.commands.reports import exit_status, line, print_findings, print_json
from aeterna_nb.findings import Finding
from tests.samples import LOCAL, answers

MISSING = Finding("error", "The cache is missing.", "cache", "Choose one.", "missing")
RULE = Finding("error", "Too few\npods.", "replicas", check="rules")
WARNING = Finding("warning", "Plain http.", "central_url")
SECRET = Finding("error", "A key is missing.", "openai_api_key", check="missing")
BARE = Finding("error", "The chart does not render.")


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (MISSING, "error: The cache is missing. Choose one. (--cache)"),
        (RULE, "error: Too few pods. (--replicas)"),
        (WARNING, "warning: Plain http. (--central-url)"),
        (SECRET, "error: A key is missing. (--openai-api-key-file)"),
        (BARE, "error: The chart does not render."),
    ],
)
def test_a_finding_is_one_line_with_the_flag_to_use(finding: Finding, text: str) -> None:
    assert line(finding) == text


def test_findings_go_to_standard_error_with_errors_first(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([WARNING, BARE])
    printed = capsys.readouterr()
    assert printed.out == ""
    assert [text.split(":")[0] for text in printed.err.splitlines()] == ["error", "warning"]


def test_scripts_get_findings_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([MISSING, BARE], files=[])
    printed = json.loads(capsys.readouterr().out)
    assert printed["files"] == []
    assert printed["findings"][0] | {} == {
        "severity": "error",
        "message": "The cache is missing.",
        "question": "cache",
        "flag": "--cache",
        "cure": "Choose one.",
    }
    assert printed["findings"][1]["question"] is None


@pytest.mark.parametrize(
    ("findings", "status"),
    [([], 0), ([WARNING], 0), ([RULE], 1), ([BARE], 1), ([MISSING], 2), ([RULE, MISSING], 2), ([WARNING, RULE], 1)],
)
def test_the_exit_status_tells_a_wrong_configuration_from_a_wrong_command_line(
    findings: list[Finding], status: int
) -> None:
    assert exit_status(Answers(), findings) == status


@pytest.mark.parametrize(("origin", "status"), [(Origin.GIVEN, 2), (Origin.FILE, 1), (Origin.ENVIRONMENT, 1)])
def test_a_refused_flag_is_a_wrong_command_line(origin: Origin, status: int) -> None:
    given = answers(LOCAL).without(Origin.TYPED, ["replicas"]).with_texts(origin, {"replicas": "many"})
    assert exit_status(given, given.findings()) == status
