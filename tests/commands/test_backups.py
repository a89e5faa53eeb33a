"""What every command finds in a folder: interrupted writes, secrets in the open, backups to list and to bring back."""

import json
import os
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from aeterna_nb.notebook.compare import read_comparison
from aeterna_nb.notebook.parameters import read_parameters
from aeterna_nb.notebook.status import read_status
from aeterna_nb.output.handles import Folder
from aeterna_nb.output.journal import UNFINISHED, Change, begin
from tests.commands.conftest import Aeterna
from tests.commands.test_setup import SETUP

COMPOSE = [
    *SETUP,
    *"--target docker-compose --mode local --vector-backend pgvector --cache dragonfly".split(),
    *"--postgresql cloudnative-pg --llm none --no-opal".split(),
]
COMMANDS = ["show", "validate", "diff", "render", "status", "backups"]
FRONT_ENDS: dict[str, Callable[[], object]] = {
    "the setup notebook": lambda: read_parameters({"output_dir": "out"}).findings,
    "the status notebook": lambda: read_status({"output_dir": "out"}, {}),
    "the compare notebook": lambda: read_comparison({"first": "out", "second": "local"}),
}


def interrupted(out: Path) -> None:
    """Leaves a write of another client configuration as `kill -9` does: recorded, and not begun."""
    before = (out / ".aeterna/config.toml").read_bytes()
    with closing(Folder(out)) as root:
        begin(
            root, [Change(".aeterna/config.toml", before, before + b"# new\n", None, 0o644, "config.toml.1.bak")]
        ).close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def secrets_in_the_open(folder: Path) -> list[str]:
    subprocess.run(["git", "init", "-q", folder], check=True)
    command = ["git", "-C", str(folder), "ls-files", "--others", "--exclude-standard"]
    taken = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [name for name in taken if "PASSWORD=" in (folder / name).read_text()]


@pytest.fixture
def out(aeterna: Aeterna, tmp_path: Path) -> Path:
    assert aeterna(*COMPOSE).status == 0
    return tmp_path / "out"


@pytest.mark.parametrize("command", [*COMMANDS, "setup"])
def test_every_command_finishes_an_interrupted_write_and_says_so_once(
    aeterna: Aeterna, out: Path, command: str
) -> None:
    interrupted(out)
    words = COMPOSE if command == "setup" else [command, "--output", "out"]
    assert "note: A write that was interrupted is completed now: .aeterna/config.toml." in aeterna(*words).err
    assert not (out / UNFINISHED).exists()
    assert (out / ".aeterna/config.toml.1.bak").exists()
    assert "interrupted" not in aeterna(*words).err


def test_what_was_interrupted_at_home_is_finished_too(
    aeterna: Aeterna, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "xdg" / "opencode"
    home.mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home.parent))
    with closing(Folder(home)) as root:
        begin(root, [Change("opencode.json", None, b"{}\n")]).close()
    assert "A write that was interrupted is completed now: opencode.json." in aeterna("show", "--output", "out").err
    assert os.listdir(home) == ["opencode.json"]


@pytest.mark.parametrize("command", [*COMMANDS, "setup"])
def test_every_command_takes_a_loosened_secret_from_the_eyes_of_others(
    aeterna: Aeterna, out: Path, command: str
) -> None:
    (out / ".env").chmod(0o644)
    (out / ".env.1.bak").write_text("OLD=1\n")
    ran = aeterna(*COMPOSE if command == "setup" else [command, "--output", "out"])
    assert mode(out / ".env") == mode(out / ".env.1.bak") == 0o600
    assert "note: .env may hold secrets and could be read by others; it is yours alone again." in ran.err
    assert "note: .env.1.bak may hold secrets" in ran.err


@pytest.mark.parametrize("name", [".aeterna/config.toml", ".config/opencode/mcp.json", "docker-compose.yaml"])
def test_a_loosened_backup_that_may_hold_a_token_is_private_again_and_the_file_keeps_its_mode(
    aeterna: Aeterna, out: Path, name: str
) -> None:
    backup = out / f"{name}.7.bak"
    backup.write_text("token\n")
    backup.chmod(0o644)
    (out / name).chmod(0o640)
    said = f"note: {name}.7.bak may hold secrets and could be read by others; it is yours alone again."
    assert said in aeterna("show", "--output", "out").err
    assert (mode(backup), mode(out / name)) == (0o600, 0o640)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docker-compose.yaml", "services: {db: {environment: {POSTGRES_PASSWORD: canary-73ae}}}\n"),
        (".config/opencode/mcp.json", '{"mcp": {"other": {"headers": {"Authorization": "canary-73ae"}}}}\n'),
    ],
)
def test_what_somebody_else_wrote_is_not_shown_and_its_backup_is_kept_from_git(
    aeterna: Aeterna, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / "out" / name).parent.mkdir(parents=True)
    (tmp_path / "out" / name).write_text(text)
    for more in (["--dry-run"], ["--json"], []):
        ran = aeterna(*COMPOSE, *more)
        assert ran.status == 0
        assert "canary" not in ran.out + ran.err
    assert (tmp_path / "out" / f"{name}.1.bak").read_text() == text
    assert f"/{name}.*.bak\n" in (tmp_path / "out" / ".gitignore").read_text()


@pytest.mark.parametrize(
    "line",
    ["password: canary", "  - name: X\n    value: canary", 'apiToken: "canary"', "url: https://u:canary@c.example.com"],
)
def test_what_somebody_added_to_a_file_of_ours_is_not_shown_where_it_may_be_a_secret(
    aeterna: Aeterna, tmp_path: Path, line: str
) -> None:
    assert aeterna(*COMPOSE).status == 0
    file = tmp_path / "out" / "docker-compose.yaml"
    file.write_text(f"{file.read_text()}{line}\nx-note: seen\n")
    ran = aeterna("diff", "--output", str(tmp_path / "out"))
    assert "-x-note: seen" in ran.out
    assert "canary" not in ran.out + ran.err


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_every_notebook_does_so_too(out: Path, front_end: str) -> None:
    interrupted(out)
    (out / ".env").chmod(0o640)
    said = str(FRONT_ENDS[front_end]())
    assert "A write that was interrupted is completed now: .aeterna/config.toml." in said
    assert ".env may hold secrets and could be read by others" in said
    assert not (out / UNFINISHED).exists()
    assert mode(out / ".env") == 0o600


def test_somebody_elses_env_is_left_alone(aeterna: Aeterna, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OWN=1\n")
    (tmp_path / ".env").chmod(0o644)
    assert aeterna("show").status == 2
    assert mode(tmp_path / ".env") == 0o644


def texts(folder: Path) -> dict[str, str]:
    found = (
        path for path in folder.rglob("*") if path.is_file() and ".bak" not in path.name and "backups" not in path.parts
    )
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_a_set_comes_back_as_it_was_and_that_can_be_taken_back(aeterna: Aeterna, out: Path) -> None:
    first = texts(out)
    assert aeterna(*COMPOSE, "--opencode", "--log-level", "debug", "--mode", "local").status == 0
    assert aeterna(*COMPOSE, "--cache", "valkey").status == 0
    third = texts(out)
    sets = json.loads(aeterna("backups", "--output", "out", "--json").out)["sets"]
    assert [file["name"] for file in sets[0]["files"]]
    listed = aeterna("backups", "--output", "out").out
    assert [listed.index(each["id"]) for each in sets] == sorted(listed.index(each["id"]) for each in sets)

    ran = aeterna("restore", "--output", "out", "--dry-run")
    assert texts(out) == third
    assert "Nothing was written" in ran.out
    for each in sets:
        assert aeterna("restore", each["id"], "--output", "out").status == 0
    assert texts(out) == first
    assert aeterna("restore", "--output", "out").status == 0
    assert texts(out) != first


def test_a_file_that_was_new_in_a_set_goes_with_it_and_secrets_stay_ignored(aeterna: Aeterna, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / ".env").write_text("OWN_PASSWORD=1\n")
    (out / ".gitignore").write_text("*.log\n")
    aeterna(*COMPOSE)
    assert aeterna("restore", "--output", "out").status == 0
    assert texts(out) == {".env": "OWN_PASSWORD=1\n", ".gitignore": (out / ".gitignore").read_text()}
    assert secrets_in_the_open(out) == []
    assert aeterna("restore", "--output", "out").status == 0
    assert (out / "docker-compose.yaml").exists()
    assert mode(out / ".env") == 0o600


def test_backups_of_earlier_versions_are_sets_by_the_moment_at_which_they_were_made(
    aeterna: Aeterna, out: Path
) -> None:
    for name in ("docker-compose.yaml.1.bak", ".env.1.bak", ".aeterna/setup.yaml.4.bak"):
        (out / name).write_text("old\n")
    os.chmod(out / ".env.1.bak", 0o600)
    (only,) = json.loads(aeterna("backups", "--output", "out", "--json").out)["sets"]
    assert {file["backup"] for file in only["files"]} == {
        "docker-compose.yaml.1.bak",
        ".env.1.bak",
        ".aeterna/setup.yaml.4.bak",
    }
    assert aeterna("restore", only["id"], "--output", "out").status == 0
    assert (out / "docker-compose.yaml").read_text() == (out / ".env").read_text() == "old\n"


def test_what_cannot_be_restored_is_said(aeterna: Aeterna, out: Path) -> None:
    assert "There are no backups in out." in aeterna("restore", "--output", "out").err
    aeterna(*COMPOSE, "--cache", "valkey")
    assert "There is no such set" in aeterna("restore", "20000101-000000", "--output", "out").err
    (out / "docker-compose.yaml.1.bak").unlink()
    before = texts(out)
    ran = aeterna("restore", "--output", "out")
    assert ran.status == 1
    assert "docker-compose.yaml.1.bak is gone, so the set" in ran.err
    assert texts(out) == before
