"""Search over all questions that apply."""

from html import escape

from aeterna_nb.notebook.panels.base import jump
from aeterna_nb.notebook.parts.chrome import Sheet
from aeterna_nb.notebook.session import Session
from aeterna_nb.questions import STAGES, Question
from aeterna_nb.search import matching

MOST = 8
"""Questions that are listed at once; more are no help."""

TITLES = {stage.id: stage.title for stage in STAGES}


def found(session: Session, words: str) -> list[Question]:
    """The questions that apply and match the words."""
    return matching(session.answers.active(), words)


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
        self.sheet.html = (
            '<input type="search" data-act="find" aria-label="Find a question" placeholder="Find a question" '
            f'value="{escape(self._words)}">{self._results()}'
        )

    def _results(self) -> str:
        if not self._words.strip():
            return ""
        questions = found(self._session, self._words)
        if not questions:
            return '<p class="note" role="status">No question has these words.</p>'
        items = "".join(
            f"<li>{jump(question.name, question.label)}<small>{TITLES[question.stage]}</small></li>"
            for question in questions[:MOST]
        )
        more = f'<p class="note">{len(questions) - MOST} more.</p>' if len(questions) > MOST else ""
        return f'<ul role="status">{items}</ul>{more}'
