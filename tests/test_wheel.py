"""What is installed from the wheel holds what the checkout has beside the package."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aeterna_nb import __version__

ROOT = Path(__file__).parent.parent
LABEXTENSION = f"aeterna_nb-{__version__}.data/data/share/jupyter/labextensions/aeterna-nb/"
PLACES = [
    ("aeterna_nb/language/", "aeterna_nb/language/"),
    ("charts/aeterna/", "aeterna_nb/_data/chart/"),
    ("notebooks/", "aeterna_nb/_data/notebooks/"),
    ("notebooks/", LABEXTENSION + "static/notebooks/"),
    ("labextension/", LABEXTENSION),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def committed(folder: str) -> list[str]:
    listing = subprocess.run(["git", "ls-files", folder], cwd=ROOT, check=True, capture_output=True, text=True)
    return listing.stdout.splitlines()


@pytest.mark.parametrize(("folder", "place"), PLACES)
def test_the_wheel_carries_what_lies_beside_the_package(wheel: set[str], folder: str, place: str) -> None:
    assert {place + name.removeprefix(folder) for name in committed(folder)} <= wheel


def test_the_wheel_carries_all_of_the_package(wheel: set[str]) -> None:
    assert set(committed("aeterna_nb/")) <= wheel


def test_the_wheel_carries_nothing_else(wheel: set[str]) -> None:
    assert {name for name in wheel if not name.startswith("aeterna_nb")} == set()
