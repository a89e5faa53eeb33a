"""What nobody foresaw: one sentence with a way to report it, no value of anybody's, and an exit status of its own."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb import unexpected
from aeterna_nb.commands import show
from aeterna_nb.commands.main import COMMANDS, INTERRUPTED, main
from tests.commands.conftest import Aeterna

CANARY = "canary-unforeseen-4c1d"


def _stumble(value: str) -> None:
    raise ValueError(f"could not convert {value}")


def _wrapped(value: str) -> None:
    try:
        _stumble(value)
    except ValueError as error:
        raise RuntimeError(f"while reading {value}") from error


def _grouped(value: str) -> None:
    try:
        _wrapped(value)
    except RuntimeError as error:
        raise ExceptionGroup(f"around {value}", [error]) from None


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], None]:
    """Has `aeterna show` end in an error that quotes a secret."""
    monkeypatch.setenv(unexpected.DEBUG, "")

    def arrange(fault: Callable[[str], None]) -> None:
        monkeypatch.setattr(show, "run", lambda _: fault(CANARY))

    return arrange


@pytest.mark.parametrize("fault", [_stumble, _wrapped, _grouped])
@pytest.mark.parametrize("words", [["show"], ["show", "--debug"]])
def test_a_fault_is_one_sentence_with_its_place_and_no_value(
    failing: Any, capsys: pytest.CaptureFixture[str], fault: Callable[[str], None], words: list[str]
) -> None:
    failing(fault)
    assert main(words) == unexpected.BUG == 70
    printed = capsys.readouterr()
    first, *way = printed.err.splitlines()
    assert first.startswith("error: Something went wrong that should not have: ")
    assert "Error in " in first
    assert "test_unexpected.py, line" in first or "aeterna_nb/" in first
    assert "report this line" in first
    assert CANARY not in printed.out + printed.err
    assert bool(way) is ("--debug" in words)
    assert ("--debug" in first) is ("--debug" not in words)
    if way:
        assert any(line.endswith("in _stumble") for line in way)
        assert "ValueError, after these calls:" in way


def test_the_way_tells_no_line_of_source_and_no_folder_of_the_machine() -> None:
    try:
        exec(compile(f"key = '{CANARY}'\nkey.missing", str(Path.home() / "notebook.py"), "exec"))
    except AttributeError as error:
        told = unexpected.way(error) + unexpected.sentence(error)
    assert "notebook.py, line 2" in told
    assert CANARY not in told
    assert str(Path.home()) not in told


def test_what_the_system_refuses_is_a_sentence_and_no_fault_of_ours(
    failing: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: str) -> None:
        raise OSError(28, "No space left on device", "out/values.yaml")

    failing(full)
    assert main(["show"]) == 1
    assert capsys.readouterr().err == "error: No space left on device: 'out/values.yaml'.\n"


def test_an_interruption_is_130_and_a_reader_who_leaves_is_quiet(
    failing: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    def gone(_: str) -> None:
        raise BrokenPipeError

    failing(interrupted)
    assert main(["show"]) == INTERRUPTED == 130
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    failing(gone)
    assert main(["show"]) == 1
    assert capsys.readouterr().err == ""


WORDS = [
    [name, *action]
    for name, command in COMMANDS.items()
    if name != "run"
    for action in ([[word] for word in command.actions] or [[]])
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_command_takes_debug(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    assert "--debug" in capsys.readouterr().out


def test_debug_changes_nothing_while_nothing_is_wrong(aeterna: Aeterna, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(unexpected.DEBUG, "")
    plain = aeterna("show", "--preset", "remote", "--central-url", "https://central.example.com")
    assert aeterna("show", "--preset", "remote", "--central-url", "https://central.example.com", "--debug") == plain


@pytest.mark.parametrize(
    "words",
    [
        ["setup", "--non-interactive", "--namespace=--"],
        ["setup", "--non-interactive", "--replicas=--"],
        ["setup", "--non-interactive", "--opal=--"],
        ["setup", "--non-interactive", "--openai-api-key-file=--"],
        ["show", "--output=--"],
        ["show", "--behind=--"],
        ["validate", "--config=--"],
        ["status", "--context=--"],
        ["render", "--output-dir=--"],
        ["mcp", "--toolset=--"],
        ["dashboard", "--port=--"],
        ["notebook", "--output=--"],
        ["chart", "deps", "--from=--"],
        ["version", "--x=--"],
    ],
)
def test_two_dashes_are_no_value_of_any_flag(aeterna: Aeterna, words: list[str]) -> None:
    ran = aeterna(*words)
    assert ran.status == 2
    assert ran.err.startswith("error: --")
    assert ran.err.endswith("does not take that value.\n")


@pytest.mark.parametrize(
    "words",
    [
        [CANARY],
        ["notebook", CANARY],
        ["show", "--preset", CANARY],
        ["show", f"--{CANARY.upper()}"],
        ["show", f"-----BEGIN PRIVATE KEY-----\n{CANARY}"],
        ["show", f"{CANARY}=--"],
        ["dashboard", "--port", CANARY],
        ["show", "--json=" + CANARY],
        ["setup", "--non-interactive", "--replicas", CANARY],
        ["chart", CANARY],
        ["chart", "export"],
        ["status", "--debug=" + CANARY],
    ],
)
def test_no_error_about_the_command_line_repeats_a_value(aeterna: Aeterna, words: list[str]) -> None:
    ran = aeterna(*words)
    assert ran.status == 2
    assert ran.err.startswith("error: ")
    assert CANARY not in (ran.out + ran.err)
    assert CANARY.upper() not in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["schema", "nope"], "subject does not take that value. Choose one of: answers, values."),
        (["rollback", "last"], "REVISION does not take that value. Write a number."),
        (["deploy", "--timeout", "0"], "--timeout: write a whole number of seconds from 1 to 999999."),
        (["deploy", "--gitops", "argo"], "--gitops does not take that value. Choose one of: argocd, flux."),
        (["fleet", "gitops", "argo"], "argocd|flux does not take that value. Choose one of: argocd, flux."),
    ],
)
def test_a_value_that_is_not_taken_is_told_with_its_cure(aeterna: Aeterna, words: list[str], said: str) -> None:
    ran = aeterna(*words)
    assert (ran.status, ran.err) == (2, f"error: {said}\n")
