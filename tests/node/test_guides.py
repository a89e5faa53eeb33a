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
from tests.node.installed import KUBECONFIG, fetched
from tests.outside import POSTGRESQL, STORE

pytestmark = pytest.mark.node


@pytest.fixture
def environment(cluster: Cluster, tmp_path: Path) -> dict[str, str]:
    """Variables with which the commands find the cluster, and the subcharts as if they had been fetched."""
    if shutil.which("kubectl") is None:
        pytest.skip("not installed: kubectl")
    fetched(tmp_path / "cache")
    return {"KUBECONFIG": KUBECONFIG, "XDG_CACHE_HOME": str(tmp_path / "cache")}


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


@pytest.fixture
def servers(cluster: Cluster, guide: Path) -> Iterator[None]:
    """A prepared PostgreSQL and an object store, where a guide has them."""
    if f"postgresql.{DATA}" not in guide.read_text(encoding="utf-8"):
        yield
        return
    cluster.create("/api/v1/namespaces", {"metadata": {"name": DATA}})
    settings = {"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": ADMINISTRATOR}
    cluster.serve(DATA, replace(POSTGRESQL, env=settings), STORE)
    kubectl = ["kubectl", "--kubeconfig", KUBECONFIG, "--namespace", DATA, "exec", "--stdin", "postgresql", "--"]
    signed_in = ["env", f"PGPASSWORD={ADMINISTRATOR}", "psql", "--host", "127.0.0.1", "--username", "postgres"]
    subprocess.run([*kubectl, *signed_in], input=PREPARED, text=True, check=True, capture_output=True)
    yield


@pytest.mark.parametrize("guide", guides("node"), ids=lambda guide: guide.stem, indirect=True)
def test_a_guide_does_what_it_says(
    guide: Path, environment: dict[str, str], servers: None, cluster: Cluster, tmp_path: Path
) -> None:
    def put_boto3_in(example: Example) -> None:
        """The image of the backups has the clients of the clouds; what stands in for it has not."""
        if "cronjob" in example.commands:
            scripts = "/api/v1/namespaces/kept/configmaps/aeterna-backup-scripts"
            cluster.merge(scripts, {"data": {"boto3.py": inspect.getsource(boto3)}})

    folder = tmp_path / "here"
    folder.mkdir()
    assert follow(guide, folder, environment, put_boto3_in)
