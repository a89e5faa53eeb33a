"""The setup page under Voila, as somebody uses it who knows no Python."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import setup_page

SETUP = Path(__file__).parent.parent.parent / "notebooks" / "setup.ipynb"


@pytest.fixture
def setup(page: Page, serve: Callable[[Path], str]) -> Page:
    """The page, with its first evaluation shown."""
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    return page


def stage(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Stages").get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_first_question_is_asked_and_no_code_is_seen(setup: Page) -> None:
    expect(setup.get_by_role("group", name="What do you want to begin with?")).to_be_visible()
    expect(setup.get_by_role("radio", name="Local")).to_be_checked()
    expect(setup.get_by_role("heading", level=1)).to_have_count(1)
    assert "import" not in setup.locator("body").inner_text()


def test_hybrid_without_an_address_says_so_at_that_field(setup: Page) -> None:
    stage(setup, "Target and mode")
    setup.get_by_role("radio", name="Hybrid").check()
    stage(setup, "Central server")
    field = setup.get_by_label("Address of the central server")
    expect(field).to_have_accessible_description(
        "As in a browser, with https. The address of the central server is missing."
    )
    field.fill("memory")
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(setup.get_by_role("alert").filter(has_text="https")).to_be_visible()
    field.fill("https://memory.example.com")
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(setup.locator(".aw-summary")).to_contain_text("https://memory.example.com")


def test_choosing_valkey_changes_values_and_manifests(setup: Page) -> None:
    panel = setup.get_by_role("tabpanel")
    setup_page.view(setup, "Files")
    stage(setup, "Cache")
    setup.get_by_role("radio", name="Valkey").check()
    expect(panel.locator(".changed").filter(has_text="valkey").first).to_be_visible()
    setup_page.view(setup, "Manifests")
    setup.get_by_role("searchbox", name="Search").fill("valkey")
    expect(panel.get_by_role("status")).not_to_contain_text("0 objects")


def test_the_zip_holds_the_files_of_the_preview(setup: Page) -> None:
    setup_page.view(setup, "Files")
    shown = {
        option.get_attribute("value") for option in setup.get_by_role("combobox", name="File").locator("option").all()
    }
    stage(setup, "Review and write")
    with setup.expect_download() as waiting:
        setup.get_by_role("button", name="Download all as zip").click()
    content = Path(waiting.value.path()).read_bytes()
    names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert names == {*shown, ".gitignore", "README.md"}
    assert setup.get_by_role("button", name="Write the files").count() == 0


def test_a_secret_leaves_the_field_and_stands_nowhere_on_the_page(setup: Page) -> None:
    stage(setup, "Language model")
    setup.get_by_role("radio", name="OpenAI").check()
    field = setup.get_by_label("API key", exact=False)
    assert field.get_attribute("type") == "password"
    field.fill("sk-canary-in-the-browser")
    field.blur()
    expect(setup.get_by_text("Given, and held for this session only.")).to_be_visible()
    expect(field).to_have_value("")
    setup_page.view(setup, "Files")
    setup.get_by_role("combobox", name="File").select_option("values.secret.yaml")
    expect(setup.get_by_role("tabpanel")).to_contain_text("its values are not shown here")
    assert "sk-canary" not in setup.content()


def test_the_keyboard_alone_is_enough(setup: Page) -> None:
    stage(setup, "Cache")
    setup.get_by_role("radio", name="Dragonfly").focus()
    setup.keyboard.press("ArrowDown")
    expect(setup.get_by_role("radio", name="Valkey")).to_be_checked()
    expect(setup.get_by_role("radio", name="Valkey")).to_be_focused()
    setup.get_by_role("tab", name="Files").focus()
    setup.keyboard.press("ArrowRight")
    expect(setup.get_by_role("tab", name="Checks")).to_be_focused()
    expect(setup.get_by_role("tab", name="Checks")).to_have_attribute("aria-selected", "true")
    setup.keyboard.press("Home")
    picture = setup.get_by_role("tabpanel").get_by_role("group", name=re.compile("Aeterna talks to"))
    picture.get_by_role("button", name=re.compile("^PostgreSQL.*Go to: Which PostgreSQL")).focus()
    setup.keyboard.press("Enter")
    expect(setup.get_by_role("radio", name="CloudNativePG")).to_be_focused()
    setup.get_by_role("button", name="Next: Authorization").focus()
    setup.keyboard.press("Enter")
    expect(setup.get_by_role("heading", level=1)).to_be_focused()


def test_choosing_valkey_changes_compose(setup: Page) -> None:
    stage(setup, "Target and mode")
    setup.get_by_role("radio", name="Docker Compose").check()
    setup_page.view(setup, "Files")
    setup.get_by_role("combobox", name="File").select_option("docker-compose.yaml")
    panel = setup.get_by_role("tabpanel")
    expect(panel).to_contain_text("dragonfly")
    stage(setup, "Cache")
    setup.get_by_role("radio", name="Valkey").check()
    expect(panel.locator(".changed").filter(has_text="valkey").first).to_be_visible()
    expect(panel).not_to_contain_text("dragonfly")


def test_a_reload_loses_no_answer_and_keeps_no_secret(setup: Page) -> None:
    stage(setup, "Cache")
    setup.get_by_role("radio", name="Valkey").check()
    stage(setup, "Language model")
    setup.get_by_role("radio", name="OpenAI").check()
    setup.get_by_label("API key", exact=False).fill("sk-canary-in-the-draft")
    setup.get_by_label("API key", exact=False).blur()
    expect(setup.get_by_text("Given, and held for this session only.")).to_be_visible()
    assert "sk-canary" not in str(setup.evaluate("JSON.stringify([window.localStorage, window.sessionStorage])"))
    setup.reload()
    expect(setup.get_by_text("These are your answers of before.")).to_be_visible()
    expect(setup.locator(".aw-summary")).to_contain_text("Valkey")
    setup.get_by_role("button", name="Begin anew").click()
    expect(setup.locator(".aw-summary")).to_contain_text("Dragonfly")
