"""With the real subcharts, whose archives lie in the folder that AETERNA_TEST_SUBCHARTS names."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from aeterna_nb import helm
from aeterna_nb.chart import archives_folder, dependencies
from aeterna_nb.chart_export import ExportError, export
from aeterna_nb.crds import definitions, operator_archives
from aeterna_nb.evaluate import evaluate
from aeterna_nb.subcharts import fetch, verify
from tests.product import Choice, every_pair
from tests.samples import LOCAL, answers

NAMED = os.environ.get("AETERNA_TEST_SUBCHARTS", "")
pytestmark = pytest.mark.skipif(not NAMED, reason="AETERNA_TEST_SUBCHARTS names no folder of subchart archives")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache with the archives in it, as `aeterna chart deps --from` leaves it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fetch(dependencies(), archives_folder(), Path(NAMED), verify, lambda line: None)
    return archives_folder()


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    "choice", [pytest.param(choice, id=name) for name, choice in every_pair() if choice["target"] == "kubernetes"]
)
def test_every_pair_of_choices_passes_every_check_together_with_the_subcharts(choice: Choice) -> None:
    evaluation = evaluate(answers(choice))
    assert [finding.message for finding in evaluation.errors] == []
    assert not [finding.message for finding in evaluation.findings if "not been fetched" in finding.message]


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("provider", ["helm", "existing", "external-secrets"])
@pytest.mark.parametrize("backend", ["qdrant", "weaviate", "mongodb"])
def test_bundled_stores_find_their_secrets_wherever_these_live(provider: str, backend: str) -> None:
    evaluation = evaluate(answers(LOCAL, vector_backend=backend, secret_provider=provider))
    assert [finding.message for finding in evaluation.errors] == []


def test_the_definitions_of_all_operators_are_found(cache: Path) -> None:
    kinds = {item["spec"]["names"]["kind"] for item in definitions(operator_archives(cache))}
    assert {"Cluster", "ScheduledBackup", "Pooler", "Dragonfly", "PerconaServerMongoDB"} <= kinds


def test_the_exported_chart_is_complete(tmp_path: Path, cache: Path) -> None:
    export(tmp_path / "chart", cache)
    with pytest.raises(ExportError, match="not empty"):
        export(tmp_path / "chart", cache)
    folders = {path.name for path in (tmp_path / "chart" / "charts").iterdir()}
    assert folders == {item.name for item in dependencies()}
    for operator in ("cloudnative-pg", "dragonfly-operator", "psmdb-operator"):
        texts = [path.read_text() for path in (tmp_path / "chart" / "charts" / operator / "crds").iterdir()]
        kinds = {item["kind"] for text in texts for item in yaml.safe_load_all(text) if item}
        assert kinds == {"CustomResourceDefinition"}
    assert not list((tmp_path / "chart").rglob("templates/tests/test-db-interaction.yaml"))


def test_the_helm_program_takes_the_exported_chart(tmp_path: Path, cache: Path) -> None:
    export(tmp_path / "chart", cache)
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
