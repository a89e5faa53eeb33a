"""What is installed of a packed subchart."""

import io
import tarfile
from pathlib import PurePosixPath

LEFT_OUT = ("templates", "tests")
"""A folder that subcharts bring and no value reaches: test pods that Pod Security "restricted" refuses."""


def installed_files(archive: bytes) -> dict[PurePosixPath, bytes]:
    """The files in a subchart's archive by their paths below the chart's folder, without its own tests."""
    found: dict[PurePosixPath, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as packed:
        for entry in packed:
            file = packed.extractfile(entry) if entry.isfile() else None
            path = PurePosixPath(*PurePosixPath(entry.name).parts[1:])
            if file is not None and ".." not in path.parts and not _is_test(path):
                found[path] = file.read()
    return found


def _is_test(path: PurePosixPath) -> bool:
    return any(pair == LEFT_OUT for pair in zip(path.parts, path.parts[1:], strict=False))
