"""The first stage: a preset to begin with, configurations that exist, and files to take over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import AnswersFileError
from aeterna_nb.answers.wording import changes
from aeterna_nb.checks.server_limits import unused, why_unused
from aeterna_nb.imports import Imported, ImportRefused, Left, configuration_files, read_files, read_folder
from aeterna_nb.language import say, say_many
from aeterna_nb.notebook.changed_answers import changed_answers
from aeterna_nb.notebook.earlier import Earlier
from aeterna_nb.notebook.panels.base import prose
from aeterna_nb.notebook.panels.findings import card
from aeterna_nb.notebook.parts.chrome import Sheet
from aeterna_nb.notebook.parts.rows import ChoiceRow
from aeterna_nb.notebook.session import Session
from aeterna_nb.output.workspace import WorkspaceError
from aeterna_nb.presets import GROUPS, PRESETS

SCRATCH = ""
MOST_LEFT = 12
"""Values of an import that are listed at once; a file of somebody else's can have hundreds."""

Change = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be taken in the place of everything: how it is called, the answers before and after, and its step."""

    title: str
    before: Answers
    after: Answers
    take: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A preset that was taken, and the answers before and after."""

    preset: str
    before: Answers
    after: Answers


class StartView:
    """The choice of a preset, and what can be taken over. What was typed stays above any preset."""

    def __init__(self, session: Session, folder: Path | None, change: Change, earlier: Earlier) -> None:
        self._session = session
        self._folder = folder
        self._change = change
        self._said: Callable[[], str] | None = None
        self._turn = 0
        self._earlier = earlier
        self.offer: Offer | None = None
        self.taken: Taken | None = None

    def build(self) -> None:
        """Make the widgets, in the present language. What was taken, and what was said about it, stays."""
        self.row = ChoiceRow(
            name="preset",
            label=say("What do you want to begin with?"),
            help=say("A preset answers the main questions. What you type yourself always wins over it."),
            options=_options(),
            value=self._session.preset,
        )
        self.row.add_class("aw-q-preset")
        self.row.observe(self._picked, "value")
        self.news, self.there, self.sheet, self.offered, self.spare = (Sheet() for _ in range(5))
        self.offered.add_class("aw-offer")
        for sheet in (self.news, self.there, self.sheet, self.offered, self.spare):
            sheet.on_act(lambda act, on, _text: self._change(lambda: self._act(act, on)))
        self.sheet.on_files(lambda files: self._change(lambda: self._take(lambda: read_files(files))))

    def show(self) -> Sequence[Any]:
        """The widgets of the stage, up to date."""
        if self.offer is not None and self.offer.before is not self._session.answers:
            self.offer = None
        if self.taken is not None and self.taken.after is not self._session.answers:
            self.taken = None
        self.row.value = self._preset_shown()
        self.news.html = self._said() if self._said else ""
        # Never the same twice, so that whatever was pressed in it is drawn anew.
        self._turn += 1
        folder = self._folder_card()
        self.there.html = f'<div data-turn="{self._turn}">{folder}</div>'
        self.sheet.html = f'<div data-turn="{self._turn}">{self._earlier_card()}{_import_card()}</div>'
        self.offered.html = _offer_card(self.offer) if self.offer else _preset_card(self.taken) if self.taken else ""
        news = [self.news] if self._said else []
        there = [self.there] if folder else []
        offered = [self.offered] if self.offer or self.taken else []
        self.spare.html = _spare_card(self._session)
        spare = [self.spare] if self.spare.html else []
        return [*news, *there, self.row, *spare, *offered, self.sheet]

    def say_draft(self) -> None:
        """Say that the answers are those of an earlier visit."""
        self._said = _draft_card

    def _preset_shown(self) -> str | None:
        # After an import none of the presets is what one began with.
        return (
            None if not self._session.preset and self._session.answers.layers.get(Origin.FILE) else self._session.preset
        )

    def _picked(self, event: Any) -> None:
        name = event["new"]
        if name is not None and name != self._preset_shown():
            self._change(lambda: self._take_preset(name))

    def _take_preset(self, name: str) -> None:
        before = self._session.answers
        self._session.take_preset(name)
        self.offer, self._said = None, None
        self.taken = Taken(name, before, self._session.answers)

    def _act(self, act: str, on: str) -> None:
        offer, self.offer, self._said = self.offer, None, None
        match act:
            case "take" if offer is not None:
                offer.take()
                self._said = partial(_offer_taken, offer)
            case "undo":
                self._session.undo()
            case "spare":
                self._session.choose_all(dict(part.without for part in unused(self._session.value)))
            case "anew":
                self._session.begin_anew()
            case "folder":
                assert self._folder is not None
                folder = self._folder
                self._take(lambda: read_folder(folder))
            case "earlier":
                self._offer_earlier(on)
            case _:
                pass

    def _take(self, read: Callable[[], Imported]) -> None:
        self.offer = None
        try:
            imported = read()
        except (ImportRefused, WorkspaceError) as error:
            self._said = partial(_problem, str(error))
            return
        self._session.take_imported(imported)
        self._said = partial(_taken_card, imported)

    def _offer_earlier(self, key: str) -> None:
        if key not in self._earlier.times():
            return
        try:
            imported = self._earlier.read(key)
        except (AnswersFileError, WorkspaceError) as error:
            self._said = partial(_problem, str(error))
            return
        answers = self._session.answers
        take = partial(self._session.take_imported, imported)
        self.offer = Offer(self._earlier.title(key), answers, imported.laid_into(answers), take)

    def _folder_card(self) -> str:
        if self._folder is None:
            return ""
        try:
            there = configuration_files(self._folder)
        except WorkspaceError as error:
            return _problem(str(error))
        if not there:
            return ""
        names = ", ".join(f"<code>{escape(name)}</code>" for name in there)
        return (
            f'<h2 class="group">{say("A configuration lies in this folder")}</h2><p class="note">{names}</p>'
            '<p><button type="button" class="aw-button" data-act="folder" '
            f'data-wait="{say("Reading what the files say.")}">{say("Continue with it")}</button></p>'
        )

    def _earlier_card(self) -> str:
        items = "".join(_earlier_item(key, when) for key, when in self._earlier.times().items())
        title = say("Configurations written here or downloaded with this browser before")
        return f'<h2 class="group">{title}</h2><ul class="earlier">{items}</ul>' if items else ""


def _earlier_item(key: str, when: str) -> str:
    label = say("Show what differs in the configuration of {when}", when=when)
    return (
        f'<li>{escape(when)} <button type="button" class="aw-link" data-act="earlier" data-on="{escape(key)}" '
        f'aria-label="{escape(label)}">{say("Show what differs")}</button></li>'
    )


def _options() -> list[dict[str, Any]]:
    presets = [
        {"value": name, "title": say(preset.title), "note": say(preset.note), "group": say(GROUPS[preset.group])}
        for name, preset in PRESETS.items()
    ]
    scratch = {
        "value": SCRATCH,
        "title": say("From scratch"),
        "note": say("Nothing is decided for you; every main choice is asked."),
        "group": say(next(iter(GROUPS.values()))),
    }
    return [*presets, scratch]


def _spare_card(session: Session) -> str:
    """Why parts are installed that the server version does not use, and the way to leave them out."""
    parts = unused(session.value)
    if not parts:
        return ""
    return (
        f'<div class="card spare"><p>{escape(why_unused(parts, session.value))}</p>'
        f'<p><button type="button" class="aw-button" data-act="spare">{say("Leave it out")}</button></p></div>'
    )


def _preset_title(name: str) -> str:
    return say(PRESETS[name].title) if name else say("From scratch")


def _draft_card() -> str:
    return (
        f'<div class="card" role="status"><b>{say("These are your answers of before.")}</b>'
        f"<span>{say('They were kept in this browser. Secrets were not: give them once more.')}</span>"
        f'<p><button type="button" class="aw-button" data-act="anew">{say("Begin anew")}</button></p></div>'
    )


def _offer_taken(offer: Offer) -> str:
    return f'<p class="card" role="status"><b>{escape(say("{name} is taken.", name=offer.title))}</b></p>'


def _preset_card(taken: Taken) -> str:
    found, title = changes(taken.before, taken.after), _preset_title(taken.preset)
    words = say_many(
        len(found.changed),
        "{name} is taken: {number} answer changed",
        "{name} is taken: {number} answers changed",
        name=title,
    )
    what = changed_answers(found, title, done=True)
    return (
        f'<section class="card" aria-label="{escape(say("What {name} changed", name=title))}">'
        f'<div class="buttons"><b role="status">{escape(words)}</b>'
        f'<button type="button" class="aw-button" data-act="undo">{say("Take it back")}</button></div>'
        f"<details><summary>{say('Show what changed')}</summary>{what}</details></section>"
    )


def _offer_card(offer: Offer) -> str:
    found = changes(offer.before, offer.after)
    return (
        f'<section class="card" aria-label="{escape(say("What {name} changes", name=offer.title))}"><div role="status">'
        f"<h2>{escape(say('{name}: what it changes', name=offer.title))}</h2></div>"
        f'<div class="scroll" tabindex="0">{changed_answers(found, offer.title)}</div>'
        f'<p class="buttons"><button type="button" class="aw-button primary" data-act="take">{say("Take it")}</button> '
        f'<button type="button" class="aw-button" data-act="leave">{say("Leave it")}</button></p></section>'
    )


def _taken_card(imported: Imported) -> str:
    names = ", ".join(f"<code>{escape(name)}</code>" for name in imported.files)
    taken = say_many(
        len(imported.values),
        "{number} answer taken over from {files}.",
        "{number} answers taken over from {files}.",
        files=names,
    )
    secrets = ""
    if imported.secrets:
        secrets = say_many(
            len(imported.secrets),
            "{number} secret found there, and held for this session only: not shown, not in the draft, and written to "
            "the file for secrets alone.",
            "{number} secrets found there, and held for this session only: not shown, not in the draft, and written to "
            "the file for secrets alone.",
        )
        secrets = f"<span>{secrets}</span>"
    several = len({item.file for item in imported.left}) > 1
    left = [item for item in imported.left if not item.besides]
    besides = [item for item in imported.left if item.besides]
    lists = _left_list(say("Not taken over:"), left, several)
    lists += _left_list(say("Your answers bring besides:"), besides, several)
    findings = "".join(card(finding) for finding in imported.findings)
    return f'<div class="card" role="status"><b>{taken}</b>{secrets}{lists}</div>{findings}'


def _left_list(title: str, left: Sequence[Left], several: bool) -> str:
    """A list of what was left, with the file of each where there are several, and each cure once."""
    if not left:
        return ""
    items = "".join(
        f"<li><code>{escape(_place(item, several))}</code> {prose(say(item.reason))}</li>" for item in left[:MOST_LEFT]
    )
    more = f'<p class="note">{say("{number} more.", number=len(left) - MOST_LEFT)}</p>' if len(left) > MOST_LEFT else ""
    cures = "".join(
        f'<p class="note">{prose(say(cure))}</p>' for cure in dict.fromkeys(item.cure for item in left) if cure
    )
    return f'<p>{title}</p><ul class="left">{items}</ul>{more}{cures}'


def _place(item: Left, several: bool) -> str:
    return f"{item.file}: {item.path}" if several and item.path else item.path or item.file


def _problem(sentence: str) -> str:
    return f'<p class="problem" role="alert">{escape(say(sentence))}</p>'


def _import_card() -> str:
    which = say(
        "{answers}, {values} of the chart with its secrets, {config}, {compose} with {environment}. What maps to "
        "answers is taken, the rest is listed.",
        answers="<code>setup.yaml</code>",
        values="<code>values.yaml</code>",
        config="<code>config.toml</code>",
        compose="<code>docker-compose.yaml</code>",
        environment="<code>.env</code>",
    )
    return (
        f'<h2 class="group">{say("Or take over what exists")}</h2>'
        f'<p><label for="aw-import">{say("Files of a configuration, one or several")}</label></p>'
        f'<p class="note">{which}</p>'
        '<p><input id="aw-import" type="file" multiple accept=".yaml,.yml,.toml,.env,.json,text/plain"></p>'
    )
