"""One request over HTTP, and why there was no answer.

Redirects are not followed, since a secret would go wherever one points. What is on this machine is never asked for
through a proxy; the proxies and certificates of the environment hold for everything else.
"""

import base64
import json
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx2

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.probes import Answered, Reply, failed, reached
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.json_tree import json_tree

MOST_BYTES = 1 << 20
"""Of an answer; what is longer is cut off, and no JSON any more."""

RIGHT_PLACE = Sentence("Does it run, and is the address right?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def tree(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json_tree(self.body.decode("utf-8"), "The answer")
        except (Unreadable, UnicodeDecodeError):
            return None

    def at(self, *path: str | int) -> Any:
        """What stands in the body's JSON below these keys and positions; None where nothing does."""
        found = self.tree
        for step in path:
            try:
                found = found[step]
            except (TypeError, KeyError, IndexError):
                return None
        return found


async def request(
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> Answer:
    """The answer to one request, whatever its status. `secrets` are headers that hold one.

    Raises Answered where nothing answers, where a secret would travel in the open, and where it is sent elsewhere.
    """
    if secrets:
        check_way(url)
    sent = {"accept-encoding": "identity", "user-agent": "aeterna-nb", **(headers or {}), **(secrets or {})}
    try:
        async with (
            httpx2.AsyncClient(verify=trust(), trust_env=not _is_loopback(_host(url)), timeout=None) as client,
            client.stream(method, url, headers=sent, content=content) as got,
        ):
            body = bytearray()
            async for piece in got.aiter_raw():
                body += piece
                if len(body) > MOST_BYTES:
                    break
            answer = Answer(got.status_code, dict(got.headers), bytes(body[:MOST_BYTES]))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise Answered(unanswered(error, _host(url))) from None
    if 300 <= answer.status < 400 and "location" in answer.headers:
        raise Answered(_elsewhere(answer, url))
    return answer


async def request_json(
    method: str, url: str, secrets: Mapping[str, str] | None, tree: Any, headers: Mapping[str, str] | None = None
) -> Answer:
    """The answer to a request with JSON in it."""
    told = {"content-type": "application/json", **(headers or {})}
    return await request(method, url, told, secrets, json.dumps(tree).encode())


def bearer(token: str) -> dict[str, str]:
    """The header of RFC 6750 that holds a token."""
    return {"authorization": f"Bearer {token}"}


def basic(user: str, password: str) -> dict[str, str]:
    """The header of RFC 7617 that holds a name and a password."""
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def unanswered(error: BaseException, host: str) -> Reply:
    """Why nothing answered, off the error of the system behind the error of a library."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                seen = Sentence("its certificate is not trusted: {reason}", reason=cause.verify_message.rstrip("."))
                cure = Sentence(
                    "Mend the certificate, or name the authority that signed it in the variable SSL_CERT_FILE."
                )
                return failed(seen, cure)
            case ssl.SSLError():
                return failed(Sentence("what answers there speaks no TLS"), Sentence("Is it the right port?"))
            case socket.gaierror():
                seen = Sentence("the name {host} is not known here", host=host)
                cure = Sentence("Is the host spelt right, and is this machine in its network?")
                return Reply("failed", seen, cure, nameless=True)
            case ConnectionRefusedError():
                seen = Sentence("the connection was refused")
                return failed(seen, Sentence("Does the service run, and on this port?"))
            case OSError(strerror=str(reason)) if cause.errno:
                return failed(Sentence("no connection: {reason}", reason=reason.lower()), RIGHT_PLACE)
    if isinstance(error, httpx2.ProxyError):
        return failed(
            Sentence("the proxy does not let it through"), Sentence("Mend the proxy variables of the environment.")
        )
    if isinstance(error, httpx2.ConnectError):
        return failed(Sentence("nothing answers there"), RIGHT_PLACE)
    return failed(Sentence("what answers there does not speak HTTP"), Sentence("Is it the right port?"))


def check_way(url: str) -> None:
    """Raises Answered where a secret that is sent to this address could be read on the way."""
    if travels_openly(url):
        told = Sentence(
            "the credential was not sent: without TLS everybody on the way to {host} reads it", host=_host(url)
        )
        raise Answered(reached(told))


def travels_openly(url: str) -> bool:
    """Whether others in the open internet could read what is sent there: plain http to what may be outside."""
    host = _host(url)
    if urlsplit(url).scheme != "http" or host.endswith((".svc", ".internal", ".local", ".localhost")):
        return False
    try:
        return not ip_address(host).is_private
    except ValueError:
        return "." in host


def _elsewhere(answer: Answer, url: str) -> Reply:
    place = urlsplit(answer.headers.get("location", ""))
    where = place.hostname or _host(url)
    return failed(
        Sentence("it sends elsewhere, to {host} (HTTP {status})", host=where, status=answer.status),
        Sentence("Give the address that it points to. Redirects are not followed, so that no credential goes astray."),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    causes: list[BaseException] = [error]
    for cause in causes:
        yield cause
        deeper = [cause.__cause__, cause.__context__, *getattr(cause, "exceptions", ())]
        causes += [found for found in deeper if found is not None and found not in causes]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def trust() -> ssl.SSLContext:
    """The authorities that are trusted here."""
    return _trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _trust(*_stores: str | None) -> ssl.SSLContext:
    # Reading them takes as long as a request, so each place is read once.
    return httpx2.create_ssl_context()
