import errno
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.output.recovery import finished
from aeterna_nb.output.workspace import WorkspaceError, backups, plan, read_text, write

CANARY = "canary-5c1f"
FILES = {
    "values.yaml": "replicas: 1\n",
    ".aeterna/config.toml": 'default_profile = "local"\n',
    ".env": f"KEY='{CANARY}'\n",
}
SECRET = frozenset({".env"})


def tree(folder: Path) -> dict[str, tuple[int, bytes | str, int]]:
    """Everything below a folder: mode, content (or link target), time of change."""
    return {
        str(path.relative_to(folder)): (
            stat.S_IMODE(path.lstat().st_mode),
            os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder",
            0 if path.is_dir() else path.lstat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
    }


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_empty_folder_gets_every_file(tmp_path: Path) -> None:
    out = tmp_path / "not" / "there yet"
    planned = plan(out, FILES, SECRET)
    assert not out.exists()
    assert {file.name: file.state for file in planned.files} == dict.fromkeys([".gitignore", *FILES], "new")
    write(planned)
    assert {name: (out / name).read_text() for name in FILES} == FILES
    assert set(os.listdir(out)) == {"values.yaml", ".aeterna", ".env", ".gitignore"}


def test_secret_files_are_private_and_others_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(plan(tmp_path, FILES, SECRET))
    finally:
        os.umask(before)
    assert mode(tmp_path / ".env") == 0o600
    assert mode(tmp_path / "values.yaml") == 0o640


def test_a_secret_file_is_never_readable_by_others_not_even_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"OLD='{CANARY}'\n")
    seen = []
    real = os.write

    def watching(descriptor: int, data: bytes) -> int:
        if CANARY.encode() in bytes(data):
            seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", watching)
    write(plan(tmp_path, FILES, SECRET))
    assert seen == [0o600]
    assert mode(tmp_path / ".env.1.bak") == 0o600


def test_the_mode_of_an_existing_file_stays(tmp_path: Path) -> None:
    script = tmp_path / "values.yaml"
    script.write_text("old\n")
    script.chmod(0o751)
    write(plan(tmp_path, FILES, SECRET))
    assert mode(script) == 0o751
    assert mode(tmp_path / "values.yaml.1.bak") == 0o600  # Nobody knows what stood in it.


def test_a_backup_is_for_its_owner_alone_and_git_leaves_out_those_of_files_that_are_not_ours_alone(
    tmp_path: Path,
) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name in ("docker-compose.yaml", "real.json"):
        (tmp_path / name).write_text(f"key: {CANARY}\n")
        (tmp_path / name).chmod(0o664)
    (tmp_path / "opencode.json").symlink_to("real.json")
    files = {"docker-compose.yaml": "new\n", "opencode.json": "{}\n", "values.yaml": "new\n"}
    written = write(plan(tmp_path, files, masks={"opencode.json": str}))
    backups = [file.backup for file in written if file.backup]
    assert backups == ["docker-compose.yaml.1.bak", "real.json.1.bak"]
    assert {mode(tmp_path / name) for name in backups} == {0o600}
    assert mode(tmp_path / "docker-compose.yaml") == mode(tmp_path / "real.json") == 0o664
    told = subprocess.run(
        ["git", "-C", tmp_path, "check-ignore", *backups, "real.json"], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["real.json.1.bak"]


def test_a_secret_file_that_others_can_read_becomes_private_even_when_its_content_stays(tmp_path: Path) -> None:
    write(plan(tmp_path, FILES, SECRET))
    (tmp_path / ".env").chmod(0o644)
    assert plan(tmp_path, FILES, SECRET).changes == ()
    write(plan(tmp_path, FILES, SECRET))
    assert mode(tmp_path / ".env") == 0o600


def test_writing_twice_touches_nothing(tmp_path: Path) -> None:
    write(plan(tmp_path, FILES, SECRET))
    before = tree(tmp_path)
    again = plan(tmp_path, FILES, SECRET)
    assert {file.state for file in again.files} == {"same"}
    assert [file.diff for file in again.files] == [""] * 4
    assert write(again) == ()
    assert tree(tmp_path) == before


def test_only_the_file_that_differs_is_written_and_its_backup_survives_later_runs(tmp_path: Path) -> None:
    write(plan(tmp_path, FILES, SECRET))
    before = tree(tmp_path)
    second = write(plan(tmp_path, FILES | {"values.yaml": "replicas: 2\n"}, SECRET))
    assert [(file.name, file.backup) for file in second] == [("values.yaml", "values.yaml.1.bak")]
    third = write(plan(tmp_path, FILES | {"values.yaml": "replicas: 3\n"}, SECRET))
    assert [(file.name, file.backup) for file in third] == [("values.yaml", "values.yaml.2.bak")]
    assert (tmp_path / "values.yaml.1.bak").read_text() == "replicas: 1\n"
    assert (tmp_path / "values.yaml.2.bak").read_text() == "replicas: 2\n"
    assert (tmp_path / "values.yaml").read_text() == "replicas: 3\n"
    after = tree(tmp_path)
    assert {name: after[name] for name in before if name != "values.yaml"} == {
        name: before[name] for name in before if name != "values.yaml"
    }


def test_a_backup_takes_the_next_free_number(tmp_path: Path) -> None:
    (tmp_path / ".aeterna").mkdir()
    (tmp_path / ".aeterna/config.toml").write_text("old\n")
    (tmp_path / ".aeterna/config.toml.1.bak").write_text("somebody's\n")
    (tmp_path / ".aeterna/config.toml.2.bak").mkdir()
    written = write(plan(tmp_path, FILES, SECRET))
    assert [file.backup for file in written if file.backup] == [".aeterna/config.toml.3.bak"]
    assert (tmp_path / ".aeterna/config.toml.1.bak").read_text() == "somebody's\n"


def test_the_diff_shows_lines_and_never_a_secret(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("kept: 1\nreplicas: 9")
    (tmp_path / ".env").write_text(f"OLD='{CANARY}'\n")
    planned = plan(tmp_path, FILES | {"values.yaml": "kept: 1\nreplicas: 1\n"}, SECRET)
    diffs = {file.name: file.diff for file in planned.files}
    assert "-replicas: 9\n\\ No newline at end of file\n+replicas: 1\n" in diffs["values.yaml"]
    assert " kept: 1\n" in diffs["values.yaml"]
    assert diffs[".aeterna/config.toml"].startswith("--- /dev/null\n")
    assert CANARY not in "".join(diffs.values()) + repr(planned)
    assert ".env" in diffs[".env"]


def test_a_mask_decides_what_the_diff_shows_and_not_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"key {CANARY}\n")
    planned = plan(tmp_path, {"a.txt": f"key {CANARY}\nnew\n"}, masks={"a.txt": lambda text: text.replace(CANARY, "*")})
    assert planned.files[1].diff == "--- a.txt\n+++ a.txt\n@@ -1 +1,2 @@\n key *\n+new\n"
    write(planned)
    assert (tmp_path / "a.txt").read_text() == f"key {CANARY}\nnew\n"


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (None, "/.env\n/.env.*.bak\n"),
        ("node_modules\n", "node_modules\n/.env\n/.env.*.bak\n"),
        ("node_modules", "node_modules\n/.env\n/.env.*.bak\n"),
        ("a\r\nb\r\n", "a\r\nb\r\n/.env\r\n/.env.*.bak\r\n"),
        (".env\n", ".env\n/.env.*.bak\n"),
        (".env*\n", ".env*\n"),
        ("/.env\n/.env.*.bak\n", "/.env\n/.env.*.bak\n"),
        (".env*\n!.env\n", ".env*\n!.env\n/.env\n"),
        ("caf\xe9\n", "caf\xe9\n/.env\n/.env.*.bak\n"),
    ],
)
def test_gitignore_is_kept_and_completed_once(tmp_path: Path, present: str | None, expected: str) -> None:
    ignore = tmp_path / ".gitignore"
    if present is not None:
        ignore.write_bytes(present.encode("latin-1"))
    for content in ("1", "2"):
        write(plan(tmp_path, {".env": content}, SECRET))
    assert ignore.read_bytes() == expected.encode("latin-1")


def test_git_itself_ignores_the_secret_file_and_its_backup(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    write(plan(tmp_path, FILES, SECRET))
    write(plan(tmp_path, FILES | {".env": "OTHER=1\n"}, SECRET))
    shown = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain", "-uall"], check=True, capture_output=True, text=True
    ).stdout
    assert (tmp_path / ".env.1.bak").exists()
    assert sorted(shown.split()[1::2]) == [".aeterna/config.toml", ".gitignore", "values.yaml"]


def test_without_secret_files_gitignore_is_left_alone(tmp_path: Path) -> None:
    write(plan(tmp_path, {"values.yaml": "a"}))
    assert os.listdir(tmp_path) == ["values.yaml"]


def make_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")


def link_out(path: Path) -> None:
    outside = path.parent.parent / "outside.txt"
    outside.write_text("precious")
    path.symlink_to(outside)


def link_to_gone_folder(path: Path) -> None:
    path.symlink_to(path.parent.parent / "gone" / "file")


@pytest.mark.parametrize(
    ("obstacle", "make", "words"),
    [
        ("values.yaml", Path.mkdir, "values.yaml is a folder"),
        (".aeterna", make_file, "is a file where a folder is needed"),
        ("values.yaml", os.mkfifo, "values.yaml is no plain file"),
        ("values.yaml", link_out, "values.yaml leads out of"),
        ("values.yaml", link_to_gone_folder, "values.yaml leads out of"),
        (".aeterna", link_out, "leads out of"),
        ("values.yaml", lambda path: path.symlink_to("values.yaml"), "values.yaml could not be read"),
        ("values.yaml", lambda path: path.symlink_to(".env"), ".env and values.yaml are the same file"),
    ],
)
def test_what_is_in_the_way_is_named_and_nothing_is_written(
    tmp_path: Path, obstacle: str, make: Callable[[Path], Any], words: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    make(out / obstacle)
    names = os.listdir(out)
    with pytest.raises(WorkspaceError, match=words) as caught:
        write(plan(out, FILES, SECRET))
    assert str(caught.value).count("\n") == 0
    assert os.listdir(out) == names


def test_a_file_as_output_folder_is_refused(tmp_path: Path) -> None:
    make_file(tmp_path / "out")
    with pytest.raises(WorkspaceError, match="out is a file where a folder is needed"):
        plan(tmp_path / "out", FILES)


def test_a_link_inside_the_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/real.yaml").write_text("old\n")
    (tmp_path / "values.yaml").symlink_to("shared/real.yaml")
    written = write(plan(tmp_path, {"values.yaml": "new\n"}))
    assert os.readlink(tmp_path / "values.yaml") == "shared/real.yaml"
    assert (tmp_path / "shared/real.yaml").read_text() == "new\n"
    assert [(file.name, file.backup) for file in written if file.backup] == [("values.yaml", "shared/real.yaml.1.bak")]
    assert (tmp_path / "shared/real.yaml.1.bak").read_text() == "old\n"


def test_content_that_is_no_text_is_replaced_and_kept_as_backup(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(b"\xff\xfe\x00")
    planned = plan(tmp_path, {"values.yaml": "new\n"})
    assert "not UTF-8" in planned.files[0].diff
    write(planned)
    assert (tmp_path / "values.yaml.1.bak").read_bytes() == b"\xff\xfe\x00"


def test_read_text(tmp_path: Path) -> None:
    assert read_text(tmp_path, "opencode.json") is None
    (tmp_path / "opencode.json").write_bytes('{"a": "é"}\r\n'.encode())
    assert read_text(tmp_path, "opencode.json") == '{"a": "é"}\r\n'
    (tmp_path / "opencode.json").write_bytes(b"\xff")
    with pytest.raises(WorkspaceError, match=r"opencode\.json is not UTF-8 text"):
        read_text(tmp_path, "opencode.json")


def test_half_an_emoji_is_refused_without_showing_what_was_typed(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"values\.yaml") as caught:
        plan(tmp_path, {"values.yaml": f"{CANARY}\ud83d"})
    assert CANARY not in str(caught.value)


def test_a_file_that_changed_since_the_plan_is_not_overwritten(tmp_path: Path) -> None:
    planned = plan(tmp_path, FILES, SECRET)
    (tmp_path / "values.yaml").write_text("by hand\n")
    with pytest.raises(WorkspaceError, match=r"values\.yaml has changed meanwhile"):
        write(planned)
    assert (tmp_path / "values.yaml").read_text() == "by hand\n"
    assert os.listdir(tmp_path) == ["values.yaml"]


STEPS = ("open", "write", "fsync", "fchmod", "mkdir", "link", "replace", "close")


def existing(folder: Path) -> None:
    folder.mkdir()
    (folder / "values.yaml").write_text("old: 1\n")
    (folder / "values.yaml.1.bak").write_text("older: 1\n")
    (folder / ".env").write_text("OLD=1\n")
    (folder / ".env").chmod(0o600)
    (folder / ".gitignore").write_text("*.log\n")


@pytest.mark.parametrize("there", [True, False], ids=["over existing files", "into nothing"])
@pytest.mark.parametrize(
    ("step", "failure"),
    [(step, OSError(errno.ENOSPC, "No space left on device")) for step in STEPS]
    + [(step, KeyboardInterrupt()) for step in STEPS if step != "close"],  # The last one follows the last step.
    ids=repr,
)
def test_whatever_step_fails_everything_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException, there: bool
) -> None:
    out = tmp_path / "deep" / "out"
    failed_at = 0
    while True:
        if there and not out.exists():
            out.parent.mkdir()
            existing(out)
        before = tree(tmp_path)
        planned = plan(out, FILES, SECRET)
        calls = 0
        real: Callable[..., Any] = getattr(os, step)

        def failing(*args: Any, real: Callable[..., Any] = real, last: int = failed_at + 1, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == last:
                if step == "close":
                    real(*args)
                raise failure
            return real(*args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(os, step, failing)
            try:
                write(planned)
            except (WorkspaceError, KeyboardInterrupt) as error:
                caught: BaseException = error
            else:
                if calls <= failed_at:
                    break
                # The failure did not matter: a folder that was only looked at did not close.
                shutil.rmtree(out.parent)
                failed_at += 1
                continue
        failed_at += 1
        assert tree(tmp_path) == before, f"{step} number {failed_at}"
        if isinstance(failure, OSError):
            assert "disk is full" in str(caught)
    assert failed_at > 0
    assert {name: (out / name).read_text() for name in FILES} == FILES


def test_what_cannot_be_put_back_is_kept_and_put_back_by_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    existing(out)
    before = tree(out)
    planned = plan(out, FILES, SECRET)
    real = os.link
    calls = 0

    def breaking(*args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise OSError(errno.EIO, "Input/output error")
        real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", breaking)
        with pytest.raises(WorkspaceError, match=r"could not be put back yet.*the next command goes on"):
            write(planned)
    assert finished(out) == [
        "A write that was interrupted is taken back; these files are as before: "
        ".gitignore, values.yaml, .aeterna/config.toml, .env."
    ]
    assert tree(out) == before


WRITE_AS_NOBODY = """
import errno, fcntl, os, secrets
from pathlib import Path
from aeterna_nb.output.workspace import WorkspaceError, plan, write
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    write(plan(Path("out"), {"values.yaml": "a"}))
except WorkspaceError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="modes of folders mean nothing on Windows")
def test_a_read_only_folder_is_named() -> None:
    # Not tmp_path: pytest keeps its folders from other users, and root may write everywhere.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        Path(folder, "out").mkdir(mode=0o555)
        run = subprocess.run(
            [sys.executable, "-c", WRITE_AS_NOBODY],
            cwd=folder,
            env={"PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parents[2])])},
            capture_output=True,
            text=True,
        )
    if "ModuleNotFoundError" in run.stderr:
        pytest.skip("the unprivileged user cannot read the package")
    assert "values.yaml could not be written: the folder is read-only for you" in run.stdout, run.stderr


HOLD_THE_FOLDER = """
import sys
from pathlib import Path
from aeterna_nb.output.handles import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked on Windows")
def test_two_runs_at_once_get_a_sentence_and_a_dead_one_leaves_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_FOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(WorkspaceError, match="Another run is writing"):
            write(plan(tmp_path, FILES, SECRET))
        assert os.listdir(tmp_path) == []
        other.kill()
    write(plan(tmp_path, FILES, SECRET))
    assert (tmp_path / "values.yaml").exists()


@settings(deadline=None)  # A disk may be slow.
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    write(plan(folder, {"a.txt": text}))
    assert read_text(folder, "a.txt") == text
    assert plan(folder, {"a.txt": text}).changes == ()


def test_backups_are_listed_the_newest_first_with_the_time_of_what_they_hold(tmp_path: Path) -> None:
    assert backups(tmp_path, "a/b.yaml") == []
    for number in range(12):
        write(plan(tmp_path, {"a/b.yaml": f"n: {number}\n"}))
    (tmp_path / "a" / "b.yaml.x.bak").write_text("not ours", encoding="utf-8")
    names = [backup.name for backup in backups(tmp_path, "a/b.yaml")]
    assert names == [f"a/b.yaml.{number}.bak" for number in range(11, 0, -1)]
    times = [backup.written for backup in backups(tmp_path, "a/b.yaml")]
    assert times == sorted(times, reverse=True)
