"""The page under axe-core: no violation of any kind, on any stage, in light and dark."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

SETUP = Path(__file__).parent.parent.parent / "notebooks" / "setup.ipynb"
VIOLATIONS = """async () => (await axe.run({resultTypes: ["violations"]})).violations
  .map((found) => `${found.id} (${found.impact}): ${found.nodes[0].html.slice(0, 120)}`)"""


@pytest.fixture
def axe() -> str:
    """The script of axe-core, from npm; `npm install --prefix tests/browser axe-core` puts it here."""
    place = os.environ.get("AETERNA_TEST_AXE", "") or Path(__file__).parent / "node_modules/axe-core/axe.min.js"
    if not Path(place).is_file():
        pytest.skip("axe-core is not there (npm install --prefix tests/browser axe-core, or AETERNA_TEST_AXE)")
    return Path(place).read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_stage_and_no_tab_has_a_violation(page: Page, serve: Callable[[Path], str], axe: str, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(serve(SETUP))
    expect(page.get_by_role("tab", name="Manifests (")).to_be_visible()
    page.evaluate(axe)
    rail = page.get_by_role("navigation", name="Stages")
    rail.get_by_role("button", name="Target and mode").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Target and mode")
    page.get_by_role("radio", name="Hybrid").check()
    page.get_by_label("Namespace").fill("Not A Name")
    page.get_by_label("Namespace").blur()
    expect(page.get_by_label("Namespace")).to_have_attribute("aria-invalid", "true")
    for button in rail.get_by_role("button").all():
        button.click()
        expect(button).to_have_attribute("aria-current", "step")
        assert page.evaluate(VIOLATIONS) == [], button.inner_text()
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        assert page.evaluate(VIOLATIONS) == [], tab.inner_text()
