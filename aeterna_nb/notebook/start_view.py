"""The first stage: a preset to begin with, an answers file to take over."""

from collections.abc import Callable

from aeterna_nb.notebook.parts.rows import ChoiceRow
from aeterna_nb.notebook.session import Session
from aeterna_nb.presets import PRESETS

SCRATCH = ""


class StartView:
    """The choice of a preset. What was typed stays above any preset."""

    def __init__(self, session: Session, change: Callable[[Callable[[], None]], None]) -> None:
        self._session = session
        options = [{"value": name, "title": preset.title, "note": preset.note} for name, preset in PRESETS.items()]
        scratch = {
            "value": SCRATCH,
            "title": "From scratch",
            "note": "Nothing is decided for you; every main choice is asked.",
        }
        self.row = ChoiceRow(
            name="preset",
            label="What do you want to begin with?",
            help="A preset answers the main questions. What you type yourself always wins over it.",
            options=[*options, scratch],
            value=session.preset,
        )
        self.row.add_class("aw-q-preset")
        self.row.observe(lambda event: change(lambda: session.take_preset(event["new"] or SCRATCH)), "value")

    def show(self) -> list[ChoiceRow]:
        """The rows of the stage, up to date."""
        self.row.value = self._session.preset
        return [self.row]
