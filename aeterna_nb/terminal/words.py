"""Answers in words, as a terminal shows them."""

from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.secret_values import MADE_NAMES, made_names
from aeterna_nb.answers.wording import origin_words
from aeterna_nb.language import message, say, say_many
from aeterna_nb.questions import Option, Question, by_name

REFUSED = message("an answer that can't be taken")


def written(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)


def in_english(typed: str) -> str:
    """What was typed, with yes and no in the present language, or their first letters, as English words."""
    yes, no = say("yes"), say("no")
    return {yes: "yes", yes[0]: "yes", no: "no", no[0]: "no"}.get(typed.lower(), typed)


def in_words(question: Question, value: Any, target: str | None) -> str:
    """A value as a person would say it for a target; a secret is only said to be there."""
    if value is None:
        return say("not given")
    if question.secret:
        return say("given")
    if question.multiline:
        lines = len(str(value).splitlines())
        return say_many(max(lines, 1), "{number} line", "{number} lines")
    titles = {option.value: say(option.words(target)[0]) for option in question.options}
    if isinstance(value, tuple):
        return ", ".join(titles[item] for item in value) or say("none")
    return f"{titles.get(value, written(value))} {say(question.unit)}".strip()


def source(answers: Answers, name: str) -> str:
    """Where the present value of a question comes from, in small letters."""
    if by_name()[name].secret and answers.origin(name) is Origin.FILE:
        return say("kept with the other secrets")
    words = origin_words(by_name()[name], answers.origin(name))
    return words[:1].lower() + words[1:]


def sentence(question: Question, answers: Answers) -> str:
    """A question with its answer and where that comes from, in a line."""
    value = answers.lookup(question.name)
    label = say(question.label)
    if value is None and question.name in MADE_NAMES and _is_made(question, answers):
        return say("{question}: made for you", question=label)
    head = label if label.endswith("?") else f"{label}:"
    if answers.rejected(question.name):
        return f"{head} {say(REFUSED)} ({source(answers, question.name)})"
    where = "" if value is None else f" ({source(answers, question.name)})"
    return f"{head} {in_words(question, value, answers.lookup('target'))}{where}"


def _is_made(question: Question, answers: Answers) -> bool:
    config, _ = answers.config()
    return config is not None and question.name in made_names(config)


def numbered(question: Question) -> dict[str, Option]:
    """The options by what is typed for them. Where they are numbers themselves, that is the number."""
    if all(isinstance(option.value, int) for option in question.options):
        return {str(option.value): option for option in question.options}
    return {str(number): option for number, option in enumerate(question.options, 1)}


def always_asked(question: Question, answers: Answers) -> bool:
    """Whether a question is asked without being looked for; the others have a default that does for most."""
    a_stage_of_its_own = len(question.path) == 2 and question.path[1] == "enabled"
    wanted = question.main or question.must_be_answered(answers.lookup) or answers.rejected(question.name)
    return bool(wanted or a_stage_of_its_own)


def suits_most(question: Question, answers: Answers) -> bool:
    """Whether a question's default suits most, and nobody has decided otherwise."""
    return question.ask.advanced and answers.origin(question.name) <= Origin.PRESET


def open_questions(answers: Answers) -> list[Question]:
    """The questions that need an answer, or another one."""
    missing = answers.missing()
    return [question for question in answers.active() if question in missing or answers.rejected(question.name)]


def decided_by_somebody(question: Question, answers: Answers) -> bool:
    """Whether the present answer to a question is more than its default."""
    return answers.origin(question.name) > Origin.DEFAULT
