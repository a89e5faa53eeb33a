"""The pods of `helm test`."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render, one
from tests.outside import PASSWORD


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


MINUTE = "+ 60"
"""How the scripts of the tests say that they try for a minute."""
TRIED: dict[str, dict[str, Any]] = {
    "everything": choices.KEY,
    "hybrid": choices.merged(choices.KEY, choices.MODES["hybrid"], choices.DATABASES["external"]),
    "remote": choices.REMOTE,
}


def programs(folder: Path, script: str) -> dict[str, str]:
    """The environment in which curl and psql are this script, and sleeping takes no time."""
    for name, text in {"curl": script, "psql": script, "sleep": ""}.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "CACHE_HOST": "cache", "RD_PORT": "6379"}


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("values", TRIED.values(), ids=TRIED)
def test_each_test_tries_again_and_says_in_the_end_what_it_waited_for(
    values: dict[str, Any], render: Render, tmp_path: Path
) -> None:
    commands = {
        item["metadata"]["name"]: item["spec"]["containers"][0]["command"]
        for item in render(values)
        if item["kind"] == "Pod"
    }
    assert commands
    for name, command in commands.items():
        seen = tmp_path / name
        environment = programs(tmp_path, f"test -e {seen} && echo +PONG || {{ touch {seen}; exit 7; }}")
        assert run(command, environment).returncode == 0, name
        impatient = [word.replace(MINUTE, "+ 0") for word in command]
        assert impatient != command, name
        done = run(impatient, programs(tmp_path, "exit 7"))
        assert done.returncode == 1, name
        assert re.search(r"^Within a minute no answer came from .+ at .+:\S+\.$", done.stdout, re.MULTILINE), (
            done.stdout
        )


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
def test_a_cache_that_answers_passes_and_is_told_the_password(render: Render) -> None:
    from socketserver import StreamRequestHandler, TCPServer
    from threading import Thread

    heard = []

    class Cache(StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                heard.append(line.removesuffix(b"\r\n").decode())
                if line.startswith(b"PING"):
                    self.wfile.write(b"+PONG\r\n")
                if line.startswith(b"QUIT"):
                    return

    pod = one(render(choices.KEY), "Pod", "aeterna-test-cache")
    with TCPServer(("127.0.0.1", 0), Cache) as server:
        Thread(target=server.handle_request, daemon=True).start()
        port = str(server.server_address[1])
        environment = {
            "PATH": os.environ["PATH"],
            "CACHE_HOST": "127.0.0.1",
            "RD_PORT": port,
            "REDIS_PASSWORD": PASSWORD,
        }
        done = run(pod["spec"]["containers"][0]["command"], environment)
    assert done.returncode == 0
    assert heard[:5] == ["*2", "$4", "AUTH", f"${len(PASSWORD)}", PASSWORD]
    assert heard[5:] == ["*1", "$4", "PING", "*1", "$4", "QUIT"]
