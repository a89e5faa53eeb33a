"""A line that is typed below what can be picked: arrow keys put the next one into it, and a mark shows where it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples

MARK = ">"

Wrap = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be picked: the word that stands for it, what is typed instead of the word, what is said of it, and why
    it can't be picked now. Without words it is not listed, as with yes and no."""

    word: str
    number: str = ""
    text: str = ""
    refused: str = ""

    @property
    def line(self) -> str:
        """As it is listed."""
        return f"  {self.number}  {self.text}"


@dataclass(frozen=True, slots=True)
class Picker:
    """The arrow keys of a person at a terminal that can draw."""

    offers: Sequence[Offer]
    standing: str
    wrap: Wrap
    colour: bool = True

    def line(self, prompt: str) -> str:
        """A typed or picked line. Raises KeyboardInterrupt and EOFError."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import DummyHistory
        from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
        from prompt_toolkit.output.color_depth import ColorDepth
        from prompt_toolkit.output.vt100 import Vt100_Output

        keys = KeyBindings()

        def step(by: Literal[1, -1]) -> Callable[[KeyPressEvent], None]:
            def stepped(event: KeyPressEvent) -> None:
                event.current_buffer.text = self.moved(event.current_buffer.text, by)
                event.current_buffer.cursor_position = len(event.current_buffer.text)

            return stepped

        keys.add("down")(step(1))
        keys.add("up")(step(-1))
        session: PromptSession[str] = PromptSession(
            history=DummyHistory(),
            key_bindings=keys,
            enable_suspend=True,
            color_depth=None if self.colour else ColorDepth.DEPTH_1_BIT,
        )
        if isinstance(session.output, Vt100_Output):
            # Nothing is asked of the terminal: serial consoles and recorders give no answer.
            session.output.enable_cpr = False
        return session.prompt(lambda: self.drawn(session.default_buffer.text, prompt))

    def moved(self, typed: str, by: Literal[1, -1]) -> str:
        """The line after an arrow key: with the word of the next offer that can be picked in its last place."""
        *kept, last = typed.split(",")
        words = [offer.word for offer in self.offers if not offer.refused]
        if not words:
            return typed
        at = self._named(last.strip() or ("" if kept else self.standing))
        word = words[(words.index(at) + by) % len(words)] if at in words else words[0 if by == 1 else -1]
        return ",".join([*kept, word])

    def drawn(self, typed: str, prompt: str) -> "StyleAndTextTuples":
        """The list with a mark at what the line means, and the prompt."""
        meant = {self._named(word.strip()) for word in (typed or self.standing).split(",")}
        return [*self._lines(meant), ("", prompt)]

    @property
    def rows(self) -> int:
        """Lines that the list takes."""
        return sum(1 for _ in self._lines(set()))

    def _lines(self, meant: set[str]) -> Iterator[tuple[str, str]]:
        mark, aside = ("bold", "ansibrightblack") if self.colour else ("", "")
        for offer in (offer for offer in self.offers if offer.text):
            first, *more = self.wrap(offer.line)
            here = offer.word in meant
            lines = [MARK + first[len(MARK) :] if here else first, *more]
            yield from ((mark if here else "", f"{line}\n") for line in lines)
            yield from ((aside, f"{line}\n") for line in self.wrap(offer.refused) if line)

    def _named(self, typed: str) -> str:
        return next((offer.word for offer in self.offers if typed and typed in (offer.word, offer.number)), "")
