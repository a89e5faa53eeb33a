"""The charts that are not at hand, fetched by one click: what the page says before, meanwhile and in the end."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from aeterna_nb.chart import dependencies
from tests.browser import servers, setup_page
from tests.browser.setup_page import THEMES
from tests.browser.test_setup_accessible import RUN_AXE
from tests.subchart_servers import chart_repository, packed

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
SOURCE = """
from aeterna_nb.answers import Answers, Origin
from aeterna_nb.notebook.charts_view import FETCH
from aeterna_nb.notebook.page import Page

parts = {{"vector_backend": "pgvector", "cache": "dragonfly", "postgresql": "cloudnative-pg", "llm": "none"}}
answers = Answers().with_values(Origin.GIVEN, {{"target": "kubernetes", "mode": "local", **parts}})
Page(answers, None, fetch=[*FETCH, "--unverified", "--mirror", {address!r}])
"""
NUMBER = len(dependencies())

Served = Callable[[Callable[[str], object]], str]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A function that serves a page whose charts come from a repository of small ones; returns the page's address.

    What it is given is called with the path of each file before it is sent.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for item in dependencies():
        packed(tmp_path / "repository", item.name, item.version)
    with ExitStack() as stack:

        def serve(before: Callable[[str], object]) -> str:
            address = stack.enter_context(chart_repository(tmp_path / "repository", before))
            cells = [nbformat.v4.new_code_cell(SOURCE.format(address=address), id="page")]
            notebook = tmp_path / "fetching.ipynb"
            nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), notebook)
            return stack.enter_context(servers.dashboard(notebook, tmp_path / "log"))

        yield serve


def offer(page: Page) -> Locator:
    return setup_page.page_of(page).locator(".aw-charts")


def verdict(page: Page) -> Locator:
    return setup_page.page_of(page).locator(".aw-summary .tag").filter(has_text=re.compile("objects"))


def looked_at(page: Page, what: str) -> list[str]:
    """What axe-core finds in both themes; a picture of each is kept."""
    found = []
    for theme in THEMES:
        setup_page.set_theme(page, theme)
        setup_page.keep_picture(page, "fetching", f"{what} {theme}")
        found += [f"{what}, {theme}: {violation}" for violation in page.evaluate(RUN_AXE)]
    return found


def test_one_click_fetches_the_charts_and_the_verdict_turns_green(page: Page, served: Served, axe: str) -> None:
    second = threading.Event()
    seen: list[str] = []

    def before(path: str) -> None:
        if path.endswith(".tgz"):
            seen.append(path)
            if len(seen) > 1:
                second.wait(600)

    page.goto(served(before))
    setup_page.wait_for_consequences(page)
    page.evaluate(axe)
    expect(verdict(page)).to_have_text(re.compile(r"^\d+ objects checked, 2 parts not$"))
    expect(verdict(page)).to_have_class(re.compile("warn"))
    assert seen == []
    found = looked_at(page, "offered")
    page.get_by_role("button", name="Fetch the charts").click()
    expect(offer(page).get_by_role("status")).to_contain_text(f"1 of {NUMBER} charts")
    found += looked_at(page, "under way")
    second.set()
    expect(verdict(page)).to_have_text(re.compile(r"^\d+ objects valid for Kubernetes"))
    expect(verdict(page)).to_have_class(re.compile("ok"))
    expect(page.get_by_role("button", name="Fetch the charts")).to_have_count(0)
    came = offer(page).get_by_text(f"{NUMBER} charts are here")
    came.click()
    expect(offer(page).get_by_text("sha256:")).to_have_count(NUMBER)
    found += looked_at(page, "here")
    assert found == []


def test_fetching_can_be_cancelled_and_begun_again(page: Page, served: Served) -> None:
    go_on = threading.Event()
    page.goto(served(lambda path: path.endswith(".tgz") and "cloudnative" not in path and go_on.wait(600)))
    setup_page.wait_for_consequences(page)
    page.get_by_role("button", name="Fetch the charts").click()
    expect(offer(page).get_by_role("status")).to_contain_text(f"1 of {NUMBER} charts")
    offer(page).get_by_role("button", name="Cancel").click()
    expect(offer(page).get_by_role("alert")).to_have_text("Cancelled. What came until then is kept.")
    expect(offer(page).get_by_text("1 chart is here")).to_be_visible()
    expect(verdict(page)).to_have_text(re.compile("1 part not$"))
    go_on.set()
    offer(page).get_by_role("button", name="Try again").click()
    expect(verdict(page)).to_have_text(re.compile("objects valid for Kubernetes"))
