"""What is printed: wrapped to the width, and coloured only where that is wanted."""

import io
from collections.abc import Mapping

import pytest

from aeterna_nb.terminal.screen import StandardTerminal, wants_colour, wrapped


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("a plain sentence that is long", 12, ["a plain", "sentence", "that is long"]),
        ("  help that is longer", 12, ["  help that", "    is", "    longer"]),
        ("  12  name: what it means", 14, ["  12  name:", "      what it", "      means"]),
        ("\nHeading\n---", 20, ["", "Heading", "---"]),
        ("see https://a.example.com/a-long-path now", 10, ["see", "https://a.example.com/a-long-path", "now"]),
        ("", 10, [""]),
    ],
)
def test_text_is_wrapped_and_what_belongs_together_hangs_together(text: str, columns: int, lines: list[str]) -> None:
    assert wrapped(text, columns) == lines


@pytest.mark.parametrize(
    ("stream", "environ", "wanted"),
    [
        (Tty(), {"TERM": "xterm-256color"}, True),
        (Tty(), {"TERM": "dumb"}, False),
        (Tty(), {"TERM": ""}, False),
        (Tty(), {}, False),
        (Tty(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Tty(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_that_can_and_people_who_want_it(
    stream: io.StringIO, environ: Mapping[str, str], wanted: bool
) -> None:
    assert wants_colour(stream, environ) is wanted


@pytest.mark.parametrize("colour", [True, False])
def test_only_headings_help_and_problems_are_coloured(colour: bool, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = StandardTerminal(colour=colour)
    for style in ("plain", "heading", "help", "problem"):
        terminal.say("words", style)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "words"
    assert [line.startswith("\x1b[") and line.endswith("\x1b[0m") for line in lines] == [False, *([colour] * 3)]
