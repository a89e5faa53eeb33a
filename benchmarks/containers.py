"""What the release's network policies cost at its start, on a cluster that runs containers and enforces them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import Comparison
from tests import wizard
from tests.node.cluster import Cluster
from tests.node.installed import KUBECONFIG, Release, exported, merged, values_in
from tests.node.scenarios import EXTERNAL, seen_from
from tests.outside import POSTGRESQL, VALKEY

OPEN = {"networkPolicy": {"enabled": False}}
CLOSED = {"networkPolicy": {"enabled": True, "defaultDeny": True}}


@contextmanager
def start_under_default_deny(folder: Path) -> Iterator[Comparison | None]:
    """The start of a server in a namespace that refuses everything else, against one without policies.

    None where AETERNA_TEST_REAL_KUBECONFIG names no cluster.
    """
    if not KUBECONFIG:
        yield None
        return
    folder.mkdir()
    cluster, chart = Cluster(Path(KUBECONFIG)), exported(folder)
    with cluster.namespace({}) as outside:
        cluster.serve(outside, POSTGRESQL, VALKEY)
        wizard.write(folder / "out", seen_from(EXTERNAL, outside))
        values = values_in(folder / "out")

        def start(policies: dict[str, Any]) -> float:
            with cluster.namespace() as namespace:
                begun = time.perf_counter()
                Release("aeterna", namespace, chart).install(merged(values, policies))
                return time.perf_counter() - begun

        yield Comparison(
            "start under default-deny, against one without policies",
            lambda: start(CLOSED),
            lambda: start(OPEN),
            target=1.5,
            rounds=3,
        )
