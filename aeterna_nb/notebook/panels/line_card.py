"""The card of the line that was picked: the answers it comes from, each with its value and the way to its question."""

from collections.abc import Sequence
from html import escape

from aeterna_nb.answers.wording import shown
from aeterna_nb.generate.files import MASK, SECRET_FILES
from aeterna_nb.language import say
from aeterna_nb.notebook.panels.base import jump, listed
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.tracing import Found
from aeterna_nb.origins.trees import Effect
from aeterna_nb.questions import by_name

MOST = 4
"""Answers of one kind that are shown at once; the others are behind a button."""


def line_card(seen: Seen, found: Found) -> str:
    """The card, or nothing when no line is picked."""
    if seen.picked is None:
        return ""
    name = seen.picked.document
    text = seen.text(name)
    line = None if text is None else seen.picked.line(text)
    if text is None or line is None:
        return _card(escape(say("The line of {document} is not there any more", document=name)), "")
    behind = found.behind(name, seen.picked.paths)
    words = text.split("\n")[line].strip()
    note = say("Its value is a secret, and is not shown.") if name in SECRET_FILES and MASK in words else ""
    quoted = f"<p><code>{escape(words)}</code>{' ' * bool(note)}{note}</p>" if words else ""
    title = say("Line {number} of {document} comes from", number=line + 1, document=name)
    return _card(escape(title), quoted + _answers(seen, behind) + _state(seen, found, nothing=not behind))


def _card(title: str, content: str) -> str:
    close = f'<button type="button" class="aw-button" data-act="line" data-on="">{say("Close")}</button>'
    head = f"<h2>{title}</h2>{close}"
    return f'<section aria-label="{say("Where the line comes from")}">{head}<div>{content}</div></section>'


def _answers(seen: Seen, behind: Sequence[tuple[str, Effect]]) -> str:
    groups: list[tuple[str, Effect]] = [(say("What stands here"), "value"), (say("That it is there"), "presence")]
    parts = []
    for words, effect in groups:
        items = [_answer(seen, name) for name, found in behind if found == effect]
        parts.append(f"<h3>{words}</h3>{listed(items, MOST, words)}" if items else "")
    return "".join(parts)


def _answer(seen: Seen, name: str) -> str:
    question = by_name()[name]
    value = seen.answers.lookup(name)
    words = say("not given") if value is None else shown(question, value, seen.answers.lookup("target"))
    label = say(question.label).rstrip("?")
    unseen = f'<span class="aw-unseen">: {escape(label)}</span>'
    causes = (
        f'<button type="button" class="aw-link" data-act="causes" data-on="{name}">'
        f"{say('What it causes')}{unseen}</button>"
    )
    return f"<li>{jump(name, label)} <span>{escape(words)}</span> {causes}</li>"


def _state(seen: Seen, found: Found, nothing: bool) -> str:
    if not seen.settled:
        return f'<p class="note">{say("It is looked up anew as soon as nothing is open any more.")}</p>'
    if not found.complete:
        return f'<p class="note">{found.words}</p>'
    return f"<p>{say('No answer: it is the same whatever is answered here.')}</p>" if nothing else ""
