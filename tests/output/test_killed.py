"""A write whose process ends at any step: the next command finds either the old set or the new one, and says which."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from aeterna_nb.output.handles import Folder
from aeterna_nb.output.journal import FORWARD, UNFINISHED, Change, begin
from aeterna_nb.output.recovery import finished
from aeterna_nb.output.workspace import WorkspaceError, plan, write

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes fork and folders lock otherwise there")


def kills(*words: str) -> dict[str, dict[str, int]]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.output.kills", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, dict[str, int]] = json.loads(run.stdout)
    return found


def test_a_write_that_is_killed_at_any_step_is_whole_after_the_next_command() -> None:
    tried = kills("over somebody's own files", "first set-up, SOPS", "update, Kubernetes")
    assert all(counts["completed"] > 10 and counts["taken back"] > 10 for counts in tried.values()), tried
    assert sum(counts["killed again"] for counts in tried.values()) > 100


def test_so_it_is_where_a_file_system_has_no_two_files_trade_places() -> None:
    assert kills("without trade", "update, Compose")["update, Compose"]["killed"] > 100


@pytest.mark.whole_product
@pytest.mark.parametrize("trade", [[], ["without trade"]])
def test_a_write_and_the_command_after_it_are_killed_at_any_step_in_every_scenario(trade: list[str]) -> None:
    tried = kills("every", *trade)
    assert sum(counts["killed"] for counts in tried.values()) > 600
    assert sum(counts["killed again"] for counts in tried.values()) > 5_000


def interrupted(folder: Path) -> None:
    """Leaves a complete record and none of its changes done."""
    (folder / "values.yaml").write_text("old\n")
    with closing(Folder(folder)) as root:
        begin(
            root,
            [
                Change("values.yaml", b"old\n", b"new\n", None, 0o644, "values.yaml.1.bak"),
                Change(".aeterna/config.toml", None, b"new\n"),
            ],
        ).close()


def test_what_is_recorded_is_done_by_whoever_comes_next(tmp_path: Path) -> None:
    interrupted(tmp_path)
    said = ["A write that was interrupted is completed now: values.yaml, .aeterna/config.toml."]
    assert finished(tmp_path) == said
    assert sorted(os.listdir(tmp_path)) == [".aeterna", "values.yaml", "values.yaml.1.bak"]
    assert (tmp_path / "values.yaml").read_text() == (tmp_path / ".aeterna/config.toml").read_text() == "new\n"
    assert finished(tmp_path) == []


def test_what_somebody_wrote_meanwhile_is_kept_and_named(tmp_path: Path) -> None:
    interrupted(tmp_path)
    (tmp_path / "values.yaml").write_text("by hand\n")
    (tmp_path / "values.yaml.1.bak").write_text("somebody's\n")
    assert finished(tmp_path)[1:] == ["What was written here since is kept: values.yaml.2.bak."]
    texts = {path.name: path.read_text() for path in tmp_path.glob("values*")}
    assert texts == {
        "values.yaml": "new\n",
        "values.yaml.1.bak": "somebody's\n",
        "values.yaml.2.bak": "by hand\n",
    }


def test_a_new_content_that_is_damaged_is_not_put_anywhere(tmp_path: Path) -> None:
    interrupted(tmp_path)
    (tmp_path / UNFINISHED / "0.new").write_text("half")
    assert finished(tmp_path)[0].startswith("A write that was interrupted is taken back")
    assert (tmp_path / "values.yaml").read_text() == "old\n"
    assert os.listdir(tmp_path) == ["values.yaml"]


def copied(folder: Path) -> None:
    record = folder / UNFINISHED / FORWARD
    record.write_text(record.read_text().replace('"folder": ', '"folder": 1'))


def cut_short(folder: Path) -> None:
    (folder / UNFINISHED / FORWARD).write_text("{")


def leading_out(folder: Path) -> None:
    record = folder / UNFINISHED / FORWARD
    record.write_text(record.read_text().replace('"values.yaml"', '"../values.yaml"'))


@pytest.mark.parametrize("harm", [copied, cut_short, leading_out])
def test_a_record_that_cannot_be_trusted_is_not_followed(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    interrupted(out)
    harm(out)
    with pytest.raises(WorkspaceError, match=UNFINISHED):
        finished(out)
    assert (out / "values.yaml").read_text() == "old\n"
    assert os.listdir(tmp_path) == ["out"]


def test_a_write_onto_an_interrupted_one_finishes_that_and_asks_to_look_again(tmp_path: Path) -> None:
    planned = plan(tmp_path, {"values.yaml": "mine\n"})
    interrupted(tmp_path)
    with pytest.raises(WorkspaceError, match=r"is completed now: values\.yaml.*Look at the changes again"):
        write(planned)
    assert (tmp_path / "values.yaml").read_text() == "new\n"


def test_what_cannot_be_finished_now_is_said_and_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(tmp_path)

    def refusing(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refusing)
        with pytest.raises(WorkspaceError, match="can't be finished now: the folder is read-only for you"):
            finished(tmp_path)
    assert finished(tmp_path)[0].startswith("A write that was interrupted is completed now")
