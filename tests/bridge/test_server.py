"""The bridge with the SDK's own client, in memory, in both eras of the protocol."""

import json
import threading
from contextlib import ExitStack
from typing import Any

import anyio
import anyio.to_thread
import httpx2
import pytest
from mcp import Client, types
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from aeterna_nb.bridge.catalogue import Patience
from aeterna_nb.bridge.server import STATUS_TOOL, build_server
from aeterna_nb.bridge.settings import BridgeSettings

from .conftest import Serve
from .standin import TOOL_NAMES, StandIn, free_port, serving

pytestmark = pytest.mark.anyio

CANARY = "canary-token-9c27"
QUICK = Patience(first_retry=0.01, longest_retry=0.05)
PATIENCE = 120.0  # seconds until a test gives up waiting; nothing is measured


@pytest.fixture(params=["legacy", "auto"])
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def settings_for(address: str, **changes: Any) -> BridgeSettings:
    return BridgeSettings(server_url=address, user_id="mia", **({"toolsets": ("all",)} | changes))


def text_of(result: types.CallToolResult) -> str:
    [block] = result.content
    assert isinstance(block, types.TextContent)
    return block.text


async def until(event: threading.Event) -> None:
    assert await anyio.to_thread.run_sync(event.wait, PATIENCE)


def test_the_stand_in_refuses_what_the_real_server_refuses(standin: StandIn, address: str) -> None:
    url = f"{address}/mcp/message"
    with httpx2.Client(trust_env=False) as http:
        assert http.get(url).status_code == 405
        assert http.post(f"{address}/mcp/sse", json={}).status_code == 404
        assert http.post(f"{address}/mcp", json={}).status_code == 404
        note = http.post(url, json={"jsonrpc": "2.0", "method": "notifications/initialized"})
        assert (note.status_code, "missing field `id`" in note.text) == (422, True)
        tools = http.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).json()["result"]
        assert isinstance(tools, list)
        assert len(tools) == 53
        assert tools[0]["input_schema"]["properties"]["tenantContext"] == {"$ref": "#/definitions/TenantContext"}
        params = {"name": "sync_status", "arguments": {}}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        assert http.post(url, json=call).json()["error"]["code"] == -32602
        assert http.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "ping"}).json()["error"]["code"] == -32601


async def test_a_client_connects_lists_and_calls(standin: StandIn, address: str, era: str) -> None:
    settings = settings_for(address, tenant_id="acme", team_id="platform", token=CANARY)
    standin.token, standin.token_tenant = CANARY, "acme"
    async with Client(build_server(settings), mode=era) as client:
        listed = await client.list_tools()
        result = await client.call_tool(
            "graph_query", {"query": "who calls it", "tenantContext": {"tenant_id": "evil"}}
        )

    assert [tool.name for tool in listed.tools] == TOOL_NAMES
    assert not result.is_error
    assert json.loads(text_of(result))["arguments"] == {"query": "who calls it"}
    [call] = standin.calls
    assert call["tenantContext"] == {"tenant_id": "acme", "user_id": "mia", "team_id": "platform"}
    assert {headers["authorization"] for headers in standin.headers} == {f"Bearer {CANARY}"}


async def test_toolsets_limit_what_is_listed_and_what_can_be_called(standin: StandIn, address: str, era: str) -> None:
    async with Client(build_server(settings_for(address, toolsets=("sync", "graph"))), mode=era) as client:
        listed = await client.list_tools()
        refused = await client.call_tool("governance_role_assign", {})

    assert len(listed.tools) == 14
    assert refused.is_error
    assert "--toolset" in text_of(refused)
    assert standin.calls == []


async def test_a_name_that_the_protocol_forbids_is_called_by_the_servers_own(standin: StandIn, address: str) -> None:
    standin.tools = [{"name": "graph query/all", "description": "", "input_schema": {}}]
    async with Client(build_server(settings_for(address)), mode="legacy") as client:
        [tool] = (await client.list_tools()).tools
        await client.call_tool(tool.name, {})

    assert tool.name == "graph_query_all"
    assert standin.calls[0]["name"] == "graph query/all"


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("memory_add", "memory_add failed on the Aeterna server: Embedding service not configured."),
        ("no_such_tool", "no_such_tool failed on the Aeterna server: Tool not found: no_such_tool."),
        ("knowledge_list", "the repository is empty"),
    ],
)
async def test_an_error_of_a_tool_is_a_result_that_a_model_can_read(
    standin: StandIn, address: str, era: str, tool: str, said: str
) -> None:
    async with Client(build_server(settings_for(address)), mode=era) as client:
        result = await client.call_tool(tool, {})

    assert result.is_error
    assert said in text_of(result)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HTMLResponse("<h1>Sign in</h1>"), "text/html that is no JSON-RPC response"),
        (Response("{", media_type="application/json"), "application/json that is no JSON-RPC response"),
        (JSONResponse([1, 2]), "no JSON-RPC response"),
        (Response(b"\xff\xfe\x00", media_type="application/octet-stream"), "no JSON-RPC response"),
        (
            JSONResponse({"error": "forbidden", "message": f"{CANARY} may not"}, 403),
            "does not allow this to user 'mia'",
        ),
        (JSONResponse({"error": "x"}, 429), "slow down"),
        (Response("Bad Gateway", 502), "failed inside (HTTP 502)"),
        (
            JSONResponse({"error": "configuration_error", "message": "Authentication is misconfigured"}, 500),
            "misconfigured",
        ),
        (Response("", 404), "no MCP endpoint at /mcp/message"),
        (Response("missing field `id`", 422), "refused the request (HTTP 422)"),
        (
            RedirectResponse(f"https://login.example.com/in?next={CANARY}"),
            "redirects to https://login.example.com/in;",
        ),
    ],
)
async def test_an_answer_of_another_kind_is_a_sentence(
    standin: StandIn, address: str, answer: Response, said: str
) -> None:
    standin.instead = answer
    async with Client(build_server(settings_for(address, token=CANARY)), mode="legacy") as client:
        listed = await client.list_tools()
        result = await client.call_tool("sync_status", {})

    assert result.is_error
    assert said in text_of(result)
    assert text_of(result).endswith((".", "?"))
    [tool] = listed.tools
    assert tool.name == STATUS_TOOL
    assert said in (tool.description or "")
    assert CANARY not in text_of(result) + str(listed)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"token": "wrong-canary"}, "the token in AETERNA_TOKEN is wrong or expired"),
        ({"token": ""}, "set a token in AETERNA_TOKEN"),
        ({"token": CANARY, "tenant_id": "acme"}, "The token belongs to another tenant than 'acme'"),
    ],
)
async def test_wrong_token_and_wrong_tenant_are_a_sentence(
    standin: StandIn, address: str, era: str, given: dict[str, str], said: str
) -> None:
    standin.token = CANARY
    async with Client(build_server(settings_for(address, **given)), mode=era) as client:
        result = await client.call_tool("sync_status", {})

    assert result.is_error
    assert said in text_of(result)
    assert "canary" not in text_of(result)


async def test_a_tenant_that_the_server_does_not_know_is_a_sentence(standin: StandIn, address: str) -> None:
    standin.known_tenants = ("default",)
    async with Client(build_server(settings_for(address, tenant_id="acme")), mode="legacy") as client:
        result = await client.call_tool("sync_status", {})

    assert result.is_error
    assert "does not know the tenant 'acme'; set AETERNA_TENANT_ID" in text_of(result)


async def test_a_server_that_is_down_says_so_and_announces_its_tools_when_it_is_up(
    standin: StandIn, serve: Serve
) -> None:
    port = free_port()
    changed = anyio.Event()

    async def notice(message: object) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            changed.set()

    server = build_server(settings_for(f"http://127.0.0.1:{port}"), QUICK)
    async with Client(server, mode="legacy", message_handler=notice) as client:
        [only] = (await client.list_tools()).tools
        call = await client.call_tool("sync_status", {})
        status = await client.call_tool(STATUS_TOOL, {})
        assert not changed.is_set()

        serve(standin, port)
        with anyio.fail_after(PATIENCE):
            await changed.wait()
        listed = await client.list_tools()
        again = await client.call_tool("sync_status", {})
        status_again = await client.call_tool(STATUS_TOOL, {})

    assert only.name == STATUS_TOOL
    for result in (call, status):
        assert result.is_error
        assert f"127.0.0.1:{port} cannot be reached (connection refused)" in text_of(result)
    assert len(listed.tools) == 53
    assert not again.is_error
    assert not status_again.is_error


async def test_a_slow_server_does_not_keep_the_client_waiting(standin: StandIn, address: str) -> None:
    standin.lists_tools.clear()
    changed = anyio.Event()

    async def notice(message: object) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            changed.set()

    server = build_server(settings_for(address), Patience(first_list=0.05))
    async with Client(server, mode="legacy", message_handler=notice) as client:
        [only] = (await client.list_tools()).tools
        assert not (await client.call_tool("sync_status", {})).is_error
        standin.lists_tools.set()
        with anyio.fail_after(PATIENCE):
            await changed.wait()
        listed = await client.list_tools()

    assert only.name == STATUS_TOOL
    assert "has not answered yet" in (only.description or "")
    assert len(listed.tools) == 53


async def test_a_restart_of_the_server_costs_no_call(standin: StandIn) -> None:
    port = free_port()
    with ExitStack() as first:
        address = first.enter_context(serving(standin, port))
        async with Client(build_server(settings_for(address)), mode="legacy") as client:
            assert not (await client.call_tool("sync_status", {})).is_error
            await anyio.to_thread.run_sync(first.close)
            with serving(standin, port):
                assert not (await client.call_tool("sync_status", {})).is_error


async def test_the_newer_era_hears_of_the_tools_through_its_subscription(standin: StandIn, serve: Serve) -> None:
    port = free_port()
    server = build_server(settings_for(f"http://127.0.0.1:{port}"), QUICK)
    async with Client(server, mode="auto") as client, client.listen(tools_list_changed=True) as events:
        [only] = (await client.list_tools(cache_mode="refresh")).tools
        serve(standin, port)
        with anyio.fail_after(PATIENCE):
            await anext(aiter(events))
        listed = await client.list_tools(cache_mode="refresh")

    assert only.name == STATUS_TOOL
    assert len(listed.tools) == 53


async def test_a_server_that_comes_back_with_other_tools_is_announced(standin: StandIn, address: str) -> None:
    changed = anyio.Event()

    async def notice(message: object) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            changed.set()

    server = build_server(settings_for(address), QUICK)
    async with Client(server, mode="legacy", message_handler=notice) as client:
        assert len((await client.list_tools()).tools) == 53
        assert not (await client.call_tool("sync_status", {})).is_error
        assert not changed.is_set(), "nothing changed yet"
        standin.instead = Response("Service Unavailable", 503)
        assert (await client.call_tool("sync_status", {})).is_error
        standin.tools = standin.tools[:5]
        standin.instead = None
        with anyio.fail_after(PATIENCE):
            await changed.wait()
        assert len((await client.list_tools()).tools) == 5


async def test_a_cancelled_call_is_cancelled_at_the_server(standin: StandIn, address: str, era: str) -> None:
    async with (
        Client(build_server(settings_for(address)), mode=era) as client,
        anyio.create_task_group() as tasks,
    ):

        async def ask() -> None:
            await client.call_tool("memory_reason", {})

        tasks.start_soon(ask)
        await until(standin.waiting)
        tasks.cancel_scope.cancel()
    await until(standin.gone)


async def test_a_call_has_a_time_limit(standin: StandIn, address: str, era: str) -> None:
    async with Client(build_server(settings_for(address, call_timeout=2)), mode=era) as client:
        result = await client.call_tool("memory_reason", {})
        assert len((await client.list_tools()).tools) == 53

    assert result.is_error
    assert "did not answer memory_reason within 2 seconds" in text_of(result)
    await until(standin.gone)


async def test_a_hundred_calls_at_once_each_get_their_own_answer(standin: StandIn, address: str, era: str) -> None:
    answers: dict[int, str] = {}
    async with Client(build_server(settings_for(address)), mode=era) as client:

        async def ask(number: int) -> None:
            result = await client.call_tool("memory_reason", {"query": f"number {number}"})
            answers[number] = json.loads(text_of(result))["arguments"]["query"]

        async with anyio.create_task_group() as tasks:
            for number in range(100):
                tasks.start_soon(ask, number)
            with anyio.fail_after(PATIENCE):
                while standin.at_once < 100:
                    await anyio.sleep(0.01)
            standin.release.set()

    assert answers == {number: f"number {number}" for number in range(100)}


async def test_a_result_of_five_megabytes_arrives_whole(standin: StandIn, address: str, era: str) -> None:
    standin.large = "ä" * 2_500_000
    async with Client(build_server(settings_for(address)), mode=era) as client:
        result = await client.call_tool("knowledge_get", {})

    assert json.loads(text_of(result))["content"] == standin.large


async def test_a_proxy_of_the_environment_does_not_stand_between_loopback_and_the_bridge(
    standin: StandIn, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    async with Client(build_server(settings_for(address)), mode="legacy") as client:
        assert not (await client.call_tool("sync_status", {})).is_error


async def test_a_proxy_of_the_environment_is_used_for_a_server_elsewhere(
    standin: StandIn, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    async with Client(build_server(settings_for("http://aeterna.example")), mode="legacy") as client:
        await client.call_tool("sync_status", {})

    assert standin.headers
    assert {headers["host"] for headers in standin.headers} == {"aeterna.example"}
