"""Start the notebook servers as a user does, as processes of their own, and say where they answer."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil

DASHBOARD = """
import ast, sys
from pathlib import Path
from aeterna_nb.server.dashboard import Place, serve_dashboard
sys.exit(serve_dashboard(Place(port=int(sys.argv[2]), **ast.literal_eval(sys.argv[3])), Path(sys.argv[1])))
"""
QUIET = {"fetchNews": "false", "checkForUpdates": False}
"""JupyterLab's toast about news lies over the lower right corner; only this setting keeps it away."""

STARTUP_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            httpx2.get(address, timeout=STARTUP_SECONDS)
        except httpx2.TransportError:  # Jupyter tries its port before it listens there, and resets who came meanwhile.
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The server does not answer at {address}:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def running(command: list[str], environment: dict[str, str], address: str, log: Path) -> Iterator[str]:
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=output)
    try:
        wait_until_it_answers(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=STARTUP_SECONDS)


@contextmanager
def dashboard(notebook: Path, log: Path, port: int = 0, before: str = "", **place: Any) -> Iterator[str]:
    """Serve `notebook` with Voila, as `aeterna dashboard` does; yields the page's address.

    `place` is what the command's flags say, `before` is run in the server's process first. The look whether it answers
    costs no kernel.
    """
    port = port or free_port()
    command = [sys.executable, "-c", before + DASHBOARD, str(notebook), str(port), repr(place)]
    with running(command, {}, f"http://localhost:{port}{place.get('base', '/')}robots.txt", log) as looked:
        yield looked.removesuffix("robots.txt")


def words(process: psutil.Process) -> list[str]:
    """The command line of a process; nothing of one that has ended."""
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def kernels(address: str) -> list[psutil.Process]:
    """The kernels of the dashboard at this address: what its warm process has forked."""
    port = str(urlsplit(address).port)
    (server,) = (child for child in psutil.Process().children() if port in words(child))
    return [
        kernel for child in server.children() if "aeterna_nb.server.warm" in words(child) for kernel in child.children()
    ]


@contextmanager
def jupyterlab(folder: Path, state: Path) -> Iterator[str]:
    """Serve `folder` with JupyterLab, without token and with settings of its own; yields its address."""
    settings = state / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET), encoding="utf-8")
    environment = {
        "AETERNA_NO_PROBE": "1",
        "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
    }
    port = free_port()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
        *("--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}"),
    ]
    with running(command, environment, f"http://localhost:{port}/", state / "jupyterlab.log") as address:
        yield address
