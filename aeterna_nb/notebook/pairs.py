"""An answer that is texts by name, as a list of pairs: read from what was written, pasted, and judged item by item."""

from collections.abc import Sequence
from itertools import takewhile

from pydantic_core import PydanticCustomError

from aeterna_nb.config.mapping_text import pairs_in, text_of
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import is_address
from aeterna_nb.questions import AnswerError, Question

Pair = list[str]
"""A name and its text."""


def written(pairs: Sequence[Pair]) -> str:
    """The answer as one writes it, pair by pair; what is empty on both sides is left out."""
    return "".join(text_of({name.strip(): text}) for name, text in pairs if name.strip() or text)


def read(text: str) -> list[Pair]:
    """The pairs in an answer as it was written or pasted: YAML, or else lines of `name: text`, or of /etc/hosts."""
    try:
        found = list(pairs_in(text))
    except PydanticCustomError:
        found = []
    if found and all(isinstance(name, str) and isinstance(value, str | None) for name, value in found):
        return [[name, value or ""] for name, value in found]
    return [_pair(line) for line in text.splitlines() if line.strip()]


def _pair(line: str) -> Pair:
    words = line.split(maxsplit=1)
    if len(words) > 1 and is_address(words[0]):  # As /etc/hosts has it.
        return words
    name = "".join(takewhile(lambda sign: sign not in ":=", line))
    return [name.strip(" \t-'\""), line[len(name) + 1 :].strip(" \t,'\"")]


def problems(question: Question, pairs: Sequence[Pair]) -> list[str]:
    """What is wrong with each pair, as a sentence; empty where nothing is."""
    names = [name.strip() for name, _ in pairs]
    return [_numbered(_problem(question, pair, names[:at]), at + 1) for at, pair in enumerate(pairs)]


def _numbered(problem: str, number: int) -> str:
    """A sentence that was made for a pair alone, with the number of the pair in the list."""
    if not isinstance(problem, Sentence) or "number" not in problem.values:
        return problem
    return Sentence(problem.template, **{**problem.values, "number": number})


def _problem(question: Question, pair: Pair, before: Sequence[str]) -> str:
    name, text = pair
    if not name.strip() and not text:
        return ""
    if name.strip() in before:
        return Sentence("This name stands above already. Leave one out.")
    try:
        question.parse(written([pair]))
    except AnswerError as error:
        sentence: str = error.args[0]
        return sentence
    return ""
