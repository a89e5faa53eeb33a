"""A release: the version into every file that says it, the changelog, and what is published, in `dist`.

`make release VERSION=0.2.0` changes the files and builds; `make artefacts TAG=v0.2.0` only builds, and refuses where
the files say another version than the tag. Neither commits, tags, or publishes.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")
"""Of the versions that Python knows, those that Helm takes too, once a hyphen stands before the letters."""
CHARTS = Path("charts/aeterna/Chart.yaml"), Path("charts/workbench/Chart.yaml")
PLACES = {
    Path("pyproject.toml"): re.compile(r'(?<=^version = ")[^"]+', re.MULTILINE),
    Path("labextension/package.json"): re.compile(r'(?<="version": ")[^"]+'),
    Path("images/workbench/Dockerfile"): re.compile(r"(?<=^ARG VERSION=)\S+", re.MULTILINE),
    CHARTS[0]: re.compile(r"(?<=^version: )\S+", re.MULTILINE),
    CHARTS[1]: re.compile(r'(?<=^version: )\S+|(?<=^appVersion: ")[^"]+', re.MULTILINE),
}
"""The files that say the version, and where; the page's own chart says it of itself and of the image that it runs."""
CHANGELOG = Path("CHANGELOG.md")
UNRELEASED = "## [Unreleased]\n"


class ReleaseError(Exception):
    """A release that must not be made; the text says why."""


def spelled(version: str, file: Path) -> str:
    """The version as the file spells it: Helm wants a hyphen before a preview's letters."""
    return re.sub(r"(?<=\d)(?=[a-z])", "-", version) if file in CHARTS else version


def stated(root: Path) -> dict[Path, str]:
    """The version that each file says."""
    return {file: " and ".join(sorted(set(place.findall(_read(root / file))))) for file, place in PLACES.items()}


def set_version(root: Path, version: str) -> None:
    """Write the version into every file that says it."""
    for file, place in PLACES.items():
        (root / file).write_text(place.sub(spelled(version, file), _read(root / file)), encoding="utf-8")


def close_changelog(text: str, version: str, day: date) -> str:
    """The changelog with what is not released yet under this version and day. Raises ReleaseError."""
    if not VERSION.fullmatch(version):
        raise ReleaseError(f"{version} is no version. Write one such as 0.2.0, or 0.2.0rc1 for a preview.")
    if f"## [{version}]" in text:
        raise ReleaseError(f"{CHANGELOG} has {version} already.")
    if not notes(text, "Unreleased"):
        raise ReleaseError(f"{CHANGELOG} has nothing under {UNRELEASED.strip()}, so there is nothing to release.")
    return text.replace(UNRELEASED, f"{UNRELEASED}\n## [{version}] - {day.isoformat()}\n", 1)


def notes(text: str, version: str) -> str:
    """What the changelog says of a version; empty where it says nothing."""
    found = re.search(rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1).strip() if found else ""


def build(root: Path, tag: str, words: Sequence[str]) -> list[Path]:
    """Build the wheel, the source distribution and the chart into `dist`, with notes and checksums; returns the files.

    `words` go to `aeterna chart export`. Raises ReleaseError where the files do not say the tag's version.
    """
    version = tag.removeprefix("v")
    wrong = [f"{file} says {said}" for file, said in stated(root).items() if said != spelled(version, file)]
    text = notes(_read(root / CHANGELOG), version)
    if not text:
        wrong.append(f"{CHANGELOG} says nothing of {version}")
    if wrong:
        raise ReleaseError(f"The tag is {tag}, but {'; '.join(wrong)}. Run `make release VERSION={version}` before.")
    dist = root / "dist"
    if dist.exists() and any(dist.iterdir()):
        raise ReleaseError("The folder dist is not empty. Move it away: what lies there would be published too.")
    _run(root, sys.executable, "-m", "hatchling", "build", "--directory", "dist")
    _run(root, sys.executable, "-m", "twine", "check", "--strict", *map(str, dist.iterdir()))
    scripts = Path(sys.executable).parent
    _run(root, str(scripts / "aeterna"), "chart", "export", "dist/chart/aeterna", *words)
    _run(root, str(scripts / "helm"), "package", "dist/chart/aeterna", "charts/workbench", "--destination", "dist")
    shutil.rmtree(dist / "chart")
    built = sorted(dist.iterdir())
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in built]
    (dist / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    (dist / "NOTES.md").write_text(f"{text}\n", encoding="utf-8")
    return sorted(dist.iterdir())


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _run(root: Path, *words: str) -> None:
    # What is built is of this folder, wherever the tools are installed from.
    environment = os.environ | {"PYTHONPATH": str(root)}
    if subprocess.run(words, cwd=root, env=environment, check=False).returncode:
        raise ReleaseError(f"`{' '.join(words)}` failed; what it said stands above.")


def main(words: Sequence[str], root: Path = ROOT) -> int:
    """Prepare a release, or build it; 1 with a sentence on standard error where it must not be."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("action", choices=["prepare", "artefacts"])
    parser.add_argument("version", help="such as 0.2.0; for artefacts the tag, such as v0.2.0")
    options, more = parser.parse_known_args(words)
    version = options.version.removeprefix("v")
    try:
        if options.action == "prepare":
            closed = close_changelog(_read(root / CHANGELOG), version, date.today())
            set_version(root, version)
            (root / CHANGELOG).write_text(closed, encoding="utf-8")
        else:
            for file in build(root, options.version, more):
                print(file.relative_to(root))
    except ReleaseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
