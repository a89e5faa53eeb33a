"""A shell completes commands, actions, flags and values; each shell that is here is asked itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aeterna_nb.commands.main import COMMANDS, main

PROGRAMS = str(Path(sys.executable).parent)


def in_bash(typed: str) -> list[str]:
    """What bash offers after these words, by the function that the script gave it."""
    asks = f"""
        source <(aeterna completion bash)
        COMP_LINE={typed!r}; COMP_POINT={len(typed)}; COMP_TYPE=63; COMP_KEY=9
        read -ra COMP_WORDS <<< "$COMP_LINE"; COMP_CWORD=${{#COMP_WORDS[@]}}
        _python_argcomplete aeterna
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return answered(["bash", "--norc", "-c", asks])


def in_fish(typed: str) -> list[str]:
    return answered(["fish", "--no-config", "-c", f"aeterna completion fish | source; complete -C {typed!r}"])


def answered(words: list[str]) -> list[str]:
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not here")
    environment = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    return [line.split("\t")[0].strip() for line in ended.stdout.splitlines() if line.strip()]


def test_bash_offers_commands_actions_flags_and_values() -> None:
    assert set(in_bash("aeterna ")) == set(COMMANDS)
    assert set(in_bash("aeterna chart ")) == {"deps", "export"}
    assert "--unverified" in in_bash("aeterna chart deps --un")
    assert set(in_bash("aeterna setup --cache ")) == {"dragonfly", "valkey", "external"}
    assert "vector" in in_bash("aeterna setup --help ")


def test_fish_offers_commands_and_values() -> None:
    assert in_fish("aeterna ver") == ["version"]
    assert "external-secrets" in in_fish("aeterna render --preset ")


def test_no_flag_that_takes_a_secret_is_offered() -> None:
    assert in_bash("aeterna setup --qdrant-api") == ["--qdrant-api-key-file"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "aeterna" in capsys.readouterr().out


def test_another_shell_is_refused_and_those_there_are_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert "bash|zsh|fish|powershell" in capsys.readouterr().err
