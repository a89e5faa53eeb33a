"""What one answer causes: lines of files and objects that change with it, and those that would come or go."""

from collections.abc import Collection, Sequence
from html import escape

from aeterna_nb.answers.wording import shown
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.panels.base import empty, jump, listed
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.tracing import Tracing
from aeterna_nb.origins import Causes
from aeterna_nb.origins.reading import dependent_lines
from aeterna_nb.origins.trees import Effect, NodePath
from aeterna_nb.questions import STAGES, Question

MOST = 10
"""Lines of one document that are shown at once; the others are behind a button."""


class CausesCard:
    """The consequences of one answer, which is chosen at its question, at a line, or from a list."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing
        self._chosen = ""
        self._arrive = False

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return bool(self._chosen)

    def open(self, question: str, *, arrive: bool = True) -> None:
        """Show what the answer to this question causes and, with `arrive`, put the cursor there."""
        self._chosen, self._arrive = question, arrive

    def close(self) -> None:
        """Show it no more."""
        self._chosen = ""

    def follow(self, seen: Seen, stage: str, question: str = "") -> bool:
        """Go on to this question or the stage's first; whether it shows another one then."""
        own = [asked.name for asked in seen.answers.active() if asked.stage == stage]
        if not self.is_open or not own or (self._chosen in own and not question):
            return False
        self.open(question or own[0], arrive=False)
        return True

    def chosen(self, seen: Seen) -> Question:
        """The question that is shown: the one that was chosen, while it applies."""
        asked = seen.answers.active()
        return next((question for question in asked if question.name == self._chosen), asked[0])

    def html(self, seen: Seen) -> str:
        """What the chosen answer causes."""
        close = f'<button type="button" class="aw-button" data-act="close">{say("Close")}</button>'
        if not seen.settled:
            words = message(
                "What an answer causes appears here as soon as nothing is open or being worked out any more."
            )
            return f'<section aria-label="{say("What an answer causes")}"><div>{empty(words)}</div>{close}</section>'
        chosen = self.chosen(seen)
        value = seen.answers.lookup(chosen.name)
        words = say("not given") if value is None else shown(chosen, value, seen.answers.lookup("target"))
        title = escape(f"{say(chosen.label).rstrip('?')}: {words}")
        arrive, self._arrive = " data-arrive" * self._arrive, False
        heading = f'<h2 tabindex="-1" data-act="here"{arrive}>{title}</h2>'
        way = f"<p>{jump(chosen.name, say('Go to the question'))}</p>"
        content = _menu(seen.answers.active(), chosen) + way + self._content(seen, chosen)
        return f'<section aria-label="{say("What an answer causes")}">{heading}{close}<div>{content}</div></section>'

    def _content(self, seen: Seen, question: Question) -> str:
        both = self._tracing.found("files"), self._tracing.found("manifests")
        known = [found.causes[question.name] for found in both if question.name in found.causes]
        waiting = say("Other values are being tried.") if len(known) < len(both) else ""
        note = f'<p class="note" role="status">{waiting}</p>' if waiting else ""
        sections = _effects(seen, known, "value") + _effects(seen, known, "presence") + _coming(known)
        nothing = "" if sections or note else f"<p>{say('Nothing else depends on it.')}</p>"
        return note + sections + nothing


def _menu(asked: Sequence[Question], chosen: Question) -> str:
    groups = []
    for stage in STAGES:
        own = [question for question in asked if question.stage == stage.id]
        options = "".join(_option(question, selected=question == chosen) for question in own)
        groups.append(f'<optgroup label="{escape(say(stage.title))}">{options}</optgroup>' if own else "")
    select = f'<select data-act="causes">{"".join(groups)}</select>'
    return f'<div class="pick"><label>{say("Answer")} {select}</label></div>'


def _option(question: Question, *, selected: bool) -> str:
    return f'<option value="{question.name}"{" selected" * selected}>{escape(say(question.label))}</option>'


def _effects(seen: Seen, known: Sequence[Causes], effect: Effect) -> str:
    """What changes its value with the answer, or what is there because of it: documents first, then single lines."""
    title = say("Changes with it") if effect == "value" else say("Is there because of it")
    whole, lists, number = [], [], 0
    pairs = [(document, each) for each in known for document in each.effects]
    for document, causes in pairs:
        if effect == "presence" and causes.on(document, [()]) == effect:
            whole.append(f"<li>{_open(document)}</li>")
            continue
        depending = dependent_lines(causes, document, seen.text(document) or "")
        own = [_line(document, number, line) for number, line, found in depending if found == effect]
        number += len(own)
        lists.append(f"<h4>{escape(document)}</h4>{listed(own, MOST, title + document, 'causes')}" if own else "")
    if not whole and not number:
        return ""
    said = [say_many(len(whole), "{number} file or object", "{number} files and objects")] * bool(whole)
    said += [say_many(number, "{number} line", "{number} lines")] * bool(number)
    documents = listed(whole, MOST, title, "causes")
    return f'<h3 class="group">{title}: {say(" and ").join(said)}</h3>{documents}{"".join(lists)}'


def _open(document: str) -> str:
    return (
        f'<button type="button" class="aw-link" data-act="show" data-on="0 {escape(document)}">'
        f"{escape(document)}</button>"
    )


def _line(document: str, number: int, text: str) -> str:
    return (
        f'<li><button type="button" class="aw-line" data-act="show" data-on="{number} {escape(document)}">'
        f"<span>{number + 1}</span><code>{escape(text.strip())}</code></button></li>"
    )


def _coming(known: Sequence[Causes]) -> str:
    """What is not there now and would be with another answer."""
    title = say("Would come with another answer")
    items = [
        f"<li>{_coming_in(document, paths)}</li>" for causes in known for document, paths in causes.appears.items()
    ]
    return f'<h3 class="group">{title}</h3>{listed(items, MOST, title, "causes")}' if items else ""


def _coming_in(document: str, paths: Collection[NodePath]) -> str:
    if () in paths:
        return f"<b>{escape(document)}</b>"
    return f"{escape(document)}: " + ", ".join(sorted(f"<code>{escape(dotted(path))}</code>" for path in paths))


def dotted(path: NodePath) -> str:
    """A place in a document in words, such as `spec.rules[0].host`."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")
