"""What goes wrong with files, as sentences."""

import contextlib
import errno
from collections.abc import Iterator


class WorkspaceError(Exception):
    """A file or folder is in the way. The text is one sentence for a person: which one, and what to do about it."""


@contextlib.contextmanager
def explained(name: str) -> Iterator[None]:
    """Turns what the operating system says into a sentence about the file `name`."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"{name} could not be written: {reason(error)} Nothing was changed.") from error


def reason(error: OSError) -> str:
    """What the operating system says, and what to do about it."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "the folder is read-only for you; choose another one, or get the right to write there."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; make room, then write again."
    if error.errno == errno.EFBIG:
        return "it is larger than you may write here; raise the limit (ulimit -f), then write again."
    if error.errno == errno.EXDEV:
        return "it lies on another disk than the folder; choose a folder that lies on one disk."
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "a folder on the way to it has become a link or a file; look at the changes again, then write."
    return f"{(error.strerror or type(error).__name__).lower()}; mend that, then write again."
