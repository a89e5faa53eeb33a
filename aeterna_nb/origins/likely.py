"""Which answers most likely decide about a line, by the words that both share. Only an order in which to look."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from aeterna_nb.answers import Answers
from aeterna_nb.origins.trees import NodePath
from aeterna_nb.questions import Question

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
BESIDES = {"size": {"resource", "request", "limit", "cpu"}}
"""Words of lines that an answer decides about and that do not stand in its name."""


def likely_first(
    questions: Sequence[Question], answers: Answers, paths: Collection[NodePath], line: str
) -> list[Question]:
    """The questions, those first whose name has most in common with the line's place, and whose value stands in it."""
    place = _words(" ".join(str(part) for path in paths for part in path))

    def score(question: Question) -> float:
        own = _words(question.name)
        shared = len(own & place) + len(BESIDES.get(question.name, set()) & place)
        # Of two with as many words in common, the one with fewer others.
        return shared + shared / (len(own) + 1) + 1.5 * _stands_in(answers.lookup(question.name), line)

    return sorted(questions, key=score, reverse=True)


def _words(text: str) -> set[str]:
    return {word.lower().removesuffix("s") for word in WORD.findall(text)}


def _stands_in(value: Any, line: str) -> bool:
    """Whether a value stands in a line as a word; yes and no stand in too many."""
    if value is None or isinstance(value, bool):
        return False
    return re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", line) is not None
