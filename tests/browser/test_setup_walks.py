"""Whole walks through the setup page, from the first question to the files, in Voila and in JupyterLab.

The files are those of `aeterna setup --non-interactive` for the same answers, byte for byte, apart from passwords that
are made anew each time.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from aeterna_nb.generate.files import SECRET_FILES
from aeterna_nb.output.masking import masked_file
from tests.browser import jupyterlab, setup_page
from tests.browser.setup_page import COMPOSE, HYBRID, LOCAL, REMOTE, SETUP, Walk

Serve = Callable[[Path], str]


@pytest.fixture
def voila(page: Page, serve: Serve) -> Page:
    """The page under Voila, with its first evaluation shown."""
    page.goto(serve(SETUP))
    setup_page.wait_for_consequences(page)
    return page


def by_flags(folder: Path, *flags: str) -> dict[str, bytes]:
    """The files that the command writes for these flags, by name."""
    command = [
        str(Path(sys.executable).with_name("aeterna")),
        "setup",
        "--non-interactive",
        f"--output={folder}",
        *flags,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_passwords(files: dict[str, bytes]) -> dict[str, str]:
    """The files as text, each value of those that hold secrets masked."""
    return {
        name: masked_file(name, content.decode()) if name in SECRET_FILES else content.decode()
        for name, content in files.items()
    }


def end_kernel_of(page: Page) -> None:
    """Kill the kernel behind the page, as a machine short of memory does."""
    kernel = page.evaluate(
        """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session.kernel.id
          ?? JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId"""
    )
    named = f"kernel-{kernel}"
    (process,) = [
        process
        for process in psutil.process_iter(["cmdline", "name"])
        if process.info["name"] == named[:15] or named in " ".join(process.info["cmdline"] or [])
    ]
    process.kill()


def written(notebook: Page, folder: Path) -> dict[str, bytes]:
    """Press the button that writes, and return the files that are in the folder then, by name."""
    notebook.get_by_role("button", name="Write the files").click()
    expect(notebook.get_by_text("files written into")).to_be_visible()
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".ipynb"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("walk", [LOCAL, REMOTE, COMPOSE], ids=["local", "remote", "Compose"])
def test_a_walk_in_voila_gives_the_bytes_of_the_flags(voila: Page, tmp_path: Path, walk: Walk) -> None:
    setup_page.walk(voila, walk.steps)
    files = setup_page.downloaded(voila)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path / "flags", *walk.flags))


def test_a_hybrid_walk_in_voila_meets_an_error_and_its_cure_and_gives_the_bytes_of_the_flags(
    voila: Page, tmp_path: Path
) -> None:
    where, mode, address, *rest = HYBRID.steps
    setup_page.take_preset(voila, "From scratch")
    for step in (where, mode):
        setup_page.answer(voila, step)
    setup_page.stage(voila, "Central server")
    field = voila.get_by_label("Address of the central server")
    field.fill("memory.example.com")
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "true")
    rail = voila.get_by_role("navigation", name="Stages")
    expect(rail.get_by_role("button", name="Central server")).to_contain_text("Needs attention")
    setup_page.stage(voila, "Review and write")
    voila.get_by_role("button", name="Download all as zip").click()
    expect(voila.get_by_text("Some answers are still missing or wrong; see the findings.")).to_be_visible()
    findings = voila.locator(".aw-stage .finding").filter(has_text="https")
    findings.get_by_role("button", name="Go to: Address of the central server").click()
    expect(field).to_be_focused()
    for step in (address, *rest):
        setup_page.answer(voila, step)
    setup_page.review(voila)
    files = setup_page.downloaded(voila)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path / "flags", *HYBRID.flags))


def test_the_production_preset_in_voila_gives_the_bytes_of_the_flag_and_can_be_imported_again(
    voila: Page, tmp_path: Path
) -> None:
    setup_page.take_preset(voila, "Production")
    setup_page.review(voila)
    files = setup_page.downloaded(voila)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path / "flags", "--preset=production"))

    voila.evaluate("window.localStorage.clear(); window.sessionStorage.clear()")
    voila.reload()
    setup_page.wait_for_consequences(voila)
    expect(voila.locator(".aw-summary")).to_contain_text("local")
    setup_page.take_over(voila, "setup.yaml", files[".aeterna/setup.yaml"])
    setup_page.review(voila)
    again = setup_page.downloaded(voila)
    assert again[".aeterna/setup.yaml"] == files[".aeterna/setup.yaml"]
    assert again["values.yaml"] == files["values.yaml"]


def test_a_killed_session_in_voila_says_so_and_the_draft_comes_back(voila: Page) -> None:
    setup_page.answer(voila, ("Target and mode", "Namespace", "memory"))
    expect(voila.locator(".aw-summary")).to_contain_text("memory")
    end_kernel_of(voila)
    expect(voila.get_by_role("alert").filter(has_text="Your session has ended")).to_be_visible()
    voila.get_by_role("button", name="Reload the page").click()
    expect(voila.get_by_text("These are your answers of before.")).to_be_visible()
    expect(voila.locator(".aw-summary")).to_contain_text("memory")


def test_a_local_walk_in_jupyterlab_survives_a_killed_kernel_and_writes_the_bytes_of_the_flags(
    notebook: Page, notebook_folder: Path, tmp_path: Path
) -> None:
    setup_page.walk(notebook, LOCAL.steps)
    end_kernel_of(notebook)
    expect(notebook.get_by_role("dialog")).to_contain_text("appears to have died")
    notebook.get_by_role("dialog").get_by_role("button", name="Ok").click()
    notebook.wait_for_function(jupyterlab.SESSION_IS_READY)
    jupyterlab.run_all_cells(notebook)
    expect(notebook.get_by_text("These are your answers of before.")).to_be_visible()
    setup_page.review(notebook)
    files = written(notebook, notebook_folder)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path / "flags", *LOCAL.flags))


@pytest.mark.parametrize("walk", [HYBRID, REMOTE], ids=["hybrid", "remote"])
def test_a_walk_in_jupyterlab_writes_the_bytes_of_the_flags(
    notebook: Page, notebook_folder: Path, tmp_path: Path, walk: Walk
) -> None:
    setup_page.walk(notebook, walk.steps)
    files = written(notebook, notebook_folder)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path / "flags", *walk.flags))


def test_the_production_preset_in_jupyterlab_says_what_it_changed_and_writes_the_bytes_of_the_flag(
    notebook: Page, notebook_folder: Path, tmp_path: Path
) -> None:
    setup_page.take_preset(notebook, "Production")
    changed = notebook.get_by_role("region", name="What Production changed")
    changed.get_by_text("Show what changed").click()
    expect(changed.get_by_role("row", name="Server pods 1 3")).to_be_visible()
    rail = notebook.get_by_role("navigation", name="Stages")
    expect(rail.get_by_role("button", name="Start")).to_contain_text("Done: Production")
    setup_page.keep_picture(notebook, "stages", "jupyterlab preset as a diff")
    setup_page.review(notebook)
    files = written(notebook, notebook_folder)
    assert without_passwords(files) == without_passwords(by_flags(tmp_path / "flags", "--preset=production"))


def test_an_answers_file_that_is_imported_in_jupyterlab_is_written_again_byte_for_byte(
    notebook: Page, notebook_folder: Path, tmp_path: Path
) -> None:
    wanted = by_flags(tmp_path / "flags", *HYBRID.flags)
    setup_page.take_over(notebook, "setup.yaml", wanted[".aeterna/setup.yaml"])
    setup_page.review(notebook)
    files = written(notebook, notebook_folder)
    assert without_passwords(files) == without_passwords(wanted)
