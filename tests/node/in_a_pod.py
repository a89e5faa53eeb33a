"""What is run in a pod, on Python alone: the texts of these functions, and their arguments as JSON."""

import inspect
import json
from collections.abc import Callable, Sequence
from typing import Any


def reached(targets: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Those addresses HOST:PORT that take a connection: `wanted` as soon as it is these, or what it stays at.

    A network plugin needs a moment with a new pod: first it may let everything through, or nothing.
    """
    import socket
    import time

    def takes(target: str) -> bool:
        host, _, port = target.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=3).close()
        except OSError:
            return False
        return True

    end = time.monotonic() + 60
    while (found := [target for target in targets if takes(target)]) != wanted and time.monotonic() < end:
        time.sleep(1)
    return found


def decided(agent: str, principal: str, wanted: str) -> str:
    """What a Cedar agent decides about a request of a user: `wanted` as soon as it is that, or what it stays at."""
    import json
    import time
    import urllib.request

    request = {"principal": f'User::"{principal}"', "action": 'Action::"read"', "resource": 'Document::"plan"'}
    body = json.dumps({**request, "context": {}}).encode()
    headers = {"Content-Type": "application/json"}
    decision, end = "", time.monotonic() + 90
    while decision != wanted and time.monotonic() < end:
        try:
            asked = urllib.request.Request(f"http://{agent}/v1/is_authorized", body, headers)
            with urllib.request.urlopen(asked, timeout=5) as answer:
                decision = json.load(answer)["decision"]
        except OSError as error:
            decision = str(error)
        time.sleep(1)
    return decision


def command(function: Callable[..., Any], *arguments: Any) -> list[str]:
    """The command that prints what one of the functions above returns, as JSON."""
    call = f"print(json.dumps({function.__name__}(*json.loads({json.dumps(arguments)!r}))))"
    return ["python", "-c", f"import json\nfrom collections.abc import Sequence\n{inspect.getsource(function)}\n{call}"]
