"""The pods of `helm test`."""

import os
import shutil
import subprocess
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render, one


def tried_in(render: Render, values: dict[str, Any]) -> set[str]:
    return {
        item["metadata"]["name"].removeprefix("aeterna-test-")
        for item in render(choices.merged(choices.KEY, values))
        if item["kind"] == "Pod"
    }


def test_every_part_is_tried(render: Render) -> None:
    assert tried_in(render, {}) == {"server", "postgresql", "cache", "vector", "opal-server", "cedar-agent"}
    hybrid = choices.merged(choices.MODES["hybrid"], choices.OPALS["no-opal"], choices.VECTORS["pgvector"])
    assert tried_in(render, hybrid) == {"server", "postgresql", "cache", "central"}
    assert tried_in(render, choices.REMOTE) == {"central"}


@pytest.mark.parametrize(
    ("vector", "url"),
    [
        ("qdrant", "http://aeterna-qdrant:6333/readyz"),
        ("qdrant-external", "http://q.example.com:6333/readyz"),
        ("weaviate", "http://weaviate:80/v1/.well-known/ready"),
        ("weaviate-external", "https://w.example.com:443/v1/.well-known/ready"),
    ],
)
def test_the_vector_store_is_asked_whether_it_is_ready(vector: str, url: str, render: Render) -> None:
    pod = one(render(choices.merged(choices.KEY, choices.VECTORS[vector])), "Pod", "aeterna-test-vector")
    assert pod["spec"]["containers"][0]["command"][-1] == url


def test_a_test_of_something_that_is_down_fails(render: Render) -> None:
    pod = one(render(choices.KEY), "Pod", "aeterna-test-cache")
    command = [word.replace("sleep 5", "true") for word in pod["spec"]["containers"][0]["command"]]
    environment = {"PATH": os.environ["PATH"], "CACHE_HOST": "127.0.0.1", "RD_PORT": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "does not answer" in done.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
def test_a_cache_that_answers_passes_and_is_told_the_password(render: Render) -> None:
    from socketserver import StreamRequestHandler, TCPServer
    from threading import Thread

    heard = []

    class Cache(StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                heard.append(line.strip().decode())
                if line.startswith(b"PING"):
                    self.wfile.write(b"+PONG\r\n")
                if line.startswith(b"QUIT"):
                    return

    pod = one(render(choices.KEY), "Pod", "aeterna-test-cache")
    with TCPServer(("127.0.0.1", 0), Cache) as server:
        Thread(target=server.handle_request, daemon=True).start()
        port = str(server.server_address[1])
        environment = {"PATH": os.environ["PATH"], "CACHE_HOST": "127.0.0.1", "RD_PORT": port, "REDIS_PASSWORD": "p w"}
        done = subprocess.run(pod["spec"]["containers"][0]["command"], env=environment, check=False, timeout=60)
    assert done.returncode == 0
    assert heard == ['AUTH "p w"', "PING", "QUIT"]
