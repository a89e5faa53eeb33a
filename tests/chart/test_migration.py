"""The migration: one Job, however the chart gets into the cluster, and a server that waits for it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Manifest, Render, environment, one

DATABASES: dict[str, dict[str, Any]] = {
    name: choices.merged(choices.KEY, database) for name, database in choices.DATABASES.items()
}


def waiting(manifests: list[Manifest]) -> list[Manifest]:
    spec = one(manifests, "Deployment", "aeterna")["spec"]["template"]["spec"]
    return [item for item in spec.get("initContainers", []) if item["name"] == "wait-for-migration"]


@pytest.mark.parametrize("values", DATABASES.values(), ids=DATABASES)
def test_install_upgrade_and_template_have_one_job_without_hooks(values: dict[str, Any], render: Render) -> None:
    for upgrade in (False, True):
        manifests = render(values, upgrade=upgrade)
        job = one(manifests, "Job")
        assert "annotations" not in job["metadata"]
        spec = job["spec"]["template"]["spec"]
        assert [item["name"] for item in spec["initContainers"]] == ["migrate"]
        # Who writes down that it is done, and who looks there, sign in to the same database for the same image.
        (wait,) = waiting(manifests)
        assert wait["env"] == spec["containers"][0]["env"]
        names = {item["name"]: item for item in wait["env"]}
        assert names["IMAGE"]["value"] == spec["initContainers"][0]["image"]
        reference = names["PGPASSWORD"]["valueFrom"]["secretKeyRef"]
        assert reference == environment(manifests, one(manifests, "Deployment", "aeterna"))["PGPASSWORD"]


def test_another_job_or_another_try_has_another_name_and_the_same_one_keeps_it(render: Render) -> None:
    def name(*more: dict[str, Any], upgrade: bool = False) -> str:
        found: str = one(render(choices.merged(choices.KEY, *more), upgrade=upgrade), "Job")["metadata"]["name"]
        return found

    changes: list[dict[str, Any]] = [
        {"image": {"tag": "v0.8.0-rc.8"}},
        choices.DATABASES["external"],
        {"migration": {"logLevel": "debug"}},
    ]
    found = [name(), *(name(change) for change in changes)]
    assert len(set(found)) == len(found)
    assert name({"replicaCount": 3}) == found[0]


def test_a_server_whose_database_is_not_migrated_here_waits_for_nothing(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, {"migration": {"enabled": False}}))
    assert not waiting(manifests)
    assert not [item for item in manifests if item["kind"] == "Job"]


def test_what_somebody_puts_before_the_server_runs_before_the_wait(render: Render) -> None:
    own = {"extra": {"initContainers": [{"name": "proxy", "image": "example.com/proxy:1"}]}}
    spec = one(render(choices.merged(choices.KEY, own)), "Deployment", "aeterna")["spec"]["template"]["spec"]
    assert [item["name"] for item in spec["initContainers"]] == ["proxy", "wait-for-migration"]


@pytest.mark.parametrize(
    ("psql", "status", "said"),
    [
        ("echo migrated", 0, "Waiting until a Job has migrated the database for img:1."),
        ("test -e seen && echo migrated || { touch seen; exit 3; }", 0, "Waiting until"),
        (
            "exit 3",
            1,
            "The database is not migrated for img:1 after 1 s. The Job says why: kubectl --namespace aeterna ",
        ),
        (
            "echo 'psql: error: FATAL:  wrong password' >&2; exit 2",
            1,
            "PostgreSQL at db:5432 does not let the server in: psql: error: FATAL:  wrong password",
        ),
    ],
    ids=["migrated", "migrated in the meantime", "not migrated in time", "refused"],
)
def test_the_wait_ends_with_the_migration_or_says_what_is_missing(
    psql: str, status: int, said: str, render: Render, tmp_path: Path
) -> None:
    (wait,) = waiting(render(choices.merged(choices.KEY, {"migration": {"waitSeconds": 1}})))
    (tmp_path / "psql").write_text(f"#!/bin/sh\n{psql}\n")
    (tmp_path / "psql").chmod(0o755)
    path = f"{tmp_path}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        wait["command"],
        cwd=tmp_path,
        env={"PATH": path, "IMAGE": "img:1", "PGHOST": "db", "PGPORT": "5432"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status
    assert done.stdout.splitlines()[-1].startswith(said)
