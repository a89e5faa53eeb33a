"""With the real subcharts, whose archives lie in the folder that AETERNA_TEST_SUBCHARTS names."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb import chart
from aeterna_nb.chart import dependencies, helm
from aeterna_nb.chart.crds import definitions, operator_archives
from aeterna_nb.chart.export import ExportError, export
from aeterna_nb.chart.record import LIBRARY
from aeterna_nb.evaluate import evaluate
from aeterna_nb.kubernetes.demands import demands, together
from aeterna_nb.presets import PRESETS
from tests.chart import choices
from tests.chart.conftest import with_real_subcharts
from tests.chart.judge import faults
from tests.product import Choice, every_pair
from tests.samples import LOCAL, answers

pytestmark = with_real_subcharts

WHOLE_PRESETS = {name: PRESETS[name] for name in ("local", "production", "small", "medium", "large")}
"""Those that leave nothing to be answered."""


@pytest.mark.usefixtures("subcharts")
@pytest.mark.parametrize(
    "choice", [pytest.param(choice, id=name) for name, choice in every_pair() if choice["target"] == "kubernetes"]
)
def test_every_pair_of_choices_passes_every_check_together_with_the_subcharts(choice: Choice) -> None:
    evaluation = evaluate(answers(choice))
    assert [finding.message for finding in evaluation.errors] == []
    assert not [finding.message for finding in evaluation.findings if "not been fetched" in finding.message]


@pytest.mark.usefixtures("subcharts")
@pytest.mark.parametrize(
    "choice",
    [
        *(pytest.param(choice, id=name) for name, choice in every_pair() if choice["target"] == "kubernetes"),
        *(pytest.param({**LOCAL, **dict(preset.values)}, id=name) for name, preset in WHOLE_PRESETS.items()),
    ],
)
def test_what_is_asked_for_is_told_without_the_archives_as_with_them(
    choice: Choice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = evaluate(answers(choice))
    assert not whole.missing
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "nothing"))
    told = evaluate(answers(choice))
    assert together("", demands(told.manifests, told.missing)) == together("", demands(whole.manifests))


@pytest.mark.usefixtures("subcharts")
@pytest.mark.parametrize("provider", ["helm", "existing", "external-secrets"])
@pytest.mark.parametrize("backend", ["qdrant", "weaviate", "mongodb"])
def test_bundled_stores_find_their_secrets_wherever_these_live(provider: str, backend: str) -> None:
    evaluation = evaluate(answers(LOCAL, vector_backend=backend, secret_provider=provider))
    assert [finding.message for finding in evaluation.errors] == []


CACHES: dict[str, dict[str, Any]] = {
    "dragonfly": {},
    "valkey": choices.CACHES["valkey"],
    "": {"dragonfly": {"enabled": False}},
}
STORES = {name: choices.VECTORS[name or "pgvector"] for name in ("qdrant", "weaviate", "mongodb", "")}
OPERATORS: dict[str, dict[str, Any]] = {"cnpg": {}, "": {"cnpg": {"enabled": False}}}
"""By the subchart that is on, if one is: what the rules across keys leave of all conditions, on and off."""


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("cache", CACHES)
@pytest.mark.parametrize("store", STORES)
def test_every_condition_decides_about_its_subchart_alone(
    operator: str, cache: str, store: str, subcharts: Path
) -> None:
    values = choices.merged(choices.KEY, OPERATORS[operator], CACHES[cache], STORES[store])
    rendered = chart.render(values, archives=subcharts)
    from_subcharts = {path.split("/")[2] for path in rendered.files if path.startswith("aeterna/charts/")}
    assert from_subcharts == {operator, cache, store} - {""}
    assert faults(rendered.manifests) == []


def test_the_definitions_of_all_operators_are_found(subcharts: Path) -> None:
    kinds = {item["spec"]["names"]["kind"] for item in definitions(operator_archives(subcharts))}
    assert {"Cluster", "ScheduledBackup", "Pooler", "Dragonfly", "PerconaServerMongoDB"} <= kinds


def test_the_exported_chart_is_complete(tmp_path: Path, subcharts: Path) -> None:
    export(tmp_path / "chart", subcharts)
    with pytest.raises(ExportError, match="not empty"):
        export(tmp_path / "chart", subcharts)
    folders = {path.name for path in (tmp_path / "chart" / "charts").iterdir()}
    assert folders == {item.name for item in dependencies()} | {LIBRARY}
    for operator in ("cloudnative-pg", "dragonfly-operator", "psmdb-operator"):
        texts = [path.read_text() for path in (tmp_path / "chart" / "charts" / operator / "crds").iterdir()]
        kinds = {item["kind"] for text in texts for item in yaml.safe_load_all(text) if item}
        assert kinds == {"CustomResourceDefinition"}
    assert not list((tmp_path / "chart").rglob("templates/tests/test-db-interaction.yaml"))


def test_the_helm_program_takes_the_exported_chart(tmp_path: Path, subcharts: Path) -> None:
    export(tmp_path / "chart", subcharts)
    evaluation = evaluate(answers(LOCAL))
    for name in ("values.yaml", "values.secret.yaml"):
        (tmp_path / name).write_text(evaluation.files[name])
    values = ["--values", str(tmp_path / "values.yaml"), "--values", str(tmp_path / "values.secret.yaml")]
    program = str(helm.find_program())
    subprocess.run([program, "lint", "--strict", str(tmp_path / "chart"), *values], check=True, capture_output=True)
    done = subprocess.run(
        [program, "template", "aeterna", str(tmp_path / "chart"), "--include-crds", *values],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "kind: CustomResourceDefinition" in done.stdout
    assert "perconaservermongodbs" not in done.stdout
