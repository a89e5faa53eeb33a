"""What all parts share: where their scripts lie, and how a callback is kept from failing unseen."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any

import anywidget
import traitlets

from aeterna_nb import unexpected
from aeterna_nb.language import said_in, say

log = logging.getLogger("aeterna_nb.notebook")

TURN = RLock()
"""Held by who changes what a page shows: evaluations arrive in threads of their own, and JupyterLab handles in another
one what a browser sends."""


def script(*names: str) -> str:
    """The text of these scripts, joined: a widget is sent one module, which cannot import its neighbours."""
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


class Part(anywidget.AnyWidget):
    """Base of every part. `words` are what its script says in another language than English, by the English text."""

    words = traitlets.Dict().tag(sync=True)

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """Hear what a browser sends once nobody draws: amid that it could not be told from what is drawn."""
        with TURN:
            super()._handle_msg(msg)

    @traitlets.default("words")
    def _words(self) -> dict[str, str]:
        said = {text: say(text) for text in said_in(str(self._esm))}
        return {text: words for text, words in said.items() if words != text}


def problem(error: BaseException) -> str:
    """A sentence for the page about an unexpected error, whose place goes to the log as well.

    The error's own message is left out: it may quote a secret.
    """
    log.error("%s", unexpected.way(error) if unexpected.debugging() else unexpected.sentence(error))
    return say(
        "Something went wrong here that should not have ({place}). Your answers are kept; change one, or reload the "
        "page. Please report it where you got the workbench from.",
        place=unexpected.place(error),
    )


def guarded(work: Callable[..., None], report: Callable[[str], None]) -> Callable[..., None]:
    """`work`, made safe to hand to a widget.

    An exception in a widget's callback vanishes under Voila and prints a traceback in JupyterLab. Here it becomes a
    sentence given to `report`.
    """

    def run(*given: Any, **named: Any) -> None:
        try:
            work(*given, **named)
        except Exception as error:
            report(problem(error))

    return run
