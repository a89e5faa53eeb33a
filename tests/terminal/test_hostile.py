"""Whatever is typed in the terminal is taken, or answered with a sentence, and asked once more."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.terminal.draft import DraftFile
from aeterna_nb.terminal.picking import Offer
from aeterna_nb.terminal.review import Changed, Decided, Judged, Review
from aeterna_nb.terminal.screen import Style
from aeterna_nb.terminal.visit import visited
from aeterna_nb.terminal.walk import Progress
from tests import hostile
from tests.test_hostile import ALL, CI, meet

LINES = 25
"""Lines that are typed in one visit, before Ctrl-C."""


class Typist:
    """Types whatever comes to hand, and leaves at the end."""

    def __init__(self, chance: Random, lines: int) -> None:
        self._chance, self._left = chance, lines

    def say(self, text: str = "", style: Style = "plain") -> None:
        assert "Traceback" not in text

    def show(self, text: str) -> None:
        self.say(text)

    def ask(self, prompt: str) -> str:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        # A terminal gives lines: only a paste has several.
        return hostile.typed(self._chance).replace("\0", "")

    def pick(self, prompt: str, offers: Sequence[Offer], standing: str = "", *, again: bool = False) -> str:
        return self.ask(prompt)

    def ask_secret(self, prompt: str) -> str:
        return self.ask(prompt)


def visit(chance: Random, folder: Path) -> str:
    terminal = Typist(chance, LINES)

    def review(answers: Answers, judged: Judged) -> Changed | Decided:
        return Review(answers, judged, terminal, "Write these files?").decided()

    try:
        visited(
            Progress(Answers(), only_open=chance.random() < 0.3),
            terminal,
            DraftFile(folder, folder / "drafts"),
            lambda answers: Judged(Evaluation(answers.config()[0]), answers.config()[1]),
            review,
        )
    except KeyboardInterrupt:
        return "left"
    return "decided"


def test_a_thousand_hostile_lines(tmp_path: Path) -> None:
    print(meet(lambda chance, _: visit(chance, tmp_path), "terminal", CI // LINES), f"({LINES} lines each)")


@pytest.mark.whole_product
def test_ten_thousand_hostile_lines(tmp_path: Path) -> None:
    print(meet(lambda chance, _: visit(chance, tmp_path), "all terminal", ALL // LINES), f"({LINES} lines each)")
