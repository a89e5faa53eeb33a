"""The same walk in the terminal, with flags, under papermill and on the page, also as a zip: the same bytes."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.answers.secret_values import MADE_NAMES
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.parameters import read_parameters
from aeterna_nb.notebook.review_view import finished, packed
from aeterna_nb.notebook.run import emit_files
from aeterna_nb.output.folder import kept_secrets
from aeterna_nb.output.readme import CHART, README
from aeterna_nb.questions import by_name
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, REMOTE
from tests.terminal.screen import AETERNA, PROMPT, ROOT, Screen

WALKS: Mapping[str, Mapping[str, Any]] = {
    "local on Kubernetes": {**LOCAL, "llm": "openai", "openai_api_key": "sk-1", "namespace": "team-b", "replicas": 2},
    "hybrid on Kubernetes": {
        **HYBRID,
        "central_api_key": "central-1",
        "postgresql": "external",
        "postgresql_host": "db.example.com",
        "postgresql_password": "p@ss: #1",
        "local_cache_size": 512,
    },
    "local with Compose": {**LOCAL, "target": "docker-compose", "cache": "valkey", "opal": False},
    "remote": {**REMOTE, "central_auth": "service-account"},
    "OpenCode only": {**OPENCODE_ONLY, "opencode_tenant": "Größe"},
}
Files = Mapping[str, bytes]


def contents(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def typed(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def with_terminal(walk: Mapping[str, Any], folder: Path) -> Files:
    """Answers each question as it comes; what was not asked is changed from the review."""
    left = {by_name()[name].label: (name, typed(value)) for name, value in walk.items()}
    with closing(Screen(folder)) as screen:
        if (folder / "out").exists():
            screen.answer("Start from it? [yes]: ", "no")
        screen.answer("Answer [local]: ", "scratch")
        while True:
            screen.child.expect(PROMPT)
            said = screen.child.before + screen.child.after
            asked = next((words for words in left if f"\n{words}\r\n" in said), None)
            if asked is not None:
                screen.child.send(f"{left.pop(asked)[1]}\r")
            elif "or what to change" in said:
                screen.child.send(f"{next(iter(left.values()))[0] if left else 'yes'}\r")
                if not left:
                    break
            else:
                screen.child.send("\r")
        assert screen.ends() == 0, screen.page
    return contents(folder / "out")


def secrets_in(walk: Mapping[str, Any]) -> dict[str, str]:
    return {by_name()[name].variable: str(value) for name, value in walk.items() if by_name()[name].secret}


def run(words: list[str], walk: Mapping[str, Any], folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **secrets_in(walk)}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def with_flags(walk: Mapping[str, Any], folder: Path) -> Files:
    flags: list[str] = []
    for name, value in walk.items():
        flag = by_name()[name].flag
        if isinstance(value, bool):
            flags.append(flag if value else flag.replace("--", "--no-", 1))
        elif not by_name()[name].secret:
            flags += [flag, str(value)]
    run([sys.executable, "-c", AETERNA, "setup", "--non-interactive", "--output", "out", *flags], walk, folder)
    return contents(folder / "out")


def with_papermill(walk: Mapping[str, Any], folder: Path) -> Files:
    given = {name: value for name, value in walk.items() if not by_name()[name].secret}
    words = [
        word
        for name, value in {**given, "write": True, "output_dir": "out"}.items()
        for word in ("-p", name, str(value))
    ]
    notebook = str(ROOT / "notebooks" / "setup.ipynb")
    run([sys.executable, "-m", "papermill", notebook, "ran.ipynb", "--no-progress-bar", *words], walk, folder)
    return contents(folder / "out")


def on_page(walk: Mapping[str, Any], folder: Path | None) -> Page:
    """The page after the same answers were given at its rows, as a browser gives them."""
    page = Page(Answers(), folder)
    page.depth.everything = True
    page.start.row.value = ""
    for name, value in walk.items():
        page.go_to(name)
        row: Any = page.stage_view.rows[name]
        if by_name()[name].secret:
            row._handle_custom_msg({"secret": value}, [])
        else:
            row.value = str(value) if isinstance(row.value, str) and not isinstance(value, bool) else value
    page.show_stage("review")
    return page


def with_page(walk: Mapping[str, Any], folder: Path) -> Files:
    on_page(walk, folder / "out").review.write.click()
    return contents(folder / "out")


def with_voila(walk: Mapping[str, Any], folder: Path) -> Files:
    """The files in the zip that the page offers where it may write nothing."""
    content = packed(finished(on_page(walk, None).evaluation))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # A README and the chart are in the zip alone.
        files = [name for name in archive.namelist() if name != README and not name.startswith(f"{CHART}/")]
        archive.extractall(folder / "out", files)
    return contents(folder / "out")


def without_made(files: Files, walk: Mapping[str, Any], folder: Path) -> Files:
    """The files with the name of each password that was made in its place."""
    kept = kept_secrets(folder / "out")
    made = {name: value for name, value in kept.items() if name in MADE_NAMES and name not in walk}
    assert all(len(value) > 8 for value in made.values())
    found = {}
    for name, content in files.items():
        for secret, value in made.items():
            content = content.replace(value.encode(), f"<{secret}>".encode())
        found[name] = content
    return found


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_every_front_end_gives_the_same_bytes(walk: Mapping[str, Any], tmp_path: Path) -> None:
    given: dict[str, Files] = {}
    ways: list[Callable[[Mapping[str, Any], Path], Files]] = [
        with_flags, with_terminal, with_papermill, with_page, with_voila
    ]  # fmt: skip
    for way in ways:
        folder = tmp_path / way.__name__
        folder.mkdir()
        given[way.__name__] = without_made(way(walk, folder), walk, folder)
    expected = given["with_flags"]
    assert ".aeterna/setup.yaml" in expected
    for way_name, files in given.items():
        assert set(files) == set(expected), way_name
        different = [name for name in files if files[name] != expected[name]]
        assert different == [], way_name


def with_notebook_cell(walk: Mapping[str, Any], folder: Path) -> Files:
    run = read_parameters({**walk, "write": True, "output_dir": str(folder / "out")}, {})
    emit_files(run, None, write=run.write)
    return contents(folder / "out")


def test_every_front_end_keeps_the_comments_in_the_answers_file(tmp_path: Path) -> None:
    commented = "# Ours.\n\nmode: remote  # for now\ntarget: kubernetes\n# gone with its key\nserver:\n  version: v9\n"
    found = {}
    for way in (with_flags, with_notebook_cell, with_page, with_terminal):
        file = tmp_path / way.__name__ / "out" / ".aeterna" / "setup.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(commented, encoding="utf-8")
        found[way.__name__] = way(WALKS["remote"], tmp_path / way.__name__)[".aeterna/setup.yaml"].decode()
    (text,) = set(found.values())
    central = 'central:\n  url: "https://central.example.com"\n  auth:\n    method: "service-account"\n'
    assert text == f"# Ours.\n\nmode: remote  # for now\n{central}target: kubernetes\n"
