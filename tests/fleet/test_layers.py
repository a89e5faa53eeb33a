"""`fleet.yaml`: answers that configurations share, a layer of their own with its provenance."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb.answers import Origin
from aeterna_nb.notebook.parameters import ParameterError, read_parameters
from aeterna_nb.notebook.run import emit_files
from tests.fleet.conftest import REMOTE, SERVER, Add, Aeterna

SECRET = {"AETERNA_SETUP_CENTRAL_API_KEY": "key-1"}


@pytest.fixture(autouse=True)
def repository(tmp_path: Path) -> None:
    (tmp_path / "fleet" / ".git").mkdir(parents=True)


def answers(aeterna: Aeterna) -> dict[str, dict[str, Any]]:
    ran = aeterna("fleet", "check", "fleet", "--json", "--workers", "1")
    return {item["name"]: item["answers"] for item in json.loads(ran.out)["configurations"]}


def test_shared_answers_count_below_and_a_nearer_one_wins(add: Add, aeterna: Aeterna) -> None:
    add(".", {"answers": {**REMOTE, "cluster": {"kubernetes_version": "1.33"}}}, file="fleet.yaml")
    add("new", {"answers": {"cluster": {"kubernetes_version": "1.35"}}}, file="fleet.yaml")
    add("old/a", {"cluster": {"namespace": "a"}})
    add("new/b", {"cluster": {"namespace": "b"}})
    add("new/c", {"cluster": {"namespace": "c", "kubernetes_version": "1.36"}})
    found = answers(aeterna)
    assert {name: (item["mode"], item["kubernetes_version"]) for name, item in found.items()} == {
        "new/b": ("remote", "1.35"),
        "new/c": ("remote", "1.36"),
        "old/a": ("remote", "1.33"),
    }


def test_a_preset_of_the_team_is_picked_by_folder(add: Add, aeterna: Aeterna) -> None:
    presets = {"tiny": {"size": "small"}, "wide": {"size": "large"}}
    tree = {"presets": {name: {"operations": values} for name, values in presets.items()}, "preset": "tiny"}
    add(".", {**tree, "answers": SERVER}, file="fleet.yaml")
    add("big", {"preset": "wide"}, file="fleet.yaml")
    add("a", {"cluster": {"namespace": "a"}})
    add("big/b", {"cluster": {"namespace": "b"}})
    assert {name: item["size"] for name, item in answers(aeterna).items()} == {"a": "small", "big/b": "large"}


def test_each_command_says_that_an_answer_is_the_fleets(add: Add, aeterna: Aeterna) -> None:
    add(".", {"answers": REMOTE}, file="fleet.yaml")
    add("a", {"cluster": {"namespace": "team-a"}})
    shown = json.loads(aeterna("show", "--output", "fleet/a", "--json").out)
    sources = {item["name"]: item["source"] for item in shown["answers"]}
    assert sources["mode"] == "From the fleet's answers"
    assert sources["namespace"] == "From the answers file"


def test_what_the_fleet_decides_is_not_written_into_the_folder(add: Add, aeterna: Aeterna) -> None:
    add(".", {"answers": {**REMOTE, "cluster": {"kubernetes_version": "1.33"}}}, file="fleet.yaml")
    # 1.34 is the default, and here the exception.
    path = add("a", {"cluster": {"namespace": "a", "kubernetes_version": "1.34"}})
    ran = aeterna("setup", "--non-interactive", "--reconfigure", "--output", "fleet/a", central_api_key="key-1")
    assert ran.status == 0, ran.err
    assert yaml.safe_load(path.read_text()) == {"cluster": {"namespace": "a", "kubernetes_version": "1.34"}}
    assert aeterna("validate", "--output", "fleet/a").status == 0
    assert aeterna("fleet", "check", "fleet", "--workers", "1").status == 0


def test_the_notebook_asks_the_fleet_as_the_commands_do(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    add(".", {"answers": {**REMOTE, "cluster": {"kubernetes_version": "1.33"}}}, file="fleet.yaml")
    given = {"output_dir": str(tmp_path / "fleet" / "a"), "namespace": "a"}
    run = read_parameters(given, SECRET)
    assert run.answers.origin("kubernetes_version") is Origin.FLEET
    emit_files(run, None, write=True)
    written = tmp_path / "fleet" / "a" / ".aeterna" / "setup.yaml"
    assert yaml.safe_load(written.read_text()) == {"cluster": {"namespace": "a"}}
    assert aeterna("fleet", "check", "fleet", "--workers", "1").status == 0


def test_what_is_wrong_in_a_fleet_file_stops_a_notebook_too(add: Add, tmp_path: Path) -> None:
    add(".", {"answers": {**REMOTE, "modus": "x"}}, file="fleet.yaml")
    run = read_parameters({"output_dir": str(tmp_path / "fleet" / "a"), "namespace": "a"}, SECRET)
    with pytest.raises(ParameterError, match=r"fleet\.yaml: "):
        emit_files(run, None, write=True)
    assert not (tmp_path / "fleet" / "a").exists()


def test_what_is_wrong_in_a_fleet_file_is_said_once(add: Add, aeterna: Aeterna) -> None:
    add(".", {"answers": {"modus": "x", "server": {"version": "a b"}}}, file="fleet.yaml")
    for name in ("a", "b"):
        add(name, {**REMOTE, "cluster": {"namespace": name}})
    ran = aeterna("fleet", "check", "fleet", "--json", "--workers", "1")
    told = [item for item in json.loads(ran.out)["findings"] if item["message"].startswith("fleet.yaml: ")]
    assert ran.status == 1
    assert [item["configurations"] for item in told] == [["a", "b"]] * 2


def test_annotations_stay_texts(add: Add, aeterna: Aeterna, tmp_path: Path) -> None:
    text = "answers:\n  operations:\n    ingress:\n      enabled: true\n      host: a.example.com\n      annotations:\n"
    add(".", {}, file="fleet.yaml").write_text(text + "        example.com/on: true\n")
    add("a", SERVER)
    ran = aeterna("fleet", "check", "fleet", "--workers", "1")
    assert ran.status == 0, ran.out
