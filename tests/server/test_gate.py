"""What strangers get: never a kernel by chance, nothing without the token, and a sentence in their language."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from jupyter_server.base.websocket import WS_PING_INTERVAL
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from aeterna_nb.server.kernels import READY
from tests.browser import servers
from tests.server.conftest import TOKEN

SCRIPT = re.compile(r"<script(?![^>]*(?:\bsrc=|\bnonce=|type=\"application/))")
PATIENCE_SECONDS = 120
AT_ONCE = 8
"""Visits that cannot all have a place."""
CALM_SECONDS = 10.0
"""Longer than a kernel takes to come in the place of another."""


def kernels(address: str) -> set[int]:
    return {kernel.pid for kernel in servers.kernels(address)}


@pytest.fixture(scope="module")
def waiting(guarded: str) -> set[int]:
    """The kernels that wait for visitors, once those of earlier visits have gone and others have come instead."""
    deadline, since, found = time.monotonic() + PATIENCE_SECONDS, time.monotonic(), kernels(guarded)
    while time.monotonic() < min(deadline, since + CALM_SECONDS):
        time.sleep(0.2)
        if (now := kernels(guarded)) != found or len(found) != READY:
            since, found = time.monotonic(), now
    return found


def arrived(visitor: httpx2.Client, address: str, **named: Any) -> httpx2.Response:
    """The page, once there is a place."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := visitor.get(address, **named)).status_code == 503:
        assert time.monotonic() < deadline, "no place was given back"
        time.sleep(1)
    return answer


@pytest.mark.parametrize("path", ["", "voila/static/voila.js", "api/kernels/a-b-c-d-e", "voila/templates/aeterna/x"])
def test_without_the_token_nothing_is_to_be_had(guarded: str, stranger: httpx2.Client, path: str) -> None:
    answer = stranger.get(guarded + path)
    assert answer.status_code == 403
    assert "asks for a token" in answer.text
    assert "Aeterna" in answer.text


@pytest.mark.parametrize("token", ["", "0123456789abcdee", "0123456789abcdef0", "ä"])
def test_a_wrong_token_is_said_to_be_wrong(guarded: str, stranger: httpx2.Client, token: str) -> None:
    for answer in (stranger.get(guarded, params={"token": token}), stranger.post(guarded, data={"token": token})):
        assert answer.status_code == 403
        assert "not the token" in answer.text
    assert stranger.get(guarded).status_code == 403


def test_the_token_stays_neither_in_the_address_nor_in_what_is_kept(guarded: str, stranger: httpx2.Client) -> None:
    answer = stranger.get(f"{guarded}?language=de&token={TOKEN}&x=1")
    assert answer.headers["location"] == "/?language=de&x=1"
    cookie = answer.headers["set-cookie"]
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert stranger.head(guarded).status_code == 200


def test_the_token_can_be_typed(guarded: str, stranger: httpx2.Client) -> None:
    answer = stranger.post(guarded, data={"token": TOKEN}, headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["location"] == "/"
    assert "Secure" in answer.headers["set-cookie"].split("; ")


def test_a_program_gives_the_token_in_its_header(guarded: str, stranger: httpx2.Client) -> None:
    assert stranger.head(guarded, headers={"Authorization": f"token {TOKEN}"}).status_code == 200
    assert stranger.head(guarded, headers={"Authorization": "token x"}).status_code == 403


NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("HEAD", "", {}, 200),
        ("GET", "robots.txt", {}, 200),
        ("GET", "", FOREIGN | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ("GET", "", FOREIGN | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ("GET", "", FOREIGN | NAVIGATION, 200),
        ("GET", "", {"Origin": "https://elsewhere.example"}, 403),
        ("GET", "", {"Origin": "null"}, 403),
        ("GET", "", {"Sec-Purpose": "prefetch"}, 403),
        ("GET", "nothing", {}, 404),
        ("POST", "", {}, 405),
        ("OPTIONS", "", {}, 405),
        ("POST", "voila/api/shutdown/x", {"Origin": "https://elsewhere.example"}, 403),
        ("GET", "voila/static/voila.js", FOREIGN | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 403),
    ],
)
def test_what_is_no_visit_costs_no_kernel(
    guarded: str,
    waiting: set[int],
    visitor: httpx2.Client,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
) -> None:
    # Typed into a form, the token would be wrong; a program has no form.
    given = headers | ({"Authorization": f"token {TOKEN}"} if method == "POST" else {})
    answer = visitor.request(method, guarded + path, headers=given)
    if method == "POST" and path == "":
        assert answer.status_code == 403
    else:
        assert answer.status_code == status
    assert "kernelId" not in answer.text
    time.sleep(1.5)  # One that was taken would be replaced after a second.
    assert kernels(guarded) == waiting


def test_a_click_elsewhere_opens_the_page(guarded: str, visitor: httpx2.Client) -> None:
    answer = arrived(visitor, guarded, headers=FOREIGN | NAVIGATION | {"Sec-Fetch-User": "?1"})
    assert "kernelId" in answer.text


def test_a_full_house_says_so_and_a_page_that_never_connects_gives_its_place_back(
    guarded: str, visitor: httpx2.Client
) -> None:
    def visit(_number: int) -> httpx2.Response:
        return visitor.get(guarded, headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})

    # At once: the first place is given back in seconds, which one after the other may need as well.
    with ThreadPoolExecutor(AT_ONCE) as threads:
        refused = next(answer for answer in threads.map(visit, range(AT_ONCE)) if answer.status_code != 200)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert "Die Werkbank ist voll" in refused.text
    assert len(servers.kernels(guarded)) <= 3
    assert "kernelId" in arrived(visitor, guarded).text


@pytest.mark.parametrize(
    "path",
    [
        "voila/templates/",
        "voila/templates/aeterna",
        "voila/templates/aeterna/static",
        "voila/templates/aeterna/static/../../../../conf.json",
        "voila/templates/../../static/x",
        "voila/templates/%2e%2e/static/%2e%2e/%2e%2e/etc/passwd",
        "voila/static/..%2f..%2f..%2f..%2fetc/passwd",
        "voila/files/told.ipynb",
        "voila/files/..%2f..%2fetc/passwd",
        "voila/labextensions/..%2f..%2f..%2f..%2fetc/passwd",
        "voila/api/themes/..%2f..%2fetc/passwd",
        "login",
        "%00",
        "//elsewhere.example/",
        "/etc/passwd",
    ],
)
def test_what_is_not_there_is_not_there_and_breaks_nothing(guarded: str, visitor: httpx2.Client, path: str) -> None:
    parts = urlsplit(guarded)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as raw:
        raw.sendall(f"GET /{path} HTTP/1.0\r\nHost: {parts.netloc}\r\nCookie: {cookie}\r\n\r\n".encode())
        text = b"".join(iter(lambda: raw.recv(65536), b"")).decode()
    assert text.split(" ", 2)[1] in ("400", "403", "404")
    assert "root:" not in text
    assert "Traceback" not in text


def test_a_body_is_bounded(guarded: str, visitor: httpx2.Client) -> None:
    try:
        status = visitor.post(guarded, content=b"token=" + b"x" * (1 << 20)).status_code
    except httpx2.TransportError:
        status = 0  # Hung up on.
    assert status in (0, 400, 413)
    assert visitor.head(guarded).status_code == 200


def channels(guarded: str, visitor: httpx2.Client) -> tuple[str, dict[str, str]]:
    """The address of the WebSocket to a new page's kernel, and the header that lets its visitor in."""
    (kernel,) = re.findall(r'"kernelId": ?"([^"]+)"', arrived(visitor, guarded).text)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    return f"ws{guarded.removeprefix('http')}api/kernels/{kernel}/channels", {"Cookie": cookie}


def test_only_the_page_connects_to_its_kernel(guarded: str, visitor: httpx2.Client) -> None:
    address, cookie = channels(guarded, visitor)
    ours = Origin(guarded.rstrip("/"))
    for origin, headers in ((Origin("https://elsewhere.example"), cookie), (ours, {})):
        with pytest.raises(InvalidStatus) as refused:
            connect(address, origin=origin, additional_headers=headers).__enter__()
        assert refused.value.response.status_code == 403
    with ExitStack() as opened:
        for _ in range(4):
            opened.enter_context(connect(address, origin=ours, additional_headers=cookie))
        with pytest.raises(InvalidStatus):
            opened.enter_context(connect(address, origin=ours, additional_headers=cookie))


def test_the_page_runs_only_its_own_scripts(guarded: str, visitor: httpx2.Client) -> None:
    first = arrived(visitor, guarded)
    (nonce,) = re.findall(r"script-src 'self' 'nonce-([^']+)' blob:;", first.headers["content-security-policy"])
    assert not SCRIPT.search(first.text)
    assert set(re.findall(r'nonce="([^"]+)"', first.text)) == {nonce}
    assert "unsafe-eval" not in first.headers["content-security-policy"]
    assert " on" not in "".join(re.findall(r"<(?:button|body|a|img)\b[^>]*>", first.text))
    assert nonce not in arrived(visitor, guarded).headers["content-security-policy"]


@pytest.mark.parametrize("path", ["", "voila/static/voila.js", "robots.txt", "nothing"])
def test_every_answer_bears_the_headers(guarded: str, visitor: httpx2.Client, path: str) -> None:
    headers = visitor.head(guarded + path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "content-security-policy" in headers
    assert "server" not in headers


def test_one_who_sends_nothing_keeps_nobody_waiting(guarded: str, visitor: httpx2.Client) -> None:
    parts = urlsplit(guarded)
    slow = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(200)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert visitor.head(guarded).status_code == 200
    for connection in slow:
        connection.close()


def test_a_page_that_says_nothing_stays_connected(guarded: str, visitor: httpx2.Client) -> None:
    address, cookie = channels(guarded, visitor)
    end = time.monotonic() + 2 * WS_PING_INTERVAL / 1000 + 5
    with connect(address, origin=Origin(guarded.rstrip("/")), additional_headers=cookie) as connection:
        # Two pings pass, which Jupyter sends by the clock; a connection that was ended raises.
        while (left := end - time.monotonic()) > 0:
            with suppress(TimeoutError):
                connection.recv(timeout=left)
        assert connection.ping().wait(60)
