"""What the actions of `aeterna fleet` have in common: which fleet, on how many cores, and how far they are."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from aeterna_nb.answers.file import AnswersFileError
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.fleet.judging import Judgement, Task
from aeterna_nb.fleet.members import Fleet
from aeterna_nb.fleet.running import FleetError, cores, processes, run
from aeterna_nb.fleet.store import Store, store_path

Item = TypeVar("Item")

KEPT = "What is judged is kept; the same command goes on from there."


def fleet_parser(action: str, description: str) -> Parser:
    """A parser that takes the folder of a fleet."""
    parser = Parser(f"fleet {action}", description)
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path, default=Path(), help="where it begins (default: here)"
    )
    return parser


def add_workers_flags(parser: Parser) -> None:
    """The flags that say where configurations are judged."""
    parser.add_argument(
        "--workers", metavar="N", type=_workers, default=cores(), help="processes (default: one a core)"
    )
    parser.add_argument("--no-cache", action="store_true", help="judge everything anew")


@contextmanager
def found_fleet(folder: Path) -> Iterator[Fleet]:
    """The fleet in a folder; errors about its files become UsageError."""
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")
    try:
        fleet = Fleet(folder)
        if not fleet.names:
            raise UsageError(f"There is no configuration below {folder}: no folder has .aeterna/setup.yaml.")
        yield fleet
    except (AnswersFileError, FleetError) as error:
        raise UsageError(str(error)) from None


def judgements(tasks: Iterable[tuple[str, Task]], total: int, options: argparse.Namespace) -> Mapping[str, Judgement]:
    """Every configuration's judgement by name, with a bar and an estimate where a person waits. Raises FleetError."""
    with Store(None if options.no_cache else store_path()) as store:
        judged = run(tasks, store, partial(processes, options.workers), options.workers)
        try:
            return dict(shown(judged, total))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(KEPT) from None


def shown(items: Iterable[Item], total: int) -> Iterator[Item]:
    """The items as they come, with a bar and an estimate on standard error where a person waits."""
    from tqdm import tqdm

    return iter(tqdm(items, total=total, unit=" configurations", disable=not sys.stderr.isatty(), leave=False))


def _workers(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 512:
        return int(text)
    raise UsageError("--workers: write a number from 1 to 512.")
