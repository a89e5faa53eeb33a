"""Which workbench judges: a digest of everything that a judgement follows from beside the configuration itself."""

import hashlib
import os
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import aeterna_nb
from aeterna_nb.chart import archives_folder, chart_folder, dependencies
from aeterna_nb.chart.rendering import chosen_engine

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def tool_digest() -> str:
    """A digest of the workbench's code, the chart, the subcharts at hand and the libraries that judge."""
    # Subcharts may be fetched while this process runs, such as a notebook's kernel.
    paths = (archives_folder() / item.archive for item in dependencies())
    return _digest(tuple((path, path.stat().st_mtime_ns) for path in paths if path.is_file()))


@cache
def _digest(archives: tuple[tuple[Path, int], ...]) -> str:
    digest = hashlib.sha256(f"{platform.python_version()} {chosen_engine()}\n".encode())
    for requirement in sorted(requires("aeterna-nb") or ()):
        name = _NAME.match(requirement)
        if name is not None and "extra ==" not in requirement:
            digest.update(f"{name[0]} {_version(name[0])}\n".encode())
    for folder in (Path(aeterna_nb.__file__).parent, chart_folder()):
        for path in _files(folder):
            _add(digest, path.relative_to(folder).as_posix(), path)
    for path, _ in archives:
        _add(digest, path.name, path)
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _files(folder: Path) -> list[Path]:
    found = []
    for above, below, names in os.walk(folder):
        below[:] = [name for name in below if name != "__pycache__"]
        found += [Path(above, name) for name in names]
    return sorted(found)


def _add(digest: "hashlib._Hash", name: str, path: Path) -> None:
    digest.update(f"{name} {path.stat().st_size}\n".encode())
    digest.update(path.read_bytes())
