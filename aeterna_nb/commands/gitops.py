"""`aeterna deploy --gitops`: files for Argo CD or Flux, in the place of a deployment."""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from aeterna_nb.chart import helm
from aeterna_nb.chart.export import files_of_what_is_there
from aeterna_nb.commands.parser import UsageError
from aeterna_nb.commands.reports import WRONG_CONFIGURATION, print_json
from aeterna_nb.commands.start import ExitStatus
from aeterna_nb.deploy.gitops import CHART, NotForGitOps, Source, gitops_files, next_steps
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.files import OWN_VALUES_FILE
from aeterna_nb.generate.helm_values import helm_values, merge
from aeterna_nb.output.workspace import Content, plan, read_text, write

_SHORT = re.compile(r"(?P<user>[\w.-]+)@(?P<host>[\w.-]+):/?(?P<path>[^/].*)")
"""How git lets people write an SSH address."""


def write_for(tool: str, folder: Path, evaluation: Evaluation, options: argparse.Namespace, status: ExitStatus) -> None:
    """Write what Argo CD or Flux needs into a folder. Raises UsageError and WorkspaceError."""
    config = evaluation.config
    assert config is not None
    if config.cluster is None:
        raise UsageError("The configuration is not for Kubernetes, so there is nothing for a GitOps tool.")
    secret = bool(evaluation.secrets)
    values = helm_values(config)
    for own in helm.read_manifests(read_text(options.output, OWN_VALUES_FILE) or ""):
        merge(values, own)
    try:
        objects = gitops_files(
            "argocd" if tool == "argocd" else "flux", config, values, secret, source_of(folder, options)
        )
    except NotForGitOps as error:
        print(f"error: {error}", file=sys.stderr)
        status.code = WRONG_CONFIGURATION
        return
    planned = plan(folder, {**objects, **chart_files(folder)})
    written = [] if options.dry_run else write(planned)
    steps = next_steps("argocd" if tool == "argocd" else "flux", config, secret and tool == "flux")
    if options.json:
        print_json([], files=[{"name": file.name, "state": file.state} for file in planned.files], next_steps=steps)
        return
    if options.dry_run:
        print(*_shortly([(f"  {file.state:<8} {{}}", file.name) for file in planned.changes]), sep="\n")
    else:
        print(*_shortly([("Wrote {}", done.name) for done in written]), sep="\n")
        kept = [done.backup for done in written if done.backup]
        if kept:
            print(f"What was there is kept beside it: {kept[0]}{f' and {len(kept) - 1} more' if len(kept) > 1 else ''}")
    print("\nNext steps:", *steps, sep="\n  ")


def chart_files(folder: Path) -> dict[str, Content]:
    """The chart's files, by name below a folder.

    What the chart of another version left there is to go: Helm would render that, too.
    """
    wanted: dict[str, Content] = {f"{CHART}/{name}": data for name, data in sorted(files_of_what_is_there().items())}
    there = (path for path in sorted((folder / CHART).rglob("*")) if path.is_file() and path.suffix != ".bak")
    return {**wanted, **{name: None for path in there if (name := path.relative_to(folder).as_posix()) not in wanted}}


def _shortly(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Each file in its line; those of the chart, a hundred and more, together in one for each way of saying it."""
    parts = Counter(form for form, name in lines if name.startswith(f"{CHART}/"))
    yield from (form.format(name) for form, name in lines if not name.startswith(f"{CHART}/"))
    yield from (form.format(f"{CHART} ({count} {'file' if count == 1 else 'files'})") for form, count in parts.items())


def source_of(folder: Path, options: argparse.Namespace) -> Source:
    """Where the folder lies, by the flags or else by git. Raises UsageError."""
    near = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    top = _git(near, "rev-parse", "--show-toplevel")
    url = options.repo or _git(near, "remote", "get-url", "origin")
    if not url:
        raise UsageError("Say in which repository the folder will lie: --repo URL. Git knows none for it.")
    short = _SHORT.fullmatch(url)
    url = f"ssh://{short['user']}@{short['host']}/{short['path']}" if short else url
    if re.search(r"://[^/@]*:[^/@]*@", url):
        raise UsageError("The repository's address holds a password. Name it without: --repo URL.")
    # Hosts of repositories take a token in the place of a user.
    url = re.sub(r"^(https?://)[^/@]*@", r"\1", url)
    if not re.match(r"(https?|ssh)://.", url):
        raise UsageError(
            "The repository's address must begin with https:// or ssh://, to be read in a cluster: --repo URL."
        )
    branch = options.branch or _git(near, "branch", "--show-current") or "main"
    path = folder.resolve().relative_to(top).as_posix() if top else folder.name
    return Source(url, branch, "" if path == "." else path)


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
