"""A piece of a notebook that is made anew when somebody presses its button, or every few seconds."""

import asyncio
from collections.abc import Callable
from typing import Any

import ipywidgets

from aeterna_nb.notebook.parts.base import problem
from aeterna_nb.notebook.work import Latest, in_kernel

SECONDS = 10
"""Between two looks, where they follow each other by themselves."""


class Live:
    """A button, a switch, and below them what `make` returns as HTML. Nothing is made before somebody asks."""

    def __init__(self, make: Callable[[], str]) -> None:
        self.again = ipywidgets.Button(description="Look again", button_style="primary")
        self.often = ipywidgets.Checkbox(description=f"every {SECONDS} seconds", indent=False)
        self.shown = ipywidgets.HTML()
        self._work: Latest[object, str] = Latest(
            lambda _: make(),
            lambda _, html: self._show(html),
            lambda error: self._show(problem(error)),
            threaded=in_kernel(),
        )
        self.again.on_click(lambda _button: self._look())
        self.often.observe(self._switched, "value")
        self.widget = ipywidgets.VBox([ipywidgets.HBox([self.again, self.often]), self.shown])

    def _look(self) -> None:
        self.again.disabled = True
        self._work.ask(object())

    def _show(self, html: str) -> None:
        self.shown.value = html
        self.again.disabled = False

    def _switched(self, change: Any) -> None:
        if change["new"]:
            self._look()
            if in_kernel():
                asyncio.get_running_loop().call_later(SECONDS, self._tick)

    def _tick(self) -> None:
        if self.often.value:
            self._look()
            asyncio.get_running_loop().call_later(SECONDS, self._tick)
