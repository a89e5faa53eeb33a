"""What the cells of the setup notebook call: the page, the files, and their manifests."""

import os
from dataclasses import replace

from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.language import speak, wanted
from aeterna_nb.notebook.charts_view import fetch_command
from aeterna_nb.notebook.deploy_view import may_deploy
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.parameters import ParameterError, Run, cell, line_of, refuse
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.output.folder import existing_files, kept_secrets
from aeterna_nb.output.workspace import STATE_WORDS, Plan, WorkspaceError, Written
from aeterna_nb.output.workspace import write as write_plan
from aeterna_nb.output.writing import plan_files


@cell
def setup_page(run: Run) -> Page | None:
    """The page for these parameters, to be displayed; None where `write` asks for no page.

    Under Voila it offers a download and touches no folder; it deploys, and fetches charts, only where the operator
    allows it. It begins in the language that the environment asks for; the browser may ask for another.
    """
    if run.write:  # Nobody looks at it, and the evaluation is made once more below.
        return None
    speak(wanted(os.environ))
    folder = None if served_by_voila() else run.folder
    deploys = may_deploy(os.environ, for_visitors=served_by_voila())
    fetch = fetch_command(os.environ, for_visitors=served_by_voila())
    page = Page(run.answers, folder, run.preset, run.findings, deploys=deploys, fetch=fetch)
    if served_by_voila():
        # The browser asks for all widgets once, when every cell has run. It can't show one that comes amid the answer
        # and holds some that it does not know yet; nor, from then on, the page.
        page.settled()
    return page


@cell
def emit_files(run: Run, page: Page | None, *, write: bool) -> None:
    """Check everything and print what writing the files would do; with `write`, write them and print what was written.

    They follow from what the page holds now, or from the parameters where there is no page. Raises ParameterError with
    every error that forbids writing; then nothing is written. Under Voila nothing is said: the page has a download.
    """
    if served_by_voila():
        if write:
            raise ParameterError("Voila writes no files: download them on the page.")
        return
    try:
        evaluation = _evaluated(run, page)
        if write:
            refuse(tuple(evaluation.findings))
        errors = [finding for finding in evaluation.findings if finding.severity == "error"]
        if errors:
            print("\n".join(["Nothing can be written yet:", *map(line_of, errors)]))
            return
        plan = plan_files(evaluation, run.folder)
        notes = [] if page else [f"Good to know: {finding.message}" for finding in run.findings]
        print("\n".join([*notes, *(_written(write_plan(plan)) if write else _planned(plan))]))
    except WorkspaceError as error:
        raise ParameterError(str(error)) from None


@cell
def helm_template(run: Run, page: Page | None) -> None:
    """Print the manifests that Helm makes of the chart and these files, as `helm template` does; values of Secrets are
    masked. Under Voila nothing is printed: the page shows them.
    """
    if served_by_voila():
        return
    templates = _evaluated(run, page).templates
    if not templates:
        print("Nothing is rendered: the answers are not for a cluster, or not complete.")
    for name, text in templates.items():
        print(f"---\n# Source: {name}\n{text.strip()}")


def _evaluated(run: Run, page: Page | None) -> Evaluation:
    if page is None:
        evaluation = evaluate(run.answers, existing_files(run.folder), kept_secrets(run.folder))
        return replace(evaluation, findings=(*run.findings, *evaluation.findings))
    settled = page.settled()
    if settled is None:
        raise ParameterError("What follows from the answers can't be worked out; the page says why.")
    return settled


def _planned(plan: Plan) -> list[str]:
    return [f"{file.name}: {STATE_WORDS[file.state]}" for file in plan.files] + ["Nothing was written: write is False."]


def _written(written: tuple[Written, ...]) -> list[str]:
    lines = []
    for file in written:
        backup = f"; what was there is kept as {file.backup}" if file.backup else ""
        lines.append(f"Wrote {file.name}{backup}")
    return lines or ["Everything is up to date; nothing was written."]
