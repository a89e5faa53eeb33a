"""What every panel is, and the pieces of HTML that several need."""

import re
from collections.abc import Mapping, Sequence, Set
from html import escape
from typing import Protocol

from aeterna_nb.language import say
from aeterna_nb.notebook.highlight import page
from aeterna_nb.notebook.seen import Seen


class Panel(Protocol):
    """One tab: its name, its HTML, and what a button or field in it does to what it shows."""

    def name(self, seen: Seen) -> str:
        """The words on the tab."""

    def html(self, seen: Seen) -> str:
        """The panel's content, escaped."""

    def act(self, act: str, on: str, value: str) -> None:
        """Do what a control in the panel asks for."""


def document(seen: Seen, name: str, marked: Set[int] = frozenset()) -> str:
    """A file or object line by line, each line to be picked; those in `marked` say "changed"."""
    text, picked = seen.text(name) or "", seen.picked
    if picked is None or picked.document != name:
        return page(text, name, marked)
    return page(text, name, marked, picked.line(text), picked.arrive)


def empty(sentence: str) -> str:
    """A panel that has nothing to show yet, and says what would be here: a sentence in English, translated here."""
    return f'<p class="empty">{escape(say(sentence))}</p>'


def stale(seen: Seen) -> str:
    """A line that says that what follows belongs to answers of before; empty when it is up to date."""
    if seen.current:
        return ""
    words = say("Of your last complete answers. It is made anew when nothing is open any more.")
    return f'<p class="note">{words}</p>'


def menu(label: str, act: str, options: Mapping[str, str], chosen: str) -> str:
    """A labelled list: `options` maps each value to its words."""
    items = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in options.items()
    )
    return f'<label>{label} <select data-act="{act}">{items}</select></label>'


def listed(items: Sequence[str], most: int, name: str, kind: str = "") -> str:
    """A list of which the first `most` items are in sight, and the others behind a button; empty without items."""
    if not items:
        return ""
    first, rest = (f'<ul class="{kind}">{"".join(part)}</ul>' for part in (items[:most], items[most:]))
    if len(items) <= most:
        return first
    words = say("{number} more", number=len(items) - most)
    return f'{first}<details data-name="{escape(name)}"><summary>{words}</summary>{rest}</details>'


def prose(text: str) -> str:
    """A sentence as HTML; what stands between backticks is set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def command(line: str) -> str:
    """A command line with a button that copies it."""
    words = " ".join(f"<span>{escape(word)}</span>" for word in line.split(" "))
    return (
        f'<div class="copy"><pre class="command">{words}</pre>'
        f'<button type="button" class="aw-button" data-copy>{say("Copy")}</button></div>'
    )


def jump(question: str, words: str) -> str:
    """A button that leads to a question."""
    return (
        f'<button type="button" class="aw-link" data-act="jump" data-on="{escape(question)}">{escape(words)}</button>'
    )
