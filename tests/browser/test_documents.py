"""The notebooks that are read as documents: text, tables and differences, in Voila and in JupyterLab."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from aeterna_nb.notebook.serve import bundled_notebook
from tests.browser import jupyterlab
from tests.fleet.conftest import REMOTE, Add, add

__all__ = ["add"]

RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]}))
  .violations.map((found) => `${found.id} (${found.impact}): ${found.nodes[0].html.slice(0, 160)}`)"""


def serious_violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: list[str] = page.evaluate(RUN_AXE)
    return [violation for violation in found if "(serious)" in violation or "(critical)" in violation]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_comparison_is_a_page_that_everybody_can_read(
    page: Page, serve: Callable[[Path], str], axe: str, theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(serve(bundled_notebook("compare")))
    expect(page.get_by_role("heading", name="Two configurations side by side")).to_be_visible()
    expect(page.get_by_role("cell", name="Qdrant nodes")).to_be_visible()
    expect(page.get_by_role("heading", name="values.yaml")).to_be_visible()
    assert serious_violations(page, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_status_is_a_page_that_everybody_can_read(
    page: Page, serve: Callable[[Path], str], axe: str, theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(serve(bundled_notebook("status")))
    expect(page.get_by_role("heading", name="How Aeterna is")).to_be_visible()
    expect(page.get_by_text("Visitors of a served page may ask nothing")).to_be_visible()
    assert serious_violations(page, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_fleet_is_a_page_to_filter(
    page: Page, serve: Callable[[Path], str], axe: str, add: Add, theme: str
) -> None:
    for name in ("eu/shop", "us/shop", "us/search"):
        add(name, REMOTE)
    folder = add("", {"cluster": "one"}, file="fleet.yaml").parent
    shutil.copy(bundled_notebook("fleet"), folder)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(serve(folder / "fleet.ipynb"))
    expect(page.get_by_text("3 of 3 configurations.")).to_be_visible()
    expect(page.get_by_text("installed by more than one configuration")).to_be_visible()
    assert serious_violations(page, axe) == []
    page.get_by_label("Filter").fill("us shop")
    expect(page.get_by_text("1 of 3 configurations.")).to_be_visible()
    expect(page.get_by_role("cell", name="us/shop")).to_be_visible()
    expect(page.get_by_role("cell", name="us/search")).to_be_hidden()


def test_the_comparison_runs_in_jupyterlab(page: Page, lab: str, lab_folder: Path) -> None:
    shutil.copy(bundled_notebook("compare"), lab_folder)
    jupyterlab.open_notebook(page, lab, "compare.ipynb")
    jupyterlab.run_all_cells(page)
    expect(page.get_by_role("heading", name="values.yaml")).to_be_visible()
