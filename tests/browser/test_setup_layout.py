"""The page in the room that it has: nothing is cut off, nothing is out of reach, and nothing jumps."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import setup_page
from tests.browser.setup_page import SETUP

SIZES = {
    "a wide screen": (1920, 1080),
    "a laptop": (1280, 720),
    "a tablet": (834, 1112),
    "a tablet on its side": (1024, 768),
    "a phone": (390, 844),
    "a phone on its side": (844, 390),
    "a laptop at 200 percent": (640, 360),
}
CUT_OFF = """() => {
  const page = document.querySelector(".aw").getBoundingClientRect();
  const scrolls = (node) => node.closest(".aw-rail ol, .aw-view");
  const room = (node) => {
    const stage = node.closest(".aw-stage");
    if (!stage) return page.right;
    return stage.getBoundingClientRect().left + stage.clientWidth - parseFloat(getComputedStyle(stage).paddingRight);
  };
  return [...document.querySelectorAll(".aw :is(h1, h2, p, button, input, select, label, legend)")]
    .filter((node) => node.checkVisibility() && !scrolls(node) && !node.closest(".aw-unseen"))
    .filter((node) => node.getBoundingClientRect().right > room(node) + 1)
    .map((node) => node.outerHTML.slice(0, 120));
}"""
OVERLAID = """() => {
  const parts = [...document.querySelectorAll(".aw-bar :is(.brand, button), .aw-rail :is(input, nav)")]
    .filter((node) => node.checkVisibility());
  const room = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return (node.matches(".brand") ? range : node).getBoundingClientRect();
  };
  return parts.flatMap((one, at) => parts.slice(at + 1).filter((other) => {
    const [a, b] = [room(one), room(other)];
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }).map((other) => `${one.textContent} under ${other.textContent}`));
}"""
OUT_OF_ITS_BOX = """() => [...document.querySelectorAll(".aw-view svg g[role=button]")].flatMap((group) => {
  const box = group.querySelector("rect").getBBox();
  return [...group.querySelectorAll("text")]
    .filter((text) => text.getBBox().x + text.getBBox().width > box.x + box.width)
    .map((text) => text.textContent);
})"""


@pytest.fixture
def setup(page: Page, serve: Callable[[Path], str]) -> Page:
    """The page, with its first evaluation shown."""
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    return page


def top(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["y"]


def test_nothing_is_cut_off_or_out_of_reach_in_any_room(setup: Page) -> None:
    for name, (width, height) in SIZES.items():
        setup.set_viewport_size({"width": width, "height": height})
        setup_page.stage(setup, "Start")
        assert setup.evaluate(CUT_OFF) == [], name
        assert setup.evaluate(OVERLAID) == [], name
        setup_page.stage(setup, "Cache")
        assert setup.evaluate(CUT_OFF) == [], name
        expect(setup.get_by_role("button", name="Next: PostgreSQL")).to_be_in_viewport(ratio=1)
        for tab in setup.get_by_role("tab").all():
            tab.click()
            expect(tab).to_have_attribute("aria-selected", "true")
        setup.get_by_role("textbox", name="Memory for Dragonfly").click()
        setup_page.stage(setup, "Review and write")
        expect(setup.get_by_role("button", name="Download all as zip")).to_be_in_viewport(ratio=1)
        setup_page.keep_picture(setup, "sizes", name)


def test_every_name_in_the_picture_fits_into_its_box(setup: Page) -> None:
    names = setup.locator(".aw-view svg [role=button] text")
    for preset, last in (("Local", "PostgreSQL"), ("Hybrid", "PostgreSQL with pgvector"), ("Remote", "Central server")):
        setup_page.take_preset(setup, preset)
        expect(names.filter(has_text=last)).to_be_visible()
        assert setup.evaluate(OUT_OF_ITS_BOX) == []
    setup_page.take_preset(setup, "Hybrid")
    setup_page.stage(setup, "Language model")
    setup.get_by_role("radio", name="OpenAI", exact=True).check()
    expect(names.filter(has_text="OpenAI")).to_be_visible()
    assert setup.evaluate(OUT_OF_ITS_BOX) == []


def test_nothing_jumps_when_an_error_or_a_consequence_comes(setup: Page) -> None:
    setup.get_by_role("button", name="Everything", exact=True).click()
    setup_page.stage(setup, "Target and mode")
    field, below, tabs = (
        setup.get_by_label("Namespace", exact=True),
        setup.get_by_label("Release name", exact=True),
        setup.get_by_role("tablist"),
    )
    field.focus()
    before = (top(field), top(below), top(tabs))
    field.fill("Not A Name")
    field.blur()
    expect(setup.get_by_role("alert").filter(has_text="lower-case")).to_be_visible()
    assert (top(field), top(below), top(tabs)) == before
    field.fill("memory")
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(setup.locator(".aw-summary")).to_contain_text("memory")
    assert (top(field), top(below), top(tabs)) == before
    setup.get_by_role("radio", name="Hybrid", exact=True).check()
    expect(setup.locator(".aw-summary")).to_contain_text("an address that is still missing")
    assert top(tabs) == before[2]


def test_the_chosen_is_told_apart_where_the_system_sets_the_colours(setup: Page) -> None:
    setup.emulate_media(forced_colors="active")
    setup_page.stage(setup, "Cache")
    setup_page.keep_picture(setup, "sizes", "forced colors")
    border = "(node) => getComputedStyle(node).borderBottomColor"
    for every, chosen in ((".aw-rail nav button", "[aria-current]"), (".aw-tabs button", "[aria-selected=true]")):
        colors = [node.evaluate(border) for node in setup.locator(every).all()]
        assert colors.count(setup.locator(every + chosen).evaluate(border)) == 1


def test_the_page_in_jupyterlab_leaves_the_notebook_its_scrolling(notebook: Page) -> None:
    frame = setup_page.page_of(notebook)
    frame.scroll_into_view_if_needed()
    panel = notebook.locator(".jp-WindowedPanel-outer").first
    box = frame.bounding_box()
    assert box is not None
    view = panel.bounding_box()
    assert view is not None
    assert box["height"] <= view["height"]
    # What is scrolled over the questions moves the questions; at their end the notebook goes on.
    start = panel.evaluate("(node) => node.scrollTop")
    stage = notebook.locator(".aw-stage")
    stage.hover()
    notebook.mouse.wheel(0, 60)
    notebook.wait_for_function("document.querySelector('.aw-stage').scrollTop > 0")
    assert panel.evaluate("(node) => node.scrollTop") == start
