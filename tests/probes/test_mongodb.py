"""What is said of a MongoDB, by a stand-in that speaks its protocol: no server of it can be had from a package."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import bson
import pytest

from aeterna_nb.config.vector import MongoDb
from aeterna_nb.probes import Outcome, mongodb
from tests.probes.asking import outcome_of
from tests.probes.free import free_port
from tests.probes.standins import listening, saying

PASSWORD = "canary-password-of-mongodb"
OP_MSG, OP_REPLY, OP_QUERY = 2013, 1, 2004
OK: Mapping[str, Any] = {"ok": 1.0}
HELLO = {
    **OK,
    "isWritablePrimary": True,
    "helloOk": True,
    "maxWireVersion": 25,
    "minWireVersion": 0,
    "maxBsonObjectSize": 16777216,
    "maxMessageSizeBytes": 48000000,
    "maxWriteBatchSize": 100000,
}
Answers = Mapping[str, Mapping[str, Any]]


def error(code: int, message: str) -> Mapping[str, Any]:
    return {"ok": 0.0, "code": code, "errmsg": message}


@contextmanager
def serving(answers: Answers) -> Iterator[int]:
    """A server that answers commands by their names; what it does not know it refuses."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while head := exactly(self.request, 16):
                size, request, _, code = struct.unpack("<iiii", head)
                body = exactly(self.request, size - 16)
                start = 5 if code == OP_MSG else body.index(b"\0", 4) + 9
                length = struct.unpack("<i", body[start : start + 4])[0]
                command = bson.decode(body[start : start + length])
                name = next(iter(command))
                known = {"hello": HELLO, "ismaster": HELLO, "isMaster": HELLO, "endSessions": OK, **answers}
                document = bson.encode(known.get(name, error(59, f"no such command: {name}")))
                if code == OP_MSG:
                    answer, kind = struct.pack("<IB", 0, 0) + document, OP_MSG
                else:
                    answer, kind = struct.pack("<iqii", 8, 0, 0, 1) + document, OP_REPLY
                self.request.sendall(struct.pack("<iiii", 16 + len(answer), 1, request, kind) + answer)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def exactly(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = connection.recv(size - len(found))
        if not more:
            return b""
        found += more
    return found


def ask(uri: str) -> Outcome:
    given = MongoDb.model_validate({"backend": "mongodb", "uri": uri, "external": True})
    return outcome_of(partial(mongodb.store, given), [uri, PASSWORD])


def indexes(*found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**OK, "cursor": {"id": 0, "ns": "aeterna.vectors", "firstBatch": list(found)}}


WELL: Answers = {
    "ping": OK,
    "buildInfo": {**OK, "version": "8.0.4"},
    "buildinfo": {**OK, "version": "8.0.4"},
    "aggregate": indexes({"name": "vector_index", "type": "vectorSearch"}),
}


@pytest.mark.parametrize(
    ("answers", "state", "seen", "question"),
    [
        ({}, "reached", "MongoDB 8.0.4 lets the user in, and has the index vector_index for vectors", "question"),
        (
            {"aggregate": indexes()},
            "failed",
            "MongoDB 8.0.4 lets the user in and can search by vector, but aeterna.vectors has no index vector_index",
            "mongodb_vector_index",
        ),
        (
            {"aggregate": indexes({"name": "vector_index", "type": "search"})},
            "failed",
            "MongoDB 8.0.4 lets the user in, and its index vector_index is not one for vectors",
            "mongodb_vector_index",
        ),
        (
            {"aggregate": error(31082, "Using $search and $vectorSearch requires additional configuration")},
            "failed",
            "MongoDB 8.0.4 lets the user in, and can't search by vector",
            "vector_backend",
        ),
        ({"ping": error(18, "Authentication failed.")}, "failed", "it refuses the user or the password", "mongodb_uri"),
        ({"ping": error(8000, "bad auth")}, "failed", "it refuses the user or the password", "mongodb_uri"),
    ],
)
def test_what_it_answers(answers: Answers, state: str, seen: str, question: str) -> None:
    with serving({**WELL, **answers}) as port:
        came = ask(f"mongodb://127.0.0.1:{port}/?directConnection=true")
    assert (came.state, came.seen, came.question) == (state, seen, question)


def test_a_wrong_password_is_told_without_it() -> None:
    with serving({**WELL, "saslStart": error(18, "Authentication failed.")}) as port:
        came = ask(f"mongodb://u:{PASSWORD}@127.0.0.1:{port}/?directConnection=true&authMechanism=SCRAM-SHA-256")
    assert came.seen == "it refuses the user or the password"
    assert PASSWORD not in repr(came)


@pytest.mark.parametrize(
    "uri", [f"mongodb://u:{PASSWORD}@", f"mongodb://u:{PASSWORD}@h@h/", f"postgres://u:{PASSWORD}@h", "mongodb://h:x/"]
)
def test_what_is_no_uri_is_never_repeated(uri: str) -> None:
    came = ask(uri)
    assert (came.seen, came.question) == ("its connection URI can't be used", "mongodb_uri")
    assert PASSWORD not in repr(came)


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongodb, "_SELECT_MILLISECONDS", 300)
    assert ask(f"mongodb://127.0.0.1:{free_port()}").seen == "the connection was refused"
    assert ask("mongodb://nowhere.invalid").seen == "its name is not known here"
    with listening(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        assert ask(f"mongodb://127.0.0.1:{port}").seen == "no server of it answers as MongoDB does"
