"""Several visitors at once: each gets their own answers and their own passwords."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import servers, setup_page, visitors
from tests.browser.setup_page import SETUP

VISITORS = 4
PATIENCE_SECONDS = 120
PASSWORD = re.compile(r'value: "([^"]{16,})"')


def try_until_there_is_a_place(page: Page) -> None:
    """Do as a full house says, until the page is there."""
    again, arrived = page.get_by_role("link", name="Try again"), page.locator(".aw-question").first
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        # Between two pages there is neither.
        expect(again.or_(arrived)).to_be_visible()
        if arrived.is_visible():
            return
        again.click()
    raise AssertionError("no place was given back")


def test_visitors_at_once_get_their_own_files(chromium: Browser, serve: Callable[[Path], str]) -> None:
    with visitors.arriving(chromium, serve(SETUP), VISITORS) as pages:
        files = visitors.walked(pages)
    namespaces = [re.findall(r"visitor-\d", found[".aeterna/setup.yaml"].decode()) for found in files]
    assert namespaces == [[f"visitor-{number}"] for number in range(VISITORS)]
    passwords = [set(PASSWORD.findall(found["values.secret.yaml"].decode())) for found in files]
    assert [len(found) for found in passwords] == [5] * VISITORS
    assert len(set.union(*passwords)) == sum(map(len, passwords))


def test_who_finds_no_place_is_told_and_comes_in_when_there_is_one(
    page: Page, chromium: Browser, tmp_path: Path
) -> None:
    with servers.dashboard(SETUP, tmp_path / "log", visitors=1) as address:
        with visitors.arriving(chromium, address, 1) as (first,):
            expect(first.locator(".aw-question").first).to_be_visible()
            page.goto(address)
            expect(page.get_by_role("heading", name="The workbench is full")).to_be_visible()
            first.goto("about:blank")
        try_until_there_is_a_place(page)


def test_who_reloads_the_page_keeps_the_place(page: Page, tmp_path: Path) -> None:
    full = page.get_by_role("heading", name="The workbench is full")
    with servers.dashboard(SETUP, tmp_path / "log", visitors=1) as address:
        page.goto(address)
        for _ in range(3):
            expect(page.locator(".aw-question").first).to_be_visible()
            page.reload()
            expect(page.locator(".aw-question").or_(full).first).to_be_visible()
            expect(full).to_be_hidden()


def test_a_place_is_found_for_the_next_one_when_a_browser_has_crashed(
    page: Page, chromium: Browser, tmp_path: Path
) -> None:
    with servers.dashboard(SETUP, tmp_path / "log", visitors=1) as address:
        crashing = chromium.new_context()
        crashed = crashing.new_page()
        crashed.goto(address)
        setup_page.wait_for_consequences(crashed)
        setup_page.review(crashed)
        crashing.close()  # Without a word to the server.
        page.goto(address)
        try_until_there_is_a_place(page)
