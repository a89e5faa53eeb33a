"""`aeterna backups`: what was replaced, as sets that `aeterna restore` brings back."""

import json
from collections.abc import Sequence

from aeterna_nb.commands.options import add_output_flag
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.start import commanded, tidy
from aeterna_nb.language import say
from aeterna_nb.output.backup_sets import BackupSet
from aeterna_nb.output.restoring import sets_in


def run(words: Sequence[str]) -> int:
    """List the sets of backups in a folder, the newest first."""
    parser = Parser("backups", "List what was replaced, write by write, the newest first.")
    add_output_flag(parser)
    parser.add_argument("--json", action="store_true", help="print the sets as JSON")
    with commanded() as status:
        options = parser.read(words)
        tidy(options.output)
        found = sets_in(options.output)
        if options.json:
            print(json.dumps({"sets": [_row(each) for each in found]}, indent=2, ensure_ascii=False))
        elif found:
            print("\n\n".join(_text(each) for each in found))
        else:
            print(say("There are no backups in {folder}.", folder=options.output))
    return status.code


def _row(each: BackupSet) -> dict[str, object]:
    files = [{"name": file.name, "backup": file.backup} for file in each.files]
    return {"id": each.id, "written": each.written.isoformat(timespec="seconds"), "files": files}


def _text(each: BackupSet) -> str:
    lines = [
        say("{file}, as it was: {backup}", file=file.name, backup=file.backup)
        if file.backup
        else say("{file}, which was new", file=file.name)
        for file in each.files
    ]
    return "\n".join([f"{each.id}  {each.written:%Y-%m-%d %H:%M:%S}", *(f"  {line}" for line in lines)])
