"""Papermill's parameters: what is taken, and what ends the run in the first cell."""

from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from aeterna_nb.answers import Origin
from aeterna_nb.notebook.parameters import ParameterError, parameters_of, read_parameters
from aeterna_nb.questions import questions

SECRETS = [question.name for question in questions() if question.secret]


def problems(given: dict[str, Any]) -> str:
    with pytest.raises(ParameterError) as caught:
        read_parameters(given, {})
    return str(caught.value)


def test_only_plain_values_of_the_notebook_are_parameters() -> None:
    namespace = {"In": [], "Out": {}, "_i": "x", "Path": Path, "run": object(), "target": "kubernetes", "write": None}
    assert parameters_of(namespace) == {"target": "kubernetes", "write": None}


READ = "from aeterna_nb.notebook.parameters import parameters_of; _found = parameters_of(globals())"
GIVEN = "preset = None  # a preset\ntarget = None\nwrite = None"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        pytest.param([GIVEN + "\nvektor = 'x'", READ, GIVEN, READ], {}, id="misspelt, then corrected"),
        pytest.param([GIVEN + "\nmode = 'local'", READ, GIVEN, READ], {}, id="deleted"),
        pytest.param([GIVEN + "\nmode = 'local'", READ, READ], {"mode": "local"}, id="read again"),
        pytest.param([GIVEN, "mode = 'local'", READ, GIVEN, READ], {"mode": "local"}, id="in a cell of its own"),
        pytest.param(
            [GIVEN + "\nmode = 'local'", "mode = 'remote'", READ, GIVEN, READ], {"mode": "remote"}, id="given twice"
        ),
        pytest.param(
            [GIVEN, "preset = 'local'\nwrite = True", READ], {"preset": "local", "write": True}, id="papermill"
        ),
        pytest.param(
            [GIVEN + "\nmode = 'local'", READ, GIVEN, READ, GIVEN + "\nmode = 'remote'", READ],
            {"mode": "remote"},
            id="deleted and back again",
        ),
        pytest.param(
            [GIVEN + "\nmode = 'local'", READ, "%time\nmode = 'remote'", "mode = (", READ],
            {"mode": "remote"},
            id="no Python",
        ),
    ],
)
def test_a_name_that_was_taken_out_of_its_cell_is_no_parameter_any_more(
    cells: list[str], found: dict[str, Any]
) -> None:
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    for cell in cells:
        shell.run_cell(cell, store_history=True)
    assert {name: value for name, value in shell.user_ns["_found"].items() if value is not None} == found


def test_none_is_not_given() -> None:
    run = read_parameters({"target": None, "preset": None, "write": None, "output_dir": None}, {})
    assert (run.answers.layers.get(Origin.GIVEN), run.preset, run.write, run.folder) == ({}, "", False, Path())


def test_parameters_win_over_answers_environment_file_and_preset(tmp_path: Path) -> None:
    file = tmp_path / "setup.yaml"
    file.write_text("cluster: {namespace: from-file, release_name: from-file}\n", encoding="utf-8")
    run = read_parameters(
        {
            "preset": "production",
            "config_file": str(file),
            "answers": {"cluster": {"kubernetes_version": "1.30"}, "cache": {"type": "external"}},
            "cache": "valkey",
        },
        {"AETERNA_SETUP_RELEASE_NAME": "from-environment"},
    )
    found = {
        name: run.answers.lookup(name)
        for name in ["replicas", "namespace", "release_name", "kubernetes_version", "cache"]
    }
    assert found == {
        "replicas": 3,
        "namespace": "from-file",
        "release_name": "from-environment",
        "kubernetes_version": "1.30",
        "cache": "valkey",
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tarjet": "kubernetes"}, "no parameter tarjet. Did you mean target?"),
        ({"preset": "locale"}, "There is no such preset. Choose one of: local,"),
        ({"write": "true"}, "write must be True or False"),
        ({"answers": "target: kubernetes"}, "answers must be nested answers"),
        ({"output_dir": 3}, "output_dir must be the path of a folder"),
        ({"output_dir": "a\0b"}, "output_dir must be the path of a folder"),
        ({"config_file": "\ud800"}, "config_file must be the path of an answers file"),
        ({"config_file": "/there/is/none.yaml"}, "no answers file"),
    ],
)
def test_what_cannot_be_taken_is_named(given: dict[str, Any], words: str) -> None:
    assert words in problems(given)


def test_all_problems_come_at_once() -> None:
    text = problems({"tarjet": 1, "write": "yes", "openai_api_key": "canary-1"})
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_refused_without_repeating_it(name: str) -> None:
    text = problems({name: "canary-parameter"})
    assert f"AETERNA_SETUP_{name.upper()}" in text
    assert "canary" not in text


def test_a_secret_among_the_nested_answers_is_an_error_without_its_value() -> None:
    run = read_parameters({"answers": {"llm": {"provider": "openai", "api_key": "canary-nested"}}}, {})
    assert [finding.question for finding in run.findings if finding.severity == "error"] == ["openai_api_key"]
    assert "canary" not in repr(run)


@pytest.mark.parametrize(
    ("name", "value"), [("mode", "bybrid"), ("replicas", "many"), ("opal", "true"), ("replicas", True)]
)
def test_a_wrong_value_is_a_finding_of_its_question(name: str, value: Any) -> None:
    run = read_parameters({"preset": "local", name: value}, {})
    config, findings = run.answers.config()
    assert config is None
    assert [finding.question for finding in findings if finding.severity == "error"] == [name]


ANNOTATED = {"preset": "local", "ingress": True, "ingress_host": "a.example.com"}


@pytest.mark.parametrize(
    "given",
    [
        {"ingress_annotations": 'ssl-redirect: "true"\ntimeout: 30\n'},
        {"ingress_annotations": {"ssl-redirect": True, "timeout": 30}},
        {"answers": {"operations": {"ingress": {"annotations": {"ssl-redirect": "true", "timeout": 30}}}}},
        {"answers": {"operations": {"ingress": {"annotations": "ssl-redirect: true\ntimeout: '30'"}}}},
    ],
)
def test_annotations_are_a_mapping_or_a_text(given: dict[str, Any]) -> None:
    run = read_parameters({**ANNOTATED, **given}, {})
    assert run.findings == ()
    assert run.answers.lookup("ingress_annotations") == {"ssl-redirect": "true", "timeout": "30"}


def test_a_version_that_became_a_number_is_taken_where_only_one_can_be_meant() -> None:
    run = read_parameters({"preset": "local", "kubernetes_version": 1.31}, {})
    assert run.answers.lookup("kubernetes_version") == "1.31"
    # 1.30 and 1.3 are the same number.
    run = read_parameters({"preset": "local", "kubernetes_version": 1.30}, {})
    assert "in quotes" in run.answers.rejected("kubernetes_version")
    run = read_parameters({"preset": "local", "kubernetes_version": 2.0}, {})
    assert "Choose one of" in run.answers.rejected("kubernetes_version")
