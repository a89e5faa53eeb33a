"""What an install would refuse is refused before, in Helm's own words."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from aeterna_nb import chart
from aeterna_nb.chart.helm import Target

Extended = Callable[[str], None]


@pytest.fixture
def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Extended:
    """A function that renders the chart with one more template from then on."""

    def extend(template: str) -> None:
        folder = tmp_path / "aeterna"
        shutil.copytree(chart.chart_folder(), folder)
        (folder / "templates" / "more.yaml").write_text(template)
        monkeypatch.setattr(chart, "chart_folder", lambda: folder)
        monkeypatch.setattr(chart, "_made", chart._made.__wrapped__)

    return extend


@pytest.mark.parametrize(
    "manifest",
    [
        "kind: ConfigMap\nmetadata: {name: a, annotations: {a: [1]}}",
        "kind: ConfigMap\nmetadata: {name: a, annotations: [a]}",
        "kind: ConfigMap\nmetadata: {name: a, annotations: a}",
        "kind: ConfigMap\nmetadata: {name: {a: 1}}",
        "kind: ConfigMap\nmetadata: [a]",
        "kind: ConfigMap\nmetadata: a",
        "kind: [ConfigMap]\nmetadata: {name: a}",
        "kind: ConfigMap\napiVersion: [v1]",
        "kind: ConfigMap\n  metadata: {name: a}",
        "- kind: ConfigMap",
        "ConfigMap",
    ],
)
def test_a_manifest_that_no_install_takes_is_refused_with_its_template(manifest: str, extended: Extended) -> None:
    extended(manifest)
    with pytest.raises(chart.ChartError, match=r"aeterna/templates/more\.yaml"):
        chart.render({})


@pytest.mark.parametrize(
    "manifest",
    [
        "kind: ConfigMap\nmetadata: {name: 1, annotations: {a: 1, b: true, c: null}}",
        "kind: ConfigMap\nmetadata: {name: a, annotations: null}",
        "kind: ConfigMap\nmetadata: null",
        "kind: ConfigMap",
    ],
)
def test_what_an_install_takes_is_rendered(manifest: str, extended: Extended) -> None:
    extended(f"apiVersion: v1\n{manifest}")
    assert "aeterna/templates/more.yaml" in chart.render({}).files


def test_a_kubernetes_that_the_chart_does_not_take_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(chart.ChartError, match="incompatible with Kubernetes"):
            chart.render({}, Target(kube_version="1.20"))
        chart.render({}, Target(kube_version="1.34"))


def test_a_dependency_that_is_not_there_is_refused(extended: Extended, monkeypatch: pytest.MonkeyPatch) -> None:
    extended("")
    monkeypatch.setattr(chart, "metadata", lambda: original() | {"dependencies": [*original()["dependencies"], MORE]})
    with pytest.raises(chart.ChartError, match="elsewhere"):
        chart.render({})


original = chart.metadata
MORE = {"name": "elsewhere", "version": "1.0.0", "repository": "https://charts.example.com", "condition": "mode"}
