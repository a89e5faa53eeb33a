"""The complete chart as a folder: subcharts unpacked, definitions where Helm installs them first.

One `helm install --wait` of it works on an empty cluster: Helm creates what lies in a subchart's `crds` folder before
it looks up the kinds of anything else, if the subchart is enabled (docs/facts/subcharts.md#one-install).
"""

import json
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from aeterna_nb.chart import archives_folder, chart_folder, dependencies, helm, installable_folder
from aeterna_nb.chart.crds import OPERATORS, definitions_text
from aeterna_nb.chart.record import shrink_record
from aeterna_nb.chart.subcharts import installed_files


class ExportError(Exception):
    """The chart can't be exported. The text says why and what to do."""


def export(destination: Path, archives: Path) -> None:
    """Write the complete chart into the folder `destination`, which must not exist or be empty.

    `archives` is the folder of the subcharts' archives. Raises ExportError; nothing is half written.
    """
    missing = [item.archive for item in dependencies() if not (archives / item.archive).is_file()]
    if missing:
        raise ExportError(f"These subcharts are not there: {', '.join(missing)}. Run `aeterna chart deps` first.")
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise ExportError(f"{destination} is there already and not empty. Name another folder, or move it away.")
    destination.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
    try:
        shutil.copytree(chart_folder(), staging, dirs_exist_ok=True, ignore=shutil.ignore_patterns("charts", "ci"))
        for item in dependencies():
            for path, data in installed_files((archives / item.archive).read_bytes()).items():
                place = staging / "charts" / item.name / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        for name in OPERATORS:
            _lift(archives, staging / "charts" / name, name)
        shrink_record(staging)
        staging.chmod(0o755)
        if destination.exists():
            destination.rmdir()
        staging.rename(destination)
    except OSError as error:
        raise ExportError(f"{destination} can't be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def export_what_is_there(destination: Path, there: Collection[str] = ()) -> None:
    """Write the chart into a new folder as `export` does, cut to the subcharts that lie in the user's cache.

    Definitions of these names, which a cluster has already, are left out: Helm refuses those that others brought.

    It installs the same, for values that turn on none of the others.
    """
    shutil.copytree(installable_folder(), destination)
    for name in OPERATORS:
        if (destination / "charts" / name).is_dir():
            _lift(archives_folder(), destination / "charts" / name, name)
    for file in destination.glob("charts/*/crds/*") if there else ():
        wanted = [item for item in helm.read_manifests(file.read_text(encoding="utf-8")) if not _is_one_of(item, there)]
        file.write_text("".join(f"---\n{json.dumps(item)}\n" for item in wanted), encoding="utf-8")
        if not wanted:  # Helm refuses an empty one.
            file.unlink()
    shrink_record(destination)


def _is_one_of(definition: Mapping[str, Any], names: Collection[str]) -> bool:
    return definition["metadata"]["name"] in names


def files_of_what_is_there() -> dict[str, bytes]:
    """The same as files, by their paths below the chart's folder."""
    with tempfile.TemporaryDirectory(prefix="aeterna-chart-") as scratch:
        folder = Path(scratch, "chart")
        export_what_is_there(folder)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _lift(archives: Path, folder: Path, name: str) -> None:
    place = folder / "crds"
    if place.is_dir():
        return
    archive = next(archives / item.archive for item in dependencies() if item.name == name)
    place.mkdir()
    (place / "definitions.yaml").write_text(definitions_text(archive.read_bytes()), encoding="utf-8")
