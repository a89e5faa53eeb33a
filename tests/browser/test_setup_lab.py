"""The setup notebook in JupyterLab: the same page in a cell, and files written into the folder."""

import json
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import jupyterlab

SETUP = Path(__file__).parent.parent.parent / "notebooks" / "setup.ipynb"


@pytest.fixture
def notebook(page: Page, lab: str, lab_folder: Path) -> Page:
    """The notebook, all cells run, with its first evaluation shown."""
    shutil.copy(SETUP, lab_folder / "setup.ipynb")
    jupyterlab.open_notebook(page, lab, "setup.ipynb")
    jupyterlab.run_all_cells(page)
    expect(page.get_by_role("tab", name="Manifests (")).to_be_visible()
    return page


def stage(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Stages").get_by_role("button", name=name).click()
    expect(page.locator(".aw").get_by_role("heading", level=1)).to_have_text(name)


def test_answers_are_checked_shown_and_written_into_the_folder(notebook: Page, lab_folder: Path) -> None:
    stage(notebook, "Target and mode")
    namespace = notebook.get_by_label("Namespace")
    namespace.fill("Not A Name")
    namespace.blur()
    expect(namespace).to_have_attribute("aria-invalid", "true")
    namespace.fill("memory")
    namespace.blur()
    expect(namespace).to_have_attribute("aria-invalid", "false")
    stage(notebook, "Cache")
    notebook.get_by_role("radio", name="Valkey").check()
    expect(notebook.get_by_role("tabpanel").locator(".changed").first).to_be_visible()
    stage(notebook, "Review and write")
    notebook.get_by_role("button", name="Write the files").click()
    expect(notebook.get_by_text("files written.")).to_be_visible()
    assert 'type: "valkey"' in (lab_folder / "values.yaml").read_text(encoding="utf-8")
    assert (lab_folder / "values.secret.yaml").stat().st_mode & 0o777 == 0o600


def test_keys_pressed_in_the_page_do_nothing_to_the_notebook(notebook: Page) -> None:
    cells = notebook.locator(".jp-Cell").count()
    stage(notebook, "Cache")
    notebook.get_by_role("radio", name="Dragonfly").focus()
    for key in "ddbx":
        notebook.keyboard.press(key)
    notebook.get_by_role("button", name="Next: PostgreSQL").focus()
    for key in "ddax":
        notebook.keyboard.press(key)
    assert notebook.locator(".jp-Cell").count() == cells


def test_the_saved_notebook_holds_no_secret(notebook: Page, lab_folder: Path) -> None:
    stage(notebook, "Language model")
    notebook.get_by_role("radio", name="OpenAI").check()
    field = notebook.get_by_label("API key", exact=False)
    field.fill("sk-canary-in-the-notebook")
    field.blur()
    expect(notebook.get_by_text("Given, and held for this session only.")).to_be_visible()
    notebook.evaluate(
        "async () => { await window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState');"
        " await window.jupyterapp.commands.execute('docmanager:save'); }"
    )
    text = (lab_folder / "setup.ipynb").read_text(encoding="utf-8")
    assert json.loads(text)["cells"]
    assert "sk-canary" not in text
