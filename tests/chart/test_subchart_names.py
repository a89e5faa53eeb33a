"""Names of the subcharts' objects under releases of any name."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.evaluate import Evaluation, evaluate
from tests.chart.conftest import with_real_subcharts
from tests.samples import LOCAL, answers

STORES: dict[str, dict[str, Any]] = {
    "qdrant": {},
    "valkey": {"cache": "valkey", "vector_backend": "pgvector"},
    "valkey-replicas": {"cache": "valkey", "valkey_replicas": 2, "vector_backend": "pgvector"},
}
RELEASES = ("aeterna", "my-qdrant", "r" * 45, "r" * 46, "r" * 53, "a" * 44 + "-" + "b" * 8)


def evaluated(release: str, store: str) -> Evaluation:
    return evaluate(answers(LOCAL, release_name=release, **STORES[store]))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("store", STORES)
def test_the_server_finds_its_stores_before_the_subcharts_are_fetched(
    release: str, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert [finding.message for finding in evaluated(release, store).errors] == []


@with_real_subcharts
@pytest.mark.usefixtures("subcharts")
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("store", STORES)
def test_the_subcharts_take_the_names_and_no_name_is_too_long(release: str, store: str) -> None:
    evaluation = evaluated(release, store)
    assert [finding.message for finding in evaluation.errors] == []
    sets = {item["metadata"]["name"] for item in evaluation.manifests if item["kind"] == "StatefulSet"}
    assert max(map(len, sets)) <= 52
    if release == "aeterna" and store != "valkey":
        assert f"aeterna-{store.removesuffix('-replicas')}" in sets
