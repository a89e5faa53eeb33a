"""Answers with whatever they still need made up, so that they give a configuration to look at."""

from collections.abc import Callable
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.config import SetupConfig
from aeterna_nb.questions import Question, by_name


def completed(
    answers: Answers, origin: Origin, example: Callable[[Question], Any]
) -> tuple[Answers, SetupConfig | None]:
    """The answers with an `example` in the layer `origin` wherever one is needed, and the configuration that they give.

    The configuration is None where an answer that was given is wrong or contradicts another, or where there is no
    example of what is needed.
    """
    while True:
        config, findings = answers.config()
        if config is not None:
            return answers, config
        wanted = {finding.question for finding in findings if finding.severity == "error"} & by_name().keys()
        unanswered = [name for name in wanted if answers.lookup(name) is None and not answers.rejected(name)]
        examples = {name: value for name in unanswered if (value := example(by_name()[name])) is not None}
        if not examples:
            return answers, None
        answers = answers.with_values(origin, examples)
