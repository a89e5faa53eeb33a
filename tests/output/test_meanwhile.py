"""What somebody else does in the folder while a set is written: nothing of it is lost, and nothing leads astray."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.output.handles import Folder
from aeterna_nb.output.workspace import WorkspaceError, plan, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no directory handles there")

FILES = {"values.yaml": "new\n", ".aeterna/config.toml": "new\n", ".env": "NEW=1\n"}
EDIT = "by hand, a moment ago\n"


def in_place(path: Path) -> None:
    path.write_text(EDIT)


def by_rename(path: Path) -> None:
    """As most editors save."""
    beside = path.with_name("editor.swp")
    beside.write_text(EDIT)
    os.rename(beside, path)


def at_call(number: int, act: Callable[[], None], patch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Has `act` done right before the call with this number that renames, links or makes something; counts."""
    calls = 0

    def watching(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == number:
                act()
            return real(*arguments, **more)

        return call

    for name in ("replace", "link", "mkdir", "unlink"):
        patch.setattr(os, name, watching(getattr(os, name)))
    patch.setattr(Folder, "exchange", watching(Folder.exchange))
    return lambda: calls


@pytest.mark.parametrize("there", [True, False], ids=["a file", "a new file"])
@pytest.mark.parametrize("edit", [in_place, by_rename])
@pytest.mark.parametrize("name", ["values.yaml", ".gitignore"])
@pytest.mark.parametrize("trade", [True, False], ids=["files trade places", "no file system that has them trade"])
def test_an_edit_at_any_moment_is_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    edit: Callable[[Path], None],
    there: bool,
    trade: bool,
) -> None:
    real = Folder.exchange
    monkeypatch.setattr(Folder, "exchange", lambda *given: trade and real(*given))
    refused = number = 0
    while True:
        number += 1
        out = tmp_path / str(number)
        out.mkdir()
        if there:
            (out / name).write_text("old\n")
        planned = plan(out, FILES, {".env"})
        with monkeypatch.context() as patch:
            calls = at_call(number, lambda out=out: edit(out / name), patch)  # type: ignore[misc]
            said = ""
            try:
                write(planned)
            except WorkspaceError as error:
                said = str(error)
        if calls() < number:
            break
        if said:
            refused += 1
            assert "has changed meanwhile" in said
            assert (out / name).read_text() == EDIT
            assert not (out / ".env").exists()
            assert {path.name for path in out.iterdir()} <= {name, f"{name}.1.bak"}
        assert EDIT in [path.read_text() for path in out.rglob("*") if path.is_file()], number
    assert refused > 0


@pytest.mark.parametrize("links", [".aeterna", ".aeterna-unfinished"])
def test_a_folder_that_becomes_a_link_is_never_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: str
) -> None:
    number = 0
    while True:
        number += 1
        out, outside = tmp_path / str(number), tmp_path / f"outside {number}"
        (out / ".aeterna").mkdir(parents=True)
        outside.mkdir()

        def swap(out: Path = out, outside: Path = outside) -> None:
            if (out / links).is_dir():
                shutil.move(out / links, out / "moved")
            (out / links).symlink_to(outside)

        planned = plan(out, FILES, {".env"})
        with monkeypatch.context() as patch:
            calls = at_call(number, swap, patch)
            with contextlib.suppress(WorkspaceError):
                write(planned)
        if calls() < number:
            break
        assert os.listdir(outside) == [], number
    assert number > 5
