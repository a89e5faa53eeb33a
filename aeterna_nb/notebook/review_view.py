"""The last stage: what will be written, what to do next, and the buttons that write or hand over the files."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ipywidgets

from aeterna_nb.answers.file import ANSWERS_FILE, parse_answers
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.files import SECRET_FILES, generate_files
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.panels.base import command, empty, prose
from aeterna_nb.notebook.panels.findings import card
from aeterna_nb.notebook.parts.base import guarded
from aeterna_nb.notebook.parts.chrome import DownloadButton, Parcel, Sheet
from aeterna_nb.output.bundle import bundle
from aeterna_nb.output.next_steps import next_steps
from aeterna_nb.output.workspace import PlannedFile, WorkspaceError, Written, write
from aeterna_nb.output.writing import leftovers, plan_files

ZIP_NAME = "aeterna-setup.zip"
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
    """A zip of what would be written into an empty folder. Raises WorkspaceError.

    What others wrote into files that lie in the present folder stays there: it may be a token.
    """
    assert evaluation.config is not None
    answers = evaluation.files[ANSWERS_FILE]
    kept = {ANSWERS_FILE: answers}
    fresh = generate_files(evaluation.config, parse_answers(answers, ANSWERS_FILE), evaluation.secrets, kept)
    with TemporaryDirectory() as nowhere:
        files = plan_files(replace(evaluation, files=fresh), Path(nowhere)).files
    return bundle({file.name: file.after for file in files if file.after is not None}, SECRET_FILES)


def _file(file: PlannedFile) -> str:
    words = say(STATES[file.state])
    if file.secret:
        words += " " + say("Holds secrets: readable by you alone, and named in .gitignore.")
    return f"<div><dt>{escape(file.name)}</dt><dd>{escape(words)}</dd></div>"


def _step(step: str) -> str:
    # Sentences end with a full stop, commands do not and begin small. What stands before a colon, or in brackets behind
    # a command, explains it and is not copied.
    if step.endswith("."):
        return f"<p>{prose(step)}</p>"
    lead, colon, text = step.partition(": ")
    if colon and lead[0].isupper():
        return f"<p>{prose(lead)}:</p>{command(text)}"
    line, bracket, note = step.removesuffix(")").partition(" (") if step.endswith(")") else (step, "", "")
    return command(line) + (f'<p class="note">{prose(note)}</p>' if bracket else "")


def _in_zip(name: str) -> str:
    note = f"<dd>{say('Holds secrets: keep it to yourself.')}</dd>" if name in SECRET_FILES else ""
    return f"<div><dt>{escape(name)}</dt>{note}</div>"


def _written(done: tuple[Written, ...]) -> str:
    if not done:
        return f'<p role="status">{say("Nothing had to be written: the files are there already.")}</p>'
    items = "".join(f"<div><dt>{escape(item.name)}</dt><dd>{_done(item)}</dd></div>" for item in done)
    words = say_many(len(done), "{number} file written.", "{number} files written.")
    return f'<p role="status"><b>{words}</b></p><dl class="plan">{items}</dl>'


def _done(item: Written) -> str:
    if item.backup:
        return say("Written. Before: {backup}", backup=f"<code>{escape(item.backup)}</code>")
    return say("Written.")


class ReviewView:
    """The plan, the next steps, and the buttons. Without a folder there is only the download."""

    def __init__(
        self, folder: Path | None, evaluation: Callable[[], Evaluation | None], on_packed: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._evaluation = evaluation
        self._on_packed = on_packed
        self._done: tuple[Written, ...] | None = None
        self._problem = ""
        self.made = ""
        """What the rail says was made of these answers; empty while nothing was."""
        self.sheet = Sheet()
        self.download = DownloadButton(self._pack, label=say("Download all as zip"), primary=folder is None)
        self.write = ipywidgets.Button(description=say("Write the files"), button_style="primary")
        self.write.on_click(guarded(self._write, self._say))
        self.buttons = [self.download] if folder is None else [self.download, self.write]

    def forget(self) -> None:
        """Withdraw what was said about the last writing, since the answers are others now."""
        self._done, self._problem, self.made = None, "", ""

    def show(self) -> list[Sheet]:
        """The widgets of the stage, up to date."""
        evaluation = self._evaluation()
        ready = evaluation is not None and evaluation.config is not None and not evaluation.errors
        self.write.disabled = not ready
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
        return self._problem + self._files(evaluation) + self._steps(evaluation)

    def _files(self, evaluation: Evaluation) -> str:
        if self._done is not None:
            return _written(self._done)
        if self._folder is None:
            items = "".join(_in_zip(name) for name in evaluation.files)
            return f'<h2 class="group">{say("What you get")}</h2><dl class="plan">{items}</dl>'
        try:
            files = plan_files(evaluation, self._folder).files
        except WorkspaceError as error:
            return f'<p class="problem" role="alert">{escape(say(str(error)))}</p>'
        items = "".join(_file(file) for file in files)
        return f'<h2 class="group">{say("What will be written")}</h2><dl class="plan">{items}</dl>'

    def _steps(self, evaluation: Evaluation) -> str:
        assert evaluation.config is not None
        left = leftovers(evaluation, self._folder) if self._folder else []
        steps = "".join(f"<li>{_step(say(step))}</li>" for step in next_steps(evaluation.config, left))
        return f'<h2 class="group">{say("What to do then")}</h2><ol class="steps">{steps}</ol>'

    def _pack(self) -> Parcel:
        evaluation = finished(self._evaluation())
        try:
            parcel = Parcel(ZIP_NAME, "application/zip", packed(evaluation))
        except WorkspaceError as error:
            raise ValueError(str(error)) from None
        self._on_packed(evaluation.files[ANSWERS_FILE])
        return parcel

    def _write(self, _button: Any) -> None:
        assert self._folder is not None
        try:
            self._done = write(plan_files(finished(self._evaluation()), self._folder))
        except (WorkspaceError, ValueError) as error:
            self._say(str(error))
            return
        self._problem = ""
        self.sheet.html = self._html(self._evaluation())

    def _say(self, sentence: str) -> None:
        self._problem = f'<p class="problem" role="alert">{escape(say(sentence))}</p>'
        self.sheet.html = self._html(self._evaluation())
