"""The process in which a release is changed: `apart` starts it, and says what it is given and how it answers."""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO

from aeterna_nb.chart.helm import HelmError, embedded
from aeterna_nb.chart.releases import Change, performed


def main() -> None:
    """Do what the first line of standard input asks for, and say on standard output how it went."""
    # What Helm may print in the middle of it must not reach the answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.readline())
    config = request.pop("config")
    change = Change(**request)
    with embedded().HelmContext() as token, embedded().Config(**config) as where:
        # Helm has a way to cancel the first two alone; of the others an end in the middle is all that there is.
        cancel = token.cancel if change.action in ("install", "upgrade") else lambda: os._exit(1)
        threading.Thread(target=_at_the_end, args=[sys.stdin, cancel], daemon=True).start()
        answer: dict[str, Any] = {}
        try:
            performed(where, change, token._raw())
        except HelmError as error:
            answer = {"error": type(error).__name__, "text": str(error)}
        print(json.dumps(answer), file=answers, flush=True)
        # At once: whatever Helm still does in other threads ends here.
        os._exit(0)


def _at_the_end(text: TextIO, act: Callable[[], None]) -> None:
    text.read()
    act()


if __name__ == "__main__":
    main()
