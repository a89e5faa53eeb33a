"""What a kernel tells the browser while a page opens."""

from collections.abc import Iterator
from queue import Empty
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

OPENED = """
from aeterna_nb.notebook.parameters import read_parameters
from aeterna_nb.notebook.run import setup_page

page = setup_page(read_parameters({}))
page
"""
WAITED = "page.settled(); len(page.settled().files)"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlockingKernelClient]:
    """A kernel of a page that Voila serves."""
    monkeypatch.setenv("VOILA_PREHEAT", "False")
    manager, client = start_new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def told(client: BlockingKernelClient, code: str) -> list[dict[str, Any]]:
    """What the kernel says until this has run, and in the second after it."""
    said: list[dict[str, Any]] = []
    reply = client.execute_interactive(code, timeout=120, output_hook=said.append)
    assert reply["content"]["status"] == "ok", reply["content"]
    while True:
        try:
            said.append(client.get_iopub_msg(timeout=1))
        except Empty:
            return said


def test_a_page_of_voila_draws_nothing_by_itself_once_the_browser_may_ask_for_it(client: BlockingKernelClient) -> None:
    opened: list[dict[str, Any]] = []
    client.execute_interactive(OPENED, timeout=120, output_hook=opened.append)
    assert [said for said in opened if said["msg_type"] == "comm_open"]
    after = told(client, WAITED)
    assert [
        said for said in after if said["msg_type"] == "execute_result" and int(said["content"]["data"]["text/plain"])
    ]
    assert not [said["content"] for said in after if said["msg_type"].startswith("comm_")]
