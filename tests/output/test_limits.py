"""Whatever the operating system refuses is a sentence, and nothing is half done."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.output.workspace import WorkspaceError, plan, write
from tests.output.test_workspace import FILES, SECRET, existing, tree

LIMITED = """
import resource, sys
from pathlib import Path
from aeterna_nb.output.workspace import WorkspaceError, plan, write
planned = plan(Path("out"), {"values.yaml": "a" * 5000, ".env": "NEW=1"}, {".env"})
resource.setrlimit(getattr(resource, sys.argv[1]), (int(sys.argv[2]),) * 2)
try:
    write(planned)
except WorkspaceError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits there")
@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (("RLIMIT_FSIZE", "4096"), "values.yaml could not be written: it is larger than you may write here"),
        (("RLIMIT_FSIZE", "0"), "could not be written: it is larger than you may write here"),
        (("RLIMIT_NOFILE", "4"), "could not be written: too many open files"),
        (("RLIMIT_NOFILE", "5"), "could not be written: too many open files"),
    ],
)
def test_a_limit_of_the_process_is_a_sentence(tmp_path: Path, limit: tuple[str, str], words: str) -> None:
    existing(tmp_path / "out")
    before = tree(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, *limit],
        cwd=tmp_path,
        env={"PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parents[2])])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert words in run.stdout, run.stderr
    assert run.stdout.endswith("Nothing was changed.\n")
    assert tree(tmp_path) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", tmp_path], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("nobody but root may mount a small disk")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(small_disk: Path) -> None:
    out = small_disk / "out"
    existing(out)
    before = tree(out)
    with pytest.raises(WorkspaceError, match=r"could not be written: the disk is full.*Nothing was changed"):
        write(plan(out, {**FILES, "values.yaml": "a" * 40000}, SECRET))
    assert tree(out) == before


@pytest.mark.parametrize("step", ["open", "write", "replace"])
@pytest.mark.parametrize(
    "number",
    [errno.EIO, errno.EROFS, errno.EDQUOT, errno.ENAMETOOLONG, errno.ENOMEM, errno.ESTALE, errno.EBUSY, errno.ETXTBSY],
    ids=errno.errorcode.get,
)
def test_every_error_of_the_system_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, step: str
) -> None:
    existing(tmp_path / "out")
    before = tree(tmp_path)
    planned = plan(tmp_path / "out", FILES, SECRET)
    real = getattr(os, step)
    calls = 0

    def failing(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, step, failing)
        with pytest.raises(WorkspaceError, match=r"could not be written: .*Nothing was changed"):
            write(planned)
    assert tree(tmp_path) == before


def test_a_name_that_no_file_system_takes_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="file name too long"):
        write(plan(tmp_path / ("x" * 300), FILES, SECRET))
    with pytest.raises(WorkspaceError, match="file name too long"):
        write(plan(tmp_path, {"x" * 300: "new\n"}))
    assert os.listdir(tmp_path) == []
