"""Search over all questions, those that do not apply now included, and over the values of the chart."""

from collections.abc import Sequence
from functools import cache
from html import escape

from aeterna_nb.answers.question_search import matching
from aeterna_nb.answers.wording import shown, why_not_asked
from aeterna_nb.chart_values.reference import every_value
from aeterna_nb.language import say
from aeterna_nb.notebook.panels.base import jump, prose
from aeterna_nb.notebook.parts.chrome import Sheet
from aeterna_nb.notebook.session import Session
from aeterna_nb.questions import STAGES, Question, by_name, questions

MOST = 8
"""Questions that are listed at once; more are no help."""

MOST_BESIDES = 4
"""Questions that are not asked now, and values of the chart, that are listed at once."""

TITLES = {stage.id: stage.title for stage in STAGES}


def found(session: Session, words: str) -> tuple[list[Question], list[Question]]:
    """The questions that match the words: first those that are asked now, then the others."""
    every = matching(questions(), words)
    asked = [question for question in every if session.answers.applies(question.name)]
    return asked, [question for question in every if question not in asked]


def found_values(words: str) -> list[tuple[str, str]]:
    """The values of the chart, each with what it is, in whose path or description every one of the words stands."""
    wanted = words.lower().split()
    return [item for item in _values() if wanted and all(word in " ".join(item).lower() for word in wanted)]


@cache
def _values() -> list[tuple[str, str]]:
    return every_value()


class Find:
    """A search field and, below it, ways to the questions that match."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._words = ""
        self.sheet = Sheet()
        self.sheet.add_class("aw-find")
        self.draw()

    def search(self, words: str) -> None:
        """Look for these words."""
        self._words = words
        self.draw()

    def draw(self) -> None:
        """Show the field and what it finds in the present questions."""
        words = say("Find a question")
        self.sheet.html = (
            f'<input type="search" data-act="find" aria-label="{words}" placeholder="{words}" '
            f'value="{escape(self._words)}">{self._results()}'
        )

    def _results(self) -> str:
        if not self._words.strip():
            return ""
        asked, others = found(self._session, self._words)
        values = found_values(self._words)
        if not asked and not others and not values:
            words = say("No question and no value of the chart has these words.")
            return f'<p class="note" role="status">{words}</p>'
        parts = _list("", [self._asked(question) for question in asked], MOST)
        parts += _list(say("Not asked now"), self._not_asked(others), MOST_BESIDES)
        parts += _list(say("Values of the chart"), [_value(*item) for item in values], MOST_BESIDES)
        return f'<div role="status">{parts}</div>'

    def _asked(self, question: Question) -> str:
        value = self._session.value(question.name)
        answer = "" if value is None else shown(question, value, self._session.value("target"))
        words = f"<small>{escape(answer)}</small>" if answer else ""
        return (
            f'<li><button type="button" class="aw-hit" data-act="jump" data-on="{question.name}">'
            f"<span>{escape(say(question.label))}</span><small>{escape(say(TITLES[question.stage]))}</small>{words}"
            "</button></li>"
        )

    def _not_asked(self, others: Sequence[Question]) -> list[str]:
        """The questions with the reason; those with the same reason together."""
        together: dict[tuple[str, str], list[str]] = {}
        for question in others:
            together.setdefault(why_not_asked(question, self._session.value), []).append(say(question.label))
        return [
            f"<li><span>{escape('; '.join(labels))}</span><small>{escape(reason[:1].upper() + reason[1:])}.</small>"
            f"{jump(deciding, say('Go to: {question}', question=say(by_name()[deciding].label)))}</li>"
            for (reason, deciding), labels in together.items()
        ]


def _value(path: str, words: str) -> str:
    return f"<li><code>{escape(path).replace('.', '.<wbr>')}</code><small>{prose(words)}</small></li>"


def _list(title: str, items: Sequence[str], most: int) -> str:
    if not items:
        return ""
    head = f'<h2 class="group">{title}</h2>' if title else ""
    more = f'<p class="note">{say("{number} more.", number=len(items) - most)}</p>' if len(items) > most else ""
    return f"{head}<ul>{''.join(items[:most])}</ul>{more}"
