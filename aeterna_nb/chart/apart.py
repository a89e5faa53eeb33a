"""What changes a release runs in a process of its own (`changing`), so that nothing goes on once it is cancelled.

Helm goes on with what it began after a call was cancelled (docs/facts/deploy.md#helm), and only the end of its process
ends that. What is to be done goes there in the first line of standard input, since there are secrets in it; the end of
that input cancels it, so that it does not outlive whoever asked.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from aeterna_nb.chart.helm import Cancelled, HelmError, HelmMissing

ERRORS: Mapping[str, type[HelmError]] = {kind.__name__: kind for kind in (HelmError, Cancelled, HelmMissing)}
"""What may go wrong there, by the name under which it is told."""


class Canceller:
    """Ends a change that is under way, from any thread; also one that has not begun."""

    def __init__(self) -> None:
        """Nothing is cancelled yet."""
        self.wanted = False
        self._lock = threading.Lock()
        self._running: subprocess.Popen[str] | None = None

    def cancel(self) -> None:
        """End what runs now, and whatever would begin later."""
        with self._lock:
            self.wanted = True
            if self._running is not None:
                _close(self._running)

    @contextmanager
    def running(self, request: str) -> Iterator["subprocess.Popen[str]"]:
        """The process that was given a request. Raises Cancelled where there is nothing more to begin."""
        with self._lock:
            if self.wanted:
                raise Cancelled("cancelled")
            self._running = process = _begun(request)
        try:
            yield process
        finally:
            with self._lock:
                self._running = None
                _close(process)
            process.wait()


def changed(request: Mapping[str, Any], canceller: Canceller) -> None:
    """Do what is asked for in another process, and wait for its end. Raises the HelmError that was raised there.

    Raises Cancelled where it was cancelled, also where its time is over.
    """
    with canceller.running(json.dumps(request)) as process:
        assert process.stdout is not None
        said = process.stdout.read()
    if said:
        answer = json.loads(said)
        if answer:
            raise ERRORS[answer["error"]](answer["text"])
    elif canceller.wanted:
        raise Cancelled("cancelled")
    else:
        raise HelmError(f"The process in which Helm worked ended with {process.returncode}.")


def _begun(request: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "aeterna_nb.chart.changing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # In a session of its own, so that Ctrl-C reaches it through the canceller alone.
        start_new_session=True,
    )
    assert process.stdin is not None
    with suppress(OSError):  # Where it ended at once, that is what its output tells.
        process.stdin.write(f"{request}\n")
        process.stdin.flush()
    return process


def _close(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
