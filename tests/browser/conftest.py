"""Debian's Chromium, and the notebook servers that it looks at.

The fixtures live as long as this folder's tests: while Playwright's loop runs, no other test of the same process could
start a loop of its own.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.browser import jupyterlab, servers, setup_page
from tests.browser.setup_page import ARTIFACTS

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
LOOPBACK = {"127.0.0.1", "localhost"}
TIMEOUT_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One window for all tests, so that what Voila and JupyterLab serve to every page is fetched and compiled once.

    Its pages, 1280 x 720, ask nobody outside this machine for anything.
    """
    outside: list[str] = []

    def note(asked: Request) -> None:
        address = urlsplit(asked.url)
        if address.scheme not in {"data", "blob", "about"} and address.hostname not in LOOPBACK:
            outside.append(f"{asked.url} from {asked.frame.url}")

    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(TIMEOUT_MS)
    expect.set_options(timeout=TIMEOUT_MS)
    context.on("request", note)
    yield context
    context.close()
    assert outside == []


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that finds nothing of other tests; a picture of how it ended is left in `tests/artifacts`."""
    opened = context.new_page()
    # Shown with a test that fails.
    opened.on("console", lambda said: print(f"{said.type}: {said.text[:1000]}") if said.type == "error" else None)
    opened.on("requestfailed", lambda asked: print(f"failed: {asked.url}: {asked.failure}"))
    yield opened
    if not opened.is_closed():
        ARTIFACTS.mkdir(exist_ok=True)
        opened.screenshot(path=ARTIFACTS / f"{re.sub(r'[^a-zA-Z0-9_.-]+', '-', request.node.name)}.png")
        if urlsplit(opened.url).hostname in LOOPBACK:
            opened.evaluate("window.localStorage.clear()")
        opened.close()


@pytest.fixture
def axe() -> str:
    """The script of axe-core, from npm; `npm install --prefix tests/browser axe-core` puts it here."""
    place = os.environ.get("AETERNA_TEST_AXE", "") or Path(__file__).parent / "node_modules/axe-core/axe.min.js"
    if not Path(place).is_file():
        pytest.skip("axe-core is not there (npm install --prefix tests/browser axe-core, or AETERNA_TEST_AXE)")
    return Path(place).read_text(encoding="utf-8")


@pytest.fixture(scope="package")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """A function that serves a notebook with Voila and returns the page's address; one server for each notebook."""
    addresses: dict[Path, str] = {}
    with ExitStack() as stack:

        def address_of(notebook: Path) -> str:
            if notebook not in addresses:
                log = tmp_path_factory.mktemp("voila") / "voila.log"
                addresses[notebook] = stack.enter_context(servers.dashboard(notebook, log))
            return addresses[notebook]

        yield address_of


@pytest.fixture(scope="package")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that JupyterLab serves: put a notebook there to open it."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="package")
def lab(lab_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab server in `lab_folder`."""
    with servers.jupyterlab(lab_folder, tmp_path_factory.mktemp("lab-state")) as address:
        yield address


@pytest.fixture(scope="package")
def notebook_folder(lab_folder: Path) -> Path:
    """The folder that the setup notebook lies in and writes its files into."""
    folder = lab_folder / "setup"
    folder.mkdir()
    shutil.copy(setup_page.SETUP, folder)
    return folder


@pytest.fixture(scope="package")
def opened_notebook(context: BrowserContext, lab: str, notebook_folder: Path) -> Iterator[Page]:
    """The setup notebook in JupyterLab, opened once for all tests: that alone takes longer than most of them."""
    opened = context.new_page()
    jupyterlab.open_notebook(opened, lab, f"{notebook_folder.name}/{setup_page.SETUP.name}")
    yield opened
    opened.close()


@pytest.fixture
def notebook(opened_notebook: Page, notebook_folder: Path) -> Page:
    """The setup page in JupyterLab as it begins, its first evaluation shown, in a folder without files."""
    opened_notebook.bring_to_front()
    setup_page.begin_anew_in_lab(opened_notebook, notebook_folder)
    return opened_notebook
