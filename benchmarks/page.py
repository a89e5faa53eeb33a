"""The page in Chromium: how long it takes to open, and how much memory each visitor costs."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Browser, sync_playwright

from aeterna_nb.notebook.serve import bundled_notebook
from benchmarks.harness import MEGABYTES, Comparison
from benchmarks.notebooks import ONE_WIDGET, write_notebook
from tests.browser import servers
from tests.browser.conftest import FLAGS

QUIET_SECONDS = 1.0
FIRST_QUESTION = ".aw-question"
BUTTON = ".jupyter-button"


@dataclass(frozen=True)
class Served:
    """A page that is served, and what is visible on it once it is there."""

    address: str
    visible: str


@dataclass(frozen=True)
class Pages:
    """The product's page and the one-widget page, each from a server of its own, and a browser to open them in."""

    browser: Browser
    product: Served
    plain: Served


@contextmanager
def both_pages(folder: Path) -> Iterator[Pages | None]:
    """Yields the pages while the servers and the browser run, or None where there is no Chromium."""
    program = shutil.which("chromium")
    if program is None:
        yield None
        return
    plain = write_notebook(folder / "one-widget.ipynb", [ONE_WIDGET])
    with (
        servers.dashboard(bundled_notebook(), folder / "product.log") as product_address,
        servers.dashboard(plain, folder / "plain.log") as plain_address,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=FLAGS) as browser,
    ):
        yield Pages(browser, Served(product_address, FIRST_QUESTION), Served(plain_address, BUTTON))


def opening_against_one_widget(pages: Pages) -> Comparison:
    """From the address to the first thing to click on."""
    return Comparison(
        "page until the first question / one-widget page",
        product=lambda: opening(pages.browser, pages.product),
        plain=lambda: opening(pages.browser, pages.plain),
        target=1.5,
        rounds=5,
    )


def memory_against_one_widget(pages: Pages) -> Comparison:
    """What the kernel behind an open page has for itself (USS): each further visitor costs that much."""
    return Comparison(
        "memory of a visitor's kernel / one-widget page's kernel",
        product=lambda: memory(pages.browser, pages.product),
        plain=lambda: memory(pages.browser, pages.plain),
        target=2.0,
        rounds=2,
        unit=MEGABYTES,
    )


def opening(browser: Browser, served: Served) -> float:
    """The seconds until the page is there for a new visitor."""
    settle()
    with visit(browser, served) as seconds:
        return seconds


def memory(browser: Browser, served: Served) -> float:
    """The bytes of the largest kernel of the server while the page is open: the others wait for visitors."""
    with visit(browser, served):
        settle()
        return float(max(kernel.memory_full_info().uss for kernel in kernels(served.address)))


@contextmanager
def visit(browser: Browser, served: Served) -> Iterator[float]:
    """Open the page as a new visitor does; yields the seconds until it was there."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(served.address, wait_until="commit")
    page.locator(served.visible).first.wait_for(timeout=60_000)
    yield time.perf_counter() - start
    context.close()


def kernels(address: str) -> list[psutil.Process]:
    """The kernels of the server at this address."""
    port = str(urlsplit(address).port)
    (server,) = (child for child in psutil.Process().children() if port in child.cmdline())
    return [child for child in server.children(recursive=True) if any("ipykernel" in word for word in child.cmdline())]


def settle() -> None:
    """Wait until the servers' kernels have nothing left to do: each page that opens lets one more start in advance."""
    quiet_since = time.monotonic()
    before = cpu_seconds()
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        time.sleep(0.2)
        now = cpu_seconds()
        if now - before > 0.05:
            quiet_since = time.monotonic()
        before = now


def cpu_seconds() -> float:
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # It may end between the listing and the look.
            spent = child.cpu_times()
            total += spent.user + spent.system
    return total
