"""The small pages before the page: asked for a token, refused, full, not there; in both themes, wide and narrow."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import servers, setup_page
from tests.browser.setup_page import THEMES
from tests.browser.test_serving import write_notebook

TOKEN = "0123456789abcdef"
WIDTHS = (1280, 390)
RUN_AXE = """async () => (await axe.run(document, {
  resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
})).violations.map((found) => `${found.id} (${found.impact}): ${found.nodes[0].html.slice(0, 160)}`)"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that asks for a token and has one place."""
    folder = tmp_path_factory.mktemp("guarded")
    with servers.dashboard(write_notebook(folder), folder / "log", token=TOKEN, visitors=1) as address:
        yield address


def test_the_small_pages_are_whole_in_both_themes_wide_and_narrow(page: Page, guarded: str, axe: str) -> None:
    found: list[str] = []

    def look(address: str, heading: str) -> None:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert "`" not in page.locator("main").inner_text()
        page.evaluate(axe)
        for theme in THEMES:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 720})
                setup_page.keep_picture(page, "small", f"{heading} {theme} {width}")
                found.extend(f"{heading}, {theme}, {width}: {what}" for what in page.evaluate(RUN_AXE))
                assert not page.evaluate(TOO_WIDE)

    look(guarded, "This workbench asks for a token")
    look(f"{guarded}?token=wrong", "This workbench asks for a token")
    expect(page.get_by_role("alert")).to_have_text("That is not the token.")
    inside = page.context.new_page()
    inside.goto(f"{guarded}?token={TOKEN}")
    expect(inside.get_by_role("button", name="Press me")).to_be_visible()
    look(guarded, "The workbench is full")
    look(f"{guarded}nothing", "There is no such page here")
    inside.close()
    assert found == []
    page.context.clear_cookies()
