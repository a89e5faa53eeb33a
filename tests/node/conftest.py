"""The real node, the chart for it, and servers that no release brings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node.cluster import Cluster
from tests.node.installed import KUBECONFIG, exported
from tests.outside import CENTRAL, GIT, POSTGRESQL, STORE, VALKEY


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The cluster, or the reason why a test of it is skipped."""
    if not KUBECONFIG:
        pytest.skip("AETERNA_TEST_REAL_KUBECONFIG names no cluster that runs containers")
    return Cluster(Path(KUBECONFIG))


@pytest.fixture(scope="session")
def chart(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The complete chart."""
    return exported(tmp_path_factory.mktemp("chart"))


@pytest.fixture(scope="session")
def outside(cluster: Cluster) -> Iterator[str]:
    """A namespace in which the servers listen that no release brings, each under its name."""
    with cluster.namespace({}) as namespace:
        cluster.serve(namespace, POSTGRESQL, VALKEY, GIT, STORE, CENTRAL)
        yield namespace
