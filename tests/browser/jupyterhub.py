"""A real JupyterHub on this machine, into which whoever knows the password signs in."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page

from tests.browser import servers

PASSWORD = "let me in for the test"
CONFIGURATION = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.cookie_secret = b"0" * 32
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.allow_all = True
c.DummyAuthenticator.password = {password!r}
c.JupyterHub.spawner_class = "simple"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
"""


@contextmanager
def running(folder: Path, more: str, token: str) -> Iterator[str]:
    """Run the Hub with a configuration that has `more` in the end; yields its address."""
    proxy = shutil.which("configurable-http-proxy") or shutil.which(
        "configurable-http-proxy", path=str(Path(__file__).parent / "node_modules" / ".bin")
    )
    if proxy is None:
        pytest.skip("configurable-http-proxy is not there (npm install --prefix tests/browser configurable-http-proxy)")
    port, hub, api = (servers.free_port() for _ in range(3))
    home = folder / "home"
    home.mkdir()
    file = folder / "jupyterhub_config.py"
    text = CONFIGURATION.format(port=port, hub=hub, api=api, proxy=[proxy], password=PASSWORD)
    file.write_text(text + more, encoding="utf-8")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"CONFIGPROXY_AUTH_TOKEN": token, "HOME": str(home), "PATH": path}
    command = [sys.executable, "-m", "jupyterhub", "-f", str(file)]
    with servers.running(command, environment, f"http://localhost:{port}/", folder / "hub.log") as address:
        wait_for(f"{address}hub/api")
        yield address


def wait_for(address: str) -> None:
    """Wait until this is there: the proxy answers before the Hub and its services do."""
    deadline = time.monotonic() + servers.STARTUP_SECONDS
    while httpx2.get(address, timeout=60).status_code != 200:
        assert time.monotonic() < deadline, f"{address} is not there"
        time.sleep(0.5)


def open_setup(page: Page, hub: str, name: str) -> None:
    """Sign in under a name, and open the page from the launcher of the JupyterLab that comes."""
    page.goto(f"{hub}hub/login")
    page.get_by_label("Username:").fill(name)
    page.get_by_label("Password:").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Aeterna setup").first.wait_for(timeout=120_000)
    assert f"/user/{name}/lab" in page.url
    page.get_by_text("Aeterna setup").first.click()
    page.locator(".aw-question").first.wait_for(timeout=120_000)
