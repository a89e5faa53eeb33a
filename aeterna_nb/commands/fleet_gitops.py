"""`aeterna fleet gitops`: one ApplicationSet, or one Kustomization a cluster, for all configurations."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from aeterna_nb.commands.deploy import TOOLS
from aeterna_nb.commands.fleets import found_fleet, shown
from aeterna_nb.commands.gitops import chart_files, source_of
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.reports import WRONG_CONFIGURATION
from aeterna_nb.commands.start import commanded
from aeterna_nb.deploy.gitops import CHART, NotForGitOps, Tool
from aeterna_nb.fleet.gitops import Member, fleet_files, member, next_steps
from aeterna_nb.fleet.members import Fleet
from aeterna_nb.output.workspace import Content, plan, write


def run(words: Sequence[str]) -> int:
    """Write the tool's objects and the chart into the fleet's folder."""
    parser = Parser("fleet gitops", "Write what Argo CD or Flux needs for all configurations below a folder, into it.")
    parser.add_argument("tool", metavar="argocd|flux", choices=TOOLS, help="which of them")
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=Path(), help="the fleet (default: here)")
    parser.add_argument("--repo", metavar="URL", default="", help="address of its repository (default: git's origin)")
    parser.add_argument("--branch", metavar="NAME", default="", help="its branch (default: the present one)")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
    with commanded() as status:
        options = parser.read(words)
        tool: Tool = "argocd" if options.tool == "argocd" else "flux"
        with found_fleet(options.folder) as fleet:
            source = source_of(options.folder, options)
            members = _members(tool, fleet)
        if members is None:
            status.code = WRONG_CONFIGURATION
            return status.code
        try:
            files: dict[str, Content] = {**fleet_files(tool, members, source), **chart_files(options.folder)}
        except NotForGitOps as error:
            print(f"error: {error}", file=sys.stderr)
            status.code = WRONG_CONFIGURATION
            return status.code
        _finish(options, next_steps(tool, members), files)
    return status.code


def _members(tool: Tool, fleet: Fleet) -> list[Member] | None:
    """Those that are deployed; None, after saying which can't be."""
    found: list[Member] = []
    refused = False
    for name, task in shown(fleet.tasks(), len(fleet.names)):
        try:
            item = member(tool, name, task, fleet.shared(name).cluster)
        except NotForGitOps as error:
            print(f"error: {error}", file=sys.stderr)
            refused = True
            continue
        if item is not None:
            found.append(item)
    return None if refused else found


def _finish(options: argparse.Namespace, steps: Iterable[str], files: dict[str, Content]) -> None:
    planned = plan(options.folder, files)
    if not options.dry_run:
        write(planned)
    for file in planned.changes:
        if not file.name.startswith(f"{CHART}/"):
            print(f"{file.state:<8} {file.name}")
    print("\nNext steps:", *steps, sep="\n  ")
