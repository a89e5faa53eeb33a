"""The guides that need a cluster, followed word for word on the real node."""

import inspect
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.documented import Example, follow, guides
from tests.node import boto3
from tests.node.cluster import Cluster
from tests.node.installed import KUBECONFIG, Release, fetched, programs
from tests.node.scenarios import TOOLS
from tests.outside import POSTGRESQL, STORE, Server
from tests.subchart_servers import packed

pytestmark = pytest.mark.node


@pytest.fixture
def environment(cluster: Cluster, tmp_path: Path) -> dict[str, str]:
    """Variables with which the commands find the cluster, and the subcharts as if they had been fetched."""
    if shutil.which("kubectl") is None:
        pytest.skip("not installed: kubectl")
    fetched(tmp_path / "cache")
    path = programs(tmp_path / "programs")
    return {"KUBECONFIG": KUBECONFIG, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": path}


@pytest.fixture
def guide(request: pytest.FixtureRequest, cluster: Cluster) -> Iterator[Path]:
    """A guide. The namespaces that it names go again, however far somebody comes."""
    followed: Path = request.param
    yield followed
    named = set(re.findall(r"--namespace ([\w-]+)", followed.read_text(encoding="utf-8")))
    for name in named & {item["metadata"]["name"] for item in cluster.items("/api/v1/namespaces")}:
        cluster.remove_namespace(name)


DATA = "data"
"""The namespace in which guides have the servers that no release brings."""
ADMINISTRATOR = "another-long-password"
PREPARED = """
CREATE ROLE aeterna LOGIN CREATEROLE BYPASSRLS PASSWORD 'a-long-password';
CREATE DATABASE aeterna OWNER aeterna;
\\connect aeterna
CREATE EXTENSION vector;
"""
"""What the guide of a PostgreSQL elsewhere has its administrator do."""
OLD, OLD_DATABASE = "old", "prereqs-aeterna-prereqs-cnpg-1"
"""The release of the server project's chart, also its namespace, and the pod of the database beside it."""
KEPT = "SET ROLE aeterna; CREATE TABLE kept AS SELECT 'a row' AS content;"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture
def servers(cluster: Cluster, guide: Path) -> Iterator[None]:
    """A prepared PostgreSQL and an object store, where a guide has them."""
    if f"postgresql.{DATA}" not in guide.read_text(encoding="utf-8"):
        yield
        return
    cluster.create("/api/v1/namespaces", {"metadata": {"name": DATA}})
    _postgresql(cluster, DATA, "postgresql", PREPARED, STORE)
    yield


@pytest.fixture
def old_release(cluster: Cluster, guide: Path, tmp_path: Path) -> None:
    """What stands in for a release of the server project's chart, where a guide moves from one."""
    if f"--namespace {OLD} " not in guide.read_text(encoding="utf-8"):
        return
    cluster.create("/api/v1/namespaces", {"metadata": {"name": OLD}})
    _postgresql(cluster, OLD, OLD_DATABASE, PREPARED + KEPT)
    templates = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "old").glob("*.yaml"))}
    chart = packed(tmp_path / "old", "aeterna", "0.8.0", templates=templates)
    Release(OLD, OLD, chart).install({"image": TOOLS, "key": KEY})


def _postgresql(cluster: Cluster, namespace: str, pod: str, script: str, *beside: Server) -> None:
    """Run PostgreSQL, and a script in it as its administrator."""
    settings = {"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": ADMINISTRATOR, "PGPASSWORD": ADMINISTRATOR}
    cluster.serve(namespace, replace(POSTGRESQL, name=pod, env=settings), *beside)
    kubectl = ["kubectl", "--kubeconfig", KUBECONFIG, "--namespace", namespace, "exec", "--stdin", pod, "--"]
    psql = ["psql", "--host", "127.0.0.1", "--username", "postgres", "--set", "ON_ERROR_STOP=1"]
    subprocess.run([*kubectl, *psql], input=script, text=True, check=True, capture_output=True)


@pytest.mark.parametrize("guide", guides("node"), ids=lambda guide: guide.stem, indirect=True)
def test_a_guide_does_what_it_says(
    guide: Path, environment: dict[str, str], servers: None, old_release: None, cluster: Cluster, tmp_path: Path
) -> None:
    def put_boto3_in(example: Example) -> None:
        """The image of the backups has the clients of the clouds; what stands in for it has not."""
        if "cronjob" in example.commands:
            scripts = "/api/v1/namespaces/kept/configmaps/aeterna-backup-scripts"
            cluster.merge(scripts, {"data": {"boto3.py": inspect.getsource(boto3)}})

    folder = tmp_path / "here"
    folder.mkdir()
    assert follow(guide, folder, environment, put_boto3_in)
