"""`aeterna deploy` and an engine that refuses in the middle, such as when another deploy works on the same project."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aeterna_nb.commands.main import main

REFUSES = """#!/bin/sh
case "$*" in
"compose version --short") echo 5.0.0 ;;
"compose config --format json") echo '{"services": {}}' ;;
"info --format"*) echo 0 ;;
"compose up"*) trap 'kill -INT $PPID; exit 1' TERM; kill -INT $PPID; while :; do sleep 0.1; done ;;
"compose "*"$AWAY") echo "Cannot connect to the Docker daemon at unix:///a.sock. Is it running?" >&2; exit 1 ;;
"compose $REFUSED"*) echo "Error response from daemon: No such container: 4711" >&2; exit 1 ;;
esac
"""
SETUP = (
    "--non-interactive --target docker-compose --mode local --vector-backend qdrant --cache valkey "
    "--postgresql cloudnative-pg --llm none"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """That of a project, beside an engine that refuses."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(REFUSES)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setenv("REFUSED", "nothing")
    monkeypatch.setenv("AWAY", "nothing")
    made = str(tmp_path / "project")
    assert main(["setup", *SETUP.split(), "--output", made]) == 0
    capsys.readouterr()
    return made


@pytest.mark.parametrize("refused", ["--dry-run", "ps --all"], ids=["plan", "start"])
def test_what_compose_refuses_is_said_with_a_cure_and_one_object_a_line(
    refused: str, folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REFUSED", refused)
    assert main(["deploy", "--output", folder, "--yes", "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    said = rows[0]["findings"][0]["message"] if refused == "--dry-run" else rows[-1]["reason"]
    assert said.endswith("No such container: 4711")
    assert "deploy again" in json.dumps(rows)


def test_ctrl_c_before_it_begins_says_that_nothing_was_changed(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Path(os.environ["PATH"].partition(":")[0], "docker")
    program.write_text(program.read_text().replace("echo 5.0.0", "kill -INT $PPID; sleep 1"))
    words = [str(Path(sys.executable).with_name("aeterna")), "deploy", "--output", folder, "--yes"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (130, "\nInterrupted. Nothing was changed.\n")


def test_a_second_ctrl_c_does_not_say_that_nothing_happened(folder: str) -> None:
    words = [str(Path(sys.executable).with_name("aeterna")), "deploy", "--output", folder, "--yes"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 130
    assert ran.stderr == "\nInterrupted. It may stand half done: `aeterna status` says how it is.\n"


@pytest.mark.parametrize("command", ["uninstall", "rollback", "test"])
def test_a_compose_project_is_told_how_it_ends(command: str, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--output", folder]) == 2
    assert "docker compose down" in capsys.readouterr().err


def test_an_engine_that_is_away_is_no_health(
    folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWAY", "")
    assert main(["status", "--output", folder]) == 1
    *_, verdict = capsys.readouterr().out.splitlines()
    assert "the Compose project. No container engine answers at unix:///a.sock. Start it, or" in verdict
    assert "daemon" not in verdict
