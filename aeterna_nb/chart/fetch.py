"""Fetching the pinned subcharts into the user's cache, and proving that they are what was pinned."""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Literal

from aeterna_nb.chart import Dependency, chart_folder, helm

LOCK_FILE = "subcharts.lock.json"

MIRROR = "AETERNA_CHART_MIRROR"
"""The variable with the address (`https://`, `oci://`) from which all subcharts are fetched, in place of their own."""


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one archive: `there`, `fetched`, or `failed` with the reason; where it came from, and its SHA-256.

    `source` is an address or a folder, empty for what was there already.
    """

    archive: str
    state: Literal["there", "fetched", "failed"]
    source: str = ""
    digest: str = ""
    problem: str = ""

    def __str__(self) -> str:
        match self.state:
            case "there":
                return f"{self.archive}: already there, SHA-256 {self.digest}"
            case "fetched":
                return f"{self.archive}: from {self.source}, SHA-256 {self.digest}"
            case _:
                return f"{self.archive}: not there"


Report = Callable[[Step], None]


class SubchartError(Exception):
    """A subchart can't be had or is not what was pinned. The text says which, why, and what still works."""


@cache
def lock() -> Mapping[str, Mapping[str, str]]:
    """For each archive the digests (SHA-256, hexadecimal) by which it is known.

    `archive` is that of the published file. `content` is that of the files in it: for charts that were packed from
    their sources, since packing again gives other bytes.
    """
    loaded: dict[str, dict[str, str]] = json.loads((chart_folder() / LOCK_FILE).read_text(encoding="utf-8"))
    return loaded


def content_digest(archive: bytes) -> str:
    """A digest over the names and contents of an archive's files, without Chart.yaml, which packing rewrites."""
    lines = []
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as packed:
        for entry in packed:
            file = packed.extractfile(entry) if entry.isfile() else None
            name = PurePosixPath(entry.name).relative_to(PurePosixPath(entry.name).parts[0])
            if file is not None and name != PurePosixPath("Chart.yaml"):
                lines.append(f"{hashlib.sha256(file.read()).hexdigest()}  {name}\n")
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def verify(dependency: Dependency, archive: bytes) -> None:
    """Raises SubchartError where an archive is not the one that was pinned."""
    known = lock().get(dependency.archive, {})
    if _digest(archive) == known.get("archive"):
        return
    try:
        if "content" in known and content_digest(archive) == known["content"]:
            return
    except (tarfile.TarError, OSError, EOFError):
        raise SubchartError(f"{dependency.archive} is no chart archive; fetch it again.") from None
    raise SubchartError(
        f"{dependency.archive} is not the archive that was pinned. Get it from {dependency.repository}, or accept it "
        "with --unverified if you know where it comes from."
    )


def unchecked(dependency: Dependency, archive: bytes) -> None:
    """Accepts any archive: what `verify` is replaced by where somebody vouches for it."""


def fetch(
    dependencies: Iterable[Dependency],
    folder: Path,
    source: Path | None,
    check: Callable[[Dependency, bytes], None],
    report: Report,
    mirror: str = "",
) -> None:
    """Put the archive of every dependency into `folder`; `source` is a folder of archives to take them from.

    `mirror` is the address that stands in for every repository. What is there and passes is kept. Each step is
    reported. Raises SubchartError, after all were tried, with everything that went wrong.
    """
    with _kept_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
    failures = []
    for dependency in dependencies:
        wanted = replace(dependency, repository=mirror) if mirror else dependency
        try:
            step = _provide(wanted, folder, source, check)
        except SubchartError as error:
            failures.append(str(error))
            step = Step(wanted.archive, "failed", problem=str(error))
        report(step)
    if failures:
        raise SubchartError(
            "\n".join([*failures, "Rendering and writing still work; what these install is not shown."])
        )


def _provide(
    dependency: Dependency, folder: Path, source: Path | None, check: Callable[[Dependency, bytes], None]
) -> Step:
    place = folder / dependency.archive
    if place.is_file():
        # What is damaged or replaced is fetched again.
        with suppress(SubchartError):
            present = place.read_bytes()
            check(dependency, present)
            return Step(dependency.archive, "there", digest=_digest(present))
    archive = _downloaded(dependency) if source is None else _taken(dependency, source)
    check(dependency, archive)
    # In one step, so that an interruption leaves no half archive.
    with _kept_in(folder), tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
        part = Path(scratch, dependency.archive)
        part.write_bytes(archive)
        os.replace(part, place)
    origin = dependency.repository if source is None else str(source)
    return Step(dependency.archive, "fetched", origin, _digest(archive))


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SubchartError(
            f"The archives can't be kept in {folder} ({error.strerror}). Name a folder that you may write to in "
            "XDG_CACHE_HOME, or make room."
        ) from None


def _digest(archive: bytes) -> str:
    return hashlib.sha256(archive).hexdigest()


def _taken(dependency: Dependency, source: Path) -> bytes:
    try:
        return (source / dependency.archive).read_bytes()
    except OSError as error:
        raise SubchartError(f"{dependency.archive} can't be read in {source}: {error.strerror}.") from None


def _downloaded(dependency: Dependency) -> bytes:
    scratch = Path(tempfile.mkdtemp(prefix="aeterna-subchart-"))
    try:
        helm.pull(dependency.name, dependency.version, dependency.repository, scratch)
        return next(scratch.glob("*.tgz")).read_bytes()
    except (helm.HelmError, StopIteration):
        # Helm's own message speaks of a cache that nobody has (docs/facts/tools.md#helm-in-python).
        raise SubchartError(
            f"{dependency.name} {dependency.version} can't be fetched from {dependency.repository}. "
            "Is there a network? With --from DIR the archives are taken from a folder."
        ) from None
    finally:
        shutil.rmtree(scratch)
