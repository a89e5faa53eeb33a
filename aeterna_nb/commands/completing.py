"""What a shell that completes `aeterna` is told: the names that can follow, by argcomplete's way of asking."""

import argparse
import os
from collections.abc import Iterable

import argcomplete
from argcomplete.completers import FilesCompleter, SuppressCompleter

from aeterna_nb.commands import ASKED

_PATHS = {"DIR", "FILE", "PATH"}


def words_before() -> list[str]:
    """The whole words of the line so far, after the program's name."""
    line, point = os.environ.get("COMP_LINE", ""), os.environ.get("COMP_POINT", "")
    before = line[: int(point)] if point.isdigit() else line
    words = before.split()
    return words[1:] if before[-1:].isspace() else words[1:-1]


def offer(names: Iterable[str], after: int) -> None:
    """Tell the shell which names can follow `after` words, and end."""
    os.environ[ASKED] = str(after)
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("name", choices=sorted(names))
    argcomplete.autocomplete(parser)


def answer(parser: argparse.ArgumentParser) -> None:
    """Tell the shell what can follow on a command's line, and end."""
    os.environ[ASKED] = str(len(parser.prog.split()))
    for action in parser._actions:
        if action.metavar in _PATHS:
            vars(action)["completer"] = FilesCompleter()
    argcomplete.autocomplete(parser, default_completer=SuppressCompleter())
