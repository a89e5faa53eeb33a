"""The Aeterna server's MCP endpoint over HTTP, one kept-open pool of connections."""

import json
import socket
import ssl
import zlib
from types import TracebackType
from typing import Any, Self

import anyio
import httpx2

from aeterna_nb import __version__
from aeterna_nb.bridge.limits import DEEPEST, LARGEST_ANSWER, MEBIBYTE, MOST_BRACKETS, deeper_than
from aeterna_nb.bridge.problems import (
    HttpAnswer,
    ServerProblem,
    http_problem,
    rpc_problem,
    too_slow,
    unreachable,
    unusable,
)
from aeterna_nb.bridge.settings import BridgeSettings

PROTOCOL_VERSION = "2024-11-05"
"""The only version of the protocol that the server v0.8.0-rc.9 names."""

CONNECT_TIMEOUT = 5.0
LIST_TIMEOUT = 10.0
"""Seconds. `initialize`, `tools/list` and the health page answer from memory, so this is ample."""

_MOST_CONNECTIONS = 100
_GZIP = 16 + zlib.MAX_WBITS  # what zlib calls a gzip header
_TOO_DEEP = f"is nested deeper than {DEEPEST} levels"


class AeternaClient:
    """Asks the server. Every method raises ServerProblem and nothing else; a cancelled call closes its
    connection."""

    def __init__(self, settings: BridgeSettings) -> None:
        self.settings = settings
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": f"aeterna-nb/{__version__}",
        }
        if settings.token:
            headers["authorization"] = f"Bearer {settings.token}"
        self._http = httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(None, connect=CONNECT_TIMEOUT),
            limits=httpx2.Limits(max_connections=_MOST_CONNECTIONS, keepalive_expiry=30),
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
            request = self._http.build_request("GET", f"{self.settings.server_url}/health")
            _, health = await self._send(request, "/health", LIST_TIMEOUT)
        except ServerProblem:
            return ""
        version = health.get("version") if isinstance(health, dict) else None
        return version if isinstance(version, str) else ""

    async def _ask(self, method: str, params: dict[str, Any], what: str, seconds: float) -> Any:
        self._last_id += 1
        message = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        # ensure_ascii keeps lone surrogates, which a model can send, encodable.
        request = self._http.build_request("POST", self._endpoint, content=json.dumps(message))
        response, body = await self._send(request, what, seconds)
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

    async def _send(self, request: httpx2.Request, what: str, seconds: float) -> tuple[httpx2.Response, Any]:
        """The answer, and its body as JSON: None where it is none."""
        try:
            with anyio.fail_after(seconds):
                response = await self._http.send(request, stream=True)
                try:
                    body = _json(await _content(response))
                finally:
                    await response.aclose()
        except TimeoutError:
            raise too_slow(self.settings, what, seconds) from None
        except httpx2.ConnectTimeout:
            raise unreachable(self.settings, f"no connection within {CONNECT_TIMEOUT:g} seconds") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise unreachable(self.settings, self.settings.without_token(_reason(error))) from None
        except _Unusable as error:
            raise unusable(self.settings, what, str(error)) from None
        return response, body


def _direct_to_loopback(settings: BridgeSettings) -> dict[str, None]:
    # Proxy variables and certificate files of the environment hold, as everywhere; but a proxy cannot reach
    # this machine's own loopback, and few people exempt it.
    if not settings.is_loopback:
        return {}
    host = httpx2.URL(settings.server_url).host
    return {f"all://[{host}]" if ":" in host else f"all://{host}": None}


def _reason(error: BaseException) -> str:
    """Return why a connection failed: httpx2 hides the system's own error some causes below."""
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


class _Unusable(Exception):
    """An answer goes beyond what is taken; the text says how."""


async def _content(response: httpx2.Response) -> bytes:
    """The body, unpacked piece by piece, so that no more than the limit is ever in memory. Raises _Unusable."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise _Unusable("is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(_GZIP) if packing == "gzip" else None
    whole = bytearray()
    async for piece in response.aiter_raw():
        try:
            whole += unpacker.decompress(piece, LARGEST_ANSWER + 1 - len(whole)) if unpacker else piece
        except zlib.error:
            raise _Unusable("is no gzip, although it says so") from None
        if len(whole) > LARGEST_ANSWER:
            raise _Unusable(f"is larger than {LARGEST_ANSWER // MEBIBYTE} MiB; narrow the question")
    return bytes(whole)


def _json(content: bytes) -> Any:
    if content.count(b"[") + content.count(b"{") > MOST_BRACKETS:
        raise _Unusable(f"holds more than {MOST_BRACKETS:,} lists and objects; narrow the question")
    try:
        body = json.loads(content)
    except ValueError:
        return None
    except RecursionError:
        raise _Unusable(_TOO_DEEP) from None
    if deeper_than(body, DEEPEST):
        raise _Unusable(_TOO_DEEP)
    return body
