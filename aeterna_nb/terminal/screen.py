"""What is printed and typed: wrapped to the width, coloured where that is wanted, and never a traceback."""

import contextlib
import os
import re
import shutil
import signal
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NoReturn, Protocol, TextIO

from aeterna_nb.language import message, say

Style = Literal["plain", "heading", "help", "problem"]

NARROWEST, WIDEST = 20, 100
"""Columns: in fewer nothing can be read, in more no line can be followed."""

ROOM_TO_TYPE = 16
"""Columns that a prompt leaves in its line."""

_CODES: Mapping[Style, str] = {"plain": "", "heading": "\x1b[1m", "help": "\x1b[2m", "problem": "\x1b[31m"}
_RESET = "\x1b[0m"
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

    def ask_secret(self, prompt: str) -> str:
        """A typed line that is not shown. Raises KeyboardInterrupt when nothing can be typed any more."""


class StandardTerminal:
    """Standard input and output."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
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

    def ask_secret(self, prompt: str) -> str:
        """A typed line that is not shown. Raises KeyboardInterrupt when nothing can be typed any more."""
        from getpass import getpass

        return self._typed(getpass, prompt)

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
    capable = environ.get("TERM", "") not in {"", "dumb"} and sys.platform != "win32"
    return capable and not environ.get("NO_COLOR") and stream.isatty()


@contextlib.contextmanager
def closing_interrupts() -> Iterator[None]:
    """Let a terminal that closes interrupt, as Ctrl-C does: what is half done is undone, instead of cut off."""
    if not hasattr(signal, "SIGHUP"):
        yield
        return

    def interrupt(*_: Any) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGHUP, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
