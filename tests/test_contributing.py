"""What contributors are told exists."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", ".devcontainer/devcontainer.json"])
def test_every_target_that_is_named_can_be_made(file: str) -> None:
    named = set(re.findall(r"(?:^|[`\"])make ([a-z-]+)", (ROOT / file).read_text(), re.MULTILINE))
    assert named
    assert named <= TARGETS


def test_help_lists_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"make ([a-z-]+)", said)) == TARGETS


def test_the_picture_shows_every_room_in_the_order_of_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    picture = (ROOT / "CONTRIBUTING.md").read_text().split("```text\n")[1].split("```")[0]
    rows = [re.split(r"\s{2,}", line[:52].strip()) for line in picture.splitlines()]
    assert [sorted(row) for row in rows] == [sorted(re.split(r" [|:] ", layer)) for layer in layers]


def test_every_path_that_is_named_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    paths = re.findall(r"`((?:aeterna_nb|charts|docs|tests)/[\w./-]+)`", text)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_what_runs_before_a_commit_is_what_lint_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    recipe = (ROOT / "Makefile").read_text().split("\nlint:")[1].split("\n\n")[0]
    assert {hook["entry"].split()[0].removeprefix(".venv/bin/") for hook in hooks} == set(
        re.findall(r"\$\(BIN\)/([\w-]+)", recipe)
    )


def test_the_devcontainer_is_json_that_names_the_venv() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    interpreter = container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert interpreter.endswith("/.venv/bin/python")


def test_the_sessions_run_each_python_that_the_classifiers_name() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    named = {line.rpartition(" ")[2] for line in classifiers if re.search(r":: 3\.\d+$", line)}
    listed = subprocess.run(
        [sys.executable, "-m", "nox", "--list"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"core-(3\.\d+)", listed)) == named
