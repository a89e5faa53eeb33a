"""Backups of PostgreSQL and the proof that they restore."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from aeterna_nb import chart
from tests.chart import choices
from tests.chart.conftest import Manifest, Render, names, one
from tests.chart.judge import custom_faults, faults

SCRIPTS = chart.chart_folder() / "scripts"
KEYS = {"s3": {"accessKeyId": {"value": "a"}, "secretAccessKey": {"value": "s"}}}
PLACES: dict[str, dict[str, Any]] = {
    "s3": {"destination": "s3", "s3": {"bucket": "b", "region": "r", "endpoint": "https://s.example.com:9000"}},
    "s3-keys": {"destination": "s3", "s3": {"bucket": "b", **KEYS["s3"]}},
    "gcs": {"destination": "gcs", "gcs": {"bucket": "b"}},
    "gcs-key": {"destination": "gcs", "gcs": {"bucket": "b", "credentials": {"value": "{}"}}},
    "azure": {"destination": "azure", "azure": {"storageAccount": "a", "container": "c"}},
    "azure-key": {
        "destination": "azure",
        "azure": {"storageAccount": "a", "container": "c", "storageKey": {"value": "k"}},
    },
}


def backups(place: str, database: str, verification: bool = True) -> dict[str, Any]:
    backup = {"enabled": True, "verification": {"enabled": verification}, **PLACES[place]}
    policies = {"networkPolicy": {"enabled": True}}
    return choices.merged(choices.KEY, choices.DATABASES[database], policies, {"backup": backup})


@pytest.mark.parametrize("database", choices.DATABASES)
@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_right_for_both_kinds_of_postgresql(place: str, database: str, render: Render) -> None:
    assert faults(render(backups(place, database))) == []


def test_cloudnativepg_backs_itself_up_and_a_server_elsewhere_is_dumped(render: Render) -> None:
    made = names(render(backups("s3", "cnpg", verification=False)))
    assert ("ScheduledBackup", "aeterna-pg") in made
    assert not [item for item in made if item[0] == "CronJob"]
    made = names(render(backups("s3", "external", verification=False)))
    assert ("CronJob", "aeterna-backup") in made
    assert not [item for item in made if item[0] == "ScheduledBackup"]


def test_the_schedule_of_cloudnativepg_begins_with_seconds(render: Render) -> None:
    assert one(render(backups("s3", "cnpg")), "ScheduledBackup")["spec"]["schedule"] == "0 0 3 * * *"


def test_the_throwaway_cluster_restores_from_the_clusters_backups_and_may_be_removed(render: Render) -> None:
    manifests = render(backups("s3-keys", "cnpg"))
    scratch = json.loads(one(manifests, "ConfigMap", "aeterna-backup-scripts")["data"]["cluster.json"])
    assert custom_faults([scratch]) == []
    (origin,) = scratch["spec"]["externalClusters"]
    assert scratch["spec"]["bootstrap"]["recovery"]["source"] == origin["name"]
    assert origin["barmanObjectStore"]["serverName"] == "aeterna-pg"
    kept = one(manifests, "Cluster", "aeterna-pg")["spec"]["backup"]["barmanObjectStore"]
    assert origin["barmanObjectStore"] == {**kept, "serverName": "aeterna-pg"}
    (free, bound) = one(manifests, "Role", "aeterna-backup")["rules"]
    assert free["verbs"] == ["create"]
    assert bound["resourceNames"] == [scratch["metadata"]["name"]]


# A stand-in for Amazon's library: a bucket that is a folder.
BOTO3 = """
import os, shutil
from pathlib import Path

ROOT = Path(os.environ["FAKE_BUCKETS"])

class Client:
    def get_paginator(self, name):
        return self

    def paginate(self, Bucket, Prefix):
        keys = [str(path.relative_to(ROOT / Bucket)) for path in (ROOT / Bucket).rglob("*") if path.is_file()]
        return [{"Contents": [{"Key": key} for key in sorted(keys) if key.startswith(Prefix)]}]

    def upload_file(self, path, bucket, name):
        (ROOT / bucket / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, ROOT / bucket / name)

    def download_file(self, bucket, name, path):
        shutil.copy(ROOT / bucket / name, path)

    def delete_object(self, Bucket, Key):
        (ROOT / Bucket / Key).unlink()

def client(kind, endpoint_url, region_name):
    return Client()
"""


def variables(manifests: list[Manifest]) -> dict[str, str]:
    spec = one(manifests, "CronJob", "aeterna-backup")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return {item["name"]: item["value"] for item in spec["containers"][0]["env"] if "value" in item}


def run_script(name: str, tmp_path: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (tmp_path / "lib").mkdir(exist_ok=True)
    (tmp_path / "lib" / "boto3.py").write_text(BOTO3)
    everything = {
        **environment,
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(tmp_path / "lib"),
        "FAKE_BUCKETS": str(tmp_path / "buckets"),
        "WORK": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, str(SCRIPTS / name)]
    return subprocess.run(command, env=everything, capture_output=True, text=True, check=False, timeout=120)


def program(tmp_path: Path, name: str, text: str) -> None:
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_a_dump_is_stored_and_old_ones_go_but_never_the_newest(render: Render, tmp_path: Path) -> None:
    environment = variables(render(backups("s3", "external")))
    folder = tmp_path / "buckets" / "b" / "aeterna"
    folder.mkdir(parents=True)
    ages = {days: f"aeterna-{datetime.now(UTC) - timedelta(days=days):%Y%m%dT%H%M%SZ}.dump" for days in (45, 31, 5)}
    for name in ages.values():
        (folder / name).write_text("old")
    (folder / "notes.txt").write_text("not ours")
    program(tmp_path, "pg_dump", 'test "$1 $2" = "--format=custom --file" && echo dump > "$3"')
    done = run_script("backup.py", tmp_path, environment)
    assert done.returncode == 0, done.stderr
    left = {path.name: path.read_text().strip() for path in folder.iterdir()}
    assert ages[5] in left
    assert "notes.txt" in left
    assert ages[45] not in left
    assert ages[31] not in left
    assert sorted(left.values()) == ["dump", "not ours", "old"]


def test_a_dump_that_fails_stores_nothing_and_removes_nothing(render: Render, tmp_path: Path) -> None:
    environment = variables(render(backups("s3", "external")))
    folder = tmp_path / "buckets" / "b" / "aeterna"
    folder.mkdir(parents=True)
    (folder / "aeterna-20000101T000000Z.dump").write_text("old")
    program(tmp_path, "pg_dump", "exit 1")
    assert run_script("backup.py", tmp_path, environment).returncode != 0
    assert [path.name for path in folder.iterdir()] == ["aeterna-20000101T000000Z.dump"]


@pytest.mark.parametrize(("tables", "passes"), [("56", True), ("0", False)])
def test_verification_restores_the_newest_dump_and_wants_tables(
    tables: str, passes: bool, render: Render, tmp_path: Path
) -> None:
    environment = variables(render(backups("s3", "external")))
    folder = tmp_path / "buckets" / "b" / "aeterna"
    folder.mkdir(parents=True)
    for year in (2024, 2025):
        (folder / f"aeterna-{year}0101T000000Z.dump").write_text(str(year))
    for name in ("initdb", "pg_ctl", "createdb"):
        program(tmp_path, name, "exit 0")
    # Nothing may reach the database that is backed up.
    program(tmp_path, "pg_restore", 'test "$PGHOST" = "$WORK" && grep -q 2025 "$WORK/newest.dump"')
    program(tmp_path, "psql", f"echo {tables}")
    done = run_script("verify.py", tmp_path, environment)
    assert (done.returncode == 0) is passes, done.stderr


def test_verification_without_a_backup_fails(render: Render, tmp_path: Path) -> None:
    (tmp_path / "buckets" / "b").mkdir(parents=True)
    done = run_script("verify.py", tmp_path, variables(render(backups("s3", "external"))))
    assert done.returncode == 1
    assert "no backup" in done.stderr


class Clusters(BaseHTTPRequestHandler):
    """An API server that knows clusters; one becomes ready when it is looked at, unless `ready` says otherwise."""

    known: dict[str, Any] = {}
    ready = True
    calls: list[str] = []

    def answer(self, code: int, body: dict[str, Any]) -> None:
        self.calls.append(f"{self.command} {code}")
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self) -> None:
        name = self.path.rsplit("/", 1)[1]
        state = [{"type": "Ready", "status": str(self.ready)}]
        self.answer(200 if name in self.known else 404, {"status": {"conditions": state}})

    def do_POST(self) -> None:
        assert self.headers["Authorization"] == "Bearer token"
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.known[body["metadata"]["name"]] = body
        self.answer(201, {})

    def do_DELETE(self) -> None:
        self.answer(200 if self.known.pop(self.path.rsplit("/", 1)[1], None) else 404, {})

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.mark.parametrize("ready", [True, False])
def test_the_throwaway_cluster_is_made_awaited_and_always_removed(ready: bool, render: Render, tmp_path: Path) -> None:
    manifests = render(backups("s3", "cnpg"))
    (tmp_path / "cluster.json").write_text(
        one(manifests, "ConfigMap", "aeterna-backup-scripts")["data"]["cluster.json"]
    )
    (tmp_path / "token").write_text("token\n")

    class Handler(Clusters):
        known: dict[str, Any] = {}
        calls: list[str] = []

    Handler.ready = ready
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        environment = {
            "CLUSTER_FILE": str(tmp_path / "cluster.json"),
            "ACCOUNT_FOLDER": str(tmp_path),
            "API_SERVER": f"http://127.0.0.1:{server.server_port}",
            "PAUSE": "0.01",
            "PATIENCE": "0.2",
        }
        done = run_script("verify_cluster.py", tmp_path, environment)
        server.shutdown()
    assert (done.returncode == 0) is ready, done.stderr
    assert "POST 201" in Handler.calls
    assert Handler.known == {}
