"""Answers that are texts by name, such as annotations: what can be taken, and the rest with its reason."""

from collections.abc import Mapping
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.questions import AnswerError, Question

NO_PAIR = Sentence("Kubernetes does not take it: a name and one text are wanted.")


def as_text(value: Any) -> str:
    """A value of a file as the text that Kubernetes wants: `true`, `12`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def taken_pairs(question: Question, pairs: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    """The answer that holds every pair that the question takes, and the reason for each other one, by name.

    The answer is None where no pair can be taken.
    """
    refused: dict[str, str] = {
        str(name): NO_PAIR for name, value in pairs.items() if not _takes(question, {str(name): value})
    }
    taken = {str(name): value for name, value in pairs.items() if str(name) not in refused}
    try:
        return (question.check(taken) if taken else None), refused
    except AnswerError as error:
        # Together they are too large.
        return None, {str(name): str(error) for name in pairs}


def _takes(question: Question, pair: Mapping[str, Any]) -> bool:
    try:
        question.check(pair)
    except AnswerError:
        return False
    return True
