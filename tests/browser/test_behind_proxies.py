"""The page below a path: behind a real nginx that keeps it or takes it off, and as a service of a real JupyterHub.

Both are told what the guides tell them.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, Response, expect

from aeterna_nb.server.kernels import SIGN_SECONDS
from tests.browser import jupyterhub, servers
from tests.browser.test_serving import press, write_notebook
from tests.documented import shown

TOKEN = "0123456789abcdef"
FORGOTTEN_SECONDS = SIGN_SECONDS - 10
"""Before a page that went without a word would have been given up."""
NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
  fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""
SERVERS = """
import sys
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.notebook_dir = {home!r}
"""


@contextmanager
def nginx(folder: Path, behind: int, shown_as: str, without: str = "") -> Iterator[str]:
    """Run nginx before the server at the port `behind`, as a guide shows it, but for a line; yields the page's
    address."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    port = servers.free_port()
    configuration = folder / "nginx.conf"
    location = shown("how-to/serving.md", shown_as, {":8866": f":{behind}"})
    assert without in location
    location = location.replace(without, "")
    text = NGINX.format(folder=folder, port=port, location=location)
    configuration.write_text(text, encoding="utf-8")
    command = [program, "-c", str(configuration), "-e", str(folder / "error.log")]
    looked = f"http://localhost:{port}/tools/aeterna/robots.txt"
    with servers.running(command, {}, looked, folder / "nginx.log"):
        yield looked.removesuffix("robots.txt")


def open_with_token(page: Page, address: str) -> tuple[list[str], int]:
    """Open the page with the token and use it; the addresses that answered with an error, and the kernel's process."""
    failed: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            failed.append(f"{answer.status} {answer.url}")

    page.on("response", note)
    page.goto(f"{address}?token={TOKEN}")
    assert page.url == address
    return failed, press(page)


def test_a_proxy_that_does_not_pass_on_the_name_is_named(page: Page, tmp_path: Path) -> None:
    port = servers.free_port()
    with (
        servers.dashboard(write_notebook(tmp_path), tmp_path / "log", port=port, base="/tools/aeterna/", token=TOKEN),
        nginx(tmp_path, port, "kept.conf", without="proxy_set_header Host $http_host;") as address,
    ):
        page.goto(f"{address}?token={TOKEN}")
        expect(page.get_by_role("alert")).to_contain_text("does not pass on the name that it is asked for (Host)")


@pytest.mark.parametrize(("base", "shown_as"), [("/tools/aeterna/", "kept.conf"), ("/", "taken-off.conf")])
def test_the_page_works_below_a_path_of_nginx(page: Page, tmp_path: Path, base: str, shown_as: str) -> None:
    port = servers.free_port()
    notebook = write_notebook(tmp_path)
    with (
        servers.dashboard(notebook, tmp_path / "log", port=port, base=base, token=TOKEN),
        nginx(tmp_path, port, shown_as) as address,
    ):
        failed, kernel = open_with_token(page, address)
        assert failed == []
        cookies = {cookie["name"]: cookie["path"] for cookie in page.context.cookies(address)}
        assert cookies[f"aeterna-{port}"] == "/tools/aeterna/"
        # A kernel that is left is ended below the path as well.
        assert psutil.pid_exists(kernel)
        page.goto("about:blank")
        end = time.monotonic() + FORGOTTEN_SECONDS
        while psutil.pid_exists(kernel):
            assert time.monotonic() < end, "the kernel still runs"
            time.sleep(0.1)
        page.goto(address)
        assert press(page) > 0


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterHub that starts the page as a service of its own."""
    token = tmp_path / "aeterna.token"
    token.write_text(f"{TOKEN}\n", encoding="utf-8")
    changes = {"8867": str(servers.free_port()), "/etc/jupyterhub/aeterna.token": str(token)}
    service = shown("how-to/jupyterhub.md", "jupyterhub_config.py", changes)
    configuration = SERVERS.format(home=str(tmp_path / "home")) + service
    with jupyterhub.running(tmp_path, configuration, TOKEN) as address:
        jupyterhub.wait_for(f"{address}services/aeterna/robots.txt")
        yield address


def test_the_page_is_a_service_of_jupyterhub(page: Page, hub: str) -> None:
    address = f"{hub}services/aeterna/"
    page.goto(address)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Open the workbench").click()
    page.wait_for_url(address)
    expect(page.locator(".aw-question").first).to_be_visible()


def test_a_user_of_jupyterhub_opens_the_page_in_a_lab_of_their_own(page: Page, hub: str) -> None:
    jupyterhub.open_setup(page, hub, "somebody")
