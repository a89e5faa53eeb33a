"""The setup notebook in JupyterLab: the same page in a cell, and files written into the folder."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import jupyterlab, setup_page


def test_answers_are_checked_shown_and_written_into_the_folder(notebook: Page, notebook_folder: Path) -> None:
    setup_page.stage(notebook, "Target and mode")
    namespace = notebook.get_by_label("Namespace", exact=True)
    namespace.fill("Not A Name")
    namespace.blur()
    expect(namespace).to_have_attribute("aria-invalid", "true")
    namespace.fill("memory")
    namespace.blur()
    expect(namespace).to_have_attribute("aria-invalid", "false")
    setup_page.stage(notebook, "Cache")
    setup_page.view(notebook, "Files")
    notebook.get_by_role("radio", name="Valkey").check()
    expect(notebook.get_by_role("tabpanel").locator(".changed").first).to_be_visible()
    setup_page.stage(notebook, "Review and write")
    notebook.get_by_role("button", name="Write the files").click()
    expect(notebook.get_by_text("files written into")).to_be_visible()
    assert 'type: "valkey"' in (notebook_folder / "values.yaml").read_text(encoding="utf-8")
    assert (notebook_folder / "values.secret.yaml").stat().st_mode & 0o777 == 0o600


def test_keys_pressed_in_the_page_do_nothing_to_the_notebook(notebook: Page) -> None:
    cells = notebook.locator(".jp-Cell").count()
    setup_page.stage(notebook, "Cache")
    notebook.get_by_role("radio", name="Dragonfly").focus()
    for key in "ddbx":
        notebook.keyboard.press(key)
    notebook.get_by_role("button", name="Next: PostgreSQL").focus()
    for key in "ddax":
        notebook.keyboard.press(key)
    assert notebook.locator(".jp-Cell").count() == cells


def test_the_saved_notebook_holds_no_secret(notebook: Page, notebook_folder: Path) -> None:
    setup_page.stage(notebook, "Language model")
    notebook.get_by_role("radio", name="OpenAI").check()
    field = notebook.get_by_label("API key", exact=False)
    field.fill("sk-canary-in-the-notebook")
    field.blur()
    expect(notebook.get_by_text("Given, and held for this session only.")).to_be_visible()
    jupyterlab.save_with_widgets(notebook)
    text = (notebook_folder / "setup.ipynb").read_text(encoding="utf-8")
    assert "Given, and held for this session only." in text
    assert "sk-canary" not in text


def test_running_all_cells_ends_with_the_whole_page_in_sight(notebook: Page) -> None:
    expect(setup_page.page_of(notebook)).to_be_in_viewport(ratio=0.99)


def test_who_works_in_another_cell_stays_there_when_the_page_comes(notebook: Page, notebook_folder: Path) -> None:
    notebook.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    heading = notebook.locator(".jp-Notebook").get_by_role("heading", name="Set up Aeterna")
    heading.scroll_into_view_if_needed()
    notebook.evaluate(
        """() => {
          const panel = window.jupyterapp.shell.currentWidget;
          const page = panel.content.widgets.find((cell) => cell.model.sharedModel.getId() === "page");
          void page.constructor.execute(page, panel.sessionContext);
        }"""
    )
    setup_page.wait_for_consequences(notebook)
    expect(heading).to_be_in_viewport()


def test_in_either_language_the_configuration_of_the_folder_stands_before_the_presets(
    notebook: Page, notebook_folder: Path
) -> None:
    (notebook_folder / ".aeterna").mkdir()
    (notebook_folder / ".aeterna/setup.yaml").write_text("target: kubernetes\nmode: local\n", encoding="utf-8")
    jupyterlab.clear_outputs(notebook)
    jupyterlab.run_all_cells(notebook)
    setup_page.wait_for_consequences(notebook)
    page = setup_page.page_of(notebook)
    for language, words, presets in (
        ("Deutsch", "In diesem Ordner liegt eine Konfiguration", "Zum Beginnen"),
        ("English", "A configuration lies in this folder", "How to begin"),
    ):
        page.get_by_role("button", name=language).click()
        expect(page.get_by_role("heading", name=words)).to_be_in_viewport()
        headings = page.get_by_role("heading", level=2).all_inner_texts()
        assert headings.index(words) < headings.index(presets)
