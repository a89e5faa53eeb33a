"""Whatever a client sends to the bridge gets its answer or its error, and the next line as well."""

import json
import logging
import resource
import time
from random import Random
from typing import Any

import anyio
import pytest

from aeterna_nb.bridge.server import build_server
from aeterna_nb.bridge.settings import BridgeSettings
from aeterna_nb.bridge.stdio import streams
from tests import hostile
from tests.test_hostile import ALL, CI, LONGEST, UNFORESEEN

pytestmark = pytest.mark.anyio

CANARY = "canary-token-hostile"
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


class Wire:
    """A client of the bridge in the same process: what it sends, and what came back."""

    def __init__(self) -> None:
        self._send, self._receive = anyio.create_memory_object_stream[bytes](10)
        self.received: list[dict[str, Any]] = []
        self.came = anyio.Event()

    async def read(self, size: int) -> bytes:
        try:
            return await self._receive.receive()
        except anyio.EndOfStream:
            return b""

    async def write(self, data: bytes) -> None:
        assert data.endswith(b"\n")
        assert CANARY.encode() not in data
        self.received.append(json.loads(data))
        self.came.set()

    async def send(self, line: bytes) -> None:
        await self._send.send(line + b"\n")

    async def answer(self, number: Any) -> dict[str, Any]:
        while True:
            found = next((one for one in self.received if one.get("id") == number), None)
            if found is not None:
                self.received.clear()
                return found
            self.came = anyio.Event()
            await self.came.wait()

    def close(self) -> None:
        self._send.close()


async def converse(address: str, seed: str, lines: int) -> str:
    wire, longest, started = Wire(), 0.0, time.process_time()
    settings = BridgeSettings(address, user_id="mia", token=CANARY, toolsets=("all",), call_timeout=5)
    server = build_server(settings)
    async with streams(wire.read, wire, settings.token) as (incoming, outgoing), anyio.create_task_group() as tasks:
        tasks.start_soon(server.run, incoming, outgoing, server.create_initialization_options())
        await wire.send(json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": HELLO}).encode())
        await wire.answer(0)
        for number in range(lines):
            before = time.process_time()
            await wire.send(hostile.line(Random(f"{seed} {number}"), number))
            if number % 10 == 9:
                await wire.send(json.dumps({"jsonrpc": "2.0", "id": f"alive {number}", "method": "ping"}).encode())
                with anyio.fail_after(20 * LONGEST):
                    assert (await wire.answer(f"alive {number}"))["result"] == {}, f"input {number} of {seed}"
            longest = max(longest, time.process_time() - before)
        wire.close()
    assert longest < LONGEST
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    spent = time.process_time() - started
    return f"{seed}: {lines} lines, 0 tracebacks, {spent:.1f} s, the longest {longest:.2f} s, at most {peak} MiB"


async def test_a_thousand_hostile_lines(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        print(await converse(address, "mcp", CI))
    assert "Traceback" not in caplog.text
    assert UNFORESEEN not in caplog.text


@pytest.mark.whole_product
async def test_ten_thousand_hostile_lines(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        print(await converse(address, "all mcp", ALL))
    assert "Traceback" not in caplog.text
    assert UNFORESEEN not in caplog.text
