"""`aeterna fleet diff`: what an upgrade changes in each configuration, by kind of change."""

import json
from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.fleets import add_version_flags, add_workers_flags, fleet_parser, found_fleet, outcomes, wished
from aeterna_nb.commands.reports import DONE, WRONG_CONFIGURATION
from aeterna_nb.commands.start import commanded
from aeterna_nb.fleet.kinds import kinds, lines


def run(words: Sequence[str]) -> int:
    """Print what would change, each kind of change once with its configurations."""
    parser = fleet_parser("diff", "Show what an upgrade changes in each configuration, by kind of change.")
    parser.add_argument("--to", metavar="CHART", type=Path, help="a chart's folder or archive, against the bundled one")
    add_version_flags(parser)
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    add_workers_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        wish = wished(options, options.to)
        with found_fleet(options.folder) as fleet:
            found = outcomes(fleet, wish, options)
        changes = kinds(found)
        if options.json:
            rows = [
                {"state": kind.effect.state, "what": kind.effect.what, "where": list(kind.effect.where),
                 "configurations": list(kind.configurations)}
                for kind in changes
            ]  # fmt: skip
            print(json.dumps({"concerned": list(found), "changes": rows}, indent=2, ensure_ascii=False))
        else:
            print(*lines(changes), sep="\n")
            print(f"{len(found)} of {len(fleet.names)} configurations are concerned.")
        status.code = WRONG_CONFIGURATION if any(item.errors for item in found.values()) else DONE
    return status.code
