"""Much at once: visits that nobody makes, messages that are too long. Memory stays bounded, and the page is there."""

import json
import re
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from aeterna_nb.server.kernels import PATIENCE_SECONDS
from tests.browser import servers
from tests.server.conftest import TOKEN, write_notebook
from tests.server.test_gate import arrived

VISITS, AT_ONCE = 200, 20
MIB = 1 << 20
UNTIL_SECONDS = 120
GROWTH_MIB = 150
"""What the server itself may grow by: a few messages of the longest kind, and what Python keeps for the next ones."""


def server_of(address: str) -> psutil.Process:
    """The process that listens there."""
    port = str(urlsplit(address).port)
    (found,) = (child for child in psutil.Process().children() if port in servers.words(child))
    return found


@contextmanager
def grows_little(address: str) -> Iterator[None]:
    """The server is not much larger in the end than in the beginning."""
    server = server_of(address)
    before = server.memory_info().rss
    yield
    assert (server.memory_info().rss - before) / MIB < GROWTH_MIB


@contextmanager
def connected(address: str, visitor: httpx2.Client) -> Iterator[ClientConnection]:
    """The connection that a page has to its kernel."""
    (kernel,) = re.findall(r'"kernelId": ?"([^"]+)"', arrived(visitor, address).text)
    channels = f"ws{address.removeprefix('http')}api/kernels/{kernel}/channels"
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())}
    with connect(channels, origin=Origin(address.rstrip("/")), additional_headers=cookie) as opened:
        yield opened


def message(kind: str, **content: Any) -> str:
    """A message as the page sends one."""
    header = {"msg_id": "1", "msg_type": kind, "username": "", "session": "1", "version": "5.3", "date": ""}
    return json.dumps(
        {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
    )


def test_a_flood_of_visits_costs_no_more_than_the_places_there_are(guarded: str, visitor: httpx2.Client) -> None:
    def visit(_number: int) -> httpx2.Response:
        with httpx2.Client(cookies=visitor.cookies, timeout=UNTIL_SECONDS) as client:
            return client.get(guarded)

    began = time.monotonic()
    with grows_little(guarded), ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(visit, range(VISITS)))
        # A place that nobody connected to is given to the next one.
        given = 3 * (1 + int((time.monotonic() - began) / PATIENCE_SECONDS))
        assert len(servers.kernels(guarded)) <= 3
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in refused} == {503}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert VISITS - len(refused) <= given
    assert "kernelId" in arrived(visitor, guarded).text


def test_a_flood_of_strangers_is_sent_away(guarded: str, stranger: httpx2.Client) -> None:
    with grows_little(guarded):
        for _ in range(VISITS):
            assert stranger.get(guarded).status_code == 403
    assert stranger.get(guarded, params={"token": TOKEN}).status_code == 303


def test_a_message_that_is_too_long_ends_its_connection_with_the_reason(guarded: str, visitor: httpx2.Client) -> None:
    with grows_little(guarded):
        with connected(guarded, visitor) as page, pytest.raises(ConnectionClosed) as ended:
            ask_and_listen(page, message("comm_msg", comm_id="1", data={"text": "x" * (10 * MIB)}))
        # Where the server hangs up before all of it was sent, the reason is lost on the way.
        assert ended.value.rcvd is None or ended.value.rcvd.code == 1009
        with connected(guarded, visitor) as page:
            page.send(message("kernel_info_request"))
            assert "kernel_info_reply" in until(page, "kernel_info_reply")


def test_long_messages_one_after_the_other_do_not_pile_up(guarded: str, visitor: httpx2.Client) -> None:
    with grows_little(guarded), connected(guarded, visitor) as page:
        for _ in range(30):
            page.send(message("comm_msg", comm_id="1", data={"text": "x" * (9 * MIB)}))
        page.send(message("kernel_info_request"))
        until(page, "kernel_info_reply")


def ask_and_listen(page: ClientConnection, text: str) -> None:
    """Send a message, and hear what comes until the connection ends."""
    page.send(text)
    while True:
        page.recv(timeout=UNTIL_SECONDS)


def until(page: ClientConnection, kind: str) -> str:
    """The next message of a kind."""
    deadline = time.monotonic() + UNTIL_SECONDS
    while time.monotonic() < deadline:
        found = page.recv(timeout=UNTIL_SECONDS)
        text = found if isinstance(found, str) else found.decode(errors="replace")
        if kind in text:
            return text
    raise AssertionError(f"no {kind}")


TALKING = """
import threading, time

def talk():
    time.sleep(5)
    while True:
        print("x" * 100_000)
        time.sleep(0.001)

threading.Thread(target=talk).start()
"""


def test_a_browser_that_is_gone_amid_messages_leaves_no_traceback_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with servers.dashboard(write_notebook(tmp_path, TALKING), log) as address:
        for _ in range(3):
            with httpx2.Client(timeout=UNTIL_SECONDS) as visitor, connected(address, visitor) as page:
                page.recv(timeout=UNTIL_SECONDS)
                page.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                page.socket.close()
    assert log.read_text().strip() == address
