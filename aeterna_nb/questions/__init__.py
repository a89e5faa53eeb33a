"""The questions: what is asked, whichever front end asks it."""

import types
from collections.abc import Mapping
from functools import cache
from typing import Any

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.mappings import StringMap
from aeterna_nb.questions.question import NO, YES, AnswerError, Option, Question
from aeterna_nb.questions.stages import STAGES, Stage
from aeterna_nb.questions.walk import Group, walk

__all__ = [
    "NO",
    "STAGES",
    "YES",
    "AnswerError",
    "Group",
    "Option",
    "Question",
    "Stage",
    "by_name",
    "groups",
    "mapping_paths",
    "plain",
    "questions",
    "value_in",
]


@cache
def questions() -> tuple[Question, ...]:
    """Every question, in the order of the models."""
    return tuple(item for item in walk(SetupConfig) if isinstance(item, Question))


@cache
def groups() -> tuple[Group, ...]:
    """Every group of answers, in the order of the models."""
    return tuple(item for item in walk(SetupConfig) if isinstance(item, Group))


@cache
def mapping_paths() -> frozenset[tuple[str, ...]]:
    """The places in the answers file at which an answer is itself a mapping."""
    return frozenset(question.path for question in questions() if question.kind == "mapping")


@cache
def by_name() -> Mapping[str, Question]:
    """The questions by their names."""
    found = {question.name: question for question in questions()}
    if len(found) != len(questions()):
        raise TypeError("two questions share a name")
    return types.MappingProxyType(found)


def plain(value: Any) -> Any:
    """A value as JSON and YAML know it: a list for several choices, a mapping of texts for a `StringMap`."""
    match value:
        case tuple():
            return list(value)
        case StringMap():
            return dict(value)
        case _:
            return value


def value_in(config: SetupConfig, question: Question) -> Any:
    """The answer to `question` that a configuration holds; None when it holds none or the question does not apply."""
    here: Any = config
    for part in question.path[:-1]:
        here = getattr(here, part, None)
    return getattr(here, question.path[-1]) if isinstance(here, question.owner) else None
