"""What the commands have in common that change something in a cluster: their flags, and what they work on."""

import argparse
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aeterna_nb.commands.options import add_output_flag
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import WRONG_CONFIGURATION, exit_status, print_findings
from aeterna_nb.commands.start import ExitStatus, said_yes, saved_answers
from aeterna_nb.deploy import SECONDS
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.generate.files import COMPOSE_FILE
from aeterna_nb.output.folder import existing_files, kept_secrets, present_files

if TYPE_CHECKING:
    from aeterna_nb.chart.apart import Canceller
    from aeterna_nb.deploy.deployment import Deployment
    from aeterna_nb.engine.project import Project

NOTHING_CHANGES = "Nothing changes.\n"
_COMPOSE = (
    " With Docker Compose, in the folder of the files: docker compose ps --all shows the project, docker compose down "
    "ends it and keeps its data, and docker compose down --volumes deletes these too."
)


def add_cluster_flags(parser: Parser) -> None:
    """Flags that say which release in which cluster, and how long it may take."""
    add_output_flag(parser)
    parser.add_argument(
        "--context", metavar="NAME", default="", help="context of the kubeconfig (default: the current)"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=_seconds, default=SECONDS, help=f"time to wait (default: {SECONDS})"
    )
    parser.add_argument("--json", action="store_true", help="print what happens as JSON, one object a line")
    parser.set_defaults(config=None, preset=None)


def _seconds(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise UsageError("--timeout: write a whole number of seconds from 1 to 999999.")
    return int(text)


def add_yes_flag(parser: Parser) -> None:
    """The flag that answers the question whether to begin."""
    parser.add_argument("--yes", action="store_true", help="do not ask before it begins")


def judged(options: argparse.Namespace, status: ExitStatus) -> Evaluation:
    """What the files in the folder are, as they lie there. What is wrong with them is printed and sets the status."""
    answers, findings = saved_answers(options)
    texts, unreadable = present_files(options.output)
    evaluation = evaluate(answers, existing_files(options.output), kept_secrets(options.output), texts)
    findings = [*findings, *unreadable, *evaluation.findings]
    status.code = exit_status(answers, findings)
    print_findings([finding for finding in findings if finding.severity == "error"])
    return evaluation


def in_cluster(evaluation: Evaluation, options: argparse.Namespace, status: ExitStatus) -> "Deployment | None":
    """The release of a folder; None, after saying why and setting the status, where there is none to work on."""
    from aeterna_nb.deploy.deployment import NotDeployable, deployment
    from aeterna_nb.kubernetes.connection import ClusterError, find_context

    if evaluation.config is None or status.code:
        return None
    if evaluation.config.cluster is None:
        cure = _COMPOSE if evaluation.config.target == "docker-compose" else ""
        raise UsageError(f"The configuration is not for Kubernetes, so there is no release.{cure}")
    try:
        return deployment(options.output, evaluation, find_context(options.context))
    except (NotDeployable, ClusterError) as error:
        print(f"error: {error}", file=sys.stderr)
        status.code = WRONG_CONFIGURATION
        return None


def on_engine(evaluation: Evaluation, options: argparse.Namespace) -> "Project":
    """The Compose project of a folder. Raises UsageError where there is none."""
    from aeterna_nb.engine.project import Project

    if not (options.output / COMPOSE_FILE).is_file():
        raise UsageError(f"There is no {COMPOSE_FILE} in {options.output}. Run `aeterna setup` to write it.")
    return Project(options.output, frozenset(evaluation.secrets.values()))


def agreed(options: argparse.Namespace, question: str = "Begin?") -> bool:
    """Whether somebody said yes. Raises UsageError where nobody can be asked."""
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("Nobody can be asked here. Say --yes to begin.")
    with untouched():
        return said_yes(question)


@contextmanager
def untouched() -> Iterator[None]:
    """Lets Ctrl-C say what there is to know of it while nothing has begun."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt("Nothing was changed.") from None


@contextmanager
def interruptible() -> Iterator["Canceller"]:
    """What Ctrl-C cancels while the body runs, so that it ends in good order; a second one ends it at once."""
    from aeterna_nb.chart.apart import Canceller

    canceller = Canceller()

    def cancel(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        canceller.cancel()

    before = signal.signal(signal.SIGINT, cancel)
    try:
        yield canceller
    finally:
        signal.signal(signal.SIGINT, before)
