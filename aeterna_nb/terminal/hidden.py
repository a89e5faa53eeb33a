"""A line that is typed and not shown, also after Ctrl-Z and `fg`."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass


def hidden_line(prompt: str) -> str:
    """A typed line that is not shown. Raises EOFError when nothing can be typed any more."""
    with _hidden_again(prompt):
        return getpass(prompt)


@contextmanager
def _hidden_again(prompt: str) -> Iterator[None]:
    """The shell shows what is typed while the command is stopped, and leaves it so when the command goes on."""
    if sys.platform == "win32":
        yield
        return
    import termios

    def hide(*_: object) -> None:
        attributes = termios.tcgetattr(sys.stdin)
        attributes[3] &= ~termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)
        print(prompt, end="", flush=True)

    before = signal.signal(signal.SIGCONT, hide)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, before)
