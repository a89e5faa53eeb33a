"""How much is read of what others wrote, and the sentence where there is more."""

from aeterna_nb.config.sentence import Sentence

LARGEST = 2_000_000
"""Bytes that are read of a file; what this tool writes has some kilobytes."""

DEEPEST = 100
"""Levels in each other that are read; what this tool writes has eight."""

MOST_VALUES = 1_000_000
"""Values in a text once its aliases are followed: as many as the largest text can write out."""


class Unreadable(Exception):
    """A text can't be read. The sentence names it, says why and what to do, and repeats nothing of what is in it."""


def check_size(text: str | bytes, named: str) -> None:
    """Raises Unreadable for more than LARGEST bytes, or characters where it is text already."""
    if len(text) > LARGEST:
        raise Unreadable(
            Sentence(
                "{file} is larger than 2 MB, and no more is read; a configuration has a few kilobytes.", file=named
            )
        )


def too_deep(named: str) -> Unreadable:
    """The refusal of a text with more than DEEPEST levels."""
    return Unreadable(
        Sentence("{file} is nested more than {levels} levels deep, and no more is read.", file=named, levels=DEEPEST)
    )
