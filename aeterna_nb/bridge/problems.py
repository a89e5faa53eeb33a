"""Why a request to the server failed, as one sentence that a person or a model can act on.

Status codes and error codes are those of the server v0.8.0-rc.9.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aeterna_nb.bridge.settings import BridgeSettings

_SERVER_TIMEOUT = -32001
_ACCESS_DENIED = -32002
_OTHER_TENANT = -32003
_INVALID_PARAMS = -32602
_LONGEST_QUOTE = 300


class ServerProblem(Exception):
    """The server gave no usable answer. The text is one sentence without secrets.

    `retry` says whether the same request may succeed later without anybody changing the configuration.
    """

    def __init__(self, sentence: str, *, retry: bool) -> None:
        super().__init__(sentence)
        self.retry = retry


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What is needed of an HTTP answer to say what is wrong with it. `body` is its JSON, or None."""

    status: int
    media_type: str
    location: str
    body: Any


def unreachable(settings: BridgeSettings, reason: str) -> ServerProblem:
    """Return the problem of a server that cannot be reached; `reason` says what was seen."""
    return ServerProblem(
        f"The Aeterna server at {settings.server_url} cannot be reached ({reason}); is it running, and is "
        f"the address from {settings.origin} right?",
        retry=True,
    )


def too_slow(settings: BridgeSettings, what: str, seconds: float) -> ServerProblem:
    """Return the problem of an answer that did not come within `seconds`."""
    return ServerProblem(
        f"The Aeterna server at {settings.server_url} did not answer {what} within {seconds:g} seconds.",
        retry=True,
    )


def unusable(settings: BridgeSettings, what: str, why: str) -> ServerProblem:
    """Return the problem of an answer that the bridge does not take; `why` says what it is or has."""
    return ServerProblem(f"The answer of the Aeterna server at {settings.server_url} to {what} {why}.", retry=False)


def http_problem(settings: BridgeSettings, answer: HttpAnswer) -> ServerProblem:
    """Return the problem of an answer that is no JSON-RPC response."""
    server = f"The Aeterna server at {settings.server_url}"
    said = _quote(settings, answer.body)
    if answer.status == 401:
        cure = "the token in AETERNA_TOKEN is wrong or expired" if settings.token else "set a token in AETERNA_TOKEN"
        return ServerProblem(f"{server} wants a valid token: {cure}{said}.", retry=False)
    if isinstance(answer.body, dict) and answer.body.get("error") == "tenant_not_found":
        return ServerProblem(
            f"{server} does not know the tenant {settings.tenant_id!r}; set AETERNA_TENANT_ID.", retry=False
        )
    if answer.status == 403:
        return ServerProblem(
            f"{server} does not allow this to user {settings.user_id!r} of tenant {settings.tenant_id!r}{said}.",
            retry=False,
        )
    if answer.status == 429:
        return ServerProblem(f"{server} asks to slow down (HTTP 429); try again later.", retry=True)
    if answer.status >= 500:
        return ServerProblem(f"{server} failed inside (HTTP {answer.status}){said}.", retry=True)
    if 300 <= answer.status < 400:
        return ServerProblem(
            f"{server} redirects to {_place(answer.location)}; if that is the server, put its address into "
            f"{settings.origin}.",
            retry=False,
        )
    if answer.status in (404, 405):
        return ServerProblem(
            f"{server} has no MCP endpoint at /mcp/message (HTTP {answer.status}); is the address from "
            f"{settings.origin} that of an Aeterna server?",
            retry=False,
        )
    if answer.status == 200:
        return ServerProblem(
            f"{server} answered {answer.media_type or 'something'} that is no JSON-RPC response; is a proxy "
            "or a sign-in page in between, or is the address that of something else?",
            retry=False,
        )
    return ServerProblem(f"{server} refused the request (HTTP {answer.status}){said}.", retry=False)


def rpc_problem(settings: BridgeSettings, what: str, error: dict[str, Any]) -> ServerProblem:
    """Return the problem of a JSON-RPC error; `what` names the tool or the method that was asked for."""
    code = error.get("code")
    message = str(error.get("message", "no reason given")).strip().rstrip(".")[:_LONGEST_QUOTE]
    if code == _SERVER_TIMEOUT:
        sentence = f"{what} took longer than the Aeterna server allows; narrow the question or try again."
    elif code == _OTHER_TENANT:
        sentence = (
            f"The token belongs to another tenant than {settings.tenant_id!r}; set AETERNA_TENANT_ID to the "
            "token's own tenant."
        )
    elif code == _ACCESS_DENIED:
        sentence = f"User {settings.user_id!r} of tenant {settings.tenant_id!r} may not use {what}: {message}."
    elif code == _INVALID_PARAMS and "tenant context" in message.lower():
        sentence = (
            f"The Aeterna server does not accept the tenant {settings.tenant_id!r} with the user "
            f"{settings.user_id!r}: {message}; check AETERNA_TENANT_ID and AETERNA_USER_ID."
        )
    else:
        sentence = f"{what} failed on the Aeterna server: {message}."
    return ServerProblem(settings.without_token(sentence), retry=code == _SERVER_TIMEOUT)


def _quote(settings: BridgeSettings, body: object) -> str:
    if not isinstance(body, dict):
        return ""
    message = body.get("message") or body.get("error")
    if not isinstance(message, str) or not message.strip():
        return ""
    return f" (it says: {settings.without_token(message.strip().rstrip('.'))[:_LONGEST_QUOTE]})"


def _place(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.scheme else "another path"
