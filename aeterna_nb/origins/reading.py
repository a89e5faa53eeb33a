"""What was traced, read from both sides: the answers behind a line, and the lines that depend on an answer."""

from collections.abc import Collection, Iterable, Iterator

from aeterna_nb.origins.lines import lines
from aeterna_nb.origins.trace import Causes
from aeterna_nb.origins.trees import Effect, NodePath


def behind(traced: Iterable[Causes], document: str, paths: Collection[NodePath]) -> list[tuple[str, Effect]]:
    """The names of the answers on which these nodes depend, and how.

    Those on which the value depends come first, and among them those that cause least, which say most.
    """
    found = [(causes, effect) for causes in traced if (effect := causes.on(document, paths)) is not None]
    found.sort(key=lambda item: (item[1] != "value", item[0].size))
    return [(causes.question, effect) for causes, effect in found]


def dependent_lines(causes: Causes, document: str, text: str) -> Iterator[tuple[int, str, Effect]]:
    """Number, from 0, and text of each line of a document that depends on the answer, and how it does."""
    before: tuple[NodePath, ...] = ()
    for number, (paths, line) in enumerate(zip(lines(document, text), text.split("\n"), strict=True)):
        effect = causes.on(document, paths)
        # A text of several lines is named once.
        if paths != before and effect is not None:
            yield number, line, effect
        before = paths
