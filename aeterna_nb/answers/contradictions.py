"""Options that cannot be taken because they contradict another answer, with the reason."""

from collections.abc import Iterable, Mapping
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.questions import Question

Reasons = Mapping[str, Mapping[Any, str]]
"""By question's name, the options that are impossible now, each with a sentence."""


def contradictions(answers: Answers, asked: Iterable[Question]) -> Reasons:
    """The impossible options of these questions: those that alone would break a rule that holds now.

    Empty while the answers are no configuration: then nobody can say which of them is the one to change.
    """
    if answers.config()[0] is None:
        return {}
    found = {question.name: _impossible(answers, question) for question in asked}
    return {name: reasons for name, reasons in found.items() if reasons}


def _impossible(answers: Answers, question: Question) -> dict[Any, str]:
    if question.kind not in ("choice", "boolean"):
        return {}
    values = [True, False] if question.kind == "boolean" else [option.value for option in question.options]
    present = answers.lookup(question.name)
    reasons = {value: _reason(answers, question.name, value) for value in values if value != present}
    return {value: reason for value, reason in reasons.items() if reason}


def _reason(answers: Answers, name: str, value: Any) -> str:
    findings = answers.with_values(Origin.TYPED, {name: value}).config()[1]
    return next((finding.message for finding in findings if finding.check == "rules"), "")
