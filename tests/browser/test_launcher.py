"""JupyterLab's launcher offers the notebooks of the installed package."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from aeterna_nb.notebook.serve import bundled_notebook
from tests.browser import jupyterlab

ENTRIES = {name: f"Aeterna {name}" for name in ("setup", "status", "compare", "fleet")}


def open_launcher(page: Page, lab: str, folder: str) -> None:
    page.goto(f"{lab}lab/tree/{folder}?reset")
    expect(page.locator(".jp-BreadCrumbs")).to_contain_text(folder)
    page.get_by_title("New Launcher", exact=True).click()


def cells(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_opens_a_copy_in_the_folder_at_hand(page: Page, lab: str, lab_folder: Path, name: str) -> None:
    folder = lab_folder / f"launched-{name}"
    folder.mkdir()
    open_launcher(page, lab, folder.name)
    page.locator(".jp-LauncherCard:visible", has_text=ENTRIES[name]).click()
    page.wait_for_function(jupyterlab.SESSION_IS_READY)
    assert cells(folder / f"{name}.ipynb") == cells(bundled_notebook(name))


def test_a_copy_that_somebody_has_worked_in_is_opened_as_it_is(page: Page, lab: str, lab_folder: Path) -> None:
    folder = lab_folder / "worked-in"
    folder.mkdir()
    copy = folder / "setup.ipynb"
    copy.write_text(bundled_notebook("setup").read_text().replace("# Set up Aeterna", "# My own work"))
    open_launcher(page, lab, folder.name)
    page.locator(".jp-LauncherCard:visible", has_text=ENTRIES["setup"]).click()
    page.wait_for_function(jupyterlab.SESSION_IS_READY)
    expect(page.get_by_role("heading", name="My own work")).to_be_visible()
    assert "# My own work" in copy.read_text()


def test_a_folder_that_takes_no_copy_is_said_to_be_one(page: Page, lab: str, lab_folder: Path) -> None:
    (lab_folder / "gone").mkdir()
    open_launcher(page, lab, "gone")
    # Root may write anywhere, so the folder has to go to take no copy.
    (lab_folder / "gone").rmdir()
    page.locator(".jp-LauncherCard:visible", has_text=ENTRIES["setup"]).click()
    expect(page.get_by_role("dialog")).to_contain_text("cannot be copied into this folder")
