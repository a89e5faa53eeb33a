"""Rendering the chart's own templates twice, for what the workbench makes."""

from pathlib import Path

import pytest

from aeterna_nb.answers.secret_values import complete
from aeterna_nb.chart.rendering import rendered, values_without_secrets
from tests.product import Choice, every_pair, everything
from tests.samples import REMOTE, answers

PAIRS = {name: choice for name, choice in every_pair() if choice["target"] == "kubernetes"} | {"remote": REMOTE}
EVERYTHING = {name: choice for name, choice in everything() if choice["target"] == "kubernetes"}


@pytest.fixture(autouse=True)
def _no_subcharts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two make some of their secrets by chance when no cluster is asked
    # (docs/facts/subcharts.md#qdrant-and-weaviate).
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def twice(choice: Choice) -> list[dict[str, str]]:
    config, findings = answers(choice).config()
    assert config is not None, findings
    names = complete(config, {})
    return [rendered(config, values_without_secrets(config, names)).files for _ in range(2)]


@pytest.mark.parametrize("choice", PAIRS.values(), ids=PAIRS)
def test_every_pair_of_choices_renders_to_the_same_bytes_again(choice: Choice) -> None:
    first, second = twice(choice)
    assert first == second
    assert first


@pytest.mark.whole_product
@pytest.mark.parametrize("choice", EVERYTHING.values(), ids=EVERYTHING)
def test_every_combination_renders_to_the_same_bytes_again(choice: Choice) -> None:
    first, second = twice(choice)
    assert first == second
