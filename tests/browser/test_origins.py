"""Where a line comes from, found out with the keyboard alone."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import setup_page

SETUP = Path(__file__).parent.parent.parent / "notebooks" / "setup.ipynb"


def test_a_line_is_picked_with_the_keyboard_and_leads_to_its_question(page: Page, serve: Callable[[Path], str]) -> None:
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    setup_page.view(page, "Files")
    lines = page.get_by_role("listbox", name="Lines of values.yaml")
    page.get_by_role("combobox", name="File").focus()
    page.keyboard.press("Tab")
    expect(lines.get_by_role("option").first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    line = lines.get_by_role("option", name='type: "dragonfly"')
    expect(line).to_be_focused()
    page.keyboard.press("Enter")
    expect(line).to_have_attribute("aria-selected", "true")
    expect(line).to_be_focused()
    card = page.get_by_role("region", name="Where the line comes from")
    expect(card.get_by_role("heading", level=2)).to_have_text("Line 8 of values.yaml comes from")
    expect(card.get_by_role("button", name="Which cache", exact=True)).to_be_visible()
    expect(card).not_to_contain_text("Traced")
    card.get_by_role("button", name="Which cache", exact=True).press("Enter")
    expect(page.get_by_role("radio", name="Dragonfly")).to_be_focused()
    page.get_by_role("button", name=re.compile(r"^What it causes\s*: Which cache\?$")).press("Enter")
    expect(page.get_by_role("heading", name="Which cache: Dragonfly")).to_be_focused()
    way = page.get_by_role("region", name="What an answer causes").get_by_role(
        "button", name="Dragonfly/aeterna-dragonfly"
    )
    way.press("Enter")
    expect(page.get_by_role("option", name="apiVersion")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_count(0)
