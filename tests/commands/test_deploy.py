"""`aeterna deploy` and an engine that refuses in the middle, such as when another deploy works on the same project."""

import json
from pathlib import Path

import pytest

from aeterna_nb.commands.main import main

REFUSES = """#!/bin/sh
case "$*" in
"compose version --short") echo 5.0.0 ;;
"compose config --format json") echo '{"services": {}}' ;;
"info --format"*) echo 0 ;;
"compose $REFUSED"*) echo "Error response from daemon: No such container: 4711" >&2; exit 1 ;;
esac
"""
SETUP = "--non-interactive --target docker-compose --mode local --vector-backend qdrant --cache valkey"


@pytest.mark.parametrize("refused", ["--dry-run", "ps --all"], ids=["plan", "start"])
def test_what_compose_refuses_is_said_with_a_cure_and_one_object_a_line(
    refused: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(REFUSES)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setenv("REFUSED", refused)
    folder = str(tmp_path / "project")
    words = [*SETUP.split(), "--postgresql", "cloudnative-pg", "--llm", "none", "--output", folder]
    assert main(["setup", *words]) == 0
    capsys.readouterr()
    assert main(["deploy", "--output", folder, "--yes", "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    said = rows[0]["findings"][0]["message"] if refused == "--dry-run" else rows[-1]["reason"]
    assert said.endswith("No such container: 4711")
    assert "deploy again" in json.dumps(rows)


@pytest.mark.parametrize("command", ["uninstall", "rollback", "test"])
def test_a_compose_project_is_told_how_it_ends(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*SETUP.split(), "--postgresql", "cloudnative-pg", "--llm", "none", "--output", str(tmp_path)]
    assert main(["setup", *words]) == 0
    capsys.readouterr()
    assert main([command, "--output", str(tmp_path)]) == 2
    assert "docker compose down" in capsys.readouterr().err
