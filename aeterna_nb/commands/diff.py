"""`aeterna diff`: what writing would change on disk, or deploying in the cluster."""

import argparse
import sys
from collections.abc import Sequence

from aeterna_nb.commands.cluster import NOTHING_CHANGES, in_cluster, judged
from aeterna_nb.commands.events import told
from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.reports import WRONG_CONFIGURATION, exit_status, print_findings, print_json
from aeterna_nb.commands.start import ExitStatus, commanded, loaded
from aeterna_nb.deploy import SECONDS
from aeterna_nb.output.writing import plan_files


def run(words: Sequence[str]) -> int:
    """Print the differences between the folder and what the answers give."""
    parser = Parser("diff", "Show what writing would change on disk.")
    add_folder_flags(parser)
    parser.add_argument("--live", action="store_true", help="show what deploying would change in the cluster instead")
    parser.add_argument(
        "--context", metavar="NAME", default="", help="context of the kubeconfig, with --live (default: the current)"
    )
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        if options.live:
            _live(options, status)
            return status.code
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


def _live(options: argparse.Namespace, status: ExitStatus) -> None:
    """What lies in the folder, against what runs: answers of flags are not in there yet."""
    from aeterna_nb.chart.helm import HelmError
    from aeterna_nb.deploy.plan import changes
    from aeterna_nb.deploy.reasons import failed

    what = in_cluster(judged(options, status), options, status)
    if what is None:
        return
    try:
        found = changes(what)
    except HelmError as error:
        print(told(failed(what, error, SECONDS), as_json=options.json), file=sys.stderr)
        status.code = WRONG_CONFIGURATION
        return
    if options.json:
        print_json([], changes=[{"state": item.state, "object": item.what, "diff": item.diff} for item in found])
    else:
        print("".join(item.diff for item in found) or NOTHING_CHANGES, end="")
