"""Opening the page in Chromium, from the address to the first thing to click on."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

from aeterna_nb.serve import bundled_notebook
from benchmarks.harness import Comparison
from benchmarks.notebooks import ONE_WIDGET, write_notebook
from tests.browser import servers
from tests.browser.conftest import FLAGS

QUIET_SECONDS = 1.0
FIRST_QUESTION = ".aw-question"
BUTTON = ".jupyter-button"


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
    times = (child.cpu_times() for child in psutil.Process().children(recursive=True))
    return float(sum(spent.user + spent.system for spent in times))


def opening(browser: Browser, address: str, visible: str) -> Callable[[], float]:
    """Return a callable that opens the page as a new visitor does, and returns the seconds until `visible` shows."""

    def run() -> float:
        settle()
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        page = context.new_page()
        start = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.locator(visible).first.wait_for(timeout=60_000)
        seconds = time.perf_counter() - start
        context.close()
        return seconds

    return run


@contextmanager
def page_against_one_widget(folder: Path) -> Iterator[Comparison | None]:
    """Yields the comparison while the servers and the browser run, or None where there is no Chromium."""
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
        yield Comparison(
            "page until the first question / one-widget page",
            product=opening(browser, product_address, FIRST_QUESTION),
            plain=opening(browser, plain_address, BUTTON),
            target=1.5,
            rounds=5,
        )
