"""Arrow keys at what can be picked: seen on the screen of a terminal, not in what is sent to it."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pexpect
import pyte
import pytest

from aeterna_nb.terminal.picking import Offer, Picker
from tests.terminal.screen import SECONDS, Screen

UP, DOWN, ENTER = "\x1b[A", "\x1b[B", "\r"


class Drawn:
    """The command at a terminal that draws, and what stands on its screen."""

    def __init__(self, folder: Path, rows: int = 40) -> None:
        self._screen = Screen(folder, TERM="xterm-256color")
        self._screen.child.setwinsize(rows, 80)
        self.child = self._screen.child
        self._page = pyte.Screen(80, rows)
        self._stream = pyte.Stream(self._page)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._page.display]

    @property
    def marked(self) -> str:
        """The last line with a mark, without the mark."""
        return [line for line in self.lines if line.startswith("> ")][-1].removeprefix("> ")

    def until(self, line: str, above: str = "") -> None:
        """Read until a line that begins so is where the cursor stands, below those words, and nothing more comes."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                self._stream.feed(self.child.read_nonblocking(65536, 0.3))
            except pexpect.TIMEOUT:
                if self.lines[self._page.cursor.y].startswith(line) and above in "\n".join(self.lines):
                    return
            except pexpect.EOF:
                break
        raise AssertionError("\n".join(self.lines))

    def press(self, keys: str, until: str, above: str = "") -> None:
        """Press keys, and wait; a prompt that stood there before needs words that come above it."""
        self.child.send(keys)
        self.until(until, above)

    def hang_up(self) -> None:
        self._screen.hang_up()

    def resize(self, columns: int) -> None:
        """Make the window narrower or wider while the command waits."""
        rows = self._page.lines
        self._page.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def close(self) -> None:
        self._screen.close()


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[Drawn]:
    screen = Drawn(tmp_path)
    screen.until("Answer [local]:")
    yield screen
    screen.close()


def test_down_and_enter_pick_what_the_mark_stands_at(drawn: Drawn, tmp_path: Path) -> None:
    assert drawn.marked.startswith("1  local: ")
    drawn.press(DOWN, "Answer [local]: production")
    assert drawn.marked.startswith("2  production: ")
    drawn.press(DOWN + DOWN, "Answer [local]: remote")
    drawn.press(UP, "Answer [local]: hybrid")
    drawn.press(DOWN + ENTER, "Look at each? [no]:")
    drawn.press(ENTER, "Answer (for example")
    drawn.press("https://c.example.com" + ENTER, "Write these files?")
    drawn.child.send(ENTER)
    drawn.child.expect(pexpect.EOF)
    assert "remote" in (tmp_path / "out/.aeterna/setup.yaml").read_text()


def test_what_is_typed_moves_the_mark_and_the_old_keys_still_work(drawn: Drawn) -> None:
    drawn.press("5", "Answer [local]: 5")
    assert drawn.marked == "5  scratch: Every main choice is asked."
    drawn.press(ENTER, "Answer:")
    drawn.press("<" + ENTER, "Answer [scratch]:")
    drawn.press("?" + ENTER, "Answer [scratch]:", above="explains")
    drawn.press("/" + ENTER, "Answer [scratch]:", above="Write a word behind it")


def test_an_arrow_passes_over_what_is_impossible_and_answers_yes_or_no(drawn: Drawn) -> None:
    drawn.press("hybrid" + ENTER, "Look at each? [no]:")
    drawn.press(UP, "Look at each? [no]: yes")
    drawn.press(UP + DOWN + ENTER, "Answer [kubernetes]:")
    assert any(line.endswith("Look at each? [no]: yes") for line in drawn.lines)
    drawn.press(DOWN, "Answer [kubernetes]: opencode-only")
    drawn.press(DOWN, "Answer [kubernetes]: docker-compose")


def test_a_list_that_is_taller_than_the_terminal_is_printed_whole_and_arrows_lead_through_it(tmp_path: Path) -> None:
    low = Drawn(tmp_path, rows=10)
    try:
        low.until("Answer [local]:")
        assert low.lines[-2] == "  6  more: small, medium, large, aws, gke, aks, sops, external-secrets"
        low.press(UP + UP, "Answer [local]: scratch")
    finally:
        low.close()


def test_a_window_made_narrower_amid_a_question_shows_its_list_whole(drawn: Drawn) -> None:
    drawn.resize(30)
    drawn.press(DOWN, "Answer [local]: production")
    assert drawn.marked == "2  production: Three pods"
    assert drawn.lines[drawn.lines.index("> 2  production: Three pods") + 3] == "     disruption budgets."


def test_a_drawn_terminal_that_closes_keeps_what_was_answered(drawn: Drawn, tmp_path: Path) -> None:
    drawn.press("scratch" + ENTER, "Answer:")
    drawn.press(DOWN + ENTER, "Answer:", above="Which mode?")
    drawn.hang_up()
    again = Drawn(tmp_path)
    again.until("Go on with them? [yes]:")
    assert any("You were interrupted here" in line for line in again.lines)
    again.close()


@pytest.mark.parametrize(
    ("typed", "by", "line"),
    [
        ("", 1, "c"),
        ("", -1, "c"),
        ("c", 1, "a"),
        ("3", -1, "a"),
        ("nonsense", 1, "a"),
        ("a,", 1, "a,a"),
        ("a,c", -1, "a,a"),
    ],
)
def test_an_arrow_changes_the_last_word_and_never_to_what_is_refused(typed: str, by: int, line: str) -> None:
    offers = [Offer("a", "1", "A"), Offer("b", "2", "B", "not with c"), Offer("c", "3", "C")]
    picker = Picker(offers, "a", wrapped)
    assert picker.moved(typed, 1 if by == 1 else -1) == line


def wrapped(text: str) -> Sequence[str]:
    return [text]
