"""The real OpenCode in a folder that the wizard wrote. It comes from npm, once, into the user's cache."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from aeterna_nb.commands.main import main

from .standin import StandIn, free_port
from .test_stdio import ROOT

VERSION = "1.18.33"
CANARY = "canary-token-0c0d"
INSTALL_SECONDS = 300
RUN_SECONDS = 240

Run = Callable[..., str]


@pytest.fixture(scope="session")
def opencode() -> Path:
    """The program, or a skip that says what is missing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed, so OpenCode cannot be tried")
    cache = platformdirs.user_cache_path("aeterna-nb-tests", ensure_exists=True)
    installed = cache / f"opencode-{VERSION}"
    if not installed.is_dir():
        folder = Path(tempfile.mkdtemp(dir=cache))
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), f"opencode-ai@{VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        with contextlib.suppress(OSError):  # another run may be faster
            if done.returncode == 0:
                folder.rename(installed)
        shutil.rmtree(folder, ignore_errors=True)
        if done.returncode:
            pytest.skip(f"npm could not install opencode-ai@{VERSION}: {done.stderr.strip().splitlines()[-1:]}")
    return installed / "node_modules" / ".bin" / "opencode"


@pytest.fixture
def written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], Path]:
    """Let the wizard write a folder for OpenCode alone."""

    def write(address: str) -> Path:
        folder = tmp_path / "project"
        flags = ["--target", "opencode-only", "--central-url", address, "--central-auth", "api-key"]
        assert main(["setup", "--non-interactive", *flags, "--output", str(folder)]) == 0
        capsys.readouterr()
        return folder

    return write


@pytest.fixture
def run_opencode(opencode: Path, tmp_path: Path) -> Run:
    """Run OpenCode in a folder, with a home of its own, `aeterna` on its path, and no way out of this machine."""
    programs = tmp_path / "bin"
    programs.mkdir()
    start = "from aeterna_nb.commands.main import main; raise SystemExit(main())"
    (programs / "aeterna").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{start}" "$@"\n')
    (programs / "aeterna").chmod(0o755)
    nobody = f"http://127.0.0.1:{free_port()}"

    def run(folder: Path, *words: str, **variables: str) -> str:
        environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path / "home"),
            "PYTHONPATH": str(ROOT),
            "HTTP_PROXY": nobody,
            "HTTPS_PROXY": nobody,
            "NO_PROXY": "127.0.0.1",
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            [str(opencode), *words],
            cwd=folder,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)

    return run


def test_opencode_says_connected_in_a_folder_that_the_wizard_wrote(
    standin: StandIn, address: str, written: Callable[[str], Path], run_opencode: Run
) -> None:
    standin.token = CANARY
    said = run_opencode(written(address), "mcp", "list", AETERNA_TOKEN=CANARY)

    assert re.search(r"✓ aeterna\s+connected", said), said
    assert CANARY not in said
    assert {headers["authorization"] for headers in standin.headers} == {f"Bearer {CANARY}"}


def test_opencode_connects_while_the_server_is_down(written: Callable[[str], Path], run_opencode: Run) -> None:
    said = run_opencode(written(f"http://127.0.0.1:{free_port()}"), "mcp", "list")

    assert re.search(r"✓ aeterna\s+connected", said), said


class ScriptedModel(BaseHTTPRequestHandler):
    """A model behind OpenAI's interface that asks for one tool, and then repeats what the tool said."""

    protocol_version = "HTTP/1.1"
    tool = "aeterna_sync_status"
    requests: list[dict[str, Any]]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.requests.append(request)
        offered = [tool["function"]["name"] for tool in request.get("tools", [])]
        said = [message["content"] for message in request["messages"] if message["role"] == "tool"]
        if self.tool in offered and not said:
            call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": self.tool, "arguments": "{}"}}
            delta, reason = {"role": "assistant", "tool_calls": [call]}, "tool_calls"
        else:
            delta, reason = {"role": "assistant", "content": f"The tool said: {said}"}, "stop"
        chunks = [
            {"index": 0, "delta": delta, "finish_reason": None},
            {"index": 0, "delta": {}, "finish_reason": reason},
        ]
        events = [
            "data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [chunk]})
            for chunk in chunks
        ]
        body = "\n\n".join([*events, "data: [DONE]", ""]).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""


@contextlib.contextmanager
def scripted_model() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    requests: list[dict[str, Any]] = []
    handler = type("Handler", (ScriptedModel,), {"requests": requests})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_model_in_opencode_calls_a_tool_of_the_server(
    standin: StandIn, address: str, written: Callable[[str], Path], run_opencode: Run
) -> None:
    folder = written(address)
    with scripted_model() as (model, requests):
        file = folder / "opencode.json"
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "options": {"baseURL": model, "apiKey": "x"},
            "models": {"m": {"name": "m"}},
        }
        file.write_text(json.dumps(json.loads(file.read_text()) | {"provider": {"scripted": provider}}))
        said = run_opencode(folder, "run", "--model", "scripted/m", "Is the memory in sync?")

    assert '"healthy": true' in said.replace("\\", "")
    [call] = standin.calls
    assert call["name"] == "sync_status"
    assert call["tenantContext"]["tenant_id"] == "default"
    offered = max((request.get("tools", []) for request in requests), key=len)
    assert sum(tool["function"]["name"].startswith("aeterna_") for tool in offered) == 26
