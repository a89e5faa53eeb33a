"""`aeterna fleet check`: judge every configuration of a repository, and all of them together."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from aeterna_nb.answers.fleet_file import downwards
from aeterna_nb.commands.fleets import add_workers_flags, fleet_parser, found_fleet, judgements
from aeterna_nb.commands.reports import DONE, WRONG_CONFIGURATION
from aeterna_nb.commands.start import commanded
from aeterna_nb.fleet.formats import junit, sarif, table
from aeterna_nb.fleet.report import report
from aeterna_nb.output.workspace import plan, write


def run(words: Sequence[str]) -> int:
    """Judge the fleet, and print or write what was found."""
    parser = fleet_parser(
        "check", "Judge every configuration below a folder as it lies there, and all of them together."
    )
    add_workers_flags(parser)
    parser.add_argument("--dask", metavar="ADDRESS", default="", help="judge on the Dask cluster of this scheduler")
    parser.add_argument("--no-cache", action="store_true", help="judge everything anew")
    parser.add_argument("--all", action="store_true", help="list configurations without findings, too")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="also write it as JUnit XML")
    parser.add_argument("--sarif", metavar="FILE", type=Path, help="also write it as SARIF")
    with commanded() as status:
        options = parser.read(words)
        with found_fleet(options.folder) as fleet:
            judged = judgements(fleet, options)
            found = report(judged, fleet.clusters())
        below = fleet.root.relative_to(downwards(fleet.root)[0]).as_posix()
        for file, text in ((options.junit, junit), (options.sarif, partial(sarif, below=below))):
            if file is not None:
                write(plan(file.absolute().parent, {file.name: text(found)}))
        if options.json:
            print(json.dumps(found.as_dict(), indent=2, ensure_ascii=False))
        else:
            print(*table(found, every=options.all), sep="\n")
            print(
                f"{len(judged)} configurations, {found.errors} distinct errors, {len(found.found)} distinct findings."
            )
        status.code = WRONG_CONFIGURATION if found.errors else DONE
    return status.code
