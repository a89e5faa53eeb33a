"""Kernels that are forked from one warm process: each visitor's own, cheap, and gone with the server."""

import asyncio
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest
import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from aeterna_nb.notebook.serve import bundled_notebook
from aeterna_nb.server.dashboard import helm_beside
from aeterna_nb.server.kernels import READY
from aeterna_nb.server.provisioner import Forked, WarmProcess
from tests.browser import servers
from tests.server.conftest import TOKEN, write_notebook

SECONDS = 60


def told(html: str) -> dict[str, Any]:
    """What the notebook says of its kernel, off the page."""
    (text,) = re.findall(r"'(\{.*?\})'", html.replace("&quot;", '"').replace("&#34;", '"').replace("\\u0027", "'"))
    found: dict[str, Any] = json.loads(text.replace('\\"', '"'))
    return found


@pytest.fixture(scope="module")
def two(serve: Callable[..., str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What two visitors' kernels say of themselves."""
    address = serve(visitors=4)
    return told(httpx2.get(address, timeout=SECONDS).text), told(httpx2.get(address, timeout=SECONDS).text)


def test_each_visitor_has_a_process_and_a_chance_of_their_own(two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    first, second = two
    assert first["pid"] != second["pid"]
    assert first["random"] != second["random"]
    assert first["session"]
    assert second["session"]


def test_what_a_visit_needs_is_loaded_before_it_begins(two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert two[0]["loaded"]


def test_a_visit_does_not_pay_for_a_debugger_that_no_page_reaches(two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert not two[0]["debugger"]


LATE = """
import sys, time
from IPython import get_ipython

sys.stdout.flush_timeout = sys.stderr.flush_timeout = 0  # The cell ends before its output is sent.
get_ipython().kernel.iopub_thread.schedule(lambda: time.sleep(6))
"late, " + "and there"
"""


def test_output_that_comes_late_is_on_the_page(serve: Callable[..., str]) -> None:
    assert "late, and there" in httpx2.get(serve(LATE), timeout=SECONDS).text


def test_no_kernel_waits_at_a_port_that_another_program_may_take_first(serve: Callable[..., str]) -> None:
    visit = psutil.Process(told(httpx2.get(serve(visitors=4), timeout=SECONDS).text)["pid"])
    channels = {place.laddr for place in visit.net_connections(kind="unix") if "/kernel-" in str(place.laddr)}
    assert len(channels) == 5


LEAVING = """
import json, os, tempfile
json.dumps({"pid": os.getpid(), "left": tempfile.mkstemp()[1], "for Helm": os.environ["TMPDIR"]})
"""


def test_what_lies_in_temporary_files_goes_with_a_visit_that_is_ended(serve: Callable[..., str]) -> None:
    visit = told(httpx2.get(serve(LEAVING), timeout=SECONDS).text)
    assert Path(visit["left"]).parent == Path(visit["for Helm"])
    deadline = time.monotonic() + SECONDS
    while Path(visit["for Helm"]).exists() or psutil.pid_exists(visit["pid"]):
        assert time.monotonic() < deadline, visit
        time.sleep(0.5)


ASKING = """
from aeterna_nb.chart.helm import HelmError, find_release

try:
    find_release("aeterna", "aeterna", "", "")
except HelmError as error:
    said = str(error)
said
"""


def test_helm_finds_the_environment_in_a_kernel(
    serve: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = "clusters: [{name: a, cluster: {server: 'https://127.0.0.1:9'}}]"
    contexts = "contexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a"
    (tmp_path / "kubeconfig").write_text(f"apiVersion: v1\nkind: Config\n{cluster}\n{contexts}\n")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    assert "https://127.0.0.1:9/" in httpx2.get(serve(ASKING), timeout=SECONDS).text


def test_a_kernel_does_not_learn_the_token(
    serve: Callable[..., str], guarded: str, visitor: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadline = time.monotonic() + SECONDS
    while (answer := visitor.get(guarded)).status_code == 503 and time.monotonic() < deadline:
        time.sleep(1)
    pid = told(answer.text)["pid"]
    assert TOKEN.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
    assert told(answer.text)["token"] is None


@pytest.mark.parametrize("seconds", [0.2, 6.0])
def test_visitors_who_leave_amid_the_first_cells_leave_no_traceback_in_the_log(tmp_path: Path, seconds: float) -> None:
    log = tmp_path / "log"
    with servers.dashboard(bundled_notebook(), log) as address:
        for number in range(6):
            with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)) as visitor:
                visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                time.sleep(number * 0.3)
        time.sleep(seconds)
    assert log.read_text().strip() == address


BEGINS_TOO_LATE = """
import sys
if "aeterna_nb.server.warm" in sys.orig_argv:
    import time
    from pathlib import Path
    from ipykernel.heartbeat import Heartbeat
    start = Heartbeat.start
    def late(self):
        Path(__file__).with_name("begins").touch()
        while Path(self.ip).parent.exists():
            time.sleep(0.01)
        start(self)
        self.join(2)
    Heartbeat.start = late
"""
ENDS_SLOWLY = """
import shutil, time
remove = shutil.rmtree
def slowly(folder, *words, **named):
    remove(folder, *words, **named)
    if "/voila_" in str(folder):
        time.sleep(3)
shutil.rmtree = slowly
"""


def test_a_kernel_that_begins_as_the_server_ends_does_not_complain_that_their_folder_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BEGINS_TOO_LATE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    log = tmp_path / "log"
    with servers.dashboard(write_notebook(tmp_path), log, before=ENDS_SLOWLY) as address:
        deadline = time.monotonic() + SECONDS
        while not (tmp_path / "begins").exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert log.read_text().strip() == address


COMPLAINING = """
import os
try:
    while True:
        pass
except KeyboardInterrupt:
    os.write(2, b"interrupted")
"""


def test_a_visit_that_is_left_is_ended_without_an_interruption_to_complain_about(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with servers.dashboard(write_notebook(tmp_path, COMPLAINING), log, visitors=8) as address:
        for _ in range(8):
            with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)) as visitor:
                visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                time.sleep(1)
    assert log.read_text().strip() == address


def test_a_session_that_does_not_start_is_a_line_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with servers.dashboard(bundled_notebook(), log, memory=1) as address:
        assert "window.aeterna.whole = true" not in httpx2.get(address, timeout=SECONDS).text
    assert "A session did not start: RuntimeError('Kernel died" in log.read_text()
    assert "Traceback" not in log.read_text().partition(address)[2]


def test_a_kernel_that_ends_by_itself_is_a_line_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with servers.dashboard(write_notebook(tmp_path), log) as address:
        os.kill(told(httpx2.get(address, timeout=SECONDS).text)["pid"], signal.SIGKILL)
        deadline = time.monotonic() + SECONDS
        while len(log.read_text().splitlines()) < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
    assert log.read_text().splitlines() == [
        address,
        "A kernel ended by itself. It may have needed more memory than one may take.",
    ]


def test_no_kernel_loads_helm_and_all_end_with_the_server(tmp_path: Path) -> None:
    with servers.dashboard(bundled_notebook(), tmp_path / "log") as address:
        deadline = time.monotonic() + SECONDS
        while len(servers.kernels(address)) < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert httpx2.get(address, timeout=SECONDS).status_code == 200
        kernels = servers.kernels(address)
        for kernel in kernels:
            # They have rendered the chart by now, or the page would have no consequences.
            assert "helm_python" not in Path(f"/proc/{kernel.pid}/maps").read_text(encoding="utf-8")
        server = kernels[0].parent().parent()
        assert server is not None
        others = server.children(recursive=True)
        server.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(others, timeout=SECONDS)
        assert alive == []


def test_nobody_gets_the_kernel_that_another_one_has_given_up_waiting_for(tmp_path: Path) -> None:
    async def forked(name: str, seconds: float) -> Forked | None:
        (tmp_path / f"{name}.json").write_text("{}")
        return await warm.fork(["-f", str(tmp_path / f"{name}.json")], str(tmp_path), dict(os.environ), seconds)

    with helm_beside():
        warm = WarmProcess()
        try:
            assert asyncio.run(forked("too-late", 0.01)) is None
            following = asyncio.run(forked("in-time", SECONDS))
            assert following is not None
            name = Path(f"/proc/{following.pid}/comm")
            while name.read_text() != "in-time\n":  # It bears its parent's until it has its own.
                assert name.read_text() in ("python\n", "python3\n")
                time.sleep(0.05)
        finally:
            warm.close()


def test_a_kernel_leaves_the_file_alone_that_its_manager_reads_meanwhile(tmp_path: Path) -> None:
    # Written again it is empty for a moment, in which a manager that reads it has no session to start.
    public, secret = zmq.curve_keypair()
    name, _ = write_connection_file(
        str(tmp_path / "kernel.json"),
        transport="ipc",
        ip=str(tmp_path / "ipc"),
        key=b"key",
        curve_publickey=public,
        curve_secretkey=secret,
    )
    written = os.stat(name)
    with helm_beside():
        warm = WarmProcess()
        client = BlockingKernelClient(connection_file=name)
        try:
            assert asyncio.run(warm.fork(["-f", name], str(tmp_path), dict(os.environ)))
            client.load_connection_file()
            client.start_channels()
            client.wait_for_ready(timeout=SECONDS)
            assert os.stat(name).st_mtime_ns == written.st_mtime_ns
        finally:
            client.stop_channels()
            warm.close()


def test_a_kernel_whose_server_has_ended_meanwhile_ends_and_opens_no_ports(tmp_path: Path) -> None:
    with helm_beside():
        warm = WarmProcess()
        try:
            name = tmp_path / "gone" / "kernel.json"
            forked = asyncio.run(warm.fork(["-f", str(name)], str(tmp_path), dict(os.environ)))
            assert forked is not None
            deadline = time.monotonic() + SECONDS
            while forked.poll() is None and time.monotonic() < deadline:
                assert not name.parent.exists()
                time.sleep(0.01)
            assert forked.poll() == 0
        finally:
            warm.close()


LONG_LULL = "from aeterna_nb.server import kernels; kernels.LULL_SECONDS = 600"


def test_the_next_kernel_leaves_the_processors_to_a_page_that_opens_unless_somebody_waits_for_it(
    tmp_path: Path,
) -> None:
    with (
        servers.dashboard(write_notebook(tmp_path), tmp_path / "log", before=LONG_LULL, visitors=4) as address,
        ThreadPoolExecutor(2) as threads,
    ):
        deadline = time.monotonic() + SECONDS
        while len(servers.kernels(address)) < READY and time.monotonic() < deadline:
            time.sleep(0.1)
        first = told(httpx2.get(address, timeout=SECONDS).text)
        time.sleep(2)
        assert len(servers.kernels(address)) == READY  # The visitor's, and the ones that waited before.
        visits = [threads.submit(httpx2.get, address, timeout=SECONDS) for _ in range(READY)]
        assert len({first["pid"], *(told(visit.result().text)["pid"] for visit in visits)}) == 1 + READY


def test_what_cannot_be_forked_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without a service the warm process has to load Helm itself, whose threads do not survive a fork.
    monkeypatch.delenv("AETERNA_HELM_SERVICE", raising=False)
    warm = WarmProcess()
    try:
        assert asyncio.run(warm.fork(["-f", str(tmp_path / "connection.json")], str(tmp_path), {})) is None
    finally:
        warm.close()
