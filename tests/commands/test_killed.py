"""The real command, ended by `kill -9` at steps of its write, and the real command after it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.test_backups import COMPOSE, secrets_in_the_open, texts
from tests.commands.test_setup import LOCAL, SETUP

KILLED = """
import sys
from aeterna_nb.commands.main import main
from aeterna_nb.output import workspace
from tests.output.kills import count_down

begun = workspace.begin

def begin(*given):
    count_down(int(sys.argv[1]))
    return begun(*given)

workspace.begin = begin
sys.exit(main(sys.argv[2:]))
"""
ROOT = Path(__file__).parents[2]


def aeterna(folder: Path, *words: str, kill: int = 0) -> subprocess.CompletedProcess[str]:
    program = (
        ["-c", KILLED, str(kill)]
        if kill
        else ["-c", "from aeterna_nb.commands.main import main; import sys; sys.exit(main())"]
    )
    return subprocess.run(
        [sys.executable, *program, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder / "xdg")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.whole_product
@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 there")
@pytest.mark.parametrize("first", [True, False], ids=["first set-up", "update"])
@pytest.mark.parametrize("setup", [COMPOSE, [*SETUP, *LOCAL]], ids=["Compose", "Kubernetes"])
@pytest.mark.parametrize("step", [3, 50, 80, 97])
def test_the_command_that_is_killed_is_completed_or_taken_back_by_the_next(
    tmp_path: Path, setup: list[str], first: bool, step: int
) -> None:
    out = tmp_path / "out"
    new = [*setup, "--cache", "valkey"]
    if not first:
        assert aeterna(tmp_path, *setup).returncode == 0
    before = texts(out) if not first else {}
    ended = aeterna(tmp_path, *new, kill=step).returncode
    assert ended in (-signal.SIGKILL, 0)
    assert secrets_in_the_open(out) == []
    aeterna(tmp_path, "show", "--output", "out")
    found = {name: text for name, text in texts(out).items() if not name.startswith(".git/")}
    if ended == 0 or found != before:
        assert aeterna(tmp_path, "validate", "--output", "out").returncode == 0
        diff = json.loads(aeterna(tmp_path, "diff", "--output", "out", "--json").stdout)
        assert {file["state"] for file in diff["files"]} == {"same"}
        assert "valkey" in found[".aeterna/setup.yaml"]
    assert secrets_in_the_open(out) == []
    assert not [name for name in os.listdir(out) if "unfinished" in name]
