"""`aeterna fleet upgrade`: write what an upgrade changes, a folder at a time, with a report for a pull request."""

from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.fleets import (
    add_version_flags,
    add_workers_flags,
    fleet_parser,
    found_fleet,
    outcomes,
    plans,
    print_broken,
    wished,
    write_all,
)
from aeterna_nb.commands.reports import DONE, WRONG_CONFIGURATION
from aeterna_nb.commands.start import commanded
from aeterna_nb.fleet.kinds import kinds, markdown
from aeterna_nb.output.workspace import plan, write


def run(words: Sequence[str]) -> int:
    """Write the files anew where nothing breaks; what breaks is told, and stays as it is."""
    parser = fleet_parser("upgrade", "Write the files anew, for this workbench and the versions that are named.")
    add_version_flags(parser)
    parser.add_argument("--report", metavar="FILE", type=Path, help="also write what is printed, for a pull request")
    parser.add_argument("--dry-run", action="store_true", help="print the report, and write no folder")
    add_workers_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        wish = wished(options)
        with found_fleet(options.folder) as fleet:
            found = outcomes(fleet, wish, options)
        planned, refused = plans(fleet, found)
        if not options.dry_run:
            refused |= write_all(planned)
        found = {**found, **refused}
        text = markdown(kinds(found), wish.answers, len(planned.keys() - refused.keys()), len(fleet.names))
        print(text, end="")
        status.code = WRONG_CONFIGURATION if print_broken(found) else DONE
        if options.report is not None:
            write(plan(options.report.absolute().parent, {options.report.name: text}))
    return status.code
