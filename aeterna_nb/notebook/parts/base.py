"""What all parts share: where their scripts lie, and how a callback is kept from failing unseen."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger("aeterna_nb.notebook")


def script(*names: str) -> str:
    """The text of these scripts, joined: a widget is sent one module, which cannot import its neighbours."""
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def problem(error: BaseException) -> str:
    """A sentence for the page about an unexpected error. Its message is left out: it may quote a secret."""
    return (
        f"Something went wrong here that should not have ({type(error).__name__}). Your answers are kept; "
        "change one, or reload the page. The server's log says where it happened."
    )


def guarded(work: Callable[..., None], report: Callable[[str], None]) -> Callable[..., None]:
    """`work`, made safe to hand to a widget.

    An exception in a widget's callback vanishes under Voila and prints a traceback in JupyterLab. Here it
    becomes a sentence given to `report`, and the log gets its type and place, without its message or values.
    """

    def run(*given: Any, **named: Any) -> None:
        try:
            work(*given, **named)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("%s in %s, line %s", type(error).__name__, place.filename, place.lineno)
            report(problem(error))

    return run
