"""Other admissible answers: for one question every value worth trying, everything else equal."""

import base64
from collections.abc import Iterator
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.changing import Admissible, admissible, values_of
from aeterna_nb.chart.rendering import STAND_INS
from aeterna_nb.questions import Question

TEXTS = (
    "other.example.com",
    "192.0.2.7",
    "other",
    "https://other.example.com",
    "http://other.example.com:8081/path",
    "https://192.0.2.7",
    "git@git.example.com:other.git",
    "7Gi",
    "512Mi",
    "registry.example.com/other:1.0",
    "5 4 * * *",
    "example.com/other: other",
)
"""Texts of every kind that a question may want. Addresses, plain and secure, named and numbered, since much depends on
that."""

MOST = 4
"""Texts tried for a question; more find nothing new."""

OTHER_STAND_INS = {
    "kms_key": base64.b64encode(bytes([1] * 32)).decode(),
    "mongodb_uri": "mongodb://other",
    "vertex_ai_service_account": '{"other": 1}',
    "backup_gcs_credentials": '{"other": 1}',
}
"""What stands for another value of a secret whose form the chart minds; for any other it is the word `other`."""


def stand_in(name: str) -> str:
    """What stands for a secret that was given."""
    return STAND_INS.get(name, "hidden")


def without_secrets(answers: Answers) -> Answers:
    """The answers with a stand-in for every secret that was given."""
    given = {
        question.name: stand_in(question.name)
        for question in answers.active()
        if question.secret and answers.lookup(question.name) is not None
    }
    return answers.with_texts(Origin.TYPED, given)


def alternatives(answers: Answers, question: Question) -> Iterator[Admissible]:
    """Every other admissible value of the question worth trying, with all other answers as they are.

    What a value newly needs is filled in with an example. A value that contradicts another answer is left out.
    `answers` hold no secrets but stand-ins.
    """
    present = answers.lookup(question.name)
    tried: list[Any] = [present]
    for value in _values(question, present):
        changed = _with(answers, question.name, value)
        taken = changed.lookup(question.name)
        if taken not in tried:
            tried.append(taken)
            other = admissible(changed, Origin.TYPED, _example)
            if other is not None:
                yield other


def _with(answers: Answers, name: str, value: Any) -> Answers:
    if value is None:
        return answers.cleared(Origin.TYPED, [name])
    return answers.with_values(Origin.TYPED, {name: value})


def _values(question: Question, present: Any) -> Iterator[Any]:
    match question.kind:
        case "boolean" | "choice":
            yield from values_of(question)
        case "choices":
            yield from _toggled(question, present or ())
        case "integer":
            yield from values_of(question, _numbers(question, present))
        case "secret":
            yield from values_of(question, (OTHER_STAND_INS.get(question.name, "other"),))
        case _:
            texts = (text for text in (question.default, question.example, *TEXTS) if text)
            yield from values_of(question, texts)[: MOST + 1]
    yield None


def _toggled(question: Question, present: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The selection with each option in turn put in or taken out, and no option at all."""
    for option in question.options:
        others = [item for item in present if item != option.value]
        yield tuple(others if option.value in present else [*present, option.value])
    yield ()


def _numbers(question: Question, present: int | None) -> list[int]:
    near = () if present is None else (present + 1, present - 1)
    return [number for number in (*near, question.default, question.minimum, question.maximum) if number is not None]


def _example(question: Question) -> Any:
    """A value to fill in where a question must be answered."""
    if question.kind == "secret":
        return stand_in(question.name)
    return next((value for value in _values(question, None) if value is not None), None)
