"""Runs the command `aeterna` as a user would, in a folder and an environment of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from aeterna_nb.commands.main import main


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Aeterna = Callable[..., Ran]


@pytest.fixture
def aeterna(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Aeterna:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*words: str, **variables: str) -> Ran:
        with monkeypatch.context() as scope:
            for name, value in variables.items():
                scope.setenv(f"AETERNA_SETUP_{name.upper()}", value)
            status = main(words)
        printed = capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    return run
