"""Compose itself, as the judge of what is read from its files."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.generate.compose.conftest import judge

__all__ = ["judge"]

Services = dict[str, dict[str, Any]]
Understood = Callable[[Path], Services | None]


def _program() -> list[str] | None:
    """The command of Compose, the plugin of docker or the program alone; None where there is neither."""
    beside = Path(sys.executable).with_name("docker-compose")
    for command in (["docker", "compose"], ["docker-compose"], [str(beside)]):
        if shutil.which(command[0]):
            done = subprocess.run([*command, "version"], capture_output=True, check=False)
            if done.returncode == 0:
                return command
    return None


def _single_dollars(tree: Any) -> Any:
    """What `config` prints is a Compose file again, with its dollar signs doubled."""
    if isinstance(tree, dict):
        return {key: _single_dollars(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return list(map(_single_dollars, tree))
    return tree.replace("$$", "$") if isinstance(tree, str) else tree


@pytest.fixture(params=["docker compose config", "compose-go"])
def understood(request: pytest.FixtureRequest) -> Understood:
    """The services that Compose reads from a folder; None where it refuses."""
    if request.param == "compose-go":
        load = request.getfixturevalue("judge")

        def by_library(folder: Path) -> Services | None:
            [verdict] = load([folder])
            services: Services | None = verdict["project"]["services"] if "project" in verdict else None
            return services

        return by_library
    command = _program()
    if command is None:
        pytest.skip("docker compose is not installed")

    def by_program(folder: Path) -> Services | None:
        words = [*command, "config", "--format", "json"]
        # Without the other variables of whoever runs the tests, which would win over the .env file.
        needed = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG") if name in os.environ}
        done = subprocess.run(words, cwd=folder, env=needed, capture_output=True, text=True, check=False)
        services: Services | None = json.loads(done.stdout)["services"] if done.returncode == 0 else None
        return _single_dollars(services)  # type: ignore[no-any-return]

    return by_program
