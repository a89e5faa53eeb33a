"""The command line as argparse reads it, with errors that repeat no value: it may be a secret.

Nothing heavy is imported here: `aeterna mcp` reads its flags before anything else.
"""

import argparse
import difflib
import re
from collections.abc import Sequence
from typing import NoReturn


class UsageError(Exception):
    """The command line is wrong; the text says what and how to mend it."""


class Parser(argparse.ArgumentParser):
    """An argument parser that never repeats a value in an error and never guesses what an abbreviation means."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"aeterna {command}",
            description=description,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        # Looked for by `main`, before anything can go wrong.
        self.add_argument("--debug", action="store_true", help="show the way to a fault of the workbench")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, without the values that argparse would repeat."""
        flag, _, problem = message.removeprefix("argument ").partition(": ")
        if not message.startswith("argument "):
            raise UsageError(message)
        raise UsageError(
            f"{flag}: a value must follow." if "expected" in problem else f"{flag} does not take that value."
        )

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The options. Raises UsageError for flags that do not exist, with the nearest that does."""
        for word in words:
            flag, _, value = word.partition("=")
            if value == "--":  # argparse would take it out and give a list without values
                raise UsageError(f"{flag} does not take that value." if _FLAG.fullmatch(flag) else _STRAY)
        options, rest = self.parse_known_args(words)
        if rest:
            raise UsageError(" ".join(self._unknown(word) for word in rest if word.startswith("--")) or _STRAY)
        return options

    def _unknown(self, word: str) -> str:
        flag = word.split("=")[0]
        known = [
            option for action in self._actions for option in action.option_strings if action.help != argparse.SUPPRESS
        ]
        near = difflib.get_close_matches(flag, known, n=1)
        head = f"There is no flag {flag}." if _FLAG.fullmatch(flag) else "There is no such flag."
        return head + (f" Did you mean {near[0]}?" if near else "")


_FLAG = re.compile(r"--[a-z][a-z0-9-]{0,40}")
"""What flags look like; whatever else begins with dashes is not repeated: keys in PEM do, too."""

_STRAY = "There is a word too many on the command line; every value follows its flag."
