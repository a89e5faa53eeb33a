"""The last stage: what will be written, what to do next, and the buttons that write or hand over the files."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ipywidgets

from aeterna_nb.answers.file import ANSWERS_FILE, parse_answers
from aeterna_nb.chart.export import files_of_what_is_there
from aeterna_nb.checks.answers_in import lookup_in
from aeterna_nb.checks.server_limits import fitness
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.files import ABOUT, SECRET_FILES, generate_files
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.panels.base import command, empty, prose
from aeterna_nb.notebook.panels.findings import card
from aeterna_nb.notebook.parts.base import guarded
from aeterna_nb.notebook.parts.chrome import DownloadButton, Parcel, Sheet
from aeterna_nb.notebook.summary import cures
from aeterna_nb.output.bundle import bundle
from aeterna_nb.output.next_steps import PROGRAM, about_folder, client_entries, first_steps, needs_program, parts
from aeterna_nb.output.readme import CHART, README, readme
from aeterna_nb.output.workspace import PlannedFile, WorkspaceError, Written, write
from aeterna_nb.output.writing import plan_files

ZIP_NAME = "aeterna-setup.zip"
UNPACKED = "aeterna"
"""The folder into which the zip is unpacked."""
FIRST = 2
"""Steps that are said again where something was made, behind the way to the files."""
STATES = {
    "new": message("New."),
    "changed": message("Changes; what is there is kept as a numbered backup."),
    "same": message("Stays as it is."),
}
UNDER_WAY = message("What follows from your answers is still being worked out. Try again in a moment.")
UNFINISHED = message("Some answers are still missing or wrong; see the findings.")


def finished(evaluation: Evaluation | None) -> Evaluation:
    """The evaluation, if it may be written. Raises ValueError, as a sentence, when something is open or wrong."""
    if evaluation is None:
        raise ValueError(UNDER_WAY)
    if evaluation.config is None or evaluation.errors:
        raise ValueError(UNFINISHED)
    return evaluation


def packed(evaluation: Evaluation) -> bytes:
    """A zip of what `handed_over` says. Raises WorkspaceError."""
    return bundle(handed_over(evaluation), SECRET_FILES)


def handed_over(evaluation: Evaluation) -> dict[str, bytes]:
    """What a zip holds: what would be written into an empty folder, a README, and the chart where it is complete.

    What others wrote into files that lie in the present folder stays there: it may be a token. Raises WorkspaceError.
    """
    assert evaluation.config is not None
    answers = evaluation.files[ANSWERS_FILE]
    kept = {ANSWERS_FILE: answers}
    fresh = generate_files(evaluation.config, parse_answers(answers, ANSWERS_FILE), evaluation.secrets, kept)
    with TemporaryDirectory() as nowhere:
        files = plan_files(replace(evaluation, files=fresh), Path(nowhere)).files
    contents = {file.name: file.after for file in files if file.after is not None}
    chart = files_of_what_is_there() if brings_chart(evaluation) else {}
    text = readme(evaluation, sorted(contents), chart_there=bool(chart))
    return contents | {README: text.encode()} | {f"{CHART}/{name}": data for name, data in chart.items()}


def brings_chart(evaluation: Evaluation) -> bool:
    """Whether the chart that these answers install is complete with what is at hand."""
    return evaluation.config is not None and evaluation.config.target == "kubernetes" and not evaluation.missing


def _file(file: PlannedFile) -> str:
    words = say(STATES[file.state])
    if file.secret:
        words += " " + say("Holds secrets: readable by you alone, and named in .gitignore.")
    return _described(file.name, words)


def _in_zip(name: str) -> str:
    return _described(name, say("Holds secrets: keep it to yourself.") if name in SECRET_FILES else "")


def _described(name: str, words: str) -> str:
    about = " ".join(filter(None, (say(ABOUT[name]) if name in ABOUT else "", words)))
    return f"<div><dt>{escape(name)}</dt><dd>{escape(about)}</dd></div>"


def _step(step: str) -> str:
    told = parts(step)
    lead = f"<p>{prose(told.lead)}</p>" if told.lead else ""
    note = f'<p class="note">{prose(told.note)}</p>' if told.note else ""
    return lead + (command(told.command) if told.command else "") + note


def _clients(evaluation: Evaluation) -> str:
    """The entries for other clients, one by one behind their names."""
    assert evaluation.config is not None
    folded = "".join(
        f'<details data-name="client-{escape(entry.client)}"><summary>{escape(entry.client)}: '
        f"<code>{escape(entry.file)}</code></summary>{command(entry.text)}</details>"
        for entry in client_entries(evaluation.config)
    )
    return f'<h2 class="group">{say("Other clients than OpenCode")}</h2>{folded}' if folded else ""


def _ability(evaluation: Evaluation) -> str:
    assert evaluation.config is not None
    fit = fitness(lookup_in(evaluation.config))
    if fit is None:
        return ""
    return f'<h2 class="group">{say("What it will be able to do")}</h2><p>{escape(fit.words)}</p>' + (
        f'<details data-name="cures"><summary>{say("What helps")}</summary>{cures(fit)}</details>' * bool(fit.lacking)
    )


def _written(done: tuple[Written, ...]) -> str:
    items = "".join(f"<div><dt>{escape(item.name)}</dt><dd>{_done(item)}</dd></div>" for item in done)
    words = say("Each file, and what was kept of before")
    return f'<details data-name="written"><summary>{words}</summary><dl class="plan">{items}</dl></details>' * bool(
        done
    )


def _done(item: Written) -> str:
    if item.backup:
        return say("Written. Before: {backup}", backup=f"<code>{escape(item.backup)}</code>")
    return say("Written.")


class ReviewView:
    """The plan, the next steps, and the buttons. Without a folder there is only the download."""

    def __init__(
        self, folder: Path | None, evaluation: Callable[[], Evaluation | None], on_made: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._evaluation = evaluation
        self._on_made = on_made
        self._ending: Callable[[], str] | None = None
        self._problem, self._how = "", ""

    @property
    def made(self) -> str:
        """What the rail says was made of these answers; empty while nothing was."""
        return say("Done: {words}", words=say(self._how)) if self._how else ""

    def build(self) -> None:
        """Make the widgets, in the present language. What was made stays."""
        self.sheet = Sheet()
        self.download = DownloadButton(self._pack, label=say("Download all as zip"), primary=self._folder is None)
        self.write = ipywidgets.Button(description=say("Write the files"), button_style="primary")
        self.write.on_click(guarded(self._write, self._say))
        self.buttons = [self.download] if self._folder is None else [self.download, self.write]

    def forget(self) -> None:
        """Withdraw what was said about what was made, since the answers are others now."""
        self._ending, self._problem, self._how = None, "", ""

    def show(self) -> list[Sheet]:
        """The widgets of the stage, up to date."""
        evaluation = self._evaluation()
        ready = evaluation is not None and evaluation.config is not None and not evaluation.errors
        self.write.disabled = not ready
        self.write.button_style = "" if self.made else "primary"
        self.download.primary = self._folder is None and not self.made
        self.sheet.html = self._html(evaluation)
        return [self.sheet]

    def _html(self, evaluation: Evaluation | None) -> str:
        if evaluation is None:
            return empty(message("Working out what follows from your answers."))
        if evaluation.config is None or evaluation.errors:
            errors = [finding for finding in evaluation.findings if finding.severity == "error"]
            cards = "".join(card(finding) for finding in errors)
            words = say_many(len(errors), "{number} thing to do first", "{number} things to do first")
            return f'<h2 class="group">{words}</h2>{cards}'
        said = f'<p class="problem" role="alert">{escape(say(self._problem))}</p>' if self._problem else ""
        files = self._ending() if self._ending else self._files(evaluation)
        return said + files + _ability(evaluation) + self._steps(evaluation) + _clients(evaluation)

    def _files(self, evaluation: Evaluation) -> str:
        if self._folder is None:
            names = [*evaluation.files, README]
            items = "".join(_in_zip(name) for name in names)
            if brings_chart(evaluation):
                items += _described(f"{CHART}/", say("The Helm chart, complete for these answers."))
            elif evaluation.missing:
                words = say("Not in it, since not all of the chart is at hand; the command that gets it stands below.")
                items += _described(f"{CHART}/", words)
            return f'<h2 class="group">{say("What you get")}</h2><dl class="plan">{items}</dl>'
        try:
            files = plan_files(evaluation, self._folder).files
        except WorkspaceError as error:
            return f'<p class="problem" role="alert">{escape(say(str(error)))}</p>'
        items = "".join(_file(file) for file in files)
        return f'<h2 class="group">{say("What will be written")}</h2><dl class="plan">{items}</dl>'

    def _first_steps(self, evaluation: Evaluation) -> list[str]:
        assert evaluation.config is not None
        if self._folder is not None:
            return first_steps(evaluation.config)
        return first_steps(evaluation.config, "chart" if brings_chart(evaluation) else "files")

    def _steps(self, evaluation: Evaluation) -> str:
        about = about_folder(evaluation, self._folder) if self._folder else ()
        steps = [*self._first_steps(evaluation), *about]
        items = "".join(f"<li>{_step(say(step))}</li>" for step in steps)
        return f'<h2 class="group">{say("What to do then")}</h2><ol class="steps">{items}</ol>{_program(steps)}'

    def _ended(self, evaluation: Evaluation, what: str, first: str, more: str = "") -> str:
        """What was made and where, and the first three commands; the rest stands below."""
        # Other ways to the same stand below.
        steps = [step for step in self._first_steps(evaluation) if parts(step).command and not step.startswith("Or ")]
        commands = "".join(_step(say(step)) for step in (first, *steps[:FIRST]))
        return (
            f'<section class="card ending" role="status"><b>{escape(what)}</b><p>{say("Now do this:")}</p>'
            f"{commands}{_program(steps[:FIRST])}<p>{say('All of it stands below.')}</p>{more}</section>"
        )

    def _pack(self) -> Parcel:
        evaluation = finished(self._evaluation())
        try:
            contents = handed_over(evaluation)
        except WorkspaceError as error:
            raise ValueError(str(error)) from None
        parcel = Parcel(ZIP_NAME, "application/zip", bundle(contents, SECRET_FILES))
        self._ending = partial(self._downloaded, evaluation, len(contents))
        self._how = message("downloaded")
        self._on_made(evaluation.files[ANSWERS_FILE])
        return parcel

    def _write(self, _button: Any) -> None:
        assert self._folder is not None
        try:
            evaluation = finished(self._evaluation())
            done = write(plan_files(evaluation, self._folder))
        except (WorkspaceError, ValueError) as error:
            self._say(str(error))
            return
        self._ending = partial(self._put, evaluation, done, self._folder.resolve())
        self._problem, self._how = "", message("written")
        self._on_made("")

    def _downloaded(self, evaluation: Evaluation, number: int) -> str:
        what = say_many(
            number,
            "{zip} is in the downloads of your browser: {number} file, with a README of these answers.",
            "{zip} is in the downloads of your browser: {number} files, with a README of these answers.",
            zip=ZIP_NAME,
        )
        return self._ended(evaluation, what, f"unzip {ZIP_NAME} -d {UNPACKED} && cd {UNPACKED}")

    def _put(self, evaluation: Evaluation, done: tuple[Written, ...], folder: Path) -> str:
        what = (
            say_many(
                len(done),
                "{number} file written into {folder}.",
                "{number} files written into {folder}.",
                folder=folder,
            )
            if done
            else say("Nothing had to be written: the files are in {folder} already.", folder=folder)
        )
        return self._ended(evaluation, what, f"cd {shlex.quote(str(folder))}", _written(done))

    def _say(self, sentence: str) -> None:
        self._problem = sentence
        self.sheet.html = self._html(self._evaluation())


def _program(steps: Sequence[str]) -> str:
    """How to get the program, where a command needs it."""
    return f'<p class="note">{prose(say(PROGRAM))}</p>' if needs_program(steps) else ""
