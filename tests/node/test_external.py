"""A server whose database, cache and backups are elsewhere: tested, drained, backed up, restored."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import wizard
from tests.node import boto3
from tests.node.cluster import Cluster, eventually
from tests.node.installed import Installed, merged, released, values_in
from tests.node.scenarios import EXTERNAL, seen_from
from tests.outside import PASSWORD, POSTGRESQL

pytestmark = pytest.mark.node

VERIFIED = {"backup": {"verification": {"enabled": True}}}
RESTORE = """
set -eu
newest=$(python3 -c 'import json, urllib.request as web
print(sorted(json.load(web.urlopen("http://store:9000/backups")))[-1])')
python3 -c 'import sys, urllib.request as web
web.urlretrieve("http://store:9000/backups/" + sys.argv[1], "/tmp/newest.dump")' "$newest"
createdb --owner=aeterna restored
pg_restore --dbname=restored /tmp/newest.dump
"""
"""As the chart's README says it: into an empty database that the role `aeterna` owns."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("external")


@pytest.fixture(scope="module")
def answers(outside: str) -> dict[str, Any]:
    return seen_from(EXTERNAL, outside)


@pytest.fixture(scope="module")
def installed(cluster: Cluster, chart: Path, answers: dict[str, Any], folder: Path) -> Iterator[Installed]:
    """The release, with two servers."""
    wizard.write(folder, answers)
    with released(cluster, chart, folder, VERIFIED) as made:
        yield made


def test_it_passes_its_tests(installed: Installed) -> None:
    installed.release.test()


def test_a_drained_node_keeps_one_server(installed: Installed) -> None:
    pods = f"/api/v1/namespaces/{installed.namespace}/pods"
    before = installed.pods()["server"]
    names = [pod["metadata"]["name"] for pod in installed.cluster.items(pods) if pod["metadata"]["uid"] in before]
    assert len(names) == 2

    def available() -> int:
        return int(installed.server()["status"].get("availableReplicas", 0))

    def evicted(name: str) -> bool:
        assert available() >= 1
        return installed.cluster.evict(installed.namespace, name)

    assert evicted(names[0])
    assert not evicted(names[1])
    eventually(lambda: evicted(names[1]), "the second server may go")
    eventually(lambda: available() == 2, "two servers are ready")


def test_a_backup_is_verified_and_brings_the_data_back(
    installed: Installed, answers: dict[str, Any], folder: Path, outside: str
) -> None:
    scripts = f"/api/v1/namespaces/{installed.namespace}/configmaps/aeterna-backup-scripts"
    installed.cluster.merge(scripts, {"data": {"boto3.py": inspect.getsource(boto3)}})
    installed.sql("create table kept as select 'a row' as content")
    assert "Stored aeterna/aeterna-" in installed.run_job_of("aeterna-backup")
    assert "restores to" in installed.run_job_of("aeterna-backup-verify")

    installed.sql("drop table kept")
    signed_in = {"PGHOST": "postgresql", "PGUSER": "aeterna", "PGPASSWORD": PASSWORD, "PGDATABASE": "aeterna"}
    env = [{"name": name, "value": value.replace("$", "$$")} for name, value in signed_in.items()]
    restored = installed.cluster.run(outside, POSTGRESQL.image, ["sh", "-c", RESTORE.replace("$(", "$$(")], env=env)
    assert restored.succeeded, restored.printed
    wizard.write(folder, {**answers, "postgresql_database": "restored"})
    installed.release.upgrade(merged(values_in(folder), VERIFIED))
    assert installed.sql("select content from kept") == "a row"
