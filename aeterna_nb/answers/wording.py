"""Answers, and what changes between two sets of them, in words. No front end; every one of them says it like this."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from aeterna_nb.answers import ORIGIN_WORDS, Answers, Origin
from aeterna_nb.config.ask import Beginning, Lookup, Presence, Wanted, When
from aeterna_nb.language import say
from aeterna_nb.questions import Question, by_name

LONGEST = 60
"""Characters of a value that are shown in a sentence."""
CHOSEN = {"choice", "choices", "boolean"}
"""Kinds of question whose answer is picked rather than typed."""


def origin_words(question: Question, origin: Origin) -> str:
    """Where an answer comes from; what was clicked was chosen, not typed."""
    if origin is Origin.TYPED and question.kind in CHOSEN:
        return say("Chosen by you")
    return say(ORIGIN_WORDS[origin])


def shown(question: Question, value: Any, target: str | None) -> str:
    """A value in words, as a front end shows it for a target; never a secret's."""
    if question.secret or isinstance(value, SecretStr):
        return say("not shown")
    if question.kind == "boolean":
        return say("yes") if value else say("no")
    titles = {option.value: say(option.words(target)[0]) for option in question.options}
    if isinstance(value, tuple):
        return ", ".join(titles.get(item, str(item)) for item in value) or say("none")
    text = titles.get(value, str(value))
    return f"{text} {say(question.unit)}".strip()


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that becomes another: both in words, empty where there is none."""

    question: Question
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What another set of answers means, in the order of the questions.

    `changed` are other answers; `gone` the questions that were decided and are asked no longer; `missing` those that
    have to be answered then and have been answered so far or were not asked; `stays` those whose answers were typed
    and stay although the other set has an answer of its own.
    """

    changed: tuple[Change, ...] = ()
    gone: tuple[Question, ...] = ()
    missing: tuple[Question, ...] = ()
    stays: tuple[Change, ...] = ()


def changes(before: Answers, after: Answers) -> Changes:
    """What changes when `after` takes the place of `before`."""
    open_before = before.missing()
    return Changes(
        changed=tuple(_changed(before, after)),
        gone=tuple(
            question
            for question in before.active()
            if before.origin(question.name) > Origin.DEFAULT and not after.applies(question.name)
        ),
        missing=tuple(question for question in after.missing() if question not in open_before),
        stays=tuple(_stays(before, after)),
    )


def _changed(before: Answers, after: Answers) -> Iterator[Change]:
    for question in after.active():
        old, new = before.lookup(question.name), after.lookup(question.name)
        # A default that comes with a new question was decided by nobody.
        said = before.applies(question.name) or after.origin(question.name) > Origin.DEFAULT
        if said and not _same(old, new):
            yield Change(question, _short(question, old, before), _short(question, new, after))


def _stays(before: Answers, after: Answers) -> Iterator[Change]:
    for question in after.active():
        if after.origin(question.name) != Origin.TYPED or before.origin(question.name) != Origin.TYPED:
            continue
        below = after.without(Origin.TYPED, [question.name])
        if below.origin(question.name) > Origin.DEFAULT and not _same(
            below.lookup(question.name), after.lookup(question.name)
        ):
            value = after.lookup(question.name)
            yield Change(question, _short(question, value, after), _short(question, below.lookup(question.name), below))


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _short(question: Question, value: Any, answers: Answers) -> str:
    if value is None:
        return ""
    text = " ".join(shown(question, value, answers.lookup("target")).split())
    return text if len(text) <= LONGEST else text[:LONGEST] + " ..."


def why_not_asked(question: Question, lookup: Lookup) -> tuple[str, str]:
    """Why a question is not asked now, as "asked when ...", and the name of the question that decides it.

    Both are empty where it is asked.
    """
    broken = next((condition for condition in question.when if not condition.holds(lookup)), None)
    if broken is None:
        return "", ""
    # The first question that is asked now and has another answer; behind it others may wait.
    left = _left(broken, lookup)
    failing = [name for alternative in left.alternatives for name in alternative]
    asked = next((name for name in failing if by_name()[name].applies(lookup)), "")
    if not asked:
        return why_not_asked(by_name()[failing[0]], lookup)
    return say("asked when {conditions}", conditions=in_words(left)), asked


def in_words(condition: When) -> str:
    """What a condition asks, as what stands behind "asked when"."""
    return say(", or ").join(
        say(" and ").join(_wanted(by_name()[name], wanted) for name, wanted in alternative.items())
        for alternative in condition.alternatives
    )


def _left(condition: When, lookup: Lookup) -> When:
    """What of a condition does not hold."""
    return When(
        tuple(
            {name: wanted for name, wanted in alternative.items() if not When(({name: wanted},)).holds(lookup)}
            for alternative in condition.alternatives
        )
    )


def _wanted(question: Question, wanted: Wanted) -> str:
    label = f'"{say(question.label)}"'
    either = say(" or ")
    match wanted:
        case Presence.GIVEN:
            return say("{question} is answered", question=label)
        case Presence.ABSENT:
            return say("{question} is left empty", question=label)
        case Beginning(texts, other=False):
            return say("{question} begins with {texts}", question=label, texts=either.join(texts))
        case Beginning(texts):
            return say("{question} does not begin with {texts}", question=label, texts=either.join(texts))
        case values:
            words = [shown(question, value, None) for value in values]
            return say("{question} is answered with {values}", question=label, values=either.join(words))
