"""What a command waits for, in one line of the terminal that goes away again."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from aeterna_nb.terminal.screen import width

_TO_THE_START, _CLEAR_LINE = "\r", "\x1b[K"


@contextmanager
def waiting_line() -> Iterator[Callable[[Sequence[str]], None]]:
    """Tells on standard error whom a command waits for, if a person sits there, and clears the line at its end."""
    shown = sys.stderr.isatty()

    def tell(services: Sequence[str]) -> None:
        words = f"Waiting for {', '.join(services)} ..." if services else ""
        print(f"{_TO_THE_START}{words[: width()]}{_CLEAR_LINE}", end="", file=sys.stderr, flush=True)

    try:
        yield tell if shown else lambda services: None
    finally:
        if shown:
            tell(())
