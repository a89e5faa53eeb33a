"""`aeterna fleet check --dask`: a real scheduler and real workers on loopback, one of which is killed meanwhile."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fleet.conftest import REMOTE, SERVER, Add, Aeterna, clustered

SECONDS = 240
BIN = Path(sys.executable).parent


class Cluster:
    """A Dask cluster of this test."""

    def __init__(self, folder: Path) -> None:
        self.file, self.folder, self.running = folder / "scheduler.json", folder, list[subprocess.Popen[bytes]]()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        command = [
            str(BIN / "dask"),
            *words,
            "--scheduler-file",
            str(self.file),
            "--no-dashboard",
            "--host",
            "127.0.0.1",
        ]
        begun = subprocess.Popen(command, cwd=self.folder, env=environment, stderr=subprocess.DEVNULL)
        self.running.append(begun)
        return begun

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--nthreads", "1", "--no-nanny")

    @property
    def address(self) -> str:
        until(lambda: self.file.is_file() and self.file.read_text().strip().endswith("}"))
        return str(json.loads(self.file.read_text())["address"])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    made.start("scheduler", "--port", "0")
    try:
        yield made
    finally:
        for process in made.running:
            process.kill()
            process.wait()


def test_a_worker_that_is_killed_loses_nothing(add: Add, aeterna: Aeterna, cluster: Cluster, tmp_path: Path) -> None:
    names = [f"c{number:02}" for number in range(60)]
    for name in names:
        add(name, clustered(SERVER, name))
    here = aeterna("fleet", "check", "fleet", "--json", "--no-cache", "--workers", "1")
    address = cluster.address
    workers = [cluster.worker() for _ in range(2)]
    command = [str(BIN / "aeterna"), "fleet", "check", "fleet", "--json", "--dask", address]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    begun = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

    def done() -> int:
        try:
            with sqlite3.connect(next((tmp_path / "cache").rglob("fleet.sqlite"))) as kept:
                return int(kept.execute("SELECT count(*) FROM judged").fetchone()[0])
        except (StopIteration, sqlite3.OperationalError):
            return 0

    until(lambda: done() > 0 or begun.poll() is not None)
    workers[0].kill()
    before = done()
    out, err = begun.communicate(timeout=SECONDS)
    assert (begun.returncode, out) == (here.status, here.out), err
    assert 0 < before < len(names) == done()


def test_no_secret_leaves_this_machine(add: Add, aeterna: Aeterna, cluster: Cluster, tmp_path: Path) -> None:
    add("a", clustered(SERVER, "a", postgresql={"type": "external", "host": "db.example.com"}))
    wrote = aeterna(
        "setup", "--non-interactive", "--reconfigure", "--output", "fleet/a", postgresql_password="canary-5f1e"
    )
    assert wrote.status == 0
    values = tmp_path / "fleet" / "a" / "values.yaml"
    values.write_text(values.read_text() + "# canary-5f1e\n")
    address = cluster.address
    cluster.worker()
    assert "holds a secret" in aeterna("fleet", "check", "fleet", "--workers", "1").out
    # What nobody there knows to be a secret, nobody there can find.
    there = aeterna("fleet", "check", "fleet", "--dask", address)
    assert "1 configurations, 0 distinct errors" in there.out


def test_who_is_not_there_is_said_in_a_sentence(add: Add, aeterna: Aeterna, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aeterna_nb.fleet.dask.SECONDS", 1)
    add("a", REMOTE)
    ran = aeterna("fleet", "check", "fleet", "--dask", "tcp://127.0.0.1:9")
    assert (ran.status, ran.err.startswith("error: No Dask scheduler answers at tcp://127.0.0.1:9.")) == (2, True)


def test_a_scheduler_without_workers_is_said(
    add: Add, aeterna: Aeterna, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cluster.address
    monkeypatch.setattr("aeterna_nb.fleet.dask.SECONDS", 5)
    add("a", REMOTE)
    ran = aeterna("fleet", "check", "fleet", "--dask", address)
    assert (ran.status, "has no worker" in ran.err) == (2, True)
