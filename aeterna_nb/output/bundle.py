"""Files as a zip, for a page that must not write to the disk that it is served from."""

import io
import stat
import zipfile
from collections.abc import Collection, Mapping

from aeterna_nb.output.gitignore import GITIGNORE, ignoring
from aeterna_nb.output.workspace import PRIVATE

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that the zip format knows; the same in every archive, so that equal files give equal bytes."""


def bundle(files: Mapping[str, bytes], secret_files: Collection[str] = ()) -> bytes:
    """A zip with the files by name, secret ones for their owner alone, and a `.gitignore` that names these.

    Equal files give equal bytes: names are sorted and the time is fixed.
    """
    contents = dict(files)
    secret_names = [name for name in files if name in secret_files]
    if secret_names:
        contents[GITIGNORE] = ignoring(files.get(GITIGNORE, b""), secret_names)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix: only then do programs that unpack heed the mode.
            entry.external_attr = (stat.S_IFREG | (PRIVATE if name in secret_names else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    return buffer.getvalue()
