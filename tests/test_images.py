"""The Dockerfiles: judged by hadolint, without root, and of the versions that the workbench installs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from aeterna_nb.config import DEFAULT_SERVER_VERSION

IMAGES = Path(__file__).parent.parent / "images"
DOCKERFILES = sorted(IMAGES.glob("*/Dockerfile"))
HADOLINT = Path(sys.executable).parent / "hadolint"
each = pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda file: file.parent.name)


def hadolint(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([HADOLINT, str(file)], capture_output=True, text=True, check=False)


@each
def test_hadolint_finds_nothing(dockerfile: Path) -> None:
    done = hadolint(dockerfile)
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_is_seen_to_speak(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM debian:latest\nRUN apt-get update && apt-get install curl\n")
    assert "DL3007" in hadolint(file).stdout


@each
def test_it_runs_as_somebody_else_than_root_and_says_how_it_is(dockerfile: Path) -> None:
    last = dockerfile.read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    (user,) = re.findall(r"^USER (\d+)", last, re.MULTILINE)
    assert int(user) > 0
    assert re.search(r"^HEALTHCHECK .*CMD \[", last, re.MULTILINE)
    assert "org.opencontainers.image.source" in last


@pytest.mark.parametrize("name", ["server", "opal-fetcher"])
def test_what_is_built_from_source_is_the_version_that_is_installed(name: str) -> None:
    versions = re.findall(r"^ARG VERSION=(.+)$", (IMAGES / name / "Dockerfile").read_text(), re.MULTILINE)
    assert set(versions) == {DEFAULT_SERVER_VERSION}
