"""Changes of many configurations, each kind once: for people, and as a report to paste into a pull request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aeterna_nb.fleet.changing import Outcome
from aeterna_nb.fleet.effects import Effect, State

MOST_NAMED = 5
"""Configurations that are named of a kind of change."""


_ORDER: tuple[State, ...] = ("breaks", "new", "removed", "changed")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change, and the configurations that it is about."""

    effect: Effect
    configurations: tuple[str, ...]

    @property
    def names(self) -> str:
        """The first of them, and how many more there are."""
        more = len(self.configurations) - MOST_NAMED
        return ", ".join(self.configurations[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def kinds(found: Mapping[str, Outcome]) -> list[Kind]:
    """The kinds of change: what breaks first, then what comes, goes and changes; in each those that most have."""
    having: dict[Effect, list[str]] = {}
    for name, item in found.items():
        for effect in item.effects:
            having.setdefault(effect, []).append(name)
    order = sorted(having.items(), key=lambda item: (_ORDER.index(item[0].state), -len(item[1]), item[0]))
    return [Kind(effect, tuple(names)) for effect, names in order]


def lines(changes: Sequence[Kind]) -> Iterator[str]:
    """Lines for a person: how many, what becomes of them, and which they are."""
    for kind in changes:
        yield f"{len(kind.configurations)} {kind.effect.words}"
        yield f"  {kind.names}"


def markdown(changes: Sequence[Kind], answers: Mapping[str, str], written: int, total: int) -> str:
    """The report of an upgrade, in Markdown."""
    wanted = ", ".join(f"`{name}={text}`" for name, text in answers.items()) or "the files anew"
    head = f"## Aeterna: {wanted}\n\n{written} of {total} configurations change.\n"
    if not changes:
        return head
    rows = (f"| {len(kind.configurations)} | {_cell(kind.effect.words)} | {_cell(kind.names)} |\n" for kind in changes)
    return f"{head}\n| how many | what | which |\n|---|---|---|\n{''.join(rows)}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
