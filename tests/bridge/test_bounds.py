"""No line of a client and no answer of a server ends or bloats the bridge."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from aeterna_nb.bridge.limits import DEEPEST, LARGEST_ANSWER, LONGEST_LINE, deeper_than

from .standin import StandIn
from .test_stdio import RawClient

PARSE_ERROR, INVALID_REQUEST = -32700, -32600
MEBIBYTE = 2**20

GROWTH = 192 * MEBIBYTE
"""Bytes that the bridge may take beyond what it takes at rest; 137 MiB were measured for 1.6 million texts."""


def peak(client: RawClient) -> int:
    """The most memory that the process has had so far, in bytes."""
    status = Path(f"/proc/{client.process.pid}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def put(client: RawClient, *pieces: bytes) -> None:
    assert client.process.stdin is not None
    for piece in pieces:
        client.process.stdin.write(piece)
    client.process.stdin.flush()


def lives(client: RawClient, number: int = 99) -> bool:
    client.send("ping", number=number)
    return client.receive() == {"jsonrpc": "2.0", "id": number, "result": {}}


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def call(arguments: bytes) -> bytes:
    params = b'{"name": "sync_status", "arguments": {"query": ' + arguments + b"}}"
    return b'{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": ' + params + b"}\n"


@pytest.fixture
def client(address: str, tmp_path: Path) -> Any:
    client = RawClient("--toolset", "all", cwd=tmp_path, AETERNA_SERVER_URL=address)
    client.initialize()
    yield client
    out, err = client.end()
    assert client.process.returncode == 0
    assert "Traceback" not in err
    assert out == ""


def test_every_line_that_is_no_message_gets_its_error_and_the_next_one_its_answer(client: RawClient) -> None:
    for line, code, number in [
        (b"this is no JSON", PARSE_ERROR, None),
        (b'{"jsonrpc": "2.0", "id": 3, "method": "ping"', PARSE_ERROR, None),
        (b"\xff\xfe", PARSE_ERROR, None),
        (nested(100_000), PARSE_ERROR, None),
        (b"9" * 5_000, PARSE_ERROR, None),
        (b"[]", INVALID_REQUEST, None),
        (b'[{"jsonrpc": "2.0", "id": 3, "method": "ping"}]', INVALID_REQUEST, None),
        (b"{}", INVALID_REQUEST, None),
        (b"null", INVALID_REQUEST, None),
        (b'{"id": 4, "method": "ping"}', INVALID_REQUEST, 4),
        (b'{"jsonrpc": "1.0", "id": "five", "method": "ping"}', INVALID_REQUEST, "five"),
        (b'{"jsonrpc": "2.0", "id": 6, "method": 6}', INVALID_REQUEST, 6),
        (call(nested(DEEPEST)).strip(), INVALID_REQUEST, 7),
    ]:
        put(client, b"\n  \n", line, b"\n")
        answer = client.receive()
        assert (answer["jsonrpc"], answer["id"], answer["error"]["code"]) == ("2.0", number, code), line[:60]
        assert lives(client)


def test_a_line_of_seventy_megabytes_is_refused_with_the_limit_and_does_not_stay_in_memory(client: RawClient) -> None:
    put(client, call(b'"' + b"x" * (LONGEST_LINE - 200) + b'"'))
    assert client.receive()["id"] == 7
    before = peak(client)
    put(client, b'{"jsonrpc": "2.0", "id": 1, "method": "', *[b"x" * MEBIBYTE] * 70, b'"}\n')
    answer = client.receive()
    assert (answer["id"], answer["error"]["code"]) == (None, INVALID_REQUEST)
    assert "may have 4 MiB" in answer["error"]["message"]
    assert lives(client)
    assert peak(client) - before < 16 * MEBIBYTE


def packed(size: int) -> bytes:
    """So many zeros as gzip, without ever having them in memory."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    return b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(size // MEBIBYTE)) + packer.flush()


def boundless() -> Iterator[tuple[str, Response, str]]:
    """Answers that are too much in one way or another, or just not: what they are, and what is said of them."""
    gzipped = {"content-encoding": "gzip"}
    yield "too long a number", Response(b'{"result": ' + b"9" * 6_000 + b"}", media_type="a/b"), "a/b that is no JSON"
    yield "no gzip", Response(b"no gzip", headers=gzipped), "is no gzip, although it says so"
    yield "other packing", Response(b"{}", headers={"content-encoding": "br"}), "packed in a way that was not asked for"
    yield "deep", Response(b'{"result": ' + nested(DEEPEST) + b"}"), "is nested deeper than 100 levels"
    yield "very deep", Response(b'{"result": ' + nested(200_000) + b"}"), "is nested deeper than 100 levels"
    yield "too many lists", Response(b'{"result": [' + b"[]," * 2_600_000 + b"0]}"), "more than 250,000 lists"
    yield "too large", Response(b" " * (LARGEST_ANSWER + 1)), "is larger than 8 MiB"
    yield "too large once unpacked", Response(packed(256 * MEBIBYTE), headers=gzipped), "is larger than 8 MiB"
    yield "many objects", Response(b'{"result": [' + b"{}," * 249_000 + b"0]}"), ""
    yield "many texts", Response(b'{"result": [' + b'"ab",' * 1_600_000 + b"0]}"), ""


def test_an_answer_without_bounds_is_one_sentence_and_does_not_stay_in_memory(
    client: RawClient, standin: StandIn
) -> None:
    client.send("tools/call", {"name": "sync_status", "arguments": {}}, 1)
    assert client.receive()["result"]["isError"] is False
    at_rest = peak(client)
    for kind, answer, said in boundless():
        standin.instead = answer
        client.send("tools/call", {"name": "sync_status", "arguments": {}}, 2)
        result = client.receive()["result"]
        assert result["isError"] is bool(said), kind
        assert said in result["content"][0]["text"], kind
        assert lives(client)
        print(f"{kind}: at most {(peak(client) - at_rest) // MEBIBYTE} MiB more than at rest")
        assert peak(client) - at_rest < GROWTH, kind


def test_an_answer_that_is_packed_as_asked_for_is_read(client: RawClient, standin: StandIn) -> None:
    body = json.dumps({"result": {"success": True, "words": "packed words"}}).encode()
    standin.instead = Response(gzip.compress(body), headers={"content-encoding": "gzip"})
    client.send("tools/call", {"name": "sync_status", "arguments": {}}, 2)
    assert "packed words" in client.receive()["result"]["content"][0]["text"]
    assert standin.headers[-1]["accept-encoding"] == "gzip"


def test_a_list_of_tools_without_bounds_leaves_a_bridge_that_says_why(
    standin: StandIn, address: str, tmp_path: Path
) -> None:
    standin.instead = Response(b'{"result": ' + nested(50_000) + b"}")
    client = RawClient(cwd=tmp_path, AETERNA_SERVER_URL=address)
    client.initialize()
    client.send("tools/list", number=1)
    (tool,) = client.receive()["result"]["tools"]
    assert "nested deeper than 100 levels" in tool["description"]
    standin.instead = None
    client.send("tools/call", {"name": "aeterna_status", "arguments": {}}, 2)
    while client.receive().get("id") != 2:
        pass
    assert "Traceback" not in client.end()[1]


@pytest.mark.parametrize(("levels", "deep"), [(1, False), (99, False), (100, False), (101, True), (100_000, True)])
def test_depth_is_counted_in_lists_and_objects(levels: int, deep: bool) -> None:
    value: Any = 0
    for number in range(levels):
        value = [value] if number % 2 else {"a": value, "b": 1}
    assert deeper_than(value, 100) is deep
