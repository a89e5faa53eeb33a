"""The zip suffices alone: unpacked in an empty folder, its README says what to do, and its commands work."""

import io
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.chart import archives_folder, dependencies
from aeterna_nb.chart.fetch import fetch, verify
from aeterna_nb.chart.helm import find_program
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.generate.files import ABOUT, SECRET_FILES
from aeterna_nb.notebook.review_view import packed
from tests.chart.conftest import NAMED_ARCHIVES, with_real_subcharts
from tests.samples import LOCAL, OPENCODE_ONLY, REMOTE, complete

COMPOSE = {**LOCAL, "target": "docker-compose"}
OUTSIDE = {**LOCAL, "vector_backend": "pgvector", "cache": "external", "postgresql": "external"}
"""A server that needs no subchart."""
EVERY = {"compose": COMPOSE, "outside": OUTSIDE, "local": LOCAL, "remote": REMOTE, "client": OPENCODE_ONLY}
CANARY = "canary-5c1e"


def unpacked(values: Any, folder: Path, **more: Any) -> tuple[Evaluation, Path]:
    """The answers' zip, unpacked in an empty folder."""
    evaluation = evaluate(complete(values, **more))
    assert not evaluation.errors, evaluation.errors
    with zipfile.ZipFile(io.BytesIO(packed(evaluation))) as archive:
        archive.extractall(folder)
    return evaluation, folder


def commands(folder: Path) -> list[str]:
    """The commands that the README says to run."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def templated(command: str, folder: Path) -> str:
    """What Helm's own program would install by the command."""
    _, _, _, release, chart, *rest = shlex.split(command)
    options = shlex.join(rest).replace("--create-namespace", "").replace("--wait --timeout 15m", "")
    line = [str(find_program()), "template", release, chart, *shlex.split(options)]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


@pytest.mark.parametrize("name", EVERY)
def test_the_readme_names_every_file_and_says_which_are_secret(name: str, tmp_path: Path) -> None:
    _, folder = unpacked(EVERY[name], tmp_path)
    text = (folder / "README.md").read_text(encoding="utf-8")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own = {file for file in files if file != "README.md" and not file.startswith("chart/")}
    rows = dict(re.findall(r"^\| `([^`]+)` \| .+ \| (\*\*yes\*\*|no) \|$", text, re.MULTILINE))
    assert set(rows) - {"chart/"} == own
    assert {file for file, secret in rows.items() if secret != "no"} == own & SECRET_FILES
    assert ("chart/" in rows) is (folder / "chart" / "Chart.yaml").is_file()
    assert own <= set(ABOUT)


@pytest.mark.parametrize("name", EVERY)
def test_a_command_that_needs_aeterna_comes_with_the_way_to_get_it(name: str, tmp_path: Path) -> None:
    _, folder = unpacked(EVERY[name], tmp_path)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert any(command.startswith("aeterna ") for command in commands(folder))
    for way in ("pipx install aeterna-nb", "uvx --from aeterna-nb aeterna", ".venv/bin"):
        assert way in text


def test_no_secret_stands_in_the_readme(tmp_path: Path) -> None:
    evaluation, folder = unpacked(OUTSIDE, tmp_path, postgresql_password=CANARY, llm="openai", openai_api_key=CANARY)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert CANARY in (folder / "values.secret.yaml").read_text(encoding="utf-8")
    assert not [name for name, value in evaluation.secrets.items() if value in text]


@pytest.mark.parametrize("name", ["outside", "remote"])
def test_the_chart_in_the_zip_is_what_the_command_installs(name: str, tmp_path: Path) -> None:
    evaluation, folder = unpacked(EVERY[name], tmp_path)
    assert not [command for command in commands(folder) if "chart export" in command]
    (install,) = [command for command in commands(folder) if command.startswith("helm upgrade")]
    manifests = templated(install, folder)
    for manifest in evaluation.manifests:
        assert f"name: {manifest['metadata']['name']}" in manifests.replace('"', "")


@with_real_subcharts
def test_a_chart_that_is_complete_comes_along_with_its_subcharts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fetch(dependencies(), archives_folder(), Path(NAMED_ARCHIVES), verify, lambda step: None)
    _, folder = unpacked(LOCAL, tmp_path / "unpacked")
    (install,) = [command for command in commands(folder) if command.startswith("helm upgrade")]
    manifests = templated(install, folder)
    assert "kind: StatefulSet" in manifests
    assert "cnpg-webhook-service" in manifests
    assert (folder / "chart" / "charts" / "cloudnative-pg" / "crds").is_dir()


@with_real_subcharts
def test_a_chart_that_is_not_at_hand_is_got_by_the_command_that_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    _, folder = unpacked(LOCAL, tmp_path / "unpacked")
    assert not (folder / "chart").exists()
    _get, fetch_it, install, *_ = commands(folder)
    program, *words = shlex.split(fetch_it)
    assert program == "aeterna"
    # As in a network: here the archives come from a folder.
    line = [sys.executable, "-m", "aeterna_nb", *words, "--from", NAMED_ARCHIVES]
    subprocess.run(line, cwd=folder, check=True, capture_output=True)
    assert "kind: StatefulSet" in templated(install, folder)


def test_the_check_of_the_bridge_is_a_command_that_there_is(tmp_path: Path) -> None:
    _, folder = unpacked(COMPOSE, tmp_path)
    (check,) = [command for command in commands(folder) if command.startswith("aeterna mcp")]
    line = [sys.executable, "-m", "aeterna_nb", *shlex.split(check)[1:]]
    environment = {**os.environ, "AETERNA_SERVER_URL": "http://127.0.0.1:9"}
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "127.0.0.1:9" in done.stdout + done.stderr
