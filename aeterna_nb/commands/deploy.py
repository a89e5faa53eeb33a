"""`aeterna deploy`: install or upgrade what lies in a folder, with progress, and with the reason where it fails."""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aeterna_nb.commands.events import shown
from aeterna_nb.commands.options import add_output_flag
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import WRONG_CONFIGURATION, exit_status, print_findings
from aeterna_nb.commands.start import ExitStatus, commanded, saved_answers
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.output.folder import existing_files, kept_secrets, present_files

if TYPE_CHECKING:
    from aeterna_nb.chart.releases import Canceller

SECONDS = 900
"""How long everything may take to get ready, unless said otherwise: images are large, and databases take their time."""


def run(words: Sequence[str]) -> int:
    """Look whether it can work, say what will change, and do it."""
    parser = Parser("deploy", "Install or upgrade what lies in the folder: look first, wait, and say why it failed.")
    add_output_flag(parser)
    parser.add_argument(
        "--context", metavar="NAME", default="", help="context of the kubeconfig (default: the current)"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=int, default=SECONDS, help=f"time to wait (default: {SECONDS})"
    )
    parser.add_argument("--dry-run", action="store_true", help="look and say what would change, and change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask before it begins")
    parser.add_argument("--json", action="store_true", help="print what happens as JSON, one object a line")
    parser.set_defaults(config=None, preset=None)
    with commanded() as status:
        options = parser.read(words)
        evaluation = judged(options, status)
        if evaluation.config is not None and not status.code:
            _deploy(options, evaluation, status)
    return status.code


def judged(options: argparse.Namespace, status: ExitStatus) -> Evaluation:
    """What the files in the folder are, as they lie there. What is wrong with them is printed and sets the status."""
    answers, findings = saved_answers(options)
    texts, unreadable = present_files(options.output)
    evaluation = evaluate(answers, existing_files(options.output), kept_secrets(options.output), texts)
    findings = [*findings, *unreadable, *evaluation.findings]
    status.code = exit_status(answers, findings)
    print_findings([finding for finding in findings if finding.severity == "error"])
    return evaluation


def _deploy(options: argparse.Namespace, evaluation: Evaluation, status: ExitStatus) -> None:
    from aeterna_nb.deploy.deployment import NotDeployable, deployment
    from aeterna_nb.deploy.install import install
    from aeterna_nb.deploy.preflight import preflight
    from aeterna_nb.kubernetes.connection import ClusterError, find_context

    try:
        what = deployment(options.output, evaluation, find_context(options.context))
    except (NotDeployable, ClusterError) as error:
        print(f"error: {error}", file=sys.stderr)
        status.code = WRONG_CONFIGURATION
        return
    findings = preflight(what)
    print_findings(findings)
    if any(finding.severity == "error" for finding in findings):
        status.code = WRONG_CONFIGURATION
        return
    if options.dry_run:
        return
    agreed(options)
    with interruptible() as canceller:
        status.code = shown(install(what, options.timeout, canceller), as_json=options.json)


def agreed(options: argparse.Namespace) -> None:
    """Ask whether to begin. Raises UsageError where nobody can be asked, and KeyboardInterrupt for a no."""
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("Nobody can be asked here. Say --yes to begin, or --dry-run to look only.")
    if input("Begin? [y/N] ").strip().lower() not in ("y", "yes"):
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator["Canceller"]:
    """What Ctrl-C cancels while the body runs, so that it ends in good order; a second one ends it at once."""
    from aeterna_nb.chart.releases import Canceller

    canceller = Canceller()

    def cancel(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        canceller.cancel()

    before = signal.signal(signal.SIGINT, cancel)
    try:
        yield canceller
    finally:
        signal.signal(signal.SIGINT, before)
