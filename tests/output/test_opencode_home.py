import json
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.output.opencode_home import opencode_folder
from tests.generate.test_config_toml import CENTRAL

SETUP = ["setup", "--non-interactive", "--target", "opencode-only", "--central-auth", "api-key"]
SETUP += ["--central-url", CENTRAL["central_url"]]


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
    assert sorted(path.name for path in folder.iterdir()) == ["mcp.json", "opencode.jsonc", "opencode.jsonc.1.bak"]


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


OTHERS = """{
  "provider": {"openai": {"options": {"apiKey": "canary-1"}}},
  "mcp": {
    "other": {"type": "local", "command": ["x", "--key", "canary-2"]},
    "aeterna": {"type": "remote", "headers": {"Authorization": "Bearer canary-3"}}
  }
}
"""


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
