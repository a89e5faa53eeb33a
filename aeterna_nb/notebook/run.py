"""What the cells of the setup notebook call: the page, and writing without it."""

import os
from typing import Any

from aeterna_nb.evaluate import evaluate
from aeterna_nb.language import speak, wanted
from aeterna_nb.notebook.deploy_view import may_deploy
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.parameters import ParameterError, Run, cell, refuse
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.output.folder import existing_files, kept_secrets
from aeterna_nb.output.workspace import WorkspaceError, Written, write
from aeterna_nb.output.writing import plan_files


@cell
def setup_page(run: Run) -> Any:
    """The page for these parameters, to be displayed; None where `write` asks for no page.

    Under Voila it offers a download and touches no folder; it deploys only where the operator allows it. It begins in
    the language that the environment asks for; the browser may ask for another.
    """
    if run.write:  # Nobody looks at it, and the evaluation is made once more below.
        return None
    speak(wanted(os.environ))
    folder = None if served_by_voila() else run.folder
    deploys = may_deploy(os.environ, for_visitors=served_by_voila())
    return Page(run.answers, folder, run.preset, run.findings, deploys=deploys).widget


@cell
def write_files(run: Run) -> None:
    """Check everything, write the files and print what was written, if the run asks for it.

    The same evaluation and the same writing as everywhere else. Raises ParameterError with every error that forbids
    it; then nothing is written.
    """
    if run.write:
        print(_report(run, _written(run)))


def _written(run: Run) -> tuple[Written, ...]:
    if served_by_voila():
        raise ParameterError("Voila writes no files: download them on the page.")
    try:
        evaluation = evaluate(run.answers, existing_files(run.folder), kept_secrets(run.folder))
        refuse((*run.findings, *evaluation.findings))
        return write(plan_files(evaluation, run.folder))
    except WorkspaceError as error:
        raise ParameterError(str(error)) from None


def _report(run: Run, written: tuple[Written, ...]) -> str:
    lines = [f"Good to know: {finding.message}" for finding in run.findings]
    for file in written:
        backup = f"; what was there is kept as {file.backup}" if file.backup else ""
        lines.append(f"Wrote {file.name}{backup}")
    return "\n".join(lines) if written else "\n".join([*lines, "Everything is up to date; nothing was written."])
