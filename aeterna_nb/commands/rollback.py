"""`aeterna rollback`: a revision of the release, as it was."""

from collections.abc import Sequence

from aeterna_nb.commands.cluster import add_cluster_flags, add_yes_flag, agreed, in_cluster, interruptible, judged
from aeterna_nb.commands.events import shown
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Bring a revision of the release that a folder is for back, as a new one."""
    parser = Parser("rollback", "Bring a revision of the release back, as a new one. Data is not taken back.")
    parser.add_argument(
        "revision", metavar="REVISION", type=int, nargs="?", default=0, help="its number (default: the one before)"
    )
    add_cluster_flags(parser)
    add_yes_flag(parser)
    with commanded() as status:
        options = parser.read(words)
        what = in_cluster(judged(options, status), options, status)
        if what is not None and agreed(options):
            from aeterna_nb.deploy.afterwards import rollback

            with interruptible() as canceller:
                events = rollback(what, options.revision, options.timeout, canceller)
                status.code = shown(events, as_json=options.json)
    return status.code
