"""A server whose database and cache are elsewhere, on a real node."""

from pathlib import Path

import pytest

from tests import wizard
from tests.node.cluster import Cluster
from tests.node.installed import Release, values_in
from tests.node.scenarios import EXTERNAL

pytestmark = pytest.mark.node


def test_it_gets_ready_and_passes_its_tests(cluster: Cluster, chart: Path, outside: str, tmp_path: Path) -> None:
    hosts = {"postgresql_host": f"postgresql.{outside}", "redis_host": f"valkey.{outside}"}
    wizard.write(tmp_path / "out", {**EXTERNAL, **hosts})
    with cluster.namespace() as namespace:
        release = Release("aeterna", namespace, chart)
        release.install(values_in(tmp_path / "out"))
        release.test()
        assert release.history() == ["deployed"]
