"""A release, made of a copy of the checkout: one version in every file, and artefacts that installers take."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from aeterna_nb.chart import dependencies
from tools import release

ROOT = Path(__file__).parent.parent
WORKFLOWS = ROOT / ".github" / "workflows"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of what is committed, prepared as version 9.8.7."""
    folder = tmp_path_factory.mktemp("release") / "checkout"
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in listing.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    assert release.main(["prepare", "9.8.7"], folder) == 0
    yield folder
    shutil.rmtree(folder)


def stand_ins(folder: Path) -> Path:
    """An empty chart for each subchart."""
    folder.mkdir()
    for item in dependencies():
        text = f"apiVersion: v2\nname: {item.name}\nversion: {item.version}\n".encode()
        with tarfile.open(folder / item.archive, "w:gz") as archive:
            entry = tarfile.TarInfo(f"{item.name}/Chart.yaml")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    return folder


def test_every_file_says_the_version_and_the_changelog_has_it(checkout: Path) -> None:
    assert set(release.stated(checkout).values()) == {"9.8.7"}
    assert json.loads((checkout / "labextension/package.json").read_text())["version"] == "9.8.7"
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [Unreleased]\n\n## [9.8.7] - {date.today().isoformat()}\n" in changelog
    assert release.notes(changelog, "9.8.7").startswith("### ")
    assert release.notes(changelog, "Unreleased") == ""


def test_what_would_be_published_is_of_this_version_and_whole(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # Other tests have no subcharts.
    archives = stand_ins(tmp_path / "archives")
    assert release.main(["artefacts", "v9.8.7", "--from", str(archives), "--unverified"], checkout) == 0
    dist = checkout / "dist"
    names = {file.name for file in dist.iterdir()}
    assert {
        "aeterna-9.8.7.tgz",
        "aeterna-workbench-9.8.7.tgz",
        "aeterna_nb-9.8.7.tar.gz",
        "SHA256SUMS",
        "NOTES.md",
    } < names
    (wheel,) = dist.glob("*.whl")
    (metadata,) = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("METADATA")]
    assert "\nVersion: 9.8.7\n" in zipfile.ZipFile(wheel).read(metadata).decode()
    with tarfile.open(dist / "aeterna-9.8.7.tgz") as archive:
        chart = yaml.safe_load(archive.extractfile("aeterna/Chart.yaml") or b"")
        assert "aeterna/charts/qdrant/Chart.yaml" in archive.getnames()
    assert (chart["name"], chart["version"]) == ("aeterna", "9.8.7")
    for line in (dist / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest
    again = release.main(["artefacts", "v9.8.7", "--from", str(archives), "--unverified"], checkout)
    assert again == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["artefacts", "v1.0.0"], "The tag is v1.0.0, but pyproject.toml says 9.8.7"),
        (["prepare", "next"], "next is no version"),
        (["prepare", "9.8.7"], "CHANGELOG.md has 9.8.7 already."),
        (["prepare", "9.9.0"], "nothing to release"),
    ],
)
def test_a_release_that_must_not_be_is_refused_and_changes_nothing(
    checkout: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    before = {file: (checkout / file).read_bytes() for file in [*release.PLACES, release.CHANGELOG]}
    assert release.main(words, checkout) == 1
    assert sentence in capsys.readouterr().err
    assert {file: (checkout / file).read_bytes() for file in before} == before


def test_a_preview_is_spelled_as_each_file_wants_it(tmp_path: Path) -> None:
    for file in release.PLACES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    release.set_version(tmp_path, "1.2.3rc4")
    assert release.stated(tmp_path)[release.CHARTS[0]] == "1.2.3-rc4"
    assert release.stated(tmp_path)[Path("pyproject.toml")] == "1.2.3rc4"


# The workflows


def zizmor(what: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "zizmor"), "--offline", "--no-progress", what]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_workflows_hold_no_weakness_that_zizmor_knows() -> None:
    done = zizmor(".github", ROOT)
    assert done.returncode == 0, done.stdout


def test_zizmor_is_seen_to_speak(tmp_path: Path) -> None:
    steps = "    steps:\n      - uses: actions/checkout@v4\n"
    (tmp_path / "weak.yaml").write_text(f"on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-24.04\n{steps}")
    done = zizmor("weak.yaml", tmp_path)
    assert done.returncode != 0
    assert "unpinned-uses" in done.stdout


def test_actionlint_finds_nothing_in_the_workflows_and_speaks(tmp_path: Path) -> None:
    program = shutil.which("actionlint")
    if program is None:
        pytest.skip("actionlint is not on the PATH")
    assert subprocess.run([program], cwd=ROOT, capture_output=True, text=True).stdout == ""
    (tmp_path / "wrong.yaml").write_text((WORKFLOWS / "ci.yaml").read_text().replace("github.ref", "github.reff"))
    assert "reff" in subprocess.run([program, "wrong.yaml"], cwd=tmp_path, capture_output=True, text=True).stdout


def test_each_step_of_the_workflows_that_names_make_names_a_target_that_there_is() -> None:
    targets = set((ROOT / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split()) | {".venv/.dev"}
    named = [
        word
        for file in WORKFLOWS.glob("*.yaml")
        for job in yaml.safe_load(file.read_text())["jobs"].values()
        for step in job["steps"]
        for line in str(step.get("run", "")).splitlines()
        if line.startswith("make ")
        for word in [line.split()[1]]
    ]
    assert named
    assert set(named) <= targets
