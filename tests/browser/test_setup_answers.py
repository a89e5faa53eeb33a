"""Where answers come from, in the browser: presets as a diff, files that are taken over, passwords that are made."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser import jupyterlab, setup_page
from tests.browser.setup_page import SETUP

CANARY = "canary-in-values"
VALUES = f"""
mode: local
colour: red
cache: {{type: external, external: {{host: redis.example.com}}, password: {{value: {CANARY}}}}}
"""


@pytest.fixture
def setup(page: Page, serve: Callable[[Path], str]) -> Page:
    """The page under Voila, with its first evaluation shown."""
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    return page


def test_a_preset_is_taken_with_the_keyboard_shows_all_that_it_changed_and_is_taken_back(setup: Page) -> None:
    setup.get_by_role("radio", name="Local").focus()
    setup.keyboard.press("ArrowDown")
    changed = setup.get_by_role("region", name="What Production changed")
    start = setup.get_by_role("navigation").get_by_role("button", name="Start")
    expect(start).to_contain_text("Done: Production")
    expect(setup.get_by_role("radio", name="Production")).to_be_focused()
    expect(changed.get_by_role("button", name="Take it back")).to_be_in_viewport()
    changed.get_by_text("Show what changed").click()
    for row in changed.get_by_role("row").all():
        row.scroll_into_view_if_needed()
        expect(row).to_be_in_viewport(ratio=1)
    expect(changed.get_by_role("row", name="How big? Small Medium")).to_be_visible()
    changed.get_by_role("button", name="Take it back").press("Enter")
    expect(setup.get_by_role("radio", name="Local")).to_be_checked()
    expect(changed).to_have_count(0)


def test_two_clicks_lead_from_the_opened_page_to_the_files(setup: Page) -> None:
    setup.get_by_role("button", name="Review now").click()
    with setup.expect_download() as download:
        setup.get_by_role("button", name="Download all as zip").click()
    assert download.value.suggested_filename == "aeterna-setup.zip"


def test_files_are_taken_over_and_their_secrets_stand_nowhere_on_the_page(setup: Page) -> None:
    files = [("values.yaml", VALUES), (".env", f"OPENAI_API_KEY={CANARY}\n")]
    setup.get_by_label("Files of a configuration").set_input_files(
        [FilePayload(name=name, mimeType="text/plain", buffer=text.encode()) for name, text in files]
    )
    expect(setup.get_by_text(re.compile("answers taken over from values.yaml"))).to_be_visible()
    expect(setup.locator(".left").first).to_contain_text("colour The chart has no such value.")
    expect(setup.locator(".aw-summary")).to_contain_text("External Redis")
    setup_page.stage(setup, "Cache")
    expect(setup.get_by_text("Given, and held for this session only.")).to_be_visible()
    setup_page.view(setup, "Files")
    setup.get_by_role("combobox", name="File").select_option("values.secret.yaml")
    expect(setup.get_by_role("tabpanel")).to_contain_text("its values are not shown here")
    assert CANARY not in setup.content()
    assert CANARY not in str(setup.evaluate("JSON.stringify([window.localStorage, window.sessionStorage])"))


def test_a_document_is_taken_from_a_file(setup: Page) -> None:
    setup_page.stage(setup, "PostgreSQL")
    setup.get_by_role("radio", name="External PostgreSQL").check()
    setup.get_by_role("radio", name="Verified issuer", exact=True).check()
    text = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n"
    certificate = FilePayload(name="ca.pem", mimeType="text/plain", buffer=text.encode())
    setup.get_by_label("Root certificate (PEM): take it from a file").set_input_files(certificate)
    expect(setup.get_by_label("Root certificate (PEM)", exact=True)).to_have_value(text)
    setup.get_by_label("PostgreSQL host").fill("db.example.com")
    setup.get_by_label("Database password").fill("canary-7")
    setup.get_by_label("Database password").blur()
    setup_page.view(setup, "Files")
    expect(setup.get_by_role("tabpanel")).to_contain_text("BEGIN CERTIFICATE")


def test_what_is_far_too_large_is_refused_in_a_sentence_and_the_page_lives_on(setup: Page) -> None:
    large = b"# nothing\n" * 190_000
    several = [FilePayload(name=f"{number}.yaml", mimeType="text/plain", buffer=large) for number in range(8)]
    setup_page.stage(setup, "Start")
    setup.get_by_label("Files of a configuration").set_input_files(several)
    expect(setup.get_by_role("alert")).to_contain_text("larger than 2 MB, or than 4 MB together with others")
    setup_page.stage(setup, "PostgreSQL")
    setup.get_by_role("radio", name="External PostgreSQL").check()
    setup.get_by_role("radio", name="Verified issuer", exact=True).check()
    certificate = FilePayload(name="ca.pem", mimeType="text/plain", buffer=b"x" * (12 << 20))
    setup.get_by_label("Root certificate (PEM): take it from a file").set_input_files(certificate)
    field = setup.get_by_label("Root certificate (PEM)", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(setup.get_by_text("Write at most 65536 characters.")).to_be_visible()
    setup_page.answer(setup, ("Cache", "Which cache?", "Valkey"))
    expect(setup.locator(".aw-summary")).to_contain_text("Valkey")


def test_what_was_downloaded_can_be_taken_up_again_later(setup: Page) -> None:
    setup_page.view(setup, "Files")
    setup_page.stage(setup, "Cache")
    setup.get_by_role("radio", name="Valkey").check()
    expect(setup.get_by_role("tabpanel").locator(".changed").filter(has_text="valkey").first).to_be_visible()
    setup_page.stage(setup, "Review and write")
    with setup.expect_download():
        setup.get_by_role("button", name="Download all as zip").click()
    setup.reload()
    setup.get_by_role("button", name="Begin anew").click()
    expect(setup.locator(".aw-summary")).to_contain_text("Dragonfly")
    setup.get_by_role("button", name="Show what differs").click()
    offer = setup.get_by_role("region", name="What The configuration of")
    expect(offer.get_by_role("row", name="Which cache? Dragonfly Valkey")).to_be_visible()
    offer.get_by_role("button", name="Take it").click()
    expect(setup.locator(".aw-summary")).to_contain_text("Valkey")


def test_a_made_password_stands_in_the_secret_file_and_not_in_the_notebook(
    notebook: Page, notebook_folder: Path
) -> None:
    setup_page.stage(notebook, "Secrets")
    notebook.get_by_role("button", name="Make a key").click()
    expect(notebook.get_by_text("Made here; it will stand in values.secret.yaml.")).to_be_visible()
    setup_page.stage(notebook, "Review and write")
    notebook.get_by_role("button", name="Write the files").click()
    expect(notebook.get_by_text(re.compile("files? written."))).to_be_visible()
    found = re.search(
        r'localKey:\s+value: "(\S{44})"', (notebook_folder / "values.secret.yaml").read_text(encoding="utf-8")
    )
    assert found is not None
    jupyterlab.save_with_widgets(notebook)
    assert "Made here" in (notebook_folder / "setup.ipynb").read_text(encoding="utf-8")
    assert found[1] not in (notebook_folder / "setup.ipynb").read_text(encoding="utf-8")
    assert found[1] not in notebook.content()


def test_two_tabs_keep_each_its_own_answers_over_a_reload(setup: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(setup.url)
    setup_page.wait_for_consequences(other)
    for page, name in ((setup, "first"), (other, "second")):
        page.bring_to_front()
        setup_page.answer(page, ("Target and mode", "Namespace", name))
        expect(page.locator(".aw-summary")).to_contain_text(name)
    third = context.new_page()
    for page, name in ((setup, "first"), (other, "second"), (third, "second")):
        page.bring_to_front()
        page.goto(setup.url)
        expect(page.get_by_text("These are your answers of before.")).to_be_visible()
        expect(page.locator(".aw-summary")).to_contain_text(name)
    other.close()
    third.close()
