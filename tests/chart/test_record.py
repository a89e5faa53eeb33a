"""The exported chart: the same as the chart of the checkout, with less in Helm's record."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb import chart
from aeterna_nb.chart import helm
from aeterna_nb.chart.helm import Target
from aeterna_nb.chart.record import shrink_record, without_prose
from aeterna_nb.presets import PRESETS
from tests.chart import choices
from tests.chart.test_operations import EVERYTHING

VALUES: dict[str, dict[str, Any]] = {
    "everything": choices.merged(choices.KEY, EVERYTHING),
    "hybrid-mongodb": choices.merged(choices.KEY, choices.MODES["hybrid"], choices.VECTORS["mongodb"]),
    **{name: choices.merged(choices.KEY, choices.values_file(name)) for name in PRESETS},
}


@pytest.fixture(scope="module")
def shrunk(tmp_path_factory: pytest.TempPathFactory, no_archives: Path) -> Path:
    folder = tmp_path_factory.mktemp("shrunk") / "aeterna"
    shutil.copytree(chart.installable_folder(no_archives), folder)
    shrink_record(folder)
    return folder


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_it_renders_to_the_same_bytes(values: dict[str, Any], shrunk: Path, no_archives: Path) -> None:
    program, target = helm.find_program(), Target(release="demo", namespace="other")
    rendered = helm.render_with_program(program, shrunk, values, target)
    assert rendered == helm.render_with_program(program, chart.installable_folder(no_archives), values, target)
    assert rendered


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"unknown": 1}, "unknown"),
        ({"service": {"port": "http"}}, "service.port"),
        ({"mode": "other"}, "mode"),
        ({"mode": "hybrid"}, "Mode hybrid needs the address of the central server"),
    ],
)
def test_it_refuses_what_the_chart_refuses(values: dict[str, Any], words: str, shrunk: Path) -> None:
    with pytest.raises(helm.HelmError, match=words):
        helm.render_with_program(helm.find_program(), shrunk, values, Target())


def test_it_passes_strict_linting(shrunk: Path) -> None:
    assert helm.lint(shrunk, {}, Target()) == []


def test_most_of_what_a_record_would_hold_is_gone(shrunk: Path, no_archives: Path) -> None:
    before, after = (_kept(folder) for folder in (chart.installable_folder(no_archives), shrunk))
    assert after < before / 2


def _kept(folder: Path) -> int:
    """Bytes of the templates and the schema."""
    return sum(path.stat().st_size for path in [folder / "values.schema.json", *(folder / "templates").rglob("*.*")])


def test_a_property_that_is_called_like_prose_is_kept() -> None:
    schema = {
        "description": "d",
        "properties": {"description": {"type": "string", "title": "t"}, "default": {"enum": ["title"]}},
        "items": [{"default": 1, "type": "integer"}],
    }
    assert without_prose(schema) == {
        "properties": {"description": {"type": "string"}, "default": {"enum": ["title"]}},
        "items": [{"type": "integer"}],
    }


def test_the_library_is_named_in_the_chart(shrunk: Path) -> None:
    about = yaml.safe_load((shrunk / "Chart.yaml").read_text())
    assert {"name": "aeterna-library", "version": about["version"]} in about["dependencies"]
