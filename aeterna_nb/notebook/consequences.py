"""The right side of the page: the summary, the tabs, and the panel behind the chosen tab."""

from collections.abc import Callable

import ipywidgets

from aeterna_nb.notebook.panels.base import Panel
from aeterna_nb.notebook.panels.changes import ChangesPanel
from aeterna_nb.notebook.panels.files import FilesPanel
from aeterna_nb.notebook.panels.findings import FindingsPanel
from aeterna_nb.notebook.panels.manifests import ManifestsPanel
from aeterna_nb.notebook.panels.picture import PicturePanel
from aeterna_nb.notebook.panels.resources import ResourcesPanel
from aeterna_nb.notebook.panels.what_if import WhatIfPanel
from aeterna_nb.notebook.parts.chrome import Sheet, Tabs
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.summary import summary

Guard = Callable[[Callable[..., None]], Callable[..., None]]
"""Makes a callback safe to hand to a widget."""


class Consequences:
    """Shows what follows from the answers. Only the panel in sight is made into HTML and sent."""

    def __init__(self, session: Session, writes: bool, go_to: Callable[[str], None], guard: Guard) -> None:
        self._session = session
        self._go_to = go_to
        self._seen = Seen()
        self.panels: list[Panel] = [
            FilesPanel(),
            PicturePanel(),
            ManifestsPanel(),
            FindingsPanel(),
            ResourcesPanel(),
            WhatIfPanel(),
        ]
        if writes:
            self.panels.append(ChangesPanel())
        self.summary, self.view = Sheet(), Sheet()
        self.summary.add_class("aw-summary")
        self.view.add_class("aw-view")
        self.view.on_act(guard(self._act))
        self.tabs = Tabs(label="What follows from your answers", names=[])
        self.tabs.observe(guard(lambda _event: self._draw()), "current")
        tabs = ipywidgets.Box([self.tabs])
        tabs.add_class("aw-tabs")
        self.widget = ipywidgets.VBox([self.summary, tabs, self.view])
        self.widget.add_class("aw-side")

    def show(self, seen: Seen) -> None:
        """Show this."""
        self._seen = seen
        self.summary.html = summary(self._session, seen)
        self.tabs.names = [panel.name(seen) for panel in self.panels]
        self._draw()

    def _draw(self) -> None:
        self.view.html = self.panels[self.tabs.current].html(self._seen)

    def _act(self, act: str, on: str, value: str) -> None:
        if act == "jump":
            self._go_to(on)
            return
        self.panels[self.tabs.current].act(act, on, value)
        self._draw()
