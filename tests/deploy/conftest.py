"""One database for all releases of these tests: what they are about is not in there."""

from collections.abc import Iterator

import pytest

from aeterna_nb.kubernetes.connection import Cluster
from tests.deploy.node import KUBECONFIG, cluster_context, create_database, namespace


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A cluster whose pods run."""
    if not KUBECONFIG:
        pytest.skip("AETERNA_TEST_REAL_KUBECONFIG names no cluster that runs containers")
    with Cluster(cluster_context(), timeout=30) as found:
        yield found


@pytest.fixture(scope="session")
def database(cluster: Cluster) -> Iterator[str]:
    """The host of a PostgreSQL in a namespace of its own."""
    with namespace(cluster) as name:
        yield create_database(cluster, name)
