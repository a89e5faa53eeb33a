"""The bridge against what it stands on: httpx2 for a call, the smallest server of the SDK for the start.

The server is the tests' stand-in, in a process of its own, and answers at once, so that the ratio shows all
that the bridge adds; a real server's own time falls on both sides. `python -m benchmarks.bridge` runs these
two alone.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.harness import HEADING, Comparison, measure

ROOT = Path(__file__).parents[1]
BRIDGE = [
    sys.executable,
    "-c",
    "import sys; from aeterna_nb.commands.main import main; sys.exit(main())",
    "mcp",
    "--toolset",
    "all",
]
SMALLEST = """
from mcp.server.mcpserver import MCPServer

server = MCPServer("smallest")


@server.tool()
def echo(text: str) -> str:
    return text


server.run()
"""
TOOL = "graph_query"
ARGUMENTS = {"query": "who calls it"}


class PipedClient:
    """The least that a client has to do: a line out, a line in."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        )
        self._number = 0

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        self._write({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        assert self._process.stdout is not None
        while True:
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
            if answer.get("id") == self._number:
                return answer

    def connect(self) -> None:
        client = {"name": "benchmark", "version": "1"}
        self.request("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client})
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def close(self) -> None:
        self._process.communicate()

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()


@contextmanager
def stand_in() -> Iterator[str]:
    """Serve the tests' stand-in from another process and give its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bridge.standin"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.communicate()


@contextmanager
def call_against_httpx(address: str) -> Iterator[Comparison]:
    """One call of a tool: through the bridge's pipes, and by httpx2 alone."""
    client = PipedClient(BRIDGE, {"AETERNA_SERVER_URL": address})
    with asyncio.Runner() as runner:
        http = httpx2.AsyncClient(trust_env=False)

        def through_the_bridge() -> float:
            start = time.perf_counter()
            answer = client.request("tools/call", {"name": TOOL, "arguments": ARGUMENTS})
            seconds = time.perf_counter() - start
            assert answer["result"]["isError"] is False
            return seconds

        async def by_httpx() -> float:
            context = {"tenant_id": "default", "user_id": "benchmark"}
            params = {"name": TOOL, "arguments": ARGUMENTS, "tenantContext": context}
            start = time.perf_counter()
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
            answer = (await http.post(f"{address}/mcp/message", json=message)).json()
            seconds = time.perf_counter() - start
            assert answer["result"]["success"] is True
            return seconds

        try:
            client.connect()
            yield Comparison(
                "MCP call: bridge / httpx2 alone",
                product=through_the_bridge,
                plain=lambda: runner.run(by_httpx()),
                target=1.5,
                rounds=500,
            )
        finally:
            client.close()
            runner.run(http.aclose())


def start_against_the_smallest_server(address: str, folder: Path) -> Comparison:
    """From the start of the process to the list of tools: the bridge, and a server of one tool."""
    smallest = folder / "smallest.py"
    smallest.write_text(SMALLEST, encoding="utf-8")

    def started(command: list[str], tools: int) -> float:
        start = time.perf_counter()
        client = PipedClient(command, {"AETERNA_SERVER_URL": address})
        try:
            client.connect()
            listed = client.request("tools/list", {})["result"]["tools"]
            seconds = time.perf_counter() - start
        finally:
            client.close()
        assert len(listed) == tools
        return seconds

    return Comparison(
        "MCP start to list of tools: bridge / smallest SDK server",
        product=lambda: started(BRIDGE, 53),
        plain=lambda: started([sys.executable, str(smallest)], 1),
        target=2.0,
        rounds=7,
    )


def main() -> None:
    """Print both comparisons."""
    print(HEADING)
    with stand_in() as address, tempfile.TemporaryDirectory() as name:
        with call_against_httpx(address) as comparison:
            print(measure(comparison), flush=True)
        print(measure(start_against_the_smallest_server(address, Path(name))), flush=True)


if __name__ == "__main__":
    main()
