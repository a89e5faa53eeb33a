"""The first stage: a preset to begin with, the configuration of the folder, or an answers file to take over."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers
from aeterna_nb.answers_file import ANSWERS_FILE, AnswersFileError, answers_in, parse_answers, read_answers_file
from aeterna_nb.findings import Finding
from aeterna_nb.notebook.panels.findings import card
from aeterna_nb.notebook.parts.chrome import Sheet
from aeterna_nb.notebook.parts.rows import ChoiceRow
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.words import count
from aeterna_nb.output import kept_secrets, with_kept_secrets
from aeterna_nb.presets import PRESETS
from aeterna_nb.workspace import WorkspaceError

SCRATCH = ""
TOO_LARGE = "That file is empty or larger than 1 MiB; an answers file has a few kilobytes."

Change = Callable[[Callable[[], None]], None]


class StartView:
    """The choice of a preset, and what can be taken over. What was typed stays above any preset."""

    def __init__(self, session: Session, folder: Path | None, change: Change) -> None:
        self._session = session
        self._folder = folder
        self._change = change
        self._said = ""
        options = [{"value": name, "title": preset.title, "note": preset.note} for name, preset in PRESETS.items()]
        scratch = {
            "value": SCRATCH,
            "title": "From scratch",
            "note": "Nothing is decided for you; every main choice is asked.",
        }
        self.row = ChoiceRow(
            name="preset",
            label="What do you want to begin with?",
            help="A preset answers the main questions. What you type yourself always wins over it.",
            options=[*options, scratch],
            value=session.preset,
        )
        self.row.add_class("aw-q-preset")
        self.row.observe(lambda event: change(lambda: session.take_preset(event["new"] or SCRATCH)), "value")
        self.news, self.sheet = Sheet(), Sheet()
        for sheet in (self.news, self.sheet):
            sheet.on_act(lambda act, on, text: change(lambda: self._act(act, on, text)))

    def show(self) -> Sequence[Any]:
        """The widgets of the stage, up to date."""
        self.row.value = self._session.preset
        self.news.html = self._said
        self.sheet.html = self._folder_card() + _import_card()
        return [*([self.news] if self._said else []), self.row, self.sheet]

    def say_draft(self) -> None:
        """Say that the answers are those of an earlier visit."""
        self._said = (
            '<div class="card" role="status"><b>These are your answers of before.</b>'
            "<span>They were kept in this browser. Secrets were not: give them once more.</span>"
            '<p><button type="button" class="aw-button" data-act="anew">Begin anew</button></p></div>'
        )

    def _folder_card(self) -> str:
        if self._folder is None or not (self._folder / ANSWERS_FILE).is_file():
            return ""
        return (
            '<h2 class="group">A configuration lies in this folder</h2>'
            '<p><button type="button" class="aw-button" data-act="folder">Continue with it</button></p>'
        )

    def _act(self, act: str, name: str, text: str) -> None:
        if act == "anew":
            self._said = ""
            self._session.begin_anew()
        elif act == "folder":
            self._take_folder()
        elif act == "import":
            self._take(lambda: answers_in(parse_answers(_filled(text), name), Answers()), name)

    def _take_folder(self) -> None:
        assert self._folder is not None
        folder = self._folder
        self._take(lambda: read_answers_file(folder / ANSWERS_FILE, Answers()), "the folder's configuration")
        try:
            kept = kept_secrets(folder)
        except WorkspaceError as error:
            self._said += f'<p class="problem">{escape(str(error))}</p>'
            return
        self._session.add_to_file(lambda answers: with_kept_secrets(answers, kept))

    def _take(self, read: Callable[[], tuple[dict[str, Any], list[Finding]]], name: str) -> None:
        try:
            values, findings = read()
        except AnswersFileError as error:
            self._said = f'<p class="problem" role="alert">{escape(str(error))}</p>'
            return
        self._session.take_file(values)
        taken = f"<b>{count(len(values), 'answer', 'answers')} taken over from {escape(name)}.</b>"
        self._said = f'<div class="card" role="status">{taken}</div>' + "".join(card(finding) for finding in findings)


def _filled(text: str) -> str:
    if not text.strip():
        raise AnswersFileError(TOO_LARGE)
    return text


def _import_card() -> str:
    return (
        '<h2 class="group">Or take over what you decided elsewhere</h2>'
        "<p><label>An answers file, <code>setup.yaml</code>: "
        '<input type="file" accept=".yaml,.yml" data-act="import"></label></p>'
    )
