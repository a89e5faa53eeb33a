"""Helm in a process beside this one, for machines on which many kernels want it: it is loaded once, not once in each.

A pure function of `helm` that is marked `beside` is computed there where `AETERNA_HELM_SERVICE` names the service's
socket, and here where there is no service, or where it is gone.
"""

import functools
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from multiprocessing.connection import Client, Connection
from typing import Any, ParamSpec, TypeVar, cast

VARIABLE = "AETERNA_HELM_SERVICE"

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Refused(Exception):
    """What Helm said in the service. The text is Helm's own."""


def beside(refusal: type[Exception]) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Mark a function to be computed by the service, where there is one; `refusal` is what it raises."""

    def marked(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def wrapper(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
            address = os.environ.get(VARIABLE, "")
            if address and not named:
                try:
                    return cast(Result, _ask(address, function.__name__, arguments))
                except (OSError, EOFError):  # Gone: what it would have done is done here.
                    pass
                except Refused as error:
                    raise refusal(str(error)) from None
            return function(*arguments, **named)

        return wrapper

    return marked


def _ask(address: str, name: str, arguments: tuple[Any, ...]) -> Any:
    archives = {digest(item): item for item in arguments if isinstance(item, bytes)}
    request = json.dumps({"name": name, "arguments": [_plain(item) for item in arguments]}).encode()
    with Client(address, "AF_UNIX") as connection:
        connection.send_bytes(request)
        while True:
            answer = receive(connection)
            if "wanted" not in answer:
                break
            # It keeps the last few archives, so they seldom travel.
            connection.send_bytes(archives[answer["wanted"]])
    if "refused" in answer:
        raise Refused(answer["refused"])
    return answer["result"]


def receive(connection: "Connection[Any, Any]") -> Any:
    """Return the next message, read as JSON. Raises EOFError where there is none."""
    return json.loads(connection.recv_bytes())


def digest(archive: bytes) -> str:
    """Return the name under which the service keeps an archive."""
    return hashlib.sha256(archive).hexdigest()


def _plain(argument: Any) -> Any:
    if isinstance(argument, bytes):
        return {"archive": digest(argument)}
    if is_dataclass(argument) and not isinstance(argument, type):
        return {"target": asdict(argument)}
    return {"value": argument}
