"""What another set of answers would change, in words of the questions, as HTML."""

from collections.abc import Iterable
from html import escape

from aeterna_nb.answers.wording import Change, Changes
from aeterna_nb.language import say
from aeterna_nb.questions import Question


def changed_answers(found: Changes, source: str, *, done: bool = False) -> str:
    """The changes as a table and a few sentences; `source` names what the other answers come from.

    `done` tells of changes that were made, instead of those that would be.
    """
    return (
        _table(found.changed, (say("Before"), say("Now")) if done else (say("Now"), say("Then")))
        + _sentence(say("Still to answer") if done else say("Still to answer then"), found.missing)
        + _sentence(say("Not asked any more"), found.gone)
        + "".join(_stays(change, source) for change in found.stays)
    )


def _table(changed: Iterable[Change], moments: tuple[str, str]) -> str:
    nothing = f'<span class="muted">{say("no answer")}</span>'
    rows = "".join(
        f'<tr><th scope="row">{escape(say(change.question.label))}</th>'
        f"<td>{escape(change.before) or nothing}</td><td>{escape(change.after) or nothing}</td></tr>"
        for change in changed
    )
    if not rows:
        return f"<p>{say('It changes no answer.')}</p>"
    head = "".join(f'<th scope="col">{words}</th>' for words in (say("Question"), *moments))
    return f'<table class="answers"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _sentence(words: str, asked: Iterable[Question]) -> str:
    labels = "; ".join(escape(say(question.label)) for question in asked)
    return f"<p>{words}: {labels}</p>" if labels else ""


def _stays(change: Change, source: str) -> str:
    words = say(
        "Your own answer stays: {question} {own} ({source} has {other})",
        question=say(change.question.label),
        own=change.before,
        source=source,
        other=change.after,
    )
    return f"<p>{escape(words)}</p>"
