"""Several panels behind one tab, one of them in sight, with a button for each."""

from collections.abc import Sequence
from html import escape

from aeterna_nb.language import say
from aeterna_nb.notebook.panels.base import Panel
from aeterna_nb.notebook.seen import Seen


class Views:
    """A tab that bears the name of its first panel. `current` is the number of the one in sight."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self.panels = panels
        self.current = 0

    @property
    def panel(self) -> Panel:
        """The panel in sight."""
        return self.panels[self.current]

    def turn_to(self, panel: Panel) -> None:
        """Bring one of the panels into sight."""
        self.current = self.panels.index(panel)

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return self.panels[0].name(seen)

    def act(self, act: str, on: str, value: str) -> None:
        """Bring another panel into sight, or do what a control in the present one asks for."""
        if act != "view":
            self.panel.act(act, on, value)
        elif on.isdigit() and int(on) < len(self.panels):
            self.current = int(on)

    def html(self, seen: Seen) -> str:
        """The buttons, and the panel in sight."""
        buttons = "".join(
            f'<button type="button" data-act="view" data-on="{number}" '
            f'aria-pressed="{str(panel is self.panel).lower()}">{escape(panel.name(seen))}</button>'
            for number, panel in enumerate(self.panels)
        )
        return f'<div class="views" role="group" aria-label="{say("Shown")}">{buttons}</div>{self.panel.html(seen)}'
