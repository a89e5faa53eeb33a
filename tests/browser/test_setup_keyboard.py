"""The setup page without a mouse: from the first question to the downloaded files, and never without a focus to see."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import setup_page
from tests.browser.setup_page import SETUP

AT_REST_MS = 60_000
"""Within this the page has drawn what follows from a change, however busy the machine is."""

PAUSE_MS = 1_000
ON_NOTHING = "document.activeElement === document.body"

MOST_STOPS = 120
"""Stops of the Tab key on one stage; more would mean that it goes round in circles."""

TYPED = {
    "Central server": {"Address of the central server": "https://memory.example.com"},
    "PostgreSQL": {"PostgreSQL host": "db.example.com", "Database password": "canary-typed-with-keys"},
}
"""What the hybrid preset leaves open: on each stage, the fields and what is typed into them."""

FAULT_OF_THE_FOCUS = """() => {
  const node = document.activeElement;
  const words = node.outerHTML.slice(0, 200);
  if (!node.closest(".aw")) return `The focus is not on the page: ${words}`;
  const framed = [node, node.closest(".option")].filter(Boolean).some((box) => {
    const style = getComputedStyle(box);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  }) || [...node.querySelectorAll(":scope > rect")].some((box) => parseFloat(getComputedStyle(box).strokeWidth) >= 3);
  if (!framed) return `Nothing shows the focus: ${words}`;
  const box = node.getBoundingClientRect();
  const [x, y] = [box.x + Math.min(box.width / 2, 200), box.y + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  return node.contains(top) || top?.contains(node) ? "" : `The focus is out of sight: ${words}`;
}"""
VISIT = """() => {
  const node = document.activeElement;
  window.visitedQuestions ??= new Set();
  for (let at = node.closest(".aw-question"); at; at = at.parentElement.closest(".aw-question"))
    window.visitedQuestions.add(at.innerText.split("\\n")[0]);
  const words = [node.getAttribute("aria-label"), node.labels?.[0]?.innerText, node.innerText];
  return {name: words.find(Boolean) ?? ""};
}"""
# What is drawn anew is another node: visited questions are remembered by their names.
UNREACHED = """() => [...document.querySelectorAll(".aw-question")]
  .map((question) => question.innerText.split("\\n")[0])
  .filter((name) => !window.visitedQuestions.has(name))"""


@pytest.fixture
def setup(page: Page, serve: Callable[[Path], str]) -> Page:
    """The page, with its first evaluation shown."""
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    return page


def focused(page: Page) -> str:
    """The name of the control that has the focus, or what it says. Fails where no focus can be seen."""
    # What is drawn anew gets the focus back a moment later. One look judges and tells: the next may come amid that.
    try:
        seen = setup_page.until(page, f"({FAULT_OF_THE_FOCUS})() === '' && ({VISIT})()", AT_REST_MS)
    except AssertionError:
        raise AssertionError(page.evaluate(FAULT_OF_THE_FOCUS)) from None
    name: str = seen["name"]
    return name.split("\n")[0]


def go_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus; behind the last panel it begins again at the top."""
    passed: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(ON_NOTHING):
            # Behind the last panel the focus leaves the page; what is drawn anew has it back within the pause.
            page.wait_for_timeout(PAUSE_MS)
        if page.evaluate(ON_NOTHING):
            page.keyboard.press("Tab")
        passed.append(focused(page))
        if re.match(name, passed[-1]):
            return
    raise AssertionError(f"No {name} among {passed}")


def test_every_stage_is_completed_with_the_keyboard_alone(setup: Page) -> None:
    heading = setup_page.page_of(setup).get_by_role("heading", level=1)
    go_to(setup, "Local")
    setup.keyboard.press("ArrowDown")
    expect(setup.get_by_role("radio", name="Production", exact=True)).to_be_checked()
    setup.keyboard.press("ArrowDown")
    expect(setup.get_by_role("radio", name="Hybrid", exact=True)).to_be_checked()
    assert focused(setup) == "Hybrid"
    expect(setup.get_by_role("button", name="Take it back")).to_be_in_viewport()
    assert focused(setup) == "Hybrid"
    rail = setup.get_by_role("navigation", name="Stages")
    expect(rail.get_by_role("button", name="Central server")).to_be_visible()
    for button in rail.get_by_role("button").all()[1:]:
        go_to(setup, "Next: ")
        if setup.evaluate(UNREACHED):
            # A question that appeared behind the focus is reached in the next round.
            go_to(setup, "Next: ")
        assert setup.evaluate(UNREACHED) == []
        setup.keyboard.press("Enter")
        expect(heading).to_be_focused()
        expect(button).to_have_attribute("aria-current", "step")
        expect(setup.locator(".aw-stage > :nth-child(2)")).to_be_visible()
        for name, text in TYPED.get(focused(setup), {}).items():
            go_to(setup, name)
            setup.keyboard.type(text)
        if focused(setup) == "Address of the central server":
            go_to(setup, "API key$|OAuth2|Kubernetes service account")
            while focused(setup) != "Kubernetes service account":
                setup.keyboard.press("ArrowDown")
            expect(setup.get_by_role("radio", name="Kubernetes service account")).to_be_checked()
    expect(setup.get_by_role("heading", name="What to do then")).to_be_visible()
    go_to(setup, "Download all as zip")
    with setup.expect_download() as waiting:
        setup.keyboard.press("Space")
    files = setup_page.unpacked(Path(waiting.value.path()))
    assert b"https://memory.example.com" in files[".aeterna/setup.yaml"]


def test_the_focus_is_not_lost_when_its_control_goes(setup: Page) -> None:
    setup_page.stage(setup, "Cache")
    field = setup.get_by_label("Memory for Dragonfly")
    field.fill("1024")
    field.blur()
    expect(setup.get_by_role("button", name=re.compile("^(Use the default, 512 MiB|Back to)"))).to_be_visible()
    # A way back that is taken is not there any more: the focus goes to the question's control.
    go_to(setup, "Use the default, 512 MiB|Back to")
    setup.keyboard.press("Enter")
    expect(field).to_have_value("512")
    expect(field).to_be_focused()
    # What there is nothing left of to undo is disabled.
    undo = setup.get_by_role("button", name="Undo")
    while undo.is_enabled():
        undo.focus()
        setup.keyboard.press("Enter")
        setup_page.until(setup, "document.activeElement !== document.body")
    expect(setup.locator(":focus")).to_have_count(1)
    # A button that becomes another one.
    setup.get_by_role("tab", name="Compare").click()
    setup.get_by_role("button", name="Hold the present answers").focus()
    setup.keyboard.press("Enter")
    expect(setup.get_by_role("button", name="Stop comparing")).to_be_visible()
    expect(setup.locator(".aw :focus")).to_have_count(1)


def test_tabs_are_one_stop_and_move_by_arrow_keys(setup: Page) -> None:
    tabs = setup.get_by_role("tab").all()
    tabs[0].focus()
    for tab in [*tabs[1:], tabs[0]]:
        setup.keyboard.press("ArrowRight")
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(setup.get_by_role("tabpanel")).to_have_accessible_name(tab.inner_text())
    setup.keyboard.press("End")
    expect(tabs[-1]).to_be_focused()
    setup.keyboard.press("Home")
    expect(tabs[0]).to_be_focused()
    assert [tab.get_attribute("tabindex") for tab in tabs] == ["0", *["-1"] * (len(tabs) - 1)]
    setup.keyboard.press("Tab")
    expect(setup.get_by_role("tabpanel")).to_be_focused()
