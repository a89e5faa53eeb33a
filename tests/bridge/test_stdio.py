"""The bridge as a client starts it: a process, its pipes, and nothing left of it afterwards."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest
from mcp import Client, StdioServerParameters, types

from .conftest import Serve
from .standin import StandIn, free_port
from .test_server import PATIENCE, text_of, until

ROOT = Path(__file__).parents[2]
START = "from aeterna_nb.commands.main import main; raise SystemExit(main())"
CANARY = "canary-token-77aa"


def environment(**variables: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "NO_PROXY": "", "PYTHONWARNINGS": "error"} | variables


def parameters(*flags: str, cwd: Path, **variables: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-c", START, "mcp", *flags], env=environment(**variables), cwd=cwd
    )


class RawClient:
    """A client that sees every byte of the bridge's pipes."""

    def __init__(self, *flags: str, cwd: Path, start: str = START, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", start, "mcp", *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(**variables),
            cwd=cwd,
        )

    def send(self, method: str, params: dict[str, Any] | None = None, number: int | None = None) -> None:
        assert self.process.stdin is not None
        message = {"jsonrpc": "2.0", "method": method, "params": params or {}}
        self.process.stdin.write(json.dumps(message | ({} if number is None else {"id": number})).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def initialize(self) -> dict[str, Any]:
        self.send(
            "initialize",
            {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
            0,
        )
        answer = self.receive()
        self.send("notifications/initialized")
        return answer

    def end(self) -> tuple[str, str]:
        out, err = self.process.communicate(timeout=PATIENCE)
        return out.decode(), err.decode()


@pytest.mark.anyio
@pytest.mark.parametrize("era", ["legacy", "auto"])
async def test_a_client_over_pipes_connects_lists_and_calls(
    standin: StandIn, address: str, tmp_path: Path, era: str
) -> None:
    async with Client(parameters("--toolset", "all", cwd=tmp_path, AETERNA_SERVER_URL=address), mode=era) as client:
        listed = await client.list_tools()
        result = await client.call_tool("sync_status", {})
        wrong = await client.call_tool("memory_add", {"query": "x"})
        capabilities = client.server_capabilities

    assert len(listed.tools) == 53
    assert json.loads(text_of(result))["healthy"] is True
    assert wrong.is_error
    assert capabilities.tools is not None
    assert capabilities.tools.list_changed


@pytest.mark.anyio
async def test_the_address_comes_from_the_folder_where_the_client_runs(
    standin: StandIn, address: str, tmp_path: Path
) -> None:
    (tmp_path / ".aeterna").mkdir()
    (tmp_path / ".aeterna" / "config.toml").write_text(
        f'[profiles.default]\nname = "default"\nserver_url = "{address}"\ntenant_id = "acme"\n'
    )
    async with Client(parameters(cwd=tmp_path), mode="legacy") as client:
        assert not (await client.call_tool("sync_status", {})).is_error

    assert standin.calls[0]["tenantContext"]["tenant_id"] == "acme"


@pytest.mark.anyio
async def test_over_pipes_a_server_may_come_up_later(standin: StandIn, serve: Serve, tmp_path: Path) -> None:
    port = free_port()
    changed = anyio.Event()

    async def notice(message: object) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            changed.set()

    bridge = parameters(cwd=tmp_path, AETERNA_SERVER_URL=f"http://127.0.0.1:{port}")
    async with Client(bridge, mode="legacy", message_handler=notice) as client:
        assert len((await client.list_tools()).tools) == 1
        assert "connection refused" in text_of(await client.call_tool("sync_status", {}))
        serve(standin, port)
        with anyio.fail_after(PATIENCE):
            await changed.wait()
        assert len((await client.list_tools()).tools) == 26


@pytest.mark.anyio
async def test_over_pipes_a_hundred_calls_at_once_and_five_megabytes(
    standin: StandIn, address: str, tmp_path: Path
) -> None:
    standin.large = "ä" * 2_500_000
    answers: dict[int, str] = {}
    bridge = parameters("--toolset", "all", cwd=tmp_path, AETERNA_SERVER_URL=address)
    async with Client(bridge, mode="legacy") as client:

        async def ask(number: int) -> None:
            result = await client.call_tool("graph_query", {"query": f"number {number}"})
            answers[number] = json.loads(text_of(result))["arguments"]["query"]

        async with anyio.create_task_group() as tasks:
            for number in range(100):
                tasks.start_soon(ask, number)
        large = await client.call_tool("knowledge_get", {})

    assert answers == {number: f"number {number}" for number in range(100)}
    assert json.loads(text_of(large))["content"] == standin.large


@pytest.mark.anyio
async def test_over_pipes_a_cancelled_call_is_cancelled_at_the_server(
    standin: StandIn, address: str, tmp_path: Path
) -> None:
    bridge = parameters(cwd=tmp_path, AETERNA_SERVER_URL=address)
    async with Client(bridge, mode="legacy") as client:
        async with anyio.create_task_group() as tasks:

            async def ask() -> None:
                await client.call_tool("memory_reason", {})

            tasks.start_soon(ask)
            await until(standin.waiting)
            tasks.cancel_scope.cancel()
        await until(standin.gone)
        assert not (await client.call_tool("sync_status", {})).is_error


def test_standard_output_carries_the_protocol_alone_and_the_log_no_secret(
    standin: StandIn, address: str, tmp_path: Path
) -> None:
    standin.token = CANARY
    client = RawClient(cwd=tmp_path, AETERNA_SERVER_URL=address, AETERNA_TOKEN=CANARY, PYTHONLOGLEVEL="DEBUG")
    assert client.initialize()["result"]["serverInfo"]["name"] == "aeterna"
    client.send("tools/list", number=1)
    assert len(client.receive()["result"]["tools"]) == 26
    client.send("tools/call", {"name": "memory_add", "arguments": {"query": "private words"}}, 2)
    assert client.receive()["result"]["isError"] is True
    arguments = " ".join(psutil.Process(client.process.pid).cmdline())
    out, err = client.end()

    assert out == ""
    assert client.process.returncode == 0
    assert "26 of the server's 53 tools are offered" in err
    assert "Traceback" not in err
    for secret in (CANARY, "private words"):
        assert secret not in err + arguments


def test_input_that_is_no_pipe_is_served_as_well(address: str, tmp_path: Path) -> None:
    client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    script = tmp_path / "script"
    script.write_text(json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": client}) + "\n")
    with script.open() as lines:
        done = subprocess.run(
            [sys.executable, "-c", START, "mcp"],
            stdin=lines,
            capture_output=True,
            env=environment(AETERNA_SERVER_URL=address),
            cwd=tmp_path,
            timeout=PATIENCE,
            check=True,
        )

    assert json.loads(done.stdout)["result"]["serverInfo"]["name"] == "aeterna"


def test_what_a_library_prints_goes_to_the_log(standin: StandIn, address: str, tmp_path: Path) -> None:
    printing = (
        "import os; from aeterna_nb.bridge import catalogue; tools = catalogue.conformant_tools;"
        "catalogue.conformant_tools = lambda a: (print('stray', flush=True), os.write(1, b'stray'), tools(a))[2];"
    )
    client = RawClient(cwd=tmp_path, start=printing + START, AETERNA_SERVER_URL=address)
    client.initialize()
    client.send("tools/list", number=1)
    assert len(client.receive()["result"]["tools"]) == 26
    out, err = client.end()

    assert out == ""
    assert err.count("stray") == 2


@pytest.mark.parametrize(
    "going",
    ["closes its pipe", "dies with a call under way", "stops reading", "sends SIGINT", "sends SIGTERM"],
)
def test_a_client_that_goes_away_leaves_no_process(standin: StandIn, address: str, tmp_path: Path, going: str) -> None:
    client = RawClient(cwd=tmp_path, AETERNA_SERVER_URL=address)
    process = client.process
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    client.initialize()
    client.send("tools/call", {"name": "memory_reason", "arguments": {}}, 1)
    assert standin.waiting.wait(PATIENCE)
    children = psutil.Process(process.pid).children(recursive=True)
    match going:
        case "closes its pipe":
            process.stdin.close()
        case "dies with a call under way":
            process.stdin.close()
            process.stdout.close()
        case "stops reading":
            process.stdout.close()
            standin.release.set()
        case "sends SIGINT":
            process.send_signal(signal.SIGINT)
        case "sends SIGTERM":
            process.terminate()
    process.wait(PATIENCE)
    errors = process.stderr.read().decode()
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()

    ended = {"sends SIGINT": -signal.SIGINT, "sends SIGTERM": -signal.SIGTERM}
    assert process.returncode == ended.get(going, 0)
    assert children == []
    assert not psutil.pid_exists(process.pid)
    assert "Traceback" not in errors
    if going != "stops reading":
        assert standin.gone.wait(PATIENCE)


def test_lines_that_are_no_protocol_do_not_end_the_bridge(standin: StandIn, address: str, tmp_path: Path) -> None:
    client = RawClient(cwd=tmp_path, AETERNA_SERVER_URL=address)
    client.initialize()
    assert client.process.stdin is not None
    client.process.stdin.write(b"this is no JSON\n\xff\xfe\n[]\n")
    client.send("ping", number=7)
    answers = [client.receive()]
    while answers[-1].get("id") != 7:
        answers.append(client.receive())
    client.end()

    assert answers[-1]["result"] == {}
