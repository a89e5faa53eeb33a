"""Compare: the present answers with those that are held, with earlier ones, or with a preset."""

from collections.abc import Mapping
from html import escape
from typing import Protocol

from aeterna_nb.kubernetes.demands import demands, together
from aeterna_nb.language import message, number, say, say_many
from aeterna_nb.notebook.diff import side_by_side
from aeterna_nb.notebook.panels.base import empty, stale
from aeterna_nb.notebook.panels.resources import gibibytes
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.origins import identity


class Others(Protocol):
    """Sets of answers to compare with, by key."""

    def titles(self) -> Mapping[str, Mapping[str, str]]:
        """What each is called, under the title of its kind."""

    def seen(self, key: str) -> Seen | str:
        """What follows from one, or a sentence that says why it can't be told."""

    def take(self, key: str) -> None:
        """Make one the present answers."""


class WhatIfPanel:
    """The difference in files, objects and resources between other answers and the present ones."""

    def __init__(self, others: Others) -> None:
        self._others = others
        self._held: Seen | None = None
        self._key = ""
        self._problem = ""
        self._latest = Seen()

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return say("Compare")

    def act(self, act: str, on: str, value: str) -> None:
        """Hold what is there or another set, let go of it, or take the other set."""
        if act == "hold":
            self._held = self._latest
        elif act == "against" and any(value in items for items in self._others.titles().values()):
            self._hold(value)
        elif act == "release":
            self._held, self._key = None, ""
        elif act == "restore" and self._key:
            self._others.take(self._key)

    def _hold(self, key: str) -> None:
        found = self._others.seen(key)
        self._problem = found if isinstance(found, str) else ""
        self._held, self._key = (None, "") if isinstance(found, str) else (found, key)

    def html(self, seen: Seen) -> str:
        """The differences, or how to begin."""
        self._latest = seen
        if not seen.files:
            return empty(message("Once the main choices are made, two sets of answers can be compared here."))
        titles = self._others.titles()
        if self._held is None:
            words = say("Hold the answers as they are now, then change some: what differs is shown here.")
            problem = f'<p class="problem" role="alert">{escape(self._problem)}</p>' if self._problem else ""
            other = f"<p>{say('Or compare them with others.')}</p>{_menu(titles, '')}"
            return f"<p>{words}</p><p>{_button('hold', say('Hold the present answers'))}</p>{other}{problem}"
        held = self._held
        other = next((items[self._key] for items in titles.values() if self._key in items), say("Held"))
        columns = (other, say("Now"))
        difference = (
            objects(held, seen, (say("No longer there"), say("New")))
            + changed_objects(held, seen, columns)
            + files(held, seen, columns)
        )
        same = empty(message("So far nothing differs from the answers that you hold."))
        take = _button("restore", say("Take these answers")) if self._key else ""
        buttons = f'<p class="buttons">{_button("release", say("Stop comparing"))}{take}</p>'
        menu = _menu(titles, self._key) if self._key else ""
        table = sums(held, seen, columns) if held.manifests or seen.manifests else ""
        return f"{stale(seen)}{menu}{buttons}{table}{difference or same}"


def _menu(titles: Mapping[str, Mapping[str, str]], chosen: str) -> str:
    groups = "".join(
        f'<optgroup label="{escape(kind)}">{"".join(_option(key, words, chosen) for key, words in items.items())}'
        "</optgroup>"
        for kind, items in titles.items()
    )
    none = "" if chosen else f'<option value="" selected disabled>{say("Choose one")}</option>'
    label = say("Compare with")
    return f'<div class="pick"><label>{label} <select data-act="against">{none}{groups}</select></label></div>'


def _option(key: str, words: str, chosen: str) -> str:
    return f'<option value="{escape(key)}"{" selected" * (key == chosen)}>{escape(words)}</option>'


def _button(act: str, words: str) -> str:
    return f'<button type="button" class="aw-button" data-act="{act}">{words}</button>'


def sums(held: Seen, seen: Seen, titles: tuple[str, str]) -> str:
    """What both ask of a cluster, all components together, as a table."""
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{before}</td><td>{after}</td></tr>'
        for (name, before), (_, after) in zip(_amounts(held), _amounts(seen), strict=True)
    )
    return (
        '<table class="resources"><thead><tr><th scope="col">'
        f"{say('Together')}</th>"
        f'<th scope="col">{escape(titles[0])}</th><th scope="col">{escape(titles[1])}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _amounts(seen: Seen) -> list[tuple[str, str]]:
    asked = together("", demands(seen.manifests, seen.missing))
    return [
        (say("Objects"), _objects(seen)),
        ("Pods", str(asked.pods)),
        ("CPU", number(asked.cpu)),
        (say("Memory"), gibibytes(asked.memory)),
        (say("Storage"), gibibytes(asked.storage)),
    ]


def _objects(seen: Seen) -> str:
    """How many objects there are, and of how many parts none is seen."""
    if not seen.missing:
        return str(len(seen.manifests))
    parts = say_many(len(seen.missing), "{number} part", "{number} parts")
    return say("{number}, without those of {parts}", number=len(seen.manifests), parts=parts)


def objects(held: Seen, seen: Seen, titles: tuple[str, str]) -> str:
    """The objects that only one of both has, those of each under its title; empty when there are none."""
    before, after = _identities(held), _identities(seen)
    lists = [(titles[0], sorted(before - after)), (titles[1], sorted(after - before))]
    return "".join(
        _title(title, len(names)) + f"<p>{', '.join(map(escape, names))}</p>" for title, names in lists if names
    )


def changed_objects(held: Seen, seen: Seen, titles: tuple[str, str]) -> str:
    """The objects that both have and that differ, each side by side; empty when there are none."""
    columns = (escape(titles[0]), escape(titles[1]))
    tables = {
        name: side_by_side(held.text(name) or "", seen.text(name) or "", name, columns)
        for name in sorted(_identities(held) & _identities(seen))
    }
    changed = {name: table for name, table in tables.items() if table}
    parts = "".join(
        f'<details data-name="{escape(name)}"><summary>{escape(name)}</summary>{table}</details>'
        for name, table in changed.items()
    )
    return _title(say("Changed"), len(changed)) + parts if changed else ""


def _identities(seen: Seen) -> set[str]:
    return {identity(item) for item in seen.manifests}


def _title(words: str, number: int) -> str:
    return f'<h2 class="group">{escape(words)}: {say_many(number, "{number} object", "{number} objects")}</h2>'


def files(held: Seen, seen: Seen, titles: tuple[str, str]) -> str:
    """The files that differ, side by side; empty when none does."""
    names = list(dict.fromkeys([*held.files, *seen.files]))
    columns = (escape(titles[0]), escape(titles[1]))
    tables = {name: side_by_side(held.files.get(name, ""), seen.files.get(name, ""), name, columns) for name in names}
    return "".join(f'<h2 class="group">{escape(name)}</h2>{table}' for name, table in tables.items() if table)
