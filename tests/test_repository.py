"""The files around the package say the same as pyproject.toml."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def declared() -> dict[str, Requirement]:
    requirements = map(Requirement, pyproject()["project"]["dependencies"])
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def conda_entries() -> tuple[list[str], list[str]]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = [entry for entry in entries if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    return conda, pip


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = (Requirement(line.removesuffix("\\").strip()) for line in lines if line and line[0] not in " #")
    return {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}


def test_environment_yml_asks_for_the_dependencies_of_pyproject() -> None:
    conda, pip = conda_entries()
    asked = {canonicalize_name(item.name): item.specifier for item in map(Requirement, conda + pip)}
    python = asked.pop(canonicalize_name("python"))
    asked.pop(canonicalize_name("pip"))

    assert asked == {name: requirement.specifier for name, requirement in declared().items()}
    assert str(python) == pyproject()["project"]["requires-python"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_every_dependency_within_its_bounds(lock: str) -> None:
    pins = locked(lock)
    outside = [
        str(requirement)
        for name, requirement in declared().items()
        if name not in pins or not requirement.specifier.contains(pins[name])
    ]
    assert outside == []


def test_the_development_lock_agrees_with_the_runtime_lock() -> None:
    development = locked("requirements-dev.lock")
    assert {name: development[name] for name in locked("requirements.lock")} == locked("requirements.lock")


def test_the_development_lock_pins_the_development_tools() -> None:
    tools = {canonicalize_name(Requirement(item).name) for item in pyproject()["dependency-groups"]["dev"]}
    assert tools <= locked("requirements-dev.lock").keys()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text


def test_the_jupyterlab_extension_has_the_version_of_the_package() -> None:
    extension = json.loads((ROOT / "labextension" / "package.json").read_text(encoding="utf-8"))
    assert extension["version"] == pyproject()["project"]["version"]
