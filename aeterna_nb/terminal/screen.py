"""What is printed and typed: wrapped to the width, coloured where that is wanted, and never a traceback."""

import contextlib
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, Protocol, TextIO

from aeterna_nb.language import message, say
from aeterna_nb.terminal.hidden import hidden_line
from aeterna_nb.terminal.picking import Offer, Picker

Style = Literal["plain", "heading", "help", "good", "doubt", "problem"]

NARROWEST, WIDEST = 20, 100
"""Columns: in fewer nothing can be read, in more no line can be followed."""

ROOM_TO_TYPE = 16
"""Columns that a prompt leaves in its line."""

_CODES: Mapping[Style, str] = {
    "plain": "",
    "heading": "\x1b[1m",
    "help": "\x1b[2m",
    "good": "\x1b[32m",
    "doubt": "\x1b[33m",
    "problem": "\x1b[31m",
}
_RESET = "\x1b[0m"
ROWS_BESIDE_A_LIST = 3
"""Rows that the question and its prompt take beside a list that is drawn."""

_NUMBER = re.compile(r"\d+ +")
"""What an item of a list begins with; its further lines stand below its words."""

NOT_TEXT = message("That was no UTF-8 text. Set the terminal to UTF-8, and type it once more.")


class Terminal(Protocol):
    """Where questions are printed and answers are typed."""

    def say(self, text: str = "", style: Style = "plain") -> None:
        """Print text, wrapped; further lines hang to the right of the first."""

    def show(self, text: str) -> None:
        """Print text as it is: a diff, or a command to copy."""

    def ask(self, prompt: str) -> str:
        """A typed line. Raises KeyboardInterrupt when nothing can be typed any more."""

    def pick(self, prompt: str, offers: Sequence[Offer], standing: str = "", *, again: bool = False) -> str:
        """A typed line, or the word of the offer that arrow keys led to. `standing` is what Enter takes.

        `again` says that the offers were listed a moment ago. Raises KeyboardInterrupt when nothing can be typed any
        more.
        """

    def ask_secret(self, prompt: str) -> str:
        """A typed line that is not shown. Raises KeyboardInterrupt when nothing can be typed any more."""


class StandardTerminal:
    """Standard input and output. Where it can draw, arrow keys lead through what can be picked."""

    def __init__(self, *, colour: bool, draws: bool = False) -> None:
        self._colour = colour
        self._draws = draws
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 - makes `input` edit lines, and take pasted lines as one

    def say(self, text: str = "", style: Style = "plain") -> None:
        """Print text, wrapped; further lines hang to the right of the first."""
        for line in wrapped(text, width()):
            print(f"{_CODES[style]}{line}{_RESET}" if self._colour and _CODES[style] and line else line)

    def show(self, text: str) -> None:
        """Print text as it is: a diff, or a command to copy."""
        print(text)

    def ask(self, prompt: str) -> str:
        """A typed line. Raises KeyboardInterrupt when nothing can be typed any more."""
        return self._typed(input, prompt)

    def pick(self, prompt: str, offers: Sequence[Offer], standing: str = "", *, again: bool = False) -> str:
        """A typed line, or the word of the offer that arrow keys led to. `standing` is what Enter takes."""
        picker = Picker(offers, standing, lambda line: wrapped(line, width()), self._colour)
        fits = picker.rows < shutil.get_terminal_size().lines - ROWS_BESIDE_A_LIST
        if not again and not (self._draws and fits):
            list_offers(offers, self.say)
        if not self._draws:
            return self.ask(prompt)
        if not fits:
            picker = replace(picker, offers=[replace(offer, text="") for offer in offers])
        return self._typed(picker.line, prompt)

    def ask_secret(self, prompt: str) -> str:
        """A typed line that is not shown. Raises KeyboardInterrupt when nothing can be typed any more."""
        return self._typed(hidden_line, prompt)

    def _typed(self, read: Any, prompt: str) -> str:
        last = prompt
        if len(prompt) > width() - ROOM_TO_TYPE:
            # A prompt that is almost as long as the line is cut off, or what is typed breaks in its middle.
            self.say(prompt.rstrip())
            last = "> "
        while True:
            try:
                return str(read(last))
            except UnicodeDecodeError:
                self.say(say(NOT_TEXT), "problem")
            except (EOFError, OSError):
                raise KeyboardInterrupt from None


def list_offers(offers: Sequence[Offer], say_line: Callable[[str, Style], None]) -> None:
    """Print what can be picked, a line each."""
    for offer in offers:
        if offer.text:
            say_line(offer.line, "plain")
            if offer.refused:
                say_line(offer.refused, "help")


def width() -> int:
    """The columns to write in."""
    return max(NARROWEST, min(shutil.get_terminal_size().columns - 1, WIDEST))


def wrapped(text: str, columns: int) -> list[str]:
    """The lines of a text, each wrapped to so many columns; addresses and paths stay whole."""
    return [part for line in text.split("\n") for part in _wrapped_line(line, columns)]


def _wrapped_line(line: str, columns: int) -> list[str]:
    indent = " " * min(len(line) - len(line.lstrip()), columns // 4)
    number = _NUMBER.match(line.lstrip())
    hang = len(number.group()) if number else 2 if indent else 0
    return textwrap.wrap(
        line.strip(),
        columns,
        initial_indent=indent,
        subsequent_indent=indent + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def wants_colour(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether colour is wanted there: a terminal that can, and a person who did not say no (https://no-color.org)."""
    return draws(stream, environ) and not environ.get("NO_COLOR")


def draws(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a terminal is there that can do more than print line after line."""
    return environ.get("TERM", "") not in {"", "dumb"} and sys.platform != "win32" and stream.isatty()
