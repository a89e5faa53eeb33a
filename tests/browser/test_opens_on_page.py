"""The setup notebook opens on its page in JupyterLab, and code from elsewhere never runs by itself."""

import json
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import jupyterlab, servers, setup_page
from tests.terminal.screen import AETERNA

PAGE_NUMBER = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .find((cell) => cell.model.sharedModel.getId() === "page").model.executionCount"""


def opened(page: Page, lab: str, folder: Path) -> None:
    page.goto(f"{lab}lab/tree/{folder.name}/setup.ipynb?reset")
    page.wait_for_function(jupyterlab.SESSION_IS_READY)


def test_it_opens_on_the_page_with_its_parameters_folded(page: Page, lab: str, lab_folder: Path) -> None:
    folder = lab_folder / "opens"
    folder.mkdir()
    shutil.copy(setup_page.SETUP, folder)
    opened(page, lab, folder)
    expect(setup_page.page_of(page)).to_be_in_viewport(ratio=0.99)
    setup_page.wait_for_consequences(page)
    expect(page.get_by_text("vector_backend = None")).to_be_hidden()
    page.get_by_role("button", name="3 cells hidden").click()
    expect(page.get_by_text("vector_backend = None")).to_be_visible()


def test_a_page_with_answers_is_shown_again_and_not_made_anew(page: Page, lab: str, lab_folder: Path) -> None:
    folder = lab_folder / "shown-again"
    folder.mkdir()
    shutil.copy(setup_page.SETUP, folder)
    opened(page, lab, folder)
    setup_page.stage(page, "Cache")
    page.get_by_role("radio", name="Valkey").check()
    page.evaluate("void window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    number = page.evaluate(PAGE_NUMBER)
    page.reload()
    page.wait_for_function(jupyterlab.SESSION_IS_READY)
    expect(setup_page.page_of(page).get_by_role("radio", name="Valkey")).to_be_checked()
    assert page.evaluate(PAGE_NUMBER) == number


def test_a_changed_notebook_runs_nothing_by_itself_and_offers_to_run(page: Page, lab: str, lab_folder: Path) -> None:
    folder = lab_folder / "from-elsewhere"
    folder.mkdir()
    notebook = json.loads(setup_page.SETUP.read_text(encoding="utf-8"))
    (parameters,) = [cell for cell in notebook["cells"] if cell["id"] == "parameters"]
    parameters["source"] += "\nopen('ran', 'w').close()"
    (folder / "setup.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    opened(page, lab, folder)
    button = page.get_by_role("button", name="Run all cells", exact=True)
    expect(button).to_be_visible()
    assert not (folder / "ran").exists()
    button.click()
    expect(setup_page.page_of(page)).to_be_visible()
    expect(button).to_have_count(0)
    assert (folder / "ran").exists()


def test_the_address_that_is_printed_opens_the_page_and_no_news_lie_over_it(page: Page, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    port = servers.free_port()
    command = [
        sys.executable,
        "-c",
        AETERNA,
        "notebook",
        "--no-browser",
        "--port",
        str(port),
        "--output",
        str(tmp_path),
    ]
    folders = {f"JUPYTERLAB_{name}_DIR": str(tmp_path / name) for name in ("SETTINGS", "WORKSPACES")}
    log = tmp_path / "log"
    with servers.running(command, {**folders, "AETERNA_NO_PROBE": "1"}, f"http://127.0.0.1:{port}/", log):
        (address, *_) = re.findall(r"http://127\.0\.0\.1:\d+/lab/tree/setup\.ipynb\?token=\w+", log.read_text("utf-8"))
        page.goto(address)
        expect(setup_page.page_of(page)).to_be_in_viewport(ratio=0.99)
        setup_page.wait_for_consequences(page)
        expect(page.get_by_text("official Jupyter news")).to_have_count(0)
        assert [url for url in asked if "/lab/api/news" in url] == []
