"""A server with a central one elsewhere, and one with some of its stores here and some elsewhere."""

from pathlib import Path

import pytest

from tests import wizard
from tests.node.cluster import Cluster
from tests.node.installed import released
from tests.node.scenarios import HYBRID, MIXED, Answers, seen_from

pytestmark = pytest.mark.node


@pytest.mark.parametrize("answers", [HYBRID, MIXED], ids=["hybrid", "mixed"])
def test_it_gets_ready_and_passes_its_tests(
    answers: Answers, cluster: Cluster, chart: Path, outside: str, tmp_path: Path
) -> None:
    wizard.write(tmp_path, seen_from(answers, outside))
    with released(cluster, chart, tmp_path) as installed:
        installed.release.test()
        assert installed.release.history() == ["deployed"]
