"""The right side of the page: the tabs, the panel behind the chosen one, and a card below it.

The card says where a picked line comes from, or what an answer causes.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import ipywidgets

from aeterna_nb.language import say
from aeterna_nb.notebook.charts_view import ChartsView
from aeterna_nb.notebook.panels.base import Panel
from aeterna_nb.notebook.panels.causes import CausesCard
from aeterna_nb.notebook.panels.changes import ChangesPanel
from aeterna_nb.notebook.panels.files import FilesPanel
from aeterna_nb.notebook.panels.findings import FindingsPanel
from aeterna_nb.notebook.panels.line_card import line_card
from aeterna_nb.notebook.panels.manifests import ManifestsPanel
from aeterna_nb.notebook.panels.overview import OverviewPanel
from aeterna_nb.notebook.panels.resources import ResourcesPanel
from aeterna_nb.notebook.panels.views import Views
from aeterna_nb.notebook.panels.what_if import WhatIfPanel
from aeterna_nb.notebook.parts.chrome import Sheet, Tabs
from aeterna_nb.notebook.seen import Picked, Seen
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.summary import summary
from aeterna_nb.notebook.tracing import Tracing
from aeterna_nb.notebook.work import in_kernel
from aeterna_nb.origins import Subject
from aeterna_nb.origins.lines import lines
from aeterna_nb.origins.trees import is_object

Guard = Callable[[Callable[..., None]], Callable[..., None]]
"""Makes a callback safe to hand to a widget."""


class Consequences:
    """Shows what follows from the answers. Only the panel in sight is made into HTML and sent.

    `existing` names the files that lie in the output folder.
    """

    def __init__(
        self,
        session: Session,
        existing: Callable[[], Collection[str]],
        go_to: Callable[[str], None],
        guard: Guard,
        failed: Callable[[BaseException], None],
        resources: ResourcesPanel,
        what_if: WhatIfPanel,
        charts: ChartsView,
    ) -> None:
        self._session = session
        self._go_to = go_to
        self._seen = Seen()
        self.charts = charts
        self._guard = guard
        self._tracing = Tracing(existing, guard(self._draw_card), failed, threaded=in_kernel())
        self._files, self._manifests, self.causes = FilesPanel(), ManifestsPanel(), CausesCard(self._tracing)
        self.documents = Views([self._files, self._manifests, ChangesPanel()])
        self._overview = OverviewPanel(resources)
        self.panels: list[Panel] = [self._overview, self.documents, FindingsPanel(), what_if]
        self._tab = 0

    def build(self) -> None:
        """Make the widgets, in the present language. What is shown stays."""
        self.summary, self.view, self.card = Sheet(), Sheet(), Sheet()
        self.summary.add_class("aw-summary")
        self.view.add_class("aw-panel")
        self.card.add_class("aw-card")
        for sheet in (self.summary, self.view, self.card):
            sheet.on_act(self._guard(self._act))
        self.tabs = Tabs(label=say("What follows from your answers"), names=[], current=self._tab)
        self.tabs.observe(self._guard(self._turned), "current")
        tabs = ipywidgets.Box([self.tabs])
        tabs.add_class("aw-tabs")
        self._pane = ipywidgets.VBox([self.view])
        self._pane.add_class("aw-view")
        self.widget = ipywidgets.VBox([tabs, self._pane, self.card])
        self.widget.add_class("aw-side")

    @property
    def _panel(self) -> Panel:
        return self.panels[self._tab]

    def _turned(self, event: Any) -> None:
        self._tab = event["new"]
        self._draw()

    def show(self, seen: Seen) -> None:
        """Show this."""
        if seen.answers is not self._seen.answers:
            # Nobody who types shall wait for what is found about the answers of before.
            self._tracing.stop()
        self._seen = replace(seen, picked=self._seen.picked)
        self.summary.html = summary(self._session, seen)
        self.charts.show([*seen.missing])
        self.tabs.names = [panel.name(seen) for panel in self.panels]
        self._draw()

    def show_causes(self, question: str) -> None:
        """Show what the answer to a question causes."""
        self.causes.open(question)
        self._draw()

    def follow(self, stage: str, question: str = "") -> None:
        """Where it is shown what an answer causes, go on to this stage: to the question, or to its first."""
        if self.causes.follow(self._seen, stage, question):
            self._draw()

    def _turn_to(self, panel: Panel) -> None:
        self.documents.turn_to(panel)
        at = self.panels.index(self.documents)
        if at == self.tabs.current:
            self._draw()
        self.tabs.current = at

    def _draw(self) -> None:
        parts = (self.summary, self.charts.sheet, self.view) if self._panel is self._overview else (self.view,)
        if parts != self._pane.children:
            self._pane.children = parts
        self.view.html = self._panel.html(self._seen)
        self._draw_card()
        self._trace()

    def _draw_card(self) -> None:
        subject = self._reading
        if self.causes.is_open:
            self.card.html = self.causes.html(self._seen)
        else:
            self.card.html = line_card(self._seen, self._tracing.found(subject)) if subject else ""

    @property
    def _reading(self) -> Subject | None:
        """Whether the picked line is one of the files or of the manifests; None when its panel is not in sight."""
        picked = self._seen.picked
        if picked is None or self._panel is not self.documents:
            return None
        if is_object(picked.document):
            return "manifests" if self.documents.panel is self._manifests else None
        return "files" if self.documents.panel is self._files else None

    def _trace(self) -> None:
        """Trace what is looked at, and nothing while nobody looks."""
        if not self._seen.settled:
            return
        if self.causes.is_open:
            chosen = self.causes.chosen(self._seen)
            self._tracing.look(self._seen.answers, "files", "manifests", only=chosen.name)
        elif self._reading is not None and self._seen.picked is not None:
            paths, line = self._seen.picked.paths, self._seen.picked_line
            self._tracing.look(self._seen.answers, self._reading, paths=paths, line=line)
        else:
            self._tracing.stop()

    def _act(self, act: str, on: str, value: str) -> None:
        if act == "jump":
            self._go_to(on)
        elif act == "causes":
            # From a list of answers, or from the card's own list.
            self.causes.open(on or value, arrive=bool(on))
            self._draw()
        elif act == "close":
            self.causes.close()
            self._draw()
        elif act in ("line", "show"):
            if act == "line":
                self.causes.close()
            self._pick(on, arrive=act == "show")
        else:
            self._panel.act(act, on, value)
            self._draw()

    def _pick(self, on: str, arrive: bool) -> None:
        """Pick a line, named by its number from 0 and its document; empty picks none."""
        number, _, document = on.partition(" ")
        text = self._seen.text(document)
        on_lines = lines(document, text) if text is not None and number.isdigit() else ()
        paths = on_lines[int(number)] if on_lines and int(number) < len(on_lines) else None
        self._seen = replace(self._seen, picked=None if paths is None else Picked(document, paths, arrive))
        if not arrive or paths is None:
            self._draw()
            return
        panel = self._manifests if is_object(document) else self._files
        panel.open(document)
        self._turn_to(panel)
        self._seen = replace(self._seen, picked=Picked(document, paths))
