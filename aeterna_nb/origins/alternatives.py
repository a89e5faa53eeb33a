"""Other admissible answers: for one question every value worth trying, everything else equal."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.completing import completed
from aeterna_nb.chart.rendering import STAND_INS
from aeterna_nb.config import SetupConfig
from aeterna_nb.questions import AnswerError, Question

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


@dataclass(frozen=True, slots=True)
class Admissible:
    """Answers that make a configuration, and that configuration."""

    answers: Answers
    config: SetupConfig


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
            complete, config = completed(changed, Origin.TYPED, _example)
            if config is not None:
                yield Admissible(complete, config)


def _with(answers: Answers, name: str, value: Any) -> Answers:
    if value is None:
        return answers.cleared(Origin.TYPED, [name])
    return answers.with_values(Origin.TYPED, {name: value})


def _values(question: Question, present: Any) -> Iterator[Any]:
    match question.kind:
        case "boolean":
            yield not present
        case "choice":
            yield from (option.value for option in question.options)
        case "choices":
            yield from _toggled(question, present or ())
        case "integer":
            yield from _valid(question, _numbers(question, present))
        case "secret":
            yield from _valid(question, (OTHER_STAND_INS.get(question.name, "other"),))
        case _:
            texts = list(_valid(question, (question.default, question.example, *TEXTS)))
            yield from texts[: MOST + 1]
    yield None


def _toggled(question: Question, present: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The selection with each option in turn put in or taken out, and no option at all."""
    for option in question.options:
        others = [item for item in present if item != option.value]
        yield from _valid(question, (others if option.value in present else [*present, option.value],))
    yield ()


def _numbers(question: Question, present: int | None) -> tuple[int | None, ...]:
    near = () if present is None else (present + 1, present - 1)
    return (*near, question.default, question.minimum, question.maximum)


def _valid(question: Question, values: tuple[Any, ...]) -> Iterator[Any]:
    for value in values:
        if value in (None, ""):
            continue
        try:
            taken = question.check(value)
        except AnswerError:
            continue
        yield taken.get_secret_value() if isinstance(taken, SecretStr) else taken


def _example(question: Question) -> Any:
    """A value to fill in where a question must be answered."""
    if question.kind == "secret":
        return stand_in(question.name)
    return next((value for value in _values(question, None) if value is not None), None)
