"""The page under axe-core: no violation of any kind, on any stage and any tab, in light and dark, with errors shown.

Each stage and tab is kept as a picture in both themes in `tests/artifacts/stages`.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import jupyterlab, setup_page
from tests.browser.setup_page import SETUP, THEMES

RUN_AXE = """async () => (await axe.run(document.querySelector(".aw-root"), {
  resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
})).violations.map((found) => `${found.id} (${found.impact}): ${found.nodes[0].html.slice(0, 160)}`)"""


def make_mistakes(page: Page) -> None:
    """Choose hybrid, leave its questions open, and type a namespace that cannot be one."""
    setup_page.stage(page, "Target and mode")
    page.get_by_role("radio", name="Hybrid", exact=True).check()
    field = page.get_by_label("Namespace", exact=True)
    field.fill("Not A Name")
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "true")


def violations(page: Page, what: str) -> list[str]:
    """What axe-core finds in both themes, each with a picture of the page as it was."""
    found = []
    for theme in THEMES:
        setup_page.set_theme(page, theme)
        setup_page.keep_picture(page, "stages", f"{what} {theme}")
        found += [f"{what}, {theme}: {violation}" for violation in page.evaluate(RUN_AXE)]
    return found


def each_stage(page: Page) -> Iterator[str]:
    """Go to one stage after the other, and say each one's title."""
    for button in page.get_by_role("navigation", name="Stages").get_by_role("button").all():
        button.click()
        expect(button).to_have_attribute("aria-current", "step")
        title = button.locator("span").inner_text()
        expect(setup_page.page_of(page).get_by_role("heading", level=1)).to_have_text(title)
        yield title


def test_no_stage_and_no_tab_has_a_violation(page: Page, serve: Callable[[Path], str], axe: str) -> None:
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    page.evaluate(axe)
    make_mistakes(page)
    found = []
    for title in each_stage(page):
        found += violations(page, f"stage {title}")
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        found += violations(page, f"tab {re.sub(r' .[0-9]+.$', '', tab.inner_text())}")
    assert found == []


def test_nothing_that_opens_has_a_violation(page: Page, serve: Callable[[Path], str], axe: str) -> None:
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    page.evaluate(axe)
    found = []
    for name in ("Manifests", "Changes", "Files"):
        setup_page.view(page, name)
        found += violations(page, f"view {name}")
    page.get_by_role("listbox").get_by_role("option", name='type: "dragonfly"').click()
    expect(page.get_by_role("region", name="Where the line comes from")).to_contain_text("Which cache")
    found += violations(page, "card of a line")
    page.get_by_role("button", name=re.compile(r"^What it causes\s*: Which cache$")).click()
    expect(page.get_by_role("region", name="What an answer causes")).to_contain_text("Changes with it")
    found += violations(page, "card of an answer")
    page.get_by_role("tab", name="Compare").click()
    page.get_by_label("Compare with").select_option("Production")
    expect(page.get_by_role("button", name="Take these answers")).to_be_visible()
    found += violations(page, "compared with a preset")
    setup_page.stage(page, "Operations")
    page.get_by_role("button", name="Everything", exact=True).click()
    for fold in page.locator(".aw-fold button").all():
        fold.click()
    expect(page.get_by_role("group", name="Log level").or_(page.get_by_label("Log level"))).to_be_visible()
    found += violations(page, "operations unfolded")
    page.get_by_role("searchbox", name="Find a question").fill("storage")
    expect(page.get_by_role("button", name=re.compile("^Storage class"))).to_be_visible()
    found += violations(page, "found")
    page.get_by_role("button", name=re.compile("^Storage class")).click()
    expect(page.get_by_label("Storage class (optional)", exact=True)).to_be_focused()
    assert found == []


def test_no_stage_has_a_violation_in_jupyterlab(notebook: Page, axe: str) -> None:
    notebook.evaluate(axe)
    make_mistakes(notebook)
    found = []
    # Light comes last, so that other tests find the theme as it was.
    for theme in reversed(THEMES):
        jupyterlab.set_theme(notebook, theme)
        for title in each_stage(notebook):
            setup_page.keep_picture(notebook, "stages", f"jupyterlab {title} {theme}")
            found += [f"{title}, {theme}: {violation}" for violation in notebook.evaluate(RUN_AXE)]
    assert found == []


def test_the_ending_and_what_was_made_before_have_no_violation(
    page: Page, serve: Callable[[Path], str], axe: str
) -> None:
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    page.evaluate(axe)
    setup_page.review(page)
    setup_page.downloaded(page)
    expect(setup_page.page_of(page).get_by_text("Now do this:")).to_be_visible()
    found = violations(page, "ending")
    setup_page.take_preset(page, "Production")
    page.get_by_role("tab", name="Compare").click()
    made = page.get_by_label("Compare with").locator("optgroup[label^=Written] option")
    expect(made).to_have_count(1)
    page.get_by_label("Compare with").select_option(made.get_attribute("value"))
    expect(page.get_by_role("button", name="Take these answers")).to_be_visible()
    found += violations(page, "compared with what was downloaded")
    page.set_viewport_size({"width": 390, "height": 844})
    for tab in page.get_by_role("tab").all():
        tab.click()
        found += violations(page, f"narrow tab {re.sub(r' .[0-9]+.$', '', tab.inner_text())}")
    assert found == []
