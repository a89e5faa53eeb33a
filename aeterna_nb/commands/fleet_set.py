"""`aeterna fleet set`: one answer for many configurations."""

import sys
from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.fleets import (
    add_workers_flags,
    answer_texts,
    found_fleet,
    outcomes,
    plans,
    print_broken,
    write_all,
)
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import WRONG_CONFIGURATION
from aeterna_nb.commands.start import commanded, said_yes
from aeterna_nb.fleet.changing import Wish


def run(words: Sequence[str]) -> int:
    """Show what answers change in each configuration, and write it once that is agreed to."""
    parser = Parser("fleet set", "Give answers in many configurations. What changes is shown before it is taken.")
    parser.add_argument("answers", metavar="KEY=VALUE", nargs="*", help="the answers, by the names of their flags")
    parser.add_argument("--folder", metavar="DIR", type=Path, default=Path(), help="where it begins (default: here)")
    parser.add_argument(
        "--where",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="only where an answer is that; all, if several",
    )
    parser.add_argument("--yes", action="store_true", help="write without asking once more")
    add_workers_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        if not options.answers:
            raise UsageError("Say what to set, such as: aeterna fleet set kubernetes-version=1.35.")
        wish = Wish(answer_texts(options.answers), answer_texts(options.where))
        with found_fleet(options.folder) as fleet:
            found = outcomes(fleet, wish, options)
        planned, refused = plans(fleet, found)
        if print_broken({**found, **refused}):
            status.code = WRONG_CONFIGURATION
        for name, item in planned.items():
            print(f"{name}:", *(file.diff for file in item.changes), sep="\n", end="")
        print(f"{len(found)} of {len(fleet.names)} configurations are concerned; {len(planned)} change.")
        asked = sys.stdin is not None and sys.stdin.isatty()
        if planned and (options.yes or (asked and said_yes("Write this?"))):
            refused = write_all(planned)
            print(f"Wrote {len(planned) - len(refused)} folders; what was there is kept beside it.")
            if print_broken(refused):
                status.code = WRONG_CONFIGURATION
        elif planned:
            print("Nothing was written. With --yes it is.")
    return status.code
