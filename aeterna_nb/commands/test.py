"""`aeterna test`: the release's own tests."""

from collections.abc import Sequence

from aeterna_nb.commands.cluster import add_cluster_flags, in_cluster, interruptible, judged
from aeterna_nb.commands.events import shown
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Run the tests of the release that a folder is for."""
    parser = Parser("test", "Run the release's own tests, and say which failed and why.")
    add_cluster_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        what = in_cluster(judged(options, status), options, status)
        if what is not None:
            from aeterna_nb.deploy.afterwards import run_tests

            with interruptible() as canceller:
                status.code = shown(run_tests(what, options.timeout, canceller), as_json=options.json)
    return status.code
