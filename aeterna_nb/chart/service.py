"""`python -m aeterna_nb.chart.service DESCRIPTOR`: the embedded Helm, for the processes of one user on this machine.

It answers on the Unix socket that its parent listens on at DESCRIPTOR and that only its user can open. It says nothing
of what it is asked, in no log and no error, and ends when its standard input does, which its parent holds.
"""

import contextlib
import json
import os
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from aeterna_nb.chart import helm
from aeterna_nb.chart.remote import VARIABLE, digest, receive

DONE: Mapping[str, Callable[..., Any]] = {
    function.__name__: function for function in (helm.render, helm.gate, helm.read_manifests, helm.bundled_definitions)
}
ARCHIVES = 16
"""Archives that are kept: the chart's with the subcharts at hand, and those of the operators."""


class Service:
    """Answers one request a connection."""

    def __init__(self) -> None:
        self._archives: OrderedDict[str, bytes] = OrderedDict()
        # More at once would only hold more memory: each of them keeps a processor busy.
        self._turn = threading.Semaphore(os.cpu_count() or 1)

    def answer(self, connection: "Connection[Any, Any]") -> None:
        """Answer whoever has connected, and hang up. One who hangs up first, or sends no request, is forgotten."""
        with connection, contextlib.suppress(OSError, EOFError, ValueError, KeyError, TypeError):
            request = receive(connection)
            function = DONE[request["name"]]
            arguments = [self._argument(connection, item) for item in request["arguments"]]
            with self._turn:
                reply = _reply(function, arguments)
            connection.send_bytes(json.dumps(reply).encode())

    def _argument(self, connection: "Connection[Any, Any]", item: Mapping[str, Any]) -> Any:
        if "target" in item:
            target = dict(item["target"])
            return helm.Target(**(target | {"api_versions": tuple(target["api_versions"])}))
        if "archive" in item:
            return self._archive(connection, item["archive"])
        return item["value"]

    def _archive(self, connection: "Connection[Any, Any]", name: str) -> bytes:
        kept = self._archives.get(name)
        if kept is not None:
            return kept
        connection.send_bytes(json.dumps({"wanted": name}).encode())
        archive = connection.recv_bytes()
        if digest(archive) != name:
            raise ValueError("another archive")
        self._archives[name] = archive
        while len(self._archives) > ARCHIVES:
            self._archives.popitem(last=False)
        return archive


def _reply(function: Callable[..., Any], arguments: list[Any]) -> dict[str, Any]:
    try:
        return {"result": function(*arguments)}
    except helm.HelmError as error:
        return {"refused": str(error)}


def main(descriptor: int) -> None:
    """Answer until standard input ends. Where there is no Helm for this platform it ends at once."""
    os.environ.pop(VARIABLE, None)
    helm.embedded()
    with socket.socket(fileno=descriptor) as listener:
        threading.Thread(target=_accept, args=(listener, Service()), daemon=True).start()
        sys.stdin.read()


def _accept(listener: socket.socket, service: Service) -> None:
    while True:
        with contextlib.suppress(OSError):
            accepted, _ = listener.accept()
            connection: Connection[Any, Any] = Connection(accepted.detach())
            threading.Thread(target=service.answer, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]))
