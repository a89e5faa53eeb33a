"""How much is read of what others wrote, and the sentence where there is more."""

from collections.abc import Iterable
from typing import Any

from aeterna_nb.config.sentence import Sentence

LARGEST = 2_000_000
"""Bytes that are read of a file; what this tool writes has some kilobytes."""

LARGEST_ANSWER = 65_536
"""Bytes that are read of a file that holds one answer; a key or a list of annotations is far shorter."""

DEEPEST = 100
"""Levels in each other that are read; what this tool writes has eight."""

MOST_VALUES = 1_000_000
"""Values in a text once its aliases are followed: as many as the largest text can write out."""


class Unreadable(Exception):
    """A text can't be read. The sentence names it, says why and what to do, and repeats nothing of what is in it."""


def check_size(content: str | bytes, named: str, largest: int = LARGEST) -> None:
    """Raises Unreadable for more than `largest` bytes, or characters of what is text already."""
    if len(content) > largest:
        size = f"{largest // 1_000_000} MB" if largest >= 1_000_000 else f"{largest // 1024} KiB"
        raise Unreadable(Sentence("{file} is larger than {size}, and no more is read.", file=named, size=size))


def too_deep(named: str) -> Unreadable:
    """The refusal of a text with more than DEEPEST levels."""
    return Unreadable(
        Sentence("{file} is nested more than {levels} levels deep, and no more is read.", file=named, levels=DEEPEST)
    )


def check_depth(tree: Any, named: str) -> None:
    """Raises Unreadable for a tree of mappings and lists with more than DEEPEST levels."""
    level = [tree]
    for _ in range(DEEPEST + 1):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _inside(outer)]
        if not level:
            return
    raise too_deep(named)


def _inside(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer
