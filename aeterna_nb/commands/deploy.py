"""`aeterna deploy`: install or upgrade what lies in a folder, with progress, and with the reason where it fails."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aeterna_nb.commands.cluster import (
    add_cluster_flags,
    add_yes_flag,
    agreed,
    in_cluster,
    interruptible,
    judged,
    on_engine,
)
from aeterna_nb.commands.events import shown, told
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.reports import WRONG_CONFIGURATION, print_findings, print_json
from aeterna_nb.commands.start import ExitStatus, commanded

if TYPE_CHECKING:
    from aeterna_nb.deploy.deployment import Deployment
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
            _start(options, on_engine(evaluation, options), status)
        elif (what := in_cluster(evaluation, options, status)) is not None:
            _deploy(options, what, status)
    return status.code


def _start(options: argparse.Namespace, project: "Project", status: ExitStatus) -> None:
    from aeterna_nb.deploy.compose import preflight, refused, start, steps
    from aeterna_nb.engine.program import EngineError

    findings, planned = preflight(project), list[str]()
    wrong = any(finding.severity == "error" for finding in findings)
    if not wrong:
        try:
            planned = steps(project)
        except EngineError as error:
            findings, wrong = [*findings, refused(error)], True
    if options.json:
        print_json(findings, changes=planned, indent=None)
    else:
        print_findings(findings)
        print("".join(f"  {step}\n" for step in planned), end="")
    if wrong:
        status.code = WRONG_CONFIGURATION
    elif options.dry_run:
        print(UNCHANGED, file=sys.stderr)
    elif agreed(options):
        with interruptible() as canceller:
            status.code = shown(start(project, options.timeout, canceller), as_json=options.json)


def _deploy(options: argparse.Namespace, what: "Deployment", status: ExitStatus) -> None:
    from aeterna_nb.deploy.install import install

    if not planned(options, what, status):
        return
    if options.dry_run:
        print(UNCHANGED, file=sys.stderr)
    elif agreed(options):
        with interruptible() as canceller:
            status.code = shown(install(what, options.timeout, canceller), as_json=options.json)


def planned(options: argparse.Namespace, what: "Deployment", status: ExitStatus) -> bool:
    """Print what a preflight finds and what would change; returns whether nothing speaks against it."""
    from aeterna_nb.chart.helm import HelmError
    from aeterna_nb.deploy.plan import changes
    from aeterna_nb.deploy.preflight import preflight
    from aeterna_nb.deploy.reasons import failed

    findings = preflight(what)
    if not options.json:
        print_findings(findings)
    if any(finding.severity == "error" for finding in findings):
        if options.json:
            print_json(findings, changes=[], indent=None)
        status.code = WRONG_CONFIGURATION
        return False
    try:
        found = changes(what)
    except HelmError as error:
        print(told(failed(what, error, options.timeout), as_json=options.json))
        status.code = WRONG_CONFIGURATION
        return False
    if options.json:
        rows = [{"state": item.state, "object": item.what, "diff": item.diff} for item in found]
        print_json(findings, changes=rows, indent=None)
    else:
        print("\n".join(f"  {item.state:<8} {item.what}" for item in found) or "Nothing changes.")
    return True
