"""A folder held open: what is done by name is done in that folder, even if its path leads elsewhere meanwhile."""

import contextlib
import ctypes
import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from aeterna_nb.output.errors import WorkspaceError

# Not when it is needed: by then there may be no descriptor left to load it with.
if sys.platform != "win32":
    import fcntl

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700

BY_HANDLE = {os.open, os.mkdir, os.rename, os.link, os.unlink, os.rmdir, os.stat} <= os.supports_dir_fd
"""Whether the platform opens folders. Windows does not: there everything is done by path."""

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | NO_LINK
FILE_FLAGS = NO_LINK | getattr(os, "O_BINARY", 0)
# Opening a pipe that nobody writes to would wait for ever.
READ_FLAGS = os.O_RDONLY | FILE_FLAGS | getattr(os, "O_NONBLOCK", 0)

WITHOUT_HARD_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK}
"""What a file system answers that knows no hard links (FAT), or allows none to this file."""

WITHOUT_TRADE = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EPERM}

TRADE = 2
"""RENAME_EXCHANGE of Linux's renameat2 (man 2 rename), and RENAME_SWAP of macOS's renameatx_np, which take the same."""

_LIBRARY = None if sys.platform == "win32" else ctypes.CDLL(None, use_errno=True)


def digest(content: bytes) -> str:
    """What tells a content from others without showing it: its SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Folder:
    """An open folder. The names that its methods take are those of things directly in it, links not followed."""

    def __init__(self, path: Path, descriptor: int | None = None) -> None:
        self.path = path
        if descriptor is None and BY_HANDLE:
            descriptor = os.open(path, FOLDER_FLAGS)
        self.handle = descriptor

    def child(self, name: str) -> "Folder":
        """A folder in this one. Raises OSError where a link or a file bears the name."""
        if BY_HANDLE:
            return Folder(self.path / name, os.open(name, FOLDER_FLAGS, dir_fd=self.handle))
        if not stat.S_ISDIR(os.lstat(self.path / name).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name)
        return Folder(self.path / name)

    def number(self) -> int:
        """The folder's inode, which no copy of it has."""
        return os.stat(self.path if self.handle is None else self.handle).st_ino

    def status(self, name: str) -> os.stat_result | None:
        """What is known of the thing with this name; None where there is none."""
        try:
            return os.stat(self._at(name), dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def same(self, name: str, other: "Folder", other_name: str) -> bool:
        """Whether both names are of one and the same file."""
        first, second = self.status(name), other.status(other_name)
        return first is not None and second is not None and os.path.samestat(first, second)

    def names(self) -> list[str]:
        """The names of all that is in the folder."""
        return os.listdir(self.path if self.handle is None else self.handle)

    def read(self, name: str) -> bytes:
        """The content of a plain file. Raises OSError where there is none."""
        with open(os.open(self._at(name), READ_FLAGS, dir_fd=self.handle), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "no plain file", name)
            return file.read()

    def digest(self, name: str) -> str | None:
        """The digest of a file's content, None where nothing has the name, and empty for what is no plain file."""
        status = self.status(name)
        if status is None:
            return None
        return digest(self.read(name)) if stat.S_ISREG(status.st_mode) else ""

    def create(self, name: str, content: bytes, mode: int | None) -> None:
        """A new file, safely on disk; without a mode the umask decides who may read it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | FILE_FLAGS
        descriptor = os.open(self._at(name), flags, 0o666 if mode is None else PRIVATE, dir_fd=self.handle)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            if mode is not None and sys.platform != "win32":
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def set_mode(self, name: str, mode: int) -> None:
        """Changes who may read a plain file, and nothing else's mode."""
        if sys.platform != "win32":  # Modes mean nothing there.
            descriptor = os.open(self._at(name), READ_FLAGS, dir_fd=self.handle)
            try:
                os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)

    def make_folder(self, name: str, mode: int = 0o777) -> None:
        """A new, empty folder. Raises FileExistsError where the name is taken."""
        os.mkdir(self._at(name), mode, dir_fd=self.handle)

    def link(self, name: str, into: "Folder", new_name: str) -> None:
        """A second name for a file. Raises FileExistsError where the name is taken."""
        source, target = self._at(name), into._at(new_name)
        os.link(source, target, src_dir_fd=self.handle, dst_dir_fd=into.handle, follow_symlinks=False)

    def replace(self, name: str, into: "Folder", new_name: str) -> None:
        """Moves a thing, over whatever has the new name."""
        os.replace(self._at(name), into._at(new_name), src_dir_fd=self.handle, dst_dir_fd=into.handle)

    def exchange(self, name: str, other: "Folder", other_name: str) -> bool:
        """Whether two things could trade places, in one step; not every platform and file system does that."""
        trade = getattr(_LIBRARY, "renameat2", None) or getattr(_LIBRARY, "renameatx_np", None)
        if trade is None or self.handle is None or other.handle is None:
            return False
        if trade(self.handle, os.fsencode(name), other.handle, os.fsencode(other_name), TRADE) == 0:
            return True
        number = ctypes.get_errno()
        if number in WITHOUT_TRADE:
            return False
        raise OSError(number, os.strerror(number), other_name)

    def move(self, name: str, into: "Folder", new_name: str) -> None:
        """Moves a thing, and never over another. Raises FileExistsError where the name is taken.

        Interrupted between its two steps, it leaves one file under both names.
        """
        try:
            self.link(name, into, new_name)
        except OSError as error:
            if error.errno not in WITHOUT_HARD_LINKS:
                raise
            if into.status(new_name) is not None:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name) from None
            self.replace(name, into, new_name)
        else:
            self.remove(name)

    def remove(self, name: str) -> None:
        """Removes a file, or a link itself."""
        os.unlink(self._at(name), dir_fd=self.handle)

    def remove_folder(self, name: str) -> None:
        """Removes an empty folder. Raises OSError where something is in it."""
        os.rmdir(self._at(name), dir_fd=self.handle)

    def sync(self) -> None:
        """What was named, renamed or removed in the folder is on disk for good."""
        if self.handle is not None:
            os.fsync(self.handle)

    def close(self) -> None:
        """Ends what began with opening it; a lock goes as well."""
        if self.handle is not None:
            with contextlib.suppress(OSError):
                os.close(self.handle)

    def _at(self, name: str) -> str:
        return str(self.path / name) if self.handle is None else name


@contextlib.contextmanager
def locked(path: Path) -> Iterator[Folder]:
    """The folder, open, with other runs kept out of it. Raises WorkspaceError when another one is in it.

    The lock is the folder itself, so that none is left behind by a crash.
    """
    with contextlib.closing(Folder(path)) as folder:
        try:
            _lock(folder)
        except BlockingIOError:
            raise WorkspaceError(f"Another run is writing to {path} now; wait for it, then try again.") from None
        except OSError:
            # Some network file systems know no locks; the comparisons with what was there before remain.
            pass
        yield folder


def _lock(folder: Folder) -> None:
    if sys.platform == "win32" or folder.handle is None:
        return
    fcntl.flock(folder.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
