"""What another set of answers would change, in words of the questions, as HTML."""

from collections.abc import Iterable
from html import escape

from aeterna_nb.questions import Question
from aeterna_nb.wording import Change, Changes

NOTHING = '<span class="muted">no answer</span>'


def changed_answers(found: Changes, source: str) -> str:
    """The changes as a table and a few sentences; `source` names what the other answers come from."""
    return (
        _table(found.changed)
        + _sentence("Still to answer then", found.missing)
        + _sentence("Not asked any more", found.gone)
        + "".join(_stays(change, source) for change in found.stays)
    )


def _table(changed: Iterable[Change]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(change.question.label)}</th>'
        f"<td>{escape(change.before) or NOTHING}</td><td>{escape(change.after) or NOTHING}</td></tr>"
        for change in changed
    )
    if not rows:
        return "<p>It changes no answer.</p>"
    head = '<tr><th scope="col">Question</th><th scope="col">Now</th><th scope="col">Then</th></tr>'
    return f'<table class="answers"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _sentence(words: str, asked: Iterable[Question]) -> str:
    labels = "; ".join(escape(question.label) for question in asked)
    return f"<p>{words}: {labels}</p>" if labels else ""


def _stays(change: Change, source: str) -> str:
    label, own, other = (escape(text) for text in (change.question.label, change.before, change.after))
    return f"<p>Your own answer stays: {label} {own} ({escape(source)} has {other})</p>"
