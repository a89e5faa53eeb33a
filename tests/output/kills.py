"""Ends a write at each step that changes the disk, and looks at what the next command makes of it.

A program of its own, since it forks: `python -m tests.output.kills SCENARIO ...` prints what it tried as JSON. The
command that comes next is ended as well, at one of its steps; `every` does so at each, in all scenarios.
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aeterna_nb.output.handles import Folder
from aeterna_nb.output.recovery import finished
from aeterna_nb.output.workspace import plan, write

CANARY = "canary-5c1f"
SECRET = frozenset({".env", "values.secret.yaml"})
Files = Mapping[str, str]

COMMON = {".aeterna/config.toml": "mode = 1\n", ".aeterna/setup.yaml": "target: x\n", "opencode.json": "{}\n"}
COMPOSE = {"docker-compose.yaml": "services: {}\n", ".env": f"NEW={CANARY}-new\n", **COMMON}
KUBERNETES = {"values.yaml": "a: 1\n", "values.secret.yaml": f"key: {CANARY}-new\n", **COMMON}
SOPS = {"values.yaml": "a: 1\n", "values.secret.sops.yaml": "key: ENC[AES256_GCM]\n", **COMMON}


def changed(files: Files) -> dict[str, str]:
    return {name: f"# old\n{text.replace('-new', '-old')}" for name, text in files.items()}


def updated(files: Files) -> dict[str, str]:
    return {".gitignore": "node_modules\n", **changed(files), "values.yaml.1.bak": "older\n"}


SCENARIOS: Mapping[str, tuple[Files, Files]] = {
    "first set-up, Compose": ({}, COMPOSE),
    "first set-up, Kubernetes": ({}, KUBERNETES),
    "first set-up, SOPS": ({}, SOPS),
    "over somebody's own files": (
        {".env": f"OWN={CANARY}-own\n", ".gitignore": "*.log", "notes.txt": "mine\n"},
        COMPOSE,
    ),
    "update, Compose": (updated(COMPOSE), COMPOSE),
    "update, Kubernetes": (updated(KUBERNETES), KUBERNETES),
    "update, SOPS": (updated(SOPS), SOPS),
}
"""By name: the files that are there, and those that are written."""


def count_down(steps: int) -> None:
    """Ends this process at its `steps`-th step that changes the disk; a content is written in two steps."""
    left = steps

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate"} or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        ):
            step()

    def before(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            step()
            return call(*arguments)

        return counted

    real = os.write

    def in_two(descriptor: int, data: bytes) -> int:
        done = real(descriptor, bytes(data)[: (len(data) + 1) // 2])
        step()
        return done

    os.write = in_two  # type: ignore[assignment]
    os.fsync, os.fchmod = before(os.fsync), before(os.fchmod)
    Folder.exchange = before(Folder.exchange)  # type: ignore[method-assign]
    sys.addaudithook(audit)


def killed(steps: int, work: Callable[[], object]) -> bool:
    """Whether a process that does the work was ended at that step; False when it was done before."""
    child = os.fork()
    if child == 0:
        count_down(steps)
        try:
            work()
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return os.WIFSIGNALED(status)


def lay_out(folder: Path, files: Files) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600 if name in SECRET else 0o644)


def contents(folder: Path) -> dict[str, bytes]:
    found = folder.rglob("*")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in found
        if path.is_file() and ".git/" not in str(path)
    }


def in_the_open(folder: Path) -> list[str]:
    """Files with secrets that git would take, or that others may read."""
    command = ["git", "-C", str(folder), "ls-files", "--others", "--exclude-standard"]
    taken = set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines())
    return [
        name
        for name, content in contents(folder).items()
        if CANARY.encode() in content and (name in taken or stat.S_IMODE((folder / name).stat().st_mode) & 0o077)
    ]


def check(folder: Path, before: Files, after: Files, left_open: Sequence[str]) -> None:
    texts = {name: content.decode() for name, content in contents(folder).items()}
    here = {name: text for name, text in texts.items() if not name.endswith(".bak") or name in before}
    here = {name: text for name, text in here.items() if not name.startswith(".aeterna/backups/")}
    ignore = here.pop(".gitignore", "")
    old = {name: text for name, text in before.items() if name != ".gitignore"}
    assert here in (old, {**old, **after}), f"a mix: {sorted(here)}"
    assert ignore.startswith(before.get(".gitignore", "")), ignore
    assert set(old.values()) <= set(texts.values()), "what was there before is lost"
    assert not set(in_the_open(folder)) - set(left_open), in_the_open(folder)
    assert not [name for name in os.listdir(folder) if "unfinished" in name or name.endswith(".tmp")], (
        "something is left"
    )


def run(before: Files, after: Files, every: bool) -> dict[str, int]:
    tried = again = completed = taken_back = 0
    # In memory where that is at hand: a kill needs no disk, and waiting for one would take most of the time.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as scratch:
        template = Path(scratch, "template")
        lay_out(template, before)
        subprocess.run(["git", "init", "-q", template], check=True)
        # What somebody's own files left open before is not the write's doing.
        left_open = in_the_open(template)
        folder = Path(scratch, "out")

        def fresh() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(template, folder)

        def work() -> None:
            write(plan(folder, after, SECRET))

        fresh()
        while killed(tried + 1, work):
            tried += 1
            assert not set(in_the_open(folder)) - set(left_open), tried
            second = 1 if every else 1 + tried % 12
            while killed(second, lambda: finished(folder)):
                again += 1
                assert not set(in_the_open(folder)) - set(left_open), (tried, second)
                finished(folder)
                check(folder, before, after, left_open)
                if not every:
                    break
                fresh()
                killed(tried, work)
                second += 1
            finished(folder)
            check(folder, before, after, left_open)
            done = (folder / "opencode.json").is_file() and (folder / "opencode.json").read_text() == "{}\n"
            completed, taken_back = completed + done, taken_back + (not done)
            work()  # The way is free again.
            check(folder, {**before, **after, ".gitignore": before.get(".gitignore", "")}, after, [])
            assert finished(folder) == []
            fresh()
    return {"killed": tried, "killed again": again, "completed": completed, "taken back": taken_back}


def without_trade(*_: object) -> bool:
    """What `Folder.exchange` says on a file system that does not have things trade places."""
    return False


if __name__ == "__main__":
    if "without trade" in sys.argv:
        sys.argv.remove("without trade")
        Folder.exchange = without_trade  # type: ignore[method-assign, assignment]
    every = sys.argv[1:] == ["every"]
    names = [*SCENARIOS] if every else sys.argv[1:]
    print(json.dumps({name: run(*SCENARIOS[name], every) for name in names}, indent=2))
