"""How a command hears that it is to end: a job that is cancelled sends SIGTERM, a terminal that closes SIGHUP.

Both end it as Ctrl-C does. Python would end at once, and leave behind what lies in temporary folders meanwhile: values
with secrets, the credentials of a cluster.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def as_interrupts() -> Iterator[None]:
    """Have those signals do meanwhile what an interruption does then; one that is ignored, as by nohup, stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in heard:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(*_: object) -> None:
    handler: Any = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, None)
    else:  # A shell's background job ignores Ctrl-C.
        raise KeyboardInterrupt
