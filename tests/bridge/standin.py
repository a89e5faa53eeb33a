"""A stand-in for the Aeterna server on loopback, as v0.8.0-rc.9 was seen to behave.

Run as a program it prints its address and serves until it is ended: `python standin.py [--port N]`.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

TOOL_NAMES = """
    memory_add memory_search memory_delete memory_close memory_feedback memory_optimize
    memory_reason aeterna_memory_promote aeterna_memory_auto_promote graph_query graph_neighbors
    graph_path graph_link graph_unlink graph_traverse graph_find_path graph_violations
    graph_implementations graph_context graph_related knowledge_get knowledge_list knowledge_query
    aeterna_knowledge_propose aeterna_knowledge_promotion_preview aeterna_knowledge_promote
    aeterna_knowledge_review_pending aeterna_knowledge_approve aeterna_knowledge_reject
    aeterna_knowledge_link sync_now sync_status knowledge_resolve_conflict governance_unit_create
    governance_policy_add governance_role_assign governance_role_remove
    governance_hierarchy_navigate governance_configure governance_config_get
    governance_request_create governance_approve governance_reject governance_request_list
    governance_request_get governance_audit_list governance_principal_role_assign
    governance_role_revoke governance_role_list context_assemble note_capture hindsight_query
    meta_loop_status
""".split()


def tool_definitions() -> list[dict[str, Any]]:
    """Return the 53 tools in the shapes that the server uses."""
    tools = []
    for name in TOOL_NAMES:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {
                "query": {"type": "string", "description": "What to look for"},
                "tenantContext": {"$ref": "#/definitions/TenantContext"},
            },
            "required": ["query"],
        }
        if name in ("context_assemble", "note_capture", "hindsight_query", "meta_loop_status"):
            schema["required"] = ["tenantContext"]
        if name == "governance_configure":
            schema["anyOf"] = [{"required": ["company_id"]}, {"required": ["team_id"]}]
        tools.append({"name": name, "description": f"The tool {name}.", "input_schema": schema})
    return tools


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class StandIn:
    """What the stand-in does and what it saw. Tests change the first and read the second."""

    token: str = ""
    """With a token the server wants it as bearer, and ties it to `token_tenant`."""
    token_tenant: str = "default"
    known_tenants: tuple[str, ...] = ()
    """Where not empty, another tenant answers 404 `tenant_not_found`."""
    tools: list[dict[str, Any]] = field(default_factory=tool_definitions)
    instead: Response | None = None
    """Answered to every request, whatever it is."""
    lists_tools: threading.Event = field(default_factory=_set)
    """Cleared, `tools/list` does not answer until it is set."""
    large: str = ""
    """What `knowledge_get` answers."""
    release: threading.Event = field(default_factory=threading.Event)
    """`memory_reason` answers once this is set, and notices a caller who has gone."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    waiting: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0

    def app(self) -> Starlette:
        """Return the stand-in as an ASGI application."""
        return Starlette(
            routes=[
                Route("/health", self._health),
                Route("/mcp/message", self._message, methods=["POST"]),  # GET answers 405
                Route("/mcp/sse", self._sse, methods=["GET", "POST"]),
            ],
            exception_handlers={404: self._lost},
        )

    async def _lost(self, request: Request, _: Exception) -> Response:
        self.headers.append(dict(request.headers))
        return Response(status_code=404)

    async def _health(self, _: Request) -> Response:
        return self.instead or JSONResponse({"status": "healthy", "version": "0.8.0-rc.9"})

    async def _sse(self, request: Request) -> Response:
        if request.method == "POST":
            return Response(status_code=404)

        async def events() -> AsyncIterator[str]:
            yield 'event: endpoint\ndata: {"endpoint":"/mcp/message"}\n\n'

        return StreamingResponse(events(), media_type="text/event-stream")

    async def _message(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        if self.instead is not None:
            return self.instead
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "unauthorized", "message": "Valid bearer token required"}, 401)
        if request.headers.get("content-type") != "application/json":
            return PlainTextResponse("Expected request with `Content-Type: application/json`", 415)
        try:
            message = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("Failed to parse the request body as JSON", 400)
        for name in ("jsonrpc", "id", "method"):
            if name not in message:
                return PlainTextResponse(f"Failed to deserialize the JSON body: missing field `{name}`", 422)
        self.at_once += 1
        try:
            return await self._answer(request, message)
        finally:
            self.at_once -= 1

    async def _answer(self, request: Request, message: dict[str, Any]) -> Response:
        method, params = message["method"], message.get("params") or {}
        if method == "initialize":
            return _result(
                message,
                {
                    "protocolVersion": "2024-11-05",
                    "capabilities": {"tools": {"listChanged": False}},
                    "serverInfo": {"name": "aeterna-tools", "version": "0.2.0"},
                },
            )
        if method == "tools/list":
            while not self.lists_tools.is_set():
                await asyncio.sleep(0.01)
            return _result(message, self.tools)
        if method == "tools/call":
            return await self._call(request, message, params)
        return _error(message, -32601, "Method not found")

    async def _call(self, request: Request, message: dict[str, Any], params: dict[str, Any]) -> Response:
        self.calls.append(params)
        tenant = params.get("tenantContext")
        if self.token and isinstance(tenant, dict) and tenant.get("tenant_id") != self.token_tenant:
            return _error(message, -32003, "tenantContext in payload does not match authenticated caller tenant")
        if not isinstance(tenant, dict) or not tenant.get("tenant_id") or not tenant.get("user_id"):
            return _error(message, -32602, "Missing or invalid tenant context")
        if self.known_tenants and tenant["tenant_id"] not in self.known_tenants:
            return JSONResponse({"error": "tenant_not_found", "message": "Tenant not found"}, 404)
        name = str(params.get("name"))
        if name not in {tool["name"] for tool in self.tools}:
            return _error(message, -32601, f"Tool not found: {name}")
        if name == "memory_reason":
            return await self._wait(request, message)
        if name == "knowledge_get":
            return _result(message, {"success": True, "content": self.large})
        if name == "knowledge_list":
            return _result(message, {"success": False, "error": "the repository is empty"})
        if name.startswith("memory_"):
            return _error(message, -32000, "Embedding service not configured")
        if name == "sync_status":
            return _result(message, {"success": True, "healthy": True, "failedItems": 0})
        return _result(message, {"success": True, "tool": name, "arguments": params.get("arguments")})

    async def _wait(self, request: Request, message: dict[str, Any]) -> Response:
        self.waiting.set()
        while not self.release.is_set():
            if await request.is_disconnected():
                self.gone.set()
                break
            await asyncio.sleep(0.01)
        return _result(message, {"success": True, "arguments": message["params"].get("arguments")})


def _result(message: dict[str, Any], result: object) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": message["id"], "result": result})


def _error(message: dict[str, Any], code: int, text: str) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": message["id"], "error": {"code": code, "message": text}})


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave the signals to pytest."""


def free_port() -> int:
    """Return a port of loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(standin: StandIn, port: int = 0) -> Iterator[str]:
    """Serve `standin` from a thread and give its address."""
    # asyncio switches Nagle's delay off only for sockets that name their protocol; 40 ms a call otherwise.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    config = uvicorn.Config(standin.app(), log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = _Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    port = parser.parse_args().port
    with serving(StandIn(), port) as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
