"""Visitors who come at once, each in a browser of their own, and go on in turn from the address to the zip."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.browser import setup_page

TIMEOUT_MS = 180_000
"""How long a visitor among twenty on two processors may have to wait for anything."""


@contextmanager
def arriving(browser: Browser, address: str, number: int) -> Iterator[list[Page]]:
    """Yields so many pages, of which none has waited for another. In the end everybody leaves."""
    expect.set_options(timeout=TIMEOUT_MS)
    with ExitStack() as stack:
        pages = []
        for _ in range(number):
            context = stack.enter_context(browser.new_context(viewport={"width": 1280, "height": 720}))
            context.set_default_timeout(TIMEOUT_MS)
            page = context.new_page()
            page.goto(address, wait_until="commit")
            pages.append(page)
        yield pages
        for page in pages:
            leave(page)


def leave(page: Page) -> None:
    """Close the page as a person does, so that it can say so to its server."""
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def arrive(page: Page) -> None:
    """Wait until the page is there; where it says that it did not arrive whole, do as it says."""
    again = page.get_by_role("button", name="Reload the page")
    expect(setup_page.page_of(page).or_(again).first).to_be_visible(timeout=TIMEOUT_MS)
    if again.is_visible():
        again.click()
    setup_page.wait_for_consequences(page)


def walked(pages: list[Page]) -> list[dict[str, bytes]]:
    """Have each visitor name a namespace, review, and download; the files of each, by name."""
    for page in pages:
        arrive(page)
    for number, page in enumerate(pages):
        setup_page.answer(page, ("Target and mode", "Namespace", f"visitor-{number}"))
    for page in pages:
        setup_page.review(page)
    files = [setup_page.downloaded(page) for page in pages]
    for page in pages:
        expect(page.locator("#session-ended")).to_be_hidden()
    return files
