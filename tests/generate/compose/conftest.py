"""Configurations for the Compose tests, and the judge: the loader that Docker Compose itself uses."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.secret_values import complete
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.compose import docker_compose, env_file

SOURCE = Path(__file__).parent / "judge"
LOCAL: dict[str, Any] = {
    "target": "docker-compose",
    "mode": "local",
    "vector_backend": "pgvector",
    "cache": "valkey",
    "postgresql": "cloudnative-pg",
    "llm": "none",
    "opal": False,
}
HYBRID = LOCAL | {"mode": "hybrid", "central_url": "https://central.example.com", "central_auth": "api-key"}

Verdict = dict[str, Any]
Judge = Callable[[Iterable[Path]], list[Verdict]]


def configuration(**answers: Any) -> SetupConfig:
    """The configuration of these answers over a small local one."""
    config, findings = Answers().with_values(Origin.GIVEN, LOCAL | answers).config()
    assert config is not None, findings
    return config


def written(config: SetupConfig, folder: Path) -> Path:
    """The folder with both files in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "docker-compose.yaml").write_text(docker_compose(config), encoding="utf-8")
    (folder / ".env").write_text(env_file(config, complete(config, {})), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Loads folders as Docker Compose does: `project`, as understood, and `env`, or `error`."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed, so Compose's own loader can't be built")
    program = tmp_path_factory.mktemp("judge") / "compose-judge"
    # Go keeps what it compiled, so that only the first build on a machine takes long.
    build = [go, "build", "-buildvcs=false", "-o", str(program), "."]
    built = subprocess.run(build, cwd=SOURCE, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        pytest.skip(f"Compose's own loader can't be built here: {built.stderr.strip()[-300:]}")

    def load(folders: Iterable[Path]) -> list[Verdict]:
        # Without the variables of whoever runs the tests, which would win over the .env file.
        command = [str(program), *map(str, folders)]
        done = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return load


@pytest.fixture
def loaded(judge: Judge, tmp_path: Path) -> Callable[[SetupConfig], Verdict]:
    """The project that Compose understands from a configuration's two files."""

    def load(config: SetupConfig) -> Verdict:
        [verdict] = judge([written(config, tmp_path / "out")])
        assert "error" not in verdict, verdict
        project: Verdict = verdict["project"]
        return project

    return load
