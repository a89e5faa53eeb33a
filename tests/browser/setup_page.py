"""The setup page as a person drives it, in Voila and in JupyterLab alike."""

import io
import re
import shutil
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser import jupyterlab

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
SETUP = Path(__file__).parent.parent.parent / "notebooks" / "setup.ipynb"
THEMES = ("light", "dark")

Step = tuple[str, str, str]
"""A stage, a question in it, and the option to choose or the text to type."""


@dataclass(frozen=True)
class Walk:
    """The same answers twice: as steps on the page, and as flags of `aeterna setup --non-interactive`."""

    steps: tuple[Step, ...]
    flags: tuple[str, ...]


PARTS: tuple[Step, ...] = (
    ("Vector store", "Which vector store?", "Qdrant"),
    ("Cache", "Which cache?", "Valkey"),
    ("PostgreSQL", "Which PostgreSQL?", "CloudNativePG"),
    ("Language model", "Which language model?", "None"),
)
PARTS_IN_COMPOSE = tuple((*step[:2], step[2].replace("CloudNativePG", "Bundled PostgreSQL")) for step in PARTS)
PART_FLAGS = ("--vector-backend=qdrant", "--cache=valkey", "--postgresql=cloudnative-pg", "--llm=none")
CENTRAL: tuple[Step, ...] = (
    ("Central server", "Address of the central server", "https://memory.example.com"),
    ("Central server", "How do we sign in there?", "Kubernetes service account"),
)
CENTRAL_FLAGS = ("--central-url=https://memory.example.com", "--central-auth=service-account")
WHERE: Step = ("Target and mode", "Where will it run?", "Kubernetes")
MODE = ("Target and mode", "Which mode?")

LOCAL = Walk((WHERE, (*MODE, "Local"), *PARTS), ("--target=kubernetes", "--mode=local", *PART_FLAGS))
HYBRID = Walk(
    (WHERE, (*MODE, "Hybrid"), *CENTRAL, *PARTS),
    ("--target=kubernetes", "--mode=hybrid", *CENTRAL_FLAGS, *PART_FLAGS),
)
COMPOSE = Walk(
    ((*WHERE[:2], "Docker Compose"), (*MODE, "Local"), *PARTS_IN_COMPOSE),
    ("--target=docker-compose", "--mode=local", *PART_FLAGS),
)
REMOTE = Walk((WHERE, (*MODE, "Remote"), *CENTRAL), ("--target=kubernetes", "--mode=remote", *CENTRAL_FLAGS))


def until(page: Page, script: str, timeout_ms: int = 60_000) -> Any:
    """What a script returns once that is true; the test fails where it never is.

    Playwright's own `wait_for_function` compiles its text in the page, which the content security policy forbids.
    """
    end = time.monotonic() + timeout_ms / 1000
    while not (found := page.evaluate(script)):
        assert time.monotonic() < end, f"not within {timeout_ms} ms: {script}"
        page.wait_for_timeout(50)
    return found


def page_of(page: Page) -> Locator:
    """The setup page, without what a notebook shows around it."""
    return page.locator(".aw")


def wait_for_consequences(page: Page) -> None:
    """Wait until the page shows what follows from its first answers."""
    expect(page_of(page).get_by_role("tab", name=re.compile(r"Files \("))).to_be_visible()


def begin_anew_in_lab(page: Page, folder: Path) -> None:
    """Run the open notebook as if for the first time: without a draft, and without files in its folder."""
    page.evaluate("window.localStorage.clear(); window.sessionStorage.clear()")
    for path in folder.iterdir():
        if path.suffix != ".ipynb":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    jupyterlab.clear_outputs(page)
    jupyterlab.run_all_cells(page)
    wait_for_consequences(page)


def stage(page: Page, name: str) -> None:
    """Go to a stage by its button."""
    rail = page.get_by_role("navigation", name="Stages")
    rail.get_by_role("button", name=name).click()
    expect(page_of(page).get_by_role("heading", level=1)).to_have_text(name)


def view(page: Page, name: str) -> None:
    """Open one of the views behind the tab of the files."""
    page_of(page).get_by_role("tab", name=re.compile(r"^Files")).click()
    button = page_of(page).get_by_role("group", name="Shown").get_by_role("button", name=re.compile(rf"^{name}"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def take_preset(page: Page, name: str) -> None:
    """Begin with a preset."""
    stage(page, "Start")
    radio = page_of(page).get_by_role("radio", name=name, exact=True)
    if radio.is_checked():
        return
    radio.check()
    expect(page_of(page).get_by_role("region", name=f"What {name} changed")).to_be_visible()


def answer(page: Page, step: Step) -> None:
    """Answer one question as its control wants it, and wait until the page has taken the answer."""
    name, question, value = step
    stage(page, name)
    group = page_of(page).get_by_role("group", name=question)
    field = page_of(page).get_by_label(question)
    expect(group.or_(field)).to_be_visible()
    if group.count():
        group.get_by_role("radio", name=value, exact=True).check()
        return
    field.fill(value)
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "false")


def walk(page: Page, steps: tuple[Step, ...]) -> None:
    """Answer everything from scratch and end at the review, with nothing left to do."""
    take_preset(page, "From scratch")
    for step in steps:
        answer(page, step)
    review(page)


def review(page: Page) -> None:
    """Go to the review and wait until the files of the present answers are there."""
    stage(page, "Review and write")
    expect(page_of(page).get_by_role("heading", name="What to do then")).to_be_visible()


def downloaded(page: Page) -> dict[str, bytes]:
    """Press the download and return the files of the zip, by name."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download all as zip").click()
    return unpacked(Path(waiting.value.path()))


def unpacked(archive: Path) -> dict[str, bytes]:
    """The files of a zip, by name, without its README and the chart, which only a zip has."""
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as bundle:
        assert "README.md" in bundle.namelist()
        names = [name for name in bundle.namelist() if name != "README.md" and not name.startswith("chart/")]
        return {name: bundle.read(name) for name in names}


def take_over(page: Page, name: str, content: bytes) -> None:
    """Import a file of a configuration, and wait until the page says what it took."""
    stage(page, "Start")
    file: FilePayload = {"name": name, "mimeType": "application/yaml", "buffer": content}
    page.get_by_label("Files of a configuration").set_input_files(file)
    expect(page_of(page).get_by_role("status").filter(has_text=f"taken over from {name}")).to_be_visible()


def set_theme(page: Page, theme: str) -> None:
    """Switch the page's theme in place, as the system would."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", str(theme == "light").lower())


def keep_picture(page: Page, folder: str, name: str) -> None:
    """Keep a picture of the page as it is among the tests' artefacts."""
    place = ARTIFACTS / folder
    place.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place / f"{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}.png")
