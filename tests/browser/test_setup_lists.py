"""An answer of several items in a list: with the keyboard alone, pasted, put into order, wrong at one item; and what is
typed, there and elsewhere, while the kernel is slow."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser import setup_page
from tests.browser.setup_page import SETUP
from tests.browser.test_serving import write_notebook
from tests.browser.test_setup_accessible import violations

LABEL = "Cloud identity of the server (optional)"
OUTSIDE = """(group) => [...group.querySelectorAll("*")]
  .filter((node) => node.checkVisibility() && !node.closest(".aw-unseen"))
  .filter((node) => { const room = node.getBoundingClientRect(); return room.left < 0 || room.right > 390; })
  .map((node) => node.outerHTML.slice(0, 120))"""
CLIPPED = """(group) => [...group.querySelectorAll("li, p, button:not(.aw-unseen), legend")]
  .filter((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && node.clientWidth)
  .map((node) => node.outerHTML.slice(0, 120))"""
SLOWLY_TYPED_MS = 400
"""Between two letters, so that each is sent by itself."""
SLOW = """
import time
from aeterna_nb.answers import Answers, Origin
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.session import Session

typed = Session.type_text
Session.type_text = lambda self, name, text: (time.sleep(1), typed(self, name, text))[1]
parts = {"vector_backend": "pgvector", "cache": "valkey", "postgresql": "cloudnative-pg", "llm": "none"}
Page(Answers().with_values(Origin.TYPED, {"target": "docker-compose", "mode": "local", **parts}), None)
"""


@pytest.fixture
def setup(page: Page, serve: Callable[[Path], str]) -> Page:
    """The page on Operations, with everything asked and the list in sight."""
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    page.get_by_role("button", name="Everything", exact=True).click()
    setup_page.stage(page, "Operations")
    page.get_by_role("button", name="Reach").click()
    return page


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found is not None
    return found


def names(page: Page) -> list[str]:
    fields = page.get_by_role("group", name=LABEL).locator("li input:first-child")
    return [field.input_value() for field in fields.all()]


def test_items_are_added_moved_and_removed_by_keyboard(setup: Page) -> None:
    group = setup.get_by_role("group", name=LABEL)
    group.get_by_role("button", name="Add one").focus()
    setup.keyboard.press("Enter")
    expect(group.get_by_label("name 1")).to_be_focused()
    setup.keyboard.type("team")
    setup.keyboard.press("Tab")
    setup.keyboard.type("memory")
    setup.keyboard.press("Enter")
    expect(group.get_by_label("name 2")).to_be_focused()
    setup.keyboard.type("not a name")
    expect(group.get_by_label("name 2")).to_have_attribute("aria-invalid", "true")
    expect(group.locator("li").nth(1)).to_contain_text("letters, digits")
    expect(group.get_by_label("name 1")).to_have_attribute("aria-invalid", "false")
    setup.keyboard.press("ControlOrMeta+a")
    setup.keyboard.type("zone")
    setup.keyboard.press("Alt+ArrowUp")
    expect(group.get_by_role("status")).to_have_text("Now at place 1 of 2.")
    assert names(setup) == ["zone", "team"]
    setup_page.view(setup, "Files")
    panel = setup.get_by_role("tabpanel")
    expect(panel).to_contain_text('team: "memory"')
    group.get_by_role("button", name=re.compile(r"^Remove\s*: item 2")).focus()
    setup.keyboard.press("Enter")
    expect(group.get_by_label("name 1")).to_be_focused()
    assert names(setup) == ["zone"]
    expect(panel).not_to_contain_text('team: "memory"')


def test_what_is_typed_into_a_list_stays_while_the_kernel_is_slow(
    page: Page, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    page.goto(serve(write_notebook(tmp_path, SLOW)))
    setup_page.wait_for_consequences(page)
    page.get_by_role("button", name="Everything", exact=True).click()
    setup_page.stage(page, "Operations")
    page.get_by_role("button", name="Environment").click()
    group = page.get_by_role("group", name="Host aliases (optional)")
    group.get_by_role("button", name="Add one").click()
    name, text = group.get_by_label("name 1"), group.get_by_label("text 1")
    expect(text).to_have_attribute("placeholder", re.compile("db.example.com"))
    name.fill("192.0.2.7")
    expect(text).to_have_attribute("placeholder", "")
    text.focus()
    for letter in "db.example.com":
        page.keyboard.type(letter)
        page.wait_for_timeout(SLOWLY_TYPED_MS)
    setup_page.view(page, "Files")
    expect(page.get_by_role("tabpanel")).to_contain_text('db.example.com: "192.0.2.7"')
    assert text.input_value() == "db.example.com"


def test_what_is_typed_into_a_field_stays_while_the_kernel_is_slow(
    page: Page, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    page.goto(serve(write_notebook(tmp_path, SLOW.replace("docker-compose", "kubernetes"))))
    setup_page.wait_for_consequences(page)
    setup_page.stage(page, "Target and mode")
    field = setup_page.page_of(page).get_by_label("Namespace").first
    field.fill("")
    for letter in "all-of-the-name":
        page.keyboard.type(letter)
        page.wait_for_timeout(SLOWLY_TYPED_MS)
    assert field.input_value() == "all-of-the-name"
    setup_page.view(page, "Files")
    file = page.get_by_role("tabpanel").get_by_role("combobox", name="File")
    file.select_option(file.locator("option", has_text="setup.yaml").get_attribute("value"))
    expect(page.get_by_role("tabpanel")).to_contain_text("all-of-the-name")
    expect(field).to_have_value("all-of-the-name")


def paste(page: Page, line: str, times: int = 1) -> None:
    """Paste lines, so many times, into the field that has the focus."""
    page.evaluate(
        """([line, times]) => {
          const data = new DataTransfer();
          data.setData("text", line.repeat(times));
          const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(paste);
        }""",
        [line, times],
    )


def test_a_whole_file_that_is_pasted_by_mistake_is_refused_in_a_sentence_and_ends_no_connection(
    page: Page, serve: Callable[[Path], str]
) -> None:
    closed: list[str] = []
    page.on("websocket", lambda socket: socket.on("close", lambda ended: closed.append(ended.url)))
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    page.get_by_role("button", name="Everything", exact=True).click()
    setup_page.stage(page, "Operations")
    page.get_by_role("button", name="Reach").click()
    group = page.get_by_role("group", name=LABEL)
    group.get_by_role("button", name="Add one").click()
    paste(page, "a line of a log\n", 1_000_000)
    expect(group.get_by_role("alert")).to_have_text("Paste at most 1000 lines at once.")
    expect(group.locator("li")).to_have_count(1)
    page.get_by_role("searchbox").evaluate(
        """(field) => {
          field.focus();
          field.value = "qqqq".repeat(3_000_000);
          field.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    expect(page.get_by_text("No question and no value of the chart has these words.")).to_be_visible()
    page.get_by_role("searchbox").fill("")
    group.get_by_label("name 1").focus()
    paste(page, "team: memory\nzone: a\n")
    expect(group.locator("li")).to_have_count(2)
    expect(group.locator(".control > .error")).to_be_hidden()
    assert closed == []


def test_a_list_has_room_on_a_phone(setup: Page) -> None:
    setup.set_viewport_size({"width": 390, "height": 844})
    group = setup.get_by_role("group", name=LABEL)
    group.get_by_role("button", name="Add one").click()
    paste(setup, f"{'a-long-name.' * 12}example.com/role: {'long-text' * 20}\nnot a name: x\nteam: memory\n")
    expect(group.locator("li .error").nth(1)).to_be_visible()
    for language in ("English", "Deutsch"):
        if language == "Deutsch":
            setup.get_by_role("button", name=language).click()
            group = setup.get_by_role("group", name="Cloud-Identität des Servers")
            expect(group.locator("li")).to_have_count(3)
        assert setup.evaluate("document.documentElement.scrollWidth") == 390
        assert group.evaluate(OUTSIDE) == []
        assert group.evaluate(CLIPPED) == []
        for number, item in enumerate(group.locator("li").all()):
            name, text = (box(field) for field in item.locator("input").all())
            # One below the other, each as wide as the list, so that what was typed can be read.
            assert text["y"] >= name["y"] + name["height"], number
            assert name["width"] == text["width"] == box(item)["width"]
        setup_page.keep_picture(setup, "sizes", f"a list on a phone {language}")


def test_many_lines_are_pasted_into_one_field(setup: Page, axe: str) -> None:
    group = setup.get_by_role("group", name=LABEL)
    group.get_by_role("button", name="Add one").click()
    paste(setup, "a.example.com/role: reader\nteam=memory\nnot a name: x")
    expect(group.locator("li")).to_have_count(3)
    assert names(setup) == ["a.example.com/role", "team", "not a name"]
    expect(group.locator("li .error").nth(2)).to_be_visible()
    setup.evaluate(axe)
    assert violations(setup, "list of pairs") == []
