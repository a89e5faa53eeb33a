"""What a render shows is what the exported chart installs, subcharts' own tests included: they are in neither."""

from pathlib import Path

import pytest

from aeterna_nb import chart
from aeterna_nb.chart import dependencies, helm
from aeterna_nb.chart.export import export
from aeterna_nb.chart.helm import Target
from tests.chart import choices
from tests.chart.conftest import NAMED_ARCHIVES, Manifest, names, with_real_subcharts
from tests.subchart_servers import stand_ins

OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "{{ .Chart.Name }}"\n'
TEST = f"{OBJECT.replace(' }}', ' }}-test')}  annotations:\n    helm.sh/hook: test\n"
CHOICES = {name: choices.VECTORS[name] for name in ("qdrant", "weaviate", "mongodb")}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Archives of small charts in the place of the subcharts, each with a test of its own."""
    folder = tmp_path_factory.mktemp("stand-ins")
    stand_ins(folder, {"map.yaml": OBJECT, "tests/map.yaml": TEST})
    return folder


def _both(values: dict[str, object], archives: Path, folder: Path) -> tuple[list[Manifest], list[Manifest]]:
    """The objects that a render shows, and those that Helm makes of the exported chart."""
    export(folder, archives)
    installed = helm.render_with_program(helm.find_program(), folder, values, Target())
    return (
        chart.render(values, archives=archives).manifests,
        [item for path, text in installed.items() if path.endswith(".yaml") for item in helm.read_manifests(text)],
    )


def test_a_render_shows_the_objects_that_the_exported_chart_installs(archives: Path, tmp_path: Path) -> None:
    shown, installed = _both(choices.KEY, archives, tmp_path / "chart")
    assert names(shown) == names(installed)
    assert names(shown) >= {("ConfigMap", name) for name in ("cnpg", "dragonfly", "qdrant")}
    assert not {("ConfigMap", f"{item.alias}-test") for item in dependencies()} & names(shown)


@with_real_subcharts
@pytest.mark.parametrize("store", CHOICES)
def test_with_the_real_subcharts_as_well(store: str, tmp_path: Path) -> None:
    values = choices.merged(
        choices.KEY, CHOICES[store], choices.CACHES["valkey" if store == "weaviate" else "dragonfly"]
    )
    shown, installed = _both(values, Path(NAMED_ARCHIVES), tmp_path / "chart")
    assert names(shown) == names(installed)
