"""What `aeterna schema` prints takes the answers files that are written, and finds what is wrong in others."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aeterna_nb.answers.file import ANSWERS_FILE, parse_answers
from aeterna_nb.answers.schema import answers_schema, schema_text
from aeterna_nb.chart_values.schema import values_schema
from aeterna_nb.commands.main import main
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.setup_yaml import setup_yaml
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import plain, questions
from tests.product import every_option, every_pair
from tests.samples import answers

VALIDATOR = jsonschema.Draft7Validator(answers_schema())


def test_every_answers_file_that_is_written_is_valid() -> None:
    given = [
        *(answers(choice) for _, choice in every_pair()),
        *(option for _, option in every_option()),
        *(answers(preset.values) for preset in PRESETS.values()),
    ]
    for each in given:
        tree = parse_answers(setup_yaml(each.decided()), ANSWERS_FILE)
        assert [error.message for error in VALIDATOR.iter_errors(tree)] == []


WRONG: list[dict[str, Any]] = [
    {"targt": "kubernetes"},
    {"vector": {"bakend": "qdrant"}},
    {"target": "moon"},
    {"cluster": {"namespace": 7}},
    {"operations": {"tracing": {"enabled": "yes"}}},
    {"hybrid": {"sync_interval": 1}},
    {"central": {"api_key": "s"}},
]


@pytest.mark.parametrize(
    ("tree", "idle"),
    [
        ({"mode": "remote", "operations": {"hpa": {"enabled": True}}}, "operations"),
        ({"mode": "local", "hybrid": {"sync_interval": 60}}, "hybrid"),
        ({"target": "docker-compose", "cluster": {"namespace": "a"}}, "cluster"),
        ({"vector": {"backend": "qdrant", "index_name": "a"}}, "index_name"),
        ({"opencode": {"enabled": False, "toolsets": ["memory"]}}, "toolsets"),
    ],
)
def test_an_answer_that_a_choice_makes_idle_is_found(tree: dict[str, Any], idle: str) -> None:
    (error,) = VALIDATOR.iter_errors(tree)
    assert error.validator is None, "a schema that takes nothing"
    group = next((inner for inner in tree.values() if isinstance(inner, dict) and idle in inner), tree)
    group = next((inner for inner in group.values() if isinstance(inner, dict) and idle in inner), group)
    del group[idle]
    assert VALIDATOR.is_valid(tree)


@pytest.mark.parametrize(
    "tree", [{"operations": {"hpa": {"enabled": True}}}, {"vector": {"index_name": "a"}}, {"mode": "local"}]
)
def test_an_answer_whose_choice_is_made_elsewhere_is_none(tree: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(tree)) == []


def test_every_default_is_one_that_the_schema_takes() -> None:
    for question in questions():
        if not question.secret and question.ask.derive is None and question.default is not None:
            tree: Any = plain(question.default)
            for part in reversed(question.path):
                tree = {part: tree}
            assert VALIDATOR.is_valid(tree), question.name


def test_check_jsonschema_judges_files_by_the_schema_that_lies_beside_them(tmp_path: Path) -> None:
    schema, good = tmp_path / "setup.schema.json", tmp_path / "setup.yaml"
    schema.write_text(schema_text(), encoding="utf-8")
    good.write_text(setup_yaml(answers(PRESETS["production"].values).decided()), encoding="utf-8")
    for number, tree in enumerate(WRONG):
        (tmp_path / f"wrong-{number}.yaml").write_text(yaml_text(tree), encoding="utf-8")
    found = json.loads(checked(schema, *sorted(tmp_path.glob("*.yaml"))).stdout)
    assert {Path(error["filename"]).stem for error in found["errors"]} == {
        f"wrong-{number}" for number in range(len(WRONG))
    }
    assert checked(schema, good).returncode == 0


def checked(schema: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json", "--schemafile", str(schema)]
    return subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("tree", WRONG)
def test_a_wrong_key_choice_type_or_number_is_found(tree: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(tree)


def test_the_command_prints_either_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == answers_schema()
    assert main(["schema", "values"]) == 0
    assert json.loads(capsys.readouterr().out) == values_schema()


def test_no_secret_is_a_key() -> None:
    open_paths = {question.path for question in questions() if not question.secret}
    for question in questions():
        if question.secret and question.path not in open_paths:
            tree: Any = "x"
            for part in reversed(question.path):
                tree = {part: tree}
            assert not VALIDATOR.is_valid(tree), question.name


def test_a_mapping_may_be_one_or_text_and_nothing_else() -> None:
    mappings = [question for question in questions() if question.kind == "mapping"]
    assert mappings
    for question in mappings:
        for value, good in (("a/b: c\n", True), ({"a/b": True}, True), ({"a": {"b": "c"}}, False), (7, False)):
            tree: Any = value
            for part in reversed(question.path):
                tree = {part: tree}
            assert VALIDATOR.is_valid(tree) is good, question.name
