"""Which questions of a stage are in sight: those that most must decide or all, some folded under a title."""

from collections.abc import Sequence
from dataclasses import dataclass

from aeterna_nb.answers import Origin
from aeterna_nb.findings import Finding
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.words import error_at
from aeterna_nb.questions import Question


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one title, the empty one for those that are never folded.

    `changed` is how many answers are no defaults. `open` says whether its questions are in sight.
    """

    title: str
    questions: tuple[Question, ...]
    changed: int
    open: bool


def in_sight(session: Session, asked: Sequence[Question], findings: Sequence[Finding]) -> list[Question]:
    """Those of the questions that are asked now; without `session.everything` none whose default suits most.

    What somebody decided, looked for or must mend is asked all the same.
    """
    return [
        question
        for question in asked
        if session.everything
        or not question.ask.advanced
        or question.name in session.looked_for
        or session.answers.origin(question.name) > Origin.PRESET
        or error_at(question.name, session, findings)[0]
    ]


def grouped(session: Session, asked: Sequence[Question], findings: Sequence[Finding]) -> list[Group]:
    """The questions by their titles. A group is open when somebody opened it, and while something in it is wrong."""
    titles = dict.fromkeys(question.group for question in sorted(asked, key=lambda question: bool(question.group)))
    groups = []
    for title in titles:
        own = tuple(question for question in asked if question.group == title)
        changed = sum(session.answers.origin(question.name) > Origin.DEFAULT for question in own)
        wrong = any(error_at(question.name, session, findings)[0] for question in own)
        groups.append(Group(title, own, changed, not title or title in session.unfolded or wrong))
    return groups
