import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.output.opencode_home import opencode_folder
from tests.generate.test_config_toml import CENTRAL

SETUP = ["setup", "--non-interactive", "--target", "opencode-only", "--central-auth", "api-key"]
SETUP += ["--central-url", CENTRAL["central_url"]]

OTHERS = """{
  "provider": {"openai": {"options": {"apiKey": "canary-1"}}},
  "mcp": {
    "other": {"type": "local", "command": ["x", "--key", "canary-2"]},
    "aeterna": {"type": "remote", "headers": {"Authorization": "Bearer canary-3"}}
  }
}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "home"


def entry(file: Path) -> Any:
    return json.loads(file.read_text())["mcp"]["aeterna"]


def test_home_is_touched_only_when_asked(home: Path, tmp_path: Path) -> None:
    assert main([*SETUP, "--output", str(tmp_path / "out")]) == 0
    assert not home.exists()
    assert main([*SETUP, "--output", str(tmp_path / "out"), "--install-opencode", "--dry-run"]) == 0
    assert not home.exists()


def test_the_entry_is_merged_at_home_with_a_backup(home: Path, tmp_path: Path) -> None:
    folder = home / ".config/opencode"
    folder.mkdir(parents=True)
    (folder / "opencode.jsonc").write_text('{"theme": "dark" /* mine */}')
    for _ in range(2):
        assert main([*SETUP, "--output", str(tmp_path / "out"), "--install-opencode"]) == 0
    assert "/* mine */" in (folder / "opencode.jsonc").read_text()
    assert entry(folder / "mcp.json") == entry(tmp_path / "out/opencode.json")
    assert (folder / ".gitignore").read_text() == "/opencode.jsonc.*.bak\n/mcp.json.*.bak\n"
    (folder / ".gitignore").unlink()
    assert sorted(path.name for path in folder.iterdir()) == ["mcp.json", "opencode.jsonc", "opencode.jsonc.1.bak"]


def put_links_into_home(home: Path, layout: str) -> tuple[Path, Path]:
    """The real file that holds the configuration of OpenCode, and the link that leads to it."""
    dotfiles, folder = home / "dotfiles/opencode", home / ".config/opencode"
    dotfiles.mkdir(parents=True)
    real = dotfiles / ("oc.json" if layout == "a file by another name" else "opencode.jsonc")
    real.write_text('{"theme": "dark" /* mine */}')
    if layout == "a linked folder":
        folder.parent.mkdir()
        folder.symlink_to("../dotfiles/opencode")
        return real, folder
    folder.mkdir(parents=True)
    link = folder / "opencode.jsonc"
    if layout == "links in a row":
        (home / "step").symlink_to(real)
        link.symlink_to(home / "step")
    else:
        link.symlink_to(real)
    if layout == "a linked .gitignore":
        (dotfiles / ".gitignore").write_text("precious\n")
        (folder / ".gitignore").symlink_to(dotfiles / ".gitignore")
    return real, link


@pytest.mark.parametrize(
    "layout",
    ["a linked folder", "a linked file", "a file by another name", "links in a row", "a linked .gitignore"],
)
def test_a_link_into_the_dotfiles_is_followed_and_stays(home: Path, tmp_path: Path, layout: str) -> None:
    real, link = put_links_into_home(home, layout)
    leads_to = link.readlink()
    for _ in range(2):
        assert main([*SETUP, "--output", str(tmp_path / "out"), "--install-opencode"]) == 0
    assert link.readlink() == leads_to
    assert "/* mine */" in real.read_text()
    assert '"AETERNA_SERVER_URL": "https://central.example"' in real.read_text()
    assert sorted(path.name for path in real.parent.glob("o*.bak")) == [f"{real.name}.1.bak"]
    assert f"/{real.name}.*.bak" in (real.parent / ".gitignore").read_text()
    assert (home / ".config/opencode/mcp.json").exists()


def test_a_key_in_a_linked_file_is_not_printed(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real, _ = put_links_into_home(home, "a file by another name")
    real.write_text(OTHERS)
    assert main([*SETUP, "--output", str(tmp_path / "out"), "--install-opencode"]) == 0
    said = capsys.readouterr()
    assert "canary" not in said.out + said.err
    assert "oc.json" in said.out


def dangling(folder: Path) -> None:
    (folder / "opencode.jsonc").symlink_to("gone/opencode.jsonc")


def looping(folder: Path) -> None:
    (folder / "opencode.jsonc").symlink_to("opencode.jsonc")


def to_a_folder(folder: Path) -> None:
    (folder / "opencode.jsonc").symlink_to(folder.parent)


def to_the_same_file(folder: Path) -> None:
    (folder / "opencode.json").write_text("{}")
    (folder / "mcp.json").symlink_to("opencode.json")


def dangling_folder(folder: Path) -> None:
    folder.rmdir()
    folder.symlink_to(folder.parent / "gone")


@pytest.mark.parametrize(
    ("laid", "sentence"),
    [
        (dangling, "opencode.jsonc is a link to gone/opencode.jsonc, which is not there; mend the link, or remove it."),
        (looping, "opencode.jsonc is a link that leads back to itself; put a plain file in its place."),
        (to_a_folder, "opencode.jsonc is or leads to a folder where a file is needed; put a plain file in its place."),
        (to_the_same_file, "are the same file; put a plain file in place of the link."),
        (dangling_folder, "gone, which is not there; mend the link, or remove it."),
    ],
)
def test_a_link_that_leads_nowhere_is_said_before_anything_is_written(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], laid: Callable[[Path], None], sentence: str
) -> None:
    folder = home / ".config/opencode"
    folder.mkdir(parents=True)
    laid(folder)
    before = sorted(home.rglob("*"))
    assert main([*SETUP, "--output", str(tmp_path / "out"), "--install-opencode"]) == 1
    assert sentence in capsys.readouterr().err
    assert sorted(home.rglob("*")) == before
    assert not (tmp_path / "out").exists()


def test_a_broken_file_at_home_stops_before_anything_is_written(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / ".config/opencode"
    folder.mkdir(parents=True)
    (folder / "opencode.json").write_text("{canary")
    assert main([*SETUP, "--output", str(tmp_path / "out"), "--install-opencode"]) == 1
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr()
    assert "The opencode.json that is there can't be read" in said.err
    assert "canary" not in said.err + said.out


def test_without_opencode_there_is_nothing_to_install(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*SETUP, "--target", "kubernetes", "--mode", "remote", "--no-opencode", "--install-opencode"]
    assert main([*words, "--output", str(tmp_path / "out")]) == 1
    assert "--opencode" in capsys.readouterr().err
    assert not home.exists()


@pytest.mark.parametrize(
    ("variable", "folder"),
    [(None, "/h/.config/opencode"), ("", "/h/.config/opencode"), ("/x", "/x/opencode"), ("x", "/h/.config/opencode")],
)
def test_xdg_is_honoured(variable: str | None, folder: str) -> None:
    environment = {} if variable is None else {"XDG_CONFIG_HOME": variable}
    assert opencode_folder(environment, Path("/h")) == Path(folder)


@pytest.mark.parametrize("flags", [[], ["--json"], ["--dry-run"]])
def test_keys_that_others_keep_in_opencodes_file_are_not_printed(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    folder = home / ".config/opencode"
    for place in (folder, tmp_path / "out"):
        place.mkdir(parents=True)
        (place / "opencode.json").write_text(OTHERS)
    assert main([*SETUP, "--output", str(tmp_path / "out"), "--install-opencode", *flags]) == 0
    said = capsys.readouterr()
    assert "canary" not in said.out + said.err
    assert "https://central.example" in said.out
    if "--dry-run" not in flags:
        assert "canary-1" in (folder / "opencode.json").read_text()
