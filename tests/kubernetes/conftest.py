"""A namespace of each test's own on a real API server."""

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.chart import helm
from aeterna_nb.kubernetes.connection import Cluster, find_context

KUBECONFIG = os.environ.get("AETERNA_TEST_KUBECONFIG", "")
Create = Callable[[str, dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def create() -> Iterator[Create]:
    """A function that creates an object at a path and returns what the API server makes of it."""
    if not KUBECONFIG:
        pytest.skip("AETERNA_TEST_KUBECONFIG names no cluster")
    with Cluster(find_context(environ={"KUBECONFIG": KUBECONFIG})) as cluster:

        def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = cluster._client.post(path, json=body)
            answer.raise_for_status()
            made: dict[str, Any] = answer.json()
            return made

        yield post


@pytest.fixture
def namespace(create: Create) -> Iterator[str]:
    """A namespace in the cluster that KUBECONFIG names while the test runs."""
    name = f"cluster-{uuid.uuid4().hex[:8]}"
    create("/api/v1/namespaces", {"metadata": {"name": name}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECONFIG", KUBECONFIG)
        yield name
        with Cluster(find_context()) as cluster:
            cluster._client.delete(f"/api/v1/namespaces/{name}")


def install(release: str, namespace: str, values: dict[str, Any], *flags: str) -> None:
    """Install or upgrade the chart as a user does."""
    program, folder = str(helm.find_program()), str(chart.installable_folder())
    where = ("--kubeconfig", KUBECONFIG, "--namespace", namespace, "--values", "-")
    command = [program, "upgrade", "--install", release, folder, *where, *flags]
    done = subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
