"""The CronJob that takes snapshots of Qdrant: its script is run against a stand-in on loopback."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.chart.conftest import Manifest, Render, one

VALUES = {
    "qdrant": {"replicaCount": 3, "snapshotPersistence": {"enabled": True}},
    "vector": {"qdrant": {"snapshots": {"enabled": True, "keep": 2}}},
}


class Qdrant(BaseHTTPRequestHandler):
    """One collection, whose snapshots are kept in a list."""

    snapshots: list[str]

    def _answer(self, result: object) -> None:
        text = json.dumps({"result": result, "status": "ok", "time": 0.1}, separators=(",", ":")).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        if self.path == "/collections":
            self._answer({"collections": [{"name": "memories"}]})
        else:
            self._answer([{"name": name, "creation_time": None, "size": 1} for name in self.snapshots])

    def do_POST(self) -> None:
        self.snapshots.append("memories-1-2026-11-24.snapshot")
        self._answer({"name": self.snapshots[-1]})

    def do_DELETE(self) -> None:
        self.snapshots.remove(self.path.rsplit("/", 1)[1])
        self._answer(True)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def qdrant() -> Iterator[tuple[str, list[str]]]:
    held = [f"memories-1-2026-11-{day}.snapshot" for day in (21, 23, 22)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Held", (Qdrant,), {"snapshots": held}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", held
    server.shutdown()
    server.server_close()


def container(manifests: list[Manifest]) -> Manifest:
    pod = one(manifests, "CronJob", "aeterna-qdrant-snapshots")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    found: Manifest = pod["containers"][0]
    return found


def test_every_node_is_asked(render: Render) -> None:
    nodes = next(item["value"] for item in container(render(VALUES))["env"] if item["name"] == "NODES")
    assert nodes.split() == [f"http://aeterna-qdrant-{n}.aeterna-qdrant-headless:6333" for n in range(3)]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_a_snapshot_is_taken_and_the_oldest_go(render: Render, qdrant: tuple[str, list[str]]) -> None:
    address, held = qdrant
    job = container(render(VALUES))
    environment = {"PATH": os.environ["PATH"], "NODES": address, "KEEP": "2"}
    subprocess.run([*job["command"], *job["args"]], env=environment, check=True, timeout=60)
    assert sorted(held) == ["memories-1-2026-11-23.snapshot", "memories-1-2026-11-24.snapshot"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_a_node_that_does_not_answer_fails_the_job(render: Render) -> None:
    job = container(render(VALUES))
    environment = {"PATH": os.environ["PATH"], "NODES": "http://127.0.0.1:9", "KEEP": "2"}
    assert subprocess.run([*job["command"], *job["args"]], env=environment, check=False, timeout=60).returncode
