"""`aeterna deploy`: install or upgrade what lies in a folder, with progress, and with the reason where it fails."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aeterna_nb.commands.cluster import (
    NOTHING_CHANGES,
    add_cluster_flags,
    add_yes_flag,
    agreed,
    in_cluster,
    interruptible,
    judged,
    on_engine,
    untouched,
)
from aeterna_nb.commands.events import shown, told
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import WRONG_CONFIGURATION, print_findings, print_json
from aeterna_nb.commands.start import ExitStatus, commanded

if TYPE_CHECKING:
    from aeterna_nb.deploy.deployment import Deployment
    from aeterna_nb.deploy.plan import Change
    from aeterna_nb.engine.project import Project

TOOLS = ("argocd", "flux")
UNCHANGED = "Nothing was changed (--dry-run)."


def run(words: Sequence[str]) -> int:
    """Look whether it can work, say what will change, and do it."""
    parser = Parser("deploy", "Install or upgrade what lies in the folder: look first, wait, and say why it failed.")
    add_cluster_flags(parser)
    add_yes_flag(parser)
    parser.add_argument("--dry-run", action="store_true", help="look and say what would change, and change nothing")
    parser.add_argument(
        "--gitops", metavar="argocd|flux", choices=TOOLS, help="write what Argo CD or Flux needs into DIR instead"
    )
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="folder in a repository, for --gitops")
    parser.add_argument("--repo", metavar="URL", default="", help="address of that repository (default: git's origin)")
    parser.add_argument("--branch", metavar="NAME", default="", help="its branch (default: the present one)")
    with commanded() as status:
        options = parser.read(words)
        if bool(options.gitops) != bool(options.folder):
            raise UsageError("--gitops argocd|flux and a folder belong together: aeterna deploy --gitops argocd DIR")
        evaluation = judged(options, status)
        if evaluation.config is None or status.code:
            return status.code
        if options.gitops:
            from aeterna_nb.commands.gitops import write_for

            write_for(options.gitops, options.folder, evaluation, options, status)
        elif evaluation.config.target == "docker-compose":
            _deploy(options, on_engine(evaluation, options), status)
        elif (what := in_cluster(evaluation, options, status)) is not None:
            _deploy(options, what, status)
    return status.code


def _deploy(options: argparse.Namespace, what: "Deployment | Project", status: ExitStatus) -> None:
    """Print what a look finds, and deploy where nothing speaks against it."""
    from aeterna_nb.deploy.events import Failed
    from aeterna_nb.deploy.look import begin, look

    with untouched():
        seen = look(what, options.timeout)
    if isinstance(seen, Failed):
        print(told(seen, as_json=options.json))
        status.code = WRONG_CONFIGURATION
        return
    if options.json:
        rows = [{"state": item.state, "object": item.what, "diff": item.diff} for item in seen.changes]
        print_json(seen.findings, changes=rows, indent=None)
    else:
        print_findings(seen.findings)
        print("".join(f"  {_words(item)}\n" for item in seen.changes) or NOTHING_CHANGES * (not seen.refused), end="")
    if seen.refused:
        status.code = WRONG_CONFIGURATION
    elif options.dry_run:
        print(UNCHANGED, file=sys.stderr)
    elif agreed(options):
        with interruptible() as canceller:
            status.code = shown(begin(what, options.timeout, canceller), as_json=options.json)


def _words(change: "Change") -> str:
    return f"{change.state:<8} {change.words}" if change.diff else change.what
