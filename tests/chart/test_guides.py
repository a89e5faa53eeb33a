"""The guides and the chart's README: what they show can be applied."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart import choices
from tests.chart.judge import CUSTOM_SCHEMAS, custom_faults

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "aeterna"
TEXTS = [*sorted((ROOT / "docs").glob("*/*.md")), CHART / "README.md"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_values_file_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"values-[a-z-]+(?=\.yaml|`)", path.read_text()))
    assert {name for name in named if not (CHART / f"{name}.yaml").is_file()} == set()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_the_values_that_are_shown_are_taken_by_the_chart(
    path: Path, problems: Callable[[dict[str, Any]], tuple[str, ...]]
) -> None:
    titled = r'^```yaml title="(?:files/)?values(?:\.own)?\.yaml"\n(.*?)```'
    blocks = re.findall(titled, path.read_text(), re.DOTALL | re.MULTILINE)
    assert blocks or path.name not in ("metrics.md", "mirror.md", "tracing.md", "vector-stores.md")
    for values in map(yaml.safe_load, blocks):
        assert problems(choices.merged(choices.KEY, values)) == ()


@pytest.mark.skipif(not CUSTOM_SCHEMAS.is_dir(), reason="the schemas of custom resources are not beside the checkout")
def test_every_secret_store_that_is_shown_is_one() -> None:
    text = (ROOT / "docs" / "how-to" / "external-secrets.md").read_text()
    blocks = re.findall(r'^```yaml title="[a-z]+.yaml"\n(.*?)```', text, re.DOTALL | re.MULTILINE)
    stores = [item for item in map(yaml.safe_load, blocks) if item.get("kind") == "SecretStore"]
    assert {next(iter(item["spec"]["provider"])) for item in stores} == {"aws", "vault", "azurekv", "gcpsm"}
    assert custom_faults(stores) == []
