"""`aeterna uninstall`: the release goes, and its data stays unless it is asked to go."""

from collections.abc import Sequence

from aeterna_nb.commands.cluster import add_cluster_flags, add_yes_flag, agreed, in_cluster, interruptible, judged
from aeterna_nb.commands.events import shown
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Remove the release that a folder is for, and say what is left."""
    parser = Parser("uninstall", "Remove the release. Its databases and volumes stay, unless --delete-data is given.")
    add_cluster_flags(parser)
    add_yes_flag(parser)
    parser.add_argument("--delete-data", action="store_true", help="delete its databases and volumes as well, for good")
    with commanded() as status:
        options = parser.read(words)
        what = in_cluster(judged(options, status), options, status)
        question = "Delete everything, data included, for good?" if options.delete_data else "Begin?"
        if what is not None and agreed(options, question):
            from aeterna_nb.deploy.uninstall import uninstall

            with interruptible() as canceller:
                events = uninstall(what, options.timeout, canceller, delete_data=options.delete_data)
                status.code = shown(events, as_json=options.json)
    return status.code
