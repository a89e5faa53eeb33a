"""`aeterna chart deps` and `aeterna chart export`: the subcharts, and the complete chart as a folder."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from aeterna_nb.chart import archives_folder, dependencies
from aeterna_nb.chart.export import ExportError, export
from aeterna_nb.chart.fetch import MIRROR, Report, Step, SubchartError, fetch, unchecked, verify
from aeterna_nb.chart.helm import HelmMissing
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import WRONG_CONFIGURATION
from aeterna_nb.commands.start import commanded

ACTIONS = ("deps", "export")


def run(words: Sequence[str]) -> int:
    """Fetch the subcharts, or write the complete chart."""
    with commanded() as status:
        if not words or words[0] not in ACTIONS:
            if set(words) & {"-h", "--help"}:
                print("usage: aeterna chart deps|export [OPTIONS]\n\nMore about one: aeterna chart deps --help")
                return status.code
            raise UsageError(f"Say what to do: aeterna chart {' or aeterna chart '.join(ACTIONS)}.")
        try:
            _deps(words[1:]) if words[0] == "deps" else _export(words[1:])
        except (SubchartError, ExportError, HelmMissing) as error:
            for line in str(error).splitlines():
                print(f"error: {line}", file=sys.stderr)
            status.code = WRONG_CONFIGURATION
    return status.code


def _deps(words: Sequence[str]) -> None:
    parser = Parser("chart deps", "Fetch the pinned subcharts into the user's cache, checked against the lock.")
    _add_source(parser)
    parser.add_argument("--json", action="store_true", help="print each archive's step as JSON, one object a line")
    options = parser.read(words)
    _provide(options, archives_folder(), _as_json if options.json else print)
    if not options.json:
        print(f"The subcharts lie in {archives_folder()}.")


def _as_json(step: Step) -> None:
    print(json.dumps(asdict(step)), flush=True)


def _export(words: Sequence[str]) -> None:
    parser = Parser("chart export", "Write the complete chart into a folder that one helm install takes as it is.")
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet")
    _add_source(parser)
    options = parser.read(words)
    _provide(options, archives_folder(), print)
    export(options.folder, archives_folder())
    print(f"Wrote the chart into {options.folder}.")


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", metavar="DIR", type=Path, help="take the archives from this folder")
    parser.add_argument(
        "--mirror",
        metavar="URL",
        default=os.environ.get(MIRROR, ""),
        help=f"fetch all of them from this repository or oci:// registry (also {MIRROR})",
    )
    parser.add_argument("--unverified", action="store_true", help="accept archives that are not the pinned ones")


def _provide(options: argparse.Namespace, folder: Path, report: Report) -> None:
    check = unchecked if options.unverified else verify
    fetch(dependencies(), folder, options.source, check, report, options.mirror)
