"""What the actions of `aeterna fleet` have in common: which fleet, on how many cores, and how far they are."""

import argparse
import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.findings import Finding
from aeterna_nb.fleet.changing import Outcome, Wish, broken, outcome
from aeterna_nb.fleet.dask import dask_pool
from aeterna_nb.fleet.formats import sentence
from aeterna_nb.fleet.judging import Judgement
from aeterna_nb.fleet.members import Fleet
from aeterna_nb.fleet.running import FleetError, cores, mapped, processes, run
from aeterna_nb.fleet.store import StoreError, opened, store_path
from aeterna_nb.generate.files import MASKS, SECRET_FILES
from aeterna_nb.output.workspace import Plan, WorkspaceError, plan, write
from aeterna_nb.questions import AnswerError, by_name, questions

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


def add_version_flags(parser: Parser) -> None:
    """The flags that say what to upgrade to."""
    parser.add_argument("--server-version", metavar="V", default="", help="the tag of the server's image")
    parser.add_argument("--kubernetes-version", metavar="V", default="", help="the version of the clusters")


def wished(options: argparse.Namespace, chart: Path | None = None) -> Wish:
    """What the flags of an upgrade ask for. Raises UsageError."""
    if chart is not None and not (chart.is_file() or (chart / "Chart.yaml").is_file()):
        raise UsageError(f"There is no chart {chart}: name a folder with a Chart.yaml, or an archive.")
    given = {"server_version": options.server_version, "kubernetes_version": options.kubernetes_version}
    return Wish(
        answer_texts(f"{name}={text}" for name, text in given.items() if text), chart=chart and chart.absolute()
    )


def print_broken(found: Mapping[str, Outcome]) -> bool:
    """Say on standard error which configurations break, and so stay as they are; whether there are any."""
    errors = [f"error: {name}: {sentence(error)}" for name, item in found.items() for error in item.errors]
    for line in errors:
        print(line, file=sys.stderr)
    return bool(errors)


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
    except (FleetError, StoreError) as error:
        raise UsageError(str(error)) from None


def judgements(fleet: Fleet, options: argparse.Namespace) -> Mapping[str, Judgement]:
    """Every configuration's judgement by name, with a bar and an estimate where a person waits. Raises FleetError."""
    tasks, pools = fleet.tasks(), partial(processes, options.workers)
    if options.dask:
        # Secrets stay on this machine.
        tasks, pools = ((name, task.open()) for name, task in tasks), partial(dask_pool, options.dask)
    with opened(None if options.no_cache else store_path()) as store:
        judged = run(tasks, store, pools)
        try:
            return dict(shown(judged, len(fleet.names)))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(KEPT) from None


def outcomes(fleet: Fleet, wish: Wish, options: argparse.Namespace) -> Mapping[str, Outcome]:
    """What a wish makes of each configuration that it concerns, by name, in order. Raises FleetError."""
    found = mapped(partial(outcome, wish=wish), fleet.tasks(), partial(processes, options.workers))
    concerned = {name: item for name, item in shown(found, len(fleet.names)) if item.concerned}
    return dict(sorted(concerned.items()))


def answer_texts(words: Iterable[str]) -> dict[str, str]:
    """The texts of answers by question's name in words such as `mode=hybrid`. Raises UsageError."""
    found: dict[str, str] = {}
    for word in words:
        key, separator, text = word.partition("=")
        name = key.removeprefix("--").replace("-", "_")
        question = by_name().get(name) or next((item for item in questions() if ".".join(item.path) == key), None)
        if question is None or not separator:
            near = difflib.get_close_matches(name, by_name(), n=1)
            raise UsageError(
                f"There is no such answer.{f' Did you mean {near[0]}?' if near else ''} Write it as NAME=VALUE."
            )
        if question.name in found:
            raise UsageError(f"{question.name} stands there twice; write it once.")
        if question.secret:
            raise UsageError(f"{question.name} is a secret, and belongs in each folder's own file.")
        try:
            question.parse(text)
        except AnswerError as error:
            raise UsageError(f"{question.name}: {error}") from None
        found[question.name] = text
    return found


def plans(fleet: Fleet, found: Mapping[str, Outcome]) -> tuple[dict[str, Plan], dict[str, Outcome]]:
    """What writing would do to each folder in which something changes, and those for which it can't be said."""
    planned: dict[str, Plan] = {}
    refused: dict[str, Outcome] = {}
    for name, item in found.items():
        if not item.errors:
            try:
                planned[name] = plan(fleet.folder(name), dict(item.files), SECRET_FILES, MASKS)
            except WorkspaceError as error:
                refused[name] = _refused(error)
    return {name: item for name, item in planned.items() if item.changes}, refused


def write_all(planned: Mapping[str, Plan]) -> dict[str, Outcome]:
    """Write each folder as a whole, one after the other; those that can't be written, which stay as they were.

    An interruption leaves the next ones as they were.
    """
    done = 0
    refused: dict[str, Outcome] = {}
    try:
        for name, item in shown(planned.items(), len(planned)):
            try:
                write(item)
                done += 1
            except WorkspaceError as error:
                refused[name] = _refused(error)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{done} of {len(planned)} folders are written, each of them whole.") from None
    return refused


def _refused(error: WorkspaceError) -> Outcome:
    return broken([Finding("error", str(error), check="folder")])


def shown(items: Iterable[Item], total: int) -> Iterator[Item]:
    """The items as they come, with a bar and an estimate on standard error where a person waits."""
    from tqdm import tqdm

    return iter(tqdm(items, total=total, unit=" configurations", disable=not sys.stderr.isatty(), leave=False))


def _workers(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 512:
        return int(text)
    raise UsageError("--workers: write a number from 1 to 512.")
