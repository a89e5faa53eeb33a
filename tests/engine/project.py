"""A Compose project on the engine of the tests."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = os.environ.get("AETERNA_TEST_DOCKER_HOST", "")
_CONFIG = os.environ.get("AETERNA_TEST_DOCKER_CONFIG", "")


def docker(*words: str, folder: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the program `docker` against the engine. Where it fails, the test fails with what it printed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COMPOSE_")}
    environment |= {"DOCKER_HOST": HOST} | ({"DOCKER_CONFIG": _CONFIG} if _CONFIG else {})
    done = subprocess.run(["docker", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done


@dataclass(frozen=True, slots=True)
class Project:
    """What the wizard wrote into a folder, as `docker compose` runs it."""

    folder: Path

    def compose(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker compose` in the folder, as the next steps say."""
        return docker("compose", *words, folder=self.folder, check=check)

    def up(self, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.compose("up", "--detach", "--wait", check=check)

    def understood(self) -> Any:
        """The project as Compose understands it, where every dollar sign that stands for itself is doubled."""
        return json.loads(self.compose("config", "--format", "json").stdout)

    def inside(self, service: str, *command: str) -> str:
        """What a command prints in a service's container."""
        return self.compose("exec", "-T", service, *command).stdout.strip()

    def containers(self) -> dict[str, str]:
        """The id of each running container by its service."""
        return {item["Service"]: item["ID"] for item in self._listed()}

    def health(self) -> dict[str, str]:
        """How each running container that has a health check says it is, by its service."""
        return {item["Service"]: item["Health"] for item in self._listed() if item["Health"]}

    def _listed(self) -> Iterator[Any]:
        for line in self.compose("ps", "--no-trunc", "--format", "json").stdout.splitlines():
            yield json.loads(line)
