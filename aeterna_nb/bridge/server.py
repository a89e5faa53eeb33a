"""The MCP server on standard input and output, with the Aeterna server behind it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
from mcp import MCPError, types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.models import InitializationOptions
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ToolsListChanged

from aeterna_nb import __version__, unexpected
from aeterna_nb.bridge.catalogue import DEFAULT_PATIENCE, Catalogue, Patience
from aeterna_nb.bridge.client import AeternaClient
from aeterna_nb.bridge.convert import arguments_for_server, error_result, result_of
from aeterna_nb.bridge.problems import ServerProblem
from aeterna_nb.bridge.settings import BridgeSettings
from aeterna_nb.bridge.stdio import client_streams
from aeterna_nb.bridge.toolsets import is_offered

STATUS_TOOL = "aeterna_status"
"""Offered in place of the tools while these are unknown, so that a model can find out why."""

_log = logging.getLogger(__name__)


@dataclass
class BridgeState:
    """What belongs to one connected client.

    `session` is the client that asked for the tools, and `listed` what it was told: None where they were
    unknown.
    """

    client: AeternaClient
    catalogue: Catalogue
    session: ServerSession | None = None
    listed: list[types.Tool] | None = None


_Context = ServerRequestContext[BridgeState, Any]


def build_server(settings: BridgeSettings, patience: Patience = DEFAULT_PATIENCE) -> Server[BridgeState]:
    """Return the bridge as a server of the SDK, to be run over any of its transports."""
    bus = InMemorySubscriptionBus()

    @asynccontextmanager
    async def connected(_: Server[BridgeState]) -> AsyncIterator[BridgeState]:
        async with AeternaClient(settings) as client, anyio.create_task_group() as tasks:
            state = BridgeState(client, Catalogue(client, patience))

            async def announce() -> None:
                if state.session is not None and state.listed != state.catalogue.tools:
                    await bus.publish(ToolsListChanged())
                    await state.session.send_tool_list_changed()

            tasks.start_soon(state.catalogue.keep_current, announce)
            yield state
            tasks.cancel_scope.cancel()

    return _BridgeServer(
        "aeterna",
        version=__version__,
        title="Aeterna",
        instructions="Shared memory and knowledge of the team, kept by an Aeterna server.",
        lifespan=connected,
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
        on_subscriptions_listen=ListenHandler(bus),
    )


class _BridgeServer(Server[BridgeState]):
    def create_initialization_options(
        self,
        notification_options: NotificationOptions | None = None,
        experimental_capabilities: dict[str, dict[str, Any]] | None = None,
        extensions: dict[str, dict[str, Any]] | None = None,
    ) -> InitializationOptions:
        """Return the SDK's options, which say by default that the list of tools changes."""
        options = notification_options or NotificationOptions(tools_changed=True)
        return super().create_initialization_options(options, experimental_capabilities, extensions)


async def serve_stdio(settings: BridgeSettings) -> None:
    """Serve one client on standard input and output until it goes away."""
    server = build_server(settings)
    async with client_streams(settings.token) as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def _list_tools(context: _Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
    try:
        return await _listed(context, params)
    except Exception as error:  # the SDK would send the error's own words
        raise MCPError(types.INTERNAL_ERROR, _unforeseen(error)) from None


async def _call_tool(context: _Context, params: types.CallToolRequestParams) -> types.CallToolResult:
    try:
        return await _called(context, params)
    except Exception as error:
        return error_result(_unforeseen(error))


def _unforeseen(error: Exception) -> str:
    _log.error("%s", unexpected.way(error) if unexpected.debugging() else unexpected.sentence(error))
    return unexpected.sentence(error)


async def _listed(context: _Context, _: types.PaginatedRequestParams | None) -> types.ListToolsResult:
    state = context.lifespan_context
    await state.catalogue.first_attempt()
    tools = state.catalogue.tools
    state.session, state.listed = context.session, tools
    return types.ListToolsResult(tools=[_status_tool(state)] if tools is None else tools)


async def _called(context: _Context, params: types.CallToolRequestParams) -> types.CallToolResult:
    state = context.lifespan_context
    settings = state.client.settings
    if params.name == STATUS_TOOL:
        return await _status(state)
    tool = state.catalogue.server_name(params.name)
    if not is_offered(tool, settings.toolsets):
        return error_result(
            f"The tool {params.name} is not among the toolsets offered here "
            f"({', '.join(settings.toolsets)}); `aeterna mcp --toolset` chooses them."
        )
    try:
        answer = await state.client.call(tool, arguments_for_server(params.arguments))
    except ServerProblem as problem:
        _log.warning("%s", problem)
        if problem.retry:
            state.catalogue.look_again()
        return error_result(str(problem))
    if state.catalogue.tools is None:
        state.catalogue.look_again()
    return result_of(answer)


def _status_tool(state: BridgeState) -> types.Tool:
    problem = (
        state.catalogue.problem or f"The Aeterna server at {state.client.settings.server_url} has not answered yet."
    )
    return types.Tool(
        name=STATUS_TOOL,
        description=f"Says whether the Aeterna server can be reached, and tries again. {problem}",
        input_schema={"type": "object", "properties": {}},
    )


async def _status(state: BridgeState) -> types.CallToolResult:
    try:
        await state.client.list_tools()
    except ServerProblem as problem:
        return error_result(str(problem))
    state.catalogue.look_again()
    return result_of(f"The Aeterna server at {state.client.settings.server_url} answers; its tools are announced.")
