"""The page in Chromium: how long it takes to open, how much memory each visitor costs, and twenty of them at once.

Plain is a page of one widget, served by Voila as anybody starts it.
"""

import contextlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from aeterna_nb.notebook.serve import bundled_notebook
from benchmarks.harness import MEGABYTES, Comparison
from benchmarks.notebooks import ONE_WIDGET, write_notebook
from tests.browser import servers, visitors
from tests.browser.conftest import FLAGS

QUIET_SECONDS = 1.0
FIRST_QUESTION = ".aw-question"
BUTTON = ".jupyter-button"
VISITORS = 20


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
        voila(plain, folder / "plain.log") as plain_address,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=FLAGS) as browser,
    ):
        yield Pages(browser, Served(product_address, FIRST_QUESTION), Served(plain_address, BUTTON))


@contextmanager
def voila(notebook: Path, log: Path) -> Iterator[str]:
    """Serve a notebook with Voila alone; yields the page's address."""
    port = servers.free_port()
    command = [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}"]
    with servers.running(command, {}, f"http://localhost:{port}/voila/static/voila.js", log):
        yield f"http://localhost:{port}/"


def opening_against_one_widget(pages: Pages) -> Comparison:
    """From the address to the first thing to click on."""
    return Comparison(
        "page until the first question / one-widget page",
        product=lambda: opening(pages.browser, pages.product),
        plain=lambda: opening(pages.browser, pages.plain),
        target=0.5,
        rounds=5,
    )


def memory_against_one_widget(pages: Pages) -> Comparison:
    """What the kernel behind an open page costs: its own memory, and its part of what it shares (PSS)."""
    return Comparison(
        "memory of a visitor's kernel / one-widget page's kernel",
        product=lambda: memory(pages.browser, pages.product),
        plain=lambda: memory(pages.browser, pages.plain),
        target=1.3,
        rounds=2,
        unit=MEGABYTES,
    )


def twenty_against_twenty(pages: Pages) -> tuple[Comparison, Comparison]:
    """Twenty visitors at once, each from the address to the zip; plain, until each sees the widget.

    First the seconds, then the memory of the server with all its processes while the twenty are there.
    """
    measured: dict[str, float] = {}

    def together(served: Served, work: Callable[[list[Page]], object]) -> float:
        settle()
        start = time.perf_counter()
        with visitors.arriving(pages.browser, served.address, VISITORS) as opened:
            work(opened)
            seconds = time.perf_counter() - start
            measured[served.address] = sum(process.memory_full_info().pss for process in processes(served.address))
        return seconds

    def seen(opened: list[Page]) -> None:
        for page in opened:
            page.locator(pages.plain.visible).first.wait_for()

    return (
        Comparison(
            "20 visitors at once to the zip / to one widget",
            product=lambda: together(pages.product, visitors.walked),
            plain=lambda: together(pages.plain, seen),
            target=3.0,
            rounds=1,
        ),
        Comparison(
            "memory of all of it for 20 visitors / one-widget pages",
            product=lambda: measured[pages.product.address],
            plain=lambda: measured[pages.plain.address],
            target=1.3,
            rounds=1,
            unit=MEGABYTES,
        ),
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
        return float(max(kernel.memory_full_info().pss for kernel in kernels(served.address)))


@contextmanager
def visit(browser: Browser, served: Served) -> Iterator[float]:
    """Open the page as a new visitor does; yields the seconds until it was there."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(served.address, wait_until="commit")
    page.locator(served.visible).first.wait_for(timeout=60_000)
    yield time.perf_counter() - start
    visitors.leave(page)
    context.close()


def processes(address: str) -> list[psutil.Process]:
    """The server at this address and everything that it started."""
    port = str(urlsplit(address).port)
    (server,) = (child for child in psutil.Process().children() if port in " ".join(child.cmdline()))
    return [server, *server.children(recursive=True)]


def kernels(address: str) -> list[psutil.Process]:
    """The kernels of the server at this address."""
    found = [process for process in processes(address) if any("ipykernel" in word for word in process.cmdline())]
    return found or servers.kernels(address)


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
