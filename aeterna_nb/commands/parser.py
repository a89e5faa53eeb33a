"""The command line as argparse reads it, with errors that repeat no value: it may be a secret.

Nothing heavy is imported here: `aeterna mcp` reads its flags before anything else.
"""

import argparse
import difflib
import os
import re
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from aeterna_nb.commands import ASKED


class UsageError(Exception):
    """The command line is wrong; the text says what and how to mend it."""


class _Help(argparse.Action):
    """Prints help and ends: the short one, a stage's flags, or with `const` all of it."""

    def __call__(self, *arguments: Any, **_: Any) -> NoReturn:
        parser: Parser = arguments[0]
        stage: str | None = arguments[2]
        print(parser.help_on(parser.stages if self.const else [stage] if stage else []))
        parser.exit()


class Parser(argparse.ArgumentParser):
    """An argument parser that never repeats a value in an error and never guesses what an abbreviation means.

    Where its flags stand in stages, its help is short and names them; `--help STAGE` and `--help-all` print the rest.
    """

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"aeterna {command}",
            description=description,
            allow_abbrev=False,
            add_help=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.stages: dict[str, argparse._ArgumentGroup] = {}
        self.main = argparse._ArgumentGroup(self, "main questions")
        self._help = self.add_argument("-h", "--help", action=_Help, nargs=0, help="show this help and end")
        # Looked for by `main`, before anything can go wrong.
        self.add_argument("--debug", action="store_true", help="show the way to a fault of the workbench")

    def add_stage(self, stage: str, title: str) -> argparse._ArgumentGroup:
        """A group of flags that the short help leaves out."""
        if not self.stages:
            self.usage = "%(prog)s [OPTIONS]"
            self._help.nargs, self._help.metavar = "?", "STAGE"
            vars(self._help)["completer"] = lambda **_: list(self.stages)
            self.add_argument("--help-all", action=_Help, nargs=0, const=True, help="show every flag and end")
        self.stages[stage] = self.add_argument_group(title)
        self._help.help = f"show this help, or the flags of a stage: {', '.join(self.stages)}"
        return self.stages[stage]

    def help_on(self, stages: Iterable[str]) -> str:
        """The help with the flags of these stages. Raises UsageError for one that does not exist."""
        if not set(stages) <= set(self.stages):
            raise UsageError(f"There is no such stage. Choose one of: {', '.join(self.stages)}.")
        folded = [group for stage, group in self.stages.items() if stage not in set(stages)]
        groups = self._action_groups
        self._action_groups = [group for group in groups if group not in folded]
        if not stages:
            self._action_groups.append(self.main)
        try:
            return self.format_help().rstrip()
        finally:
            self._action_groups = groups

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, without the values that argparse would repeat."""
        flag, _, problem = message.removeprefix("argument ").partition(": ")
        if not message.startswith("argument "):
            raise UsageError(message)
        if "expected" in problem:
            raise UsageError(f"{flag}: a value must follow.")
        action = next(
            (item for item in self._actions if flag in ("/".join(item.option_strings), item.metavar, item.dest)), None
        )
        raise UsageError(f"{flag} does not take that value.{_cure(action)}")

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The options. Raises UsageError for flags that do not exist, with the nearest that does."""
        if ASKED in os.environ:
            from aeterna_nb.commands.completing import answer

            answer(self)
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


def _cure(action: argparse.Action | None) -> str:
    if action is None:
        return ""
    if action.choices:
        return f" Choose one of: {', '.join(map(str, action.choices))}."
    return " Write a number." if action.type in (int, float) else ""
