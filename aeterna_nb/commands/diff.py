"""`aeterna diff`: what writing would change on disk."""

from collections.abc import Sequence

from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.reports import exit_status, print_findings, print_json
from aeterna_nb.commands.start import commanded, loaded
from aeterna_nb.output.writing import plan_files


def run(words: Sequence[str]) -> int:
    """Print the differences between the folder and what the answers give."""
    parser = Parser("diff", "Show what writing would change on disk.")
    add_folder_flags(parser)
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        folder = loaded(options)
        planned = plan_files(folder.evaluation, options.output)
        if options.json:
            print_json(
                folder.findings, files=[{"name": f.name, "state": f.state, "diff": f.diff} for f in planned.files]
            )
        else:
            print_findings(folder.findings)
            print("".join(file.diff for file in planned.changes), end="")
        status.code = exit_status(folder.answers, folder.findings)
    return status.code
