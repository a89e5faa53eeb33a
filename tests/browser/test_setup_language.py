"""The page in another language: chosen in its bar or its address, remembered, and as accessible as in English."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.setup_page import SETUP, page_of, wait_for_consequences
from tests.browser.test_setup_accessible import RUN_AXE


def test_the_page_changes_to_german_and_stays_there_after_a_reload(
    page: Page, serve: Callable[[Path], str], axe: str
) -> None:
    address = serve(SETUP)
    page.goto(address)
    wait_for_consequences(page)
    setup = page_of(page)
    expect(setup).to_have_attribute("lang", "en")
    setup.get_by_role("button", name="Deutsch").click()
    expect(setup).to_have_attribute("lang", "de")
    expect(setup.get_by_role("button", name="English")).to_be_focused()

    steps = page.get_by_role("navigation", name="Schritte")
    steps.get_by_role("button", name="Ziel und Betriebsart").click()
    expect(setup.get_by_role("heading", level=1)).to_have_text("Ziel und Betriebsart")
    expect(setup.get_by_role("group", name="Wo soll es laufen?")).to_be_visible()
    expect(setup.get_by_role("heading", name="Was installiert wird")).to_be_visible()
    expect(setup.get_by_role("tab", name=re.compile("Prüfungen"))).to_be_visible()
    field = setup.get_by_label("Namespace", exact=True)
    field.fill("Not A Name")
    field.blur()
    expect(setup.get_by_role("alert")).to_contain_text("Kleinbuchstaben, Ziffern und Bindestriche")
    page.evaluate(axe)
    assert page.evaluate(RUN_AXE) == []
    field.fill("aeterna")
    field.blur()
    expect(setup.get_by_role("alert")).to_have_count(0)

    page.reload()
    expect(setup.get_by_role("heading", level=1)).to_have_text("Start")
    expect(setup).to_have_attribute("lang", "de")
    expect(setup.get_by_text("Dies sind die Antworten von vorher.")).to_be_visible()
    expect(setup.get_by_role("heading", level=1)).not_to_be_focused()
    page.goto(f"{address}?language=en")
    wait_for_consequences(page)
    expect(setup).to_have_attribute("lang", "en")
