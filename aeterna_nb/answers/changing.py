"""Another answer in an answer's place, everything else equal: what follows from both shows what the answer changes.

What each of them makes of a configuration is compared where it is looked at: leaf by leaf in `imports`, item by item in
`origins`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.config import SetupConfig
from aeterna_nb.questions import AnswerError, Question, by_name


@dataclass(frozen=True, slots=True)
class Admissible:
    """Answers that make a configuration, and that configuration."""

    answers: Answers
    config: SetupConfig


def admissible(answers: Answers, origin: Origin, example: Callable[[Question], Any]) -> Admissible | None:
    """The answers with an `example` in the layer `origin` wherever one is needed.

    None where an answer that was given is wrong or contradicts another, or where there is no example of what is needed.
    """
    while True:
        config, findings = answers.config()
        if config is not None:
            return Admissible(answers, config)
        wanted = {finding.question for finding in findings if finding.severity == "error"} & by_name().keys()
        unanswered = [name for name in wanted if answers.lookup(name) is None and not answers.rejected(name)]
        examples = {name: value for name in unanswered if (value := example(by_name()[name])) is not None}
        if not examples:
            return None
        answers = answers.with_values(origin, examples)


def values_of(question: Question, candidates: Iterable[Any] = ()) -> list[Any]:
    """Every value of a question that offers them, each alone where several can be chosen; else the candidates it takes.

    Secrets stand there as they are.
    """
    match question.kind:
        case "boolean":
            return [True, False]
        case "choice":
            return [option.value for option in question.options]
        case "choices":
            return [(option.value,) for option in question.options]
        case _:
            return list(_taken(question, candidates))


def _taken(question: Question, candidates: Iterable[Any]) -> Iterator[Any]:
    for value in candidates:
        try:
            taken = question.check(value)
        except AnswerError:
            continue
        yield taken.get_secret_value() if isinstance(taken, SecretStr) else taken
