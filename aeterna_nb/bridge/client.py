"""The Aeterna server's MCP endpoint over HTTP, one kept-open pool of connections."""

import json
import socket
import ssl
from types import TracebackType
from typing import Any, Self

import anyio
import httpx

from aeterna_nb import __version__
from aeterna_nb.bridge.problems import (
    HttpAnswer,
    ServerProblem,
    http_problem,
    rpc_problem,
    too_slow,
    unreachable,
)
from aeterna_nb.bridge.settings import BridgeSettings

PROTOCOL_VERSION = "2024-11-05"
"""The only version of the protocol that the server v0.8.0-rc.9 names."""

CONNECT_TIMEOUT = 5.0
LIST_TIMEOUT = 10.0
"""Seconds. `initialize`, `tools/list` and the health page answer from memory, so this is ample."""

_MOST_CONNECTIONS = 100


class AeternaClient:
    """Asks the server. Every method raises ServerProblem and nothing else; a cancelled call closes its
    connection."""

    def __init__(self, settings: BridgeSettings) -> None:
        self.settings = settings
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "user-agent": f"aeterna-nb/{__version__}",
        }
        if settings.token:
            headers["authorization"] = f"Bearer {settings.token}"
        self._http = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT),
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS, keepalive_expiry=30),
            mounts=_direct_to_loopback(settings),
        )
        self._endpoint = f"{settings.server_url}/mcp/message"
        self._last_id = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with anyio.CancelScope(shield=True):
            await self._http.aclose()

    async def initialize(self) -> dict[str, Any]:
        """Return what the server says of itself: `protocolVersion`, `serverInfo`, `capabilities`."""
        params = {
            "protocolVersion": PROTOCOL_VERSION,
            "capabilities": {},
            "clientInfo": {"name": "aeterna-nb", "version": __version__},
        }
        answer = await self._ask("initialize", params, "initialize", LIST_TIMEOUT)
        return answer if isinstance(answer, dict) else {}

    async def list_tools(self) -> Any:
        """Return the answer to `tools/list` as the server gave it."""
        return await self._ask("tools/list", {}, "tools/list", LIST_TIMEOUT)

    async def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        """Return what the tool answered, for the configured tenant and user, within the configured time."""
        params = {"name": tool, "arguments": arguments, "tenantContext": self.settings.tenant_context}
        return await self._ask("tools/call", params, tool, self.settings.call_timeout)

    async def version(self) -> str:
        """Return the server's version from its health page, or "" where it tells none."""
        try:
            response = await self._send(
                httpx.Request("GET", f"{self.settings.server_url}/health"), "/health", LIST_TIMEOUT
            )
            health = json.loads(response.content)
        except (ServerProblem, ValueError):
            return ""
        version = health.get("version") if isinstance(health, dict) else None
        return version if isinstance(version, str) else ""

    async def _ask(self, method: str, params: dict[str, Any], what: str, seconds: float) -> Any:
        self._last_id += 1
        message = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        # ensure_ascii keeps lone surrogates, which a model can send, encodable.
        request = self._http.build_request("POST", self._endpoint, content=json.dumps(message))
        response = await self._send(request, what, seconds)
        body = _json(response.content)
        if response.status_code != 200 or not isinstance(body, dict) or not ("result" in body or "error" in body):
            raise http_problem(
                self.settings,
                HttpAnswer(
                    status=response.status_code,
                    media_type=response.headers.get("content-type", "").partition(";")[0],
                    location=response.headers.get("location", ""),
                    body=body,
                ),
            )
        if isinstance(body.get("error"), dict):
            raise rpc_problem(self.settings, what, body["error"])
        return body.get("result")

    async def _send(self, request: httpx.Request, what: str, seconds: float) -> httpx.Response:
        try:
            with anyio.fail_after(seconds):
                return await self._http.send(request)
        except TimeoutError:
            raise too_slow(self.settings, what, seconds) from None
        except httpx.ConnectTimeout:
            raise unreachable(self.settings, f"no connection within {CONNECT_TIMEOUT:g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unreachable(self.settings, self.settings.without_token(_reason(error))) from None


def _direct_to_loopback(settings: BridgeSettings) -> dict[str, None]:
    # Proxy variables and certificate files of the environment hold, as everywhere; but a proxy cannot reach
    # this machine's own loopback, and few people exempt it.
    if not settings.is_loopback:
        return {}
    host = httpx.URL(settings.server_url).host
    return {f"all://[{host}]" if ":" in host else f"all://{host}": None}


def _reason(error: BaseException) -> str:
    """Return why a connection failed: httpx hides the system's own error some causes below."""
    causes: list[BaseException] = [error]
    for cause in causes:
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, socket.gaierror):
            return "nobody knows this name"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        deeper = [cause.__cause__, cause.__context__, *getattr(cause, "exceptions", ())]
        causes += [found for found in deeper if found is not None and found not in causes]
    return str(error).strip().rstrip(".") or type(error).__name__


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
