"""`aeterna restore`: a set of backups, as it was."""

from collections.abc import Sequence
from pathlib import Path

from aeterna_nb.commands.options import add_output_flag
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import print_json
from aeterna_nb.commands.start import commanded, tidy
from aeterna_nb.language import say
from aeterna_nb.output.backup_sets import BackupSet
from aeterna_nb.output.restoring import plan_restored, sets_in
from aeterna_nb.output.workspace import write


def run(words: Sequence[str]) -> int:
    """Bring back what one write replaced; what is there now becomes a set of backups itself."""
    parser = Parser("restore", "Bring back what a write replaced. `aeterna backups` lists what there is.")
    parser.add_argument("set", metavar="SET", nargs="?", help="the set's name (default: the newest)")
    add_output_flag(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    with commanded() as status:
        options = parser.read(words)
        tidy(options.output)
        planned = plan_restored(options.output, _chosen(options.output, options.set))
        written = [] if options.dry_run else write(planned)
        backups = {file.name: file.backup for file in written}
        if options.json:
            files = [{"name": f.name, "state": f.state, "backup": backups.get(f.name)} for f in planned.files]
            print_json([], files=files)
            return status.code
        for file in planned.changes:
            sentence = (
                say("Removed {file}", file=file.name) if file.after is None else say("Restored {file}", file=file.name)
            )
            kept = (
                say("; what was there is kept as {backup}", backup=backups[file.name]) if backups.get(file.name) else ""
            )
            print(file.diff if options.dry_run else f"{sentence}{kept}")
        if not planned.changes:
            print(say("Everything is as it was then already; nothing was written."))
        elif options.dry_run:
            print(say("Nothing was written (--dry-run)."))
        else:
            print(say("`aeterna validate` says whether these files fit each other; `aeterna restore` takes this back."))
    return status.code


def _chosen(folder: Path, name: str | None) -> BackupSet:
    found = sets_in(folder)
    if not found:
        raise UsageError(say("There are no backups in {folder}.", folder=folder))
    chosen = [each for each in found if name in (None, each.id)]
    if not chosen:
        raise UsageError(say("There is no such set. `aeterna backups` lists them."))
    return chosen[0]
