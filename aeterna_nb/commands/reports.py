"""What commands print: findings on standard error, a line each, and JSON for scripts."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from aeterna_nb.answers import Answers, Origin, Rejected
from aeterna_nb.commands.options import flag_for
from aeterna_nb.findings import Finding
from aeterna_nb.language import say
from aeterna_nb.questions import by_name

DONE, WRONG_CONFIGURATION, WRONG_COMMAND_LINE = 0, 1, 2


def line(finding: Finding) -> str:
    """A finding in one line, with the flag to use."""
    flag = f" ({flag_for(by_name()[finding.question])})" if finding.question in by_name() else ""
    cure = f" {say(finding.cure)}" if finding.cure else ""
    return f"{finding.severity}: {say(finding.message)}{cure}{flag}".replace("\n", " ")


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings on standard error, errors first."""
    for finding in sorted(findings, key=lambda finding: finding.severity != "error"):
        print(line(finding), file=sys.stderr)


def print_json(findings: Iterable[Finding], *, indent: int | None = 2, **more: Any) -> None:
    """Print findings, and what else there is to tell, as one JSON object on standard output; without `indent` in one
    line.
    """
    rows = [
        {
            "severity": finding.severity,
            "message": finding.message,
            "question": finding.question or None,
            "flag": flag_for(by_name()[finding.question]) if finding.question in by_name() else None,
            "cure": finding.cure or None,
        }
        for finding in findings
    ]
    print(json.dumps({"findings": rows, **more}, indent=indent, ensure_ascii=False))


def exit_status(answers: Answers, findings: Iterable[Finding]) -> int:
    """2 when something is missing or a flag has a wrong value, 1 for any other error, else 0."""
    errors = [finding for finding in findings if finding.severity == "error"]
    given = answers.layers.get(Origin.GIVEN, {})
    if any(error.check == "missing" or isinstance(given.get(error.question), Rejected) for error in errors):
        return WRONG_COMMAND_LINE
    return WRONG_CONFIGURATION if errors else DONE
