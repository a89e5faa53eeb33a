"""The only module that touches the user's files: look (`plan`), then write everything or nothing (`write`)."""

import contextlib
import difflib
import errno
import io
import os
import secrets
import stat
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aeterna_nb.output.gitignore import GITIGNORE, ignoring

State = Literal["new", "changed", "same"]
Mask = Callable[[str], str]
NO_MASKS: Mapping[str, Mask] = {}

PRIVATE = 0o600


class WorkspaceError(Exception):
    """A file or folder is in the way. The text is one sentence for a person: which one, and what to do about it."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """What writing would do to one file.

    `name` is relative to the folder, with `/`. `before` is None where there is no file. The contents are in neither
    the `repr` nor, for a secret file, the diff; `mask` gives a text as the diff may show it.
    """

    name: str
    state: State
    secret: bool
    path: Path = field(repr=False)
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    mask: Mask = field(repr=False, default=str)

    @property
    def diff(self) -> str:
        """The unified diff from what is there to what would be written; empty when nothing changes."""
        if self.state == "same":
            return ""
        if self.secret:
            return f"--- {self.name}\n+++ {self.name}\n(not shown: this file holds secrets)\n"
        try:
            before = (self.before or b"").decode()
        except UnicodeDecodeError:
            return f"--- {self.name}\n+++ {self.name}\n(not shown: the present file is not UTF-8 text)\n"
        old = self.name if self.before is not None else "/dev/null"
        lines = _lines(self.mask(before)), _lines(self.mask(self.after.decode()))
        return "".join(_ended(difflib.unified_diff(*lines, old, self.name)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What writing would do to a folder, file by file, in the order in which it would be done."""

    folder: Path
    files: tuple[PlannedFile, ...]

    @property
    def changes(self) -> tuple[PlannedFile, ...]:
        """The files that are new or changed."""
        return tuple(file for file in self.files if file.state != "same")


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written, and the backup of what was there before (None: nothing was), named alike."""

    name: str
    backup: str | None


def plan(
    folder: Path,
    files: Mapping[str, str],
    secret_files: Collection[str] = (),
    masks: Mapping[str, Mask] = NO_MASKS,
) -> Plan:
    """Compares `files` (name relative to `folder` -> text) with what is on disk. Writes nothing.

    `masks` say, by name, how the text of a file that is not ours alone may be shown in its diff.

    Where there are secret files, the plan holds a `.gitignore` that names them and their backups; an existing one is
    kept and only appended to. Raises WorkspaceError when something other than a file stands in a file's place.
    """
    root = Path(os.path.realpath(folder))
    _refuse_file_as_folder(root)
    secret_names = [name for name in files if name in secret_files]
    contents = {name: _encode(name, text) for name, text in files.items()}
    if secret_names:
        present = _read(_place(root, GITIGNORE), GITIGNORE)
        # First, so that a secret is ignored by git before it exists.
        contents = {GITIGNORE: ignoring(present or b"", secret_names)} | contents
    planned = tuple(
        _planned(root, name, content, name in secret_names, masks.get(name, str)) for name, content in contents.items()
    )
    _refuse_shared_targets(planned)
    return Plan(root, planned)


def write(plan: Plan) -> tuple[Written, ...]:
    """Makes the folder as planned: every file or, when anything fails, none.

    What a file replaces is kept as `<name>.1.bak` or the next free number. Files that would stay the same are not
    touched, except that a secret file that others could read becomes private. Raises WorkspaceError, after
    everything was put back, when a step fails, another run is writing there, or a file has changed since `plan`.
    """
    with _Transaction(plan.folder) as transaction:
        for file in plan.files:
            if _read(file.path, file.name) != file.before:
                raise WorkspaceError(f"{file.name} has changed meanwhile; look at the changes again, then write.")
        for file in plan.files:
            if file.secret and file.state == "same":
                transaction.make_private(file)
        staged = [(file, transaction.stage(file)) for file in plan.changes]
        kept = [(file, temporary, transaction.back_up(file)) for file, temporary in staged]
        for file, temporary, backup in kept:
            transaction.put(file, temporary, backup)
        transaction.settle()
    return tuple(
        Written(file.name, backup.relative_to(plan.folder).as_posix() if backup else None) for file, _, backup in kept
    )


def read_text(folder: Path, name: str) -> str | None:
    """The text of a file in `folder`, line ends as they are; None when there is no such file."""
    root = Path(os.path.realpath(folder))
    content = _read(_place(root, name), name)
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise WorkspaceError(f"{name} is not UTF-8 text; save it as UTF-8, or move it away.") from None


@dataclass(frozen=True, slots=True)
class Backup:
    """A file as it was before it was written anew: the backup's name, and when that content was written, in seconds."""

    name: str
    written: float


def backups(folder: Path, name: str) -> list[Backup]:
    """The numbered backups of a file in `folder`, the newest first."""
    root = Path(os.path.realpath(folder))
    found = []
    for path in _place(root, name).parent.glob(f"{Path(name).name}.*.bak"):
        number = path.name.removeprefix(f"{Path(name).name}.").removesuffix(".bak")
        if number.isdigit() and path.is_file():
            found.append((int(number), Backup(path.relative_to(root).as_posix(), path.stat().st_mtime)))
    return [backup for _, backup in sorted(found, key=lambda item: item[0], reverse=True)]


class _Transaction:
    """The steps of one write, each with what undoes it. Leaving it unsettled undoes them, last first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._leftovers: list[Path] = []
        self._made_folders: list[Path] = []
        self._replacing: list[tuple[PlannedFile, Path, Path | None]] = []
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> "_Transaction":
        try:
            self._make_folder(self._folder)
            self._cleanup.enter_context(_locked(self._folder))
        except BaseException:
            self._undo()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        with self._cleanup:
            if error is not None:
                self._undo()

    def make_private(self, file: PlannedFile) -> None:
        """Takes a secret file from the eyes of others."""
        with _explained(file.name):
            if stat.S_IMODE(os.stat(file.path).st_mode) & 0o077:
                os.chmod(file.path, PRIVATE)

    def stage(self, file: PlannedFile) -> Path:
        """The new content, safely on disk beside its place."""
        self._make_folder(file.path.parent)
        temporary = file.path.with_name(f".{file.path.name}.{secrets.token_hex(4)}.tmp")
        with _explained(file.name):
            self._create(temporary, file.after, _mode(file))
        return temporary

    def back_up(self, file: PlannedFile) -> Path | None:
        """A copy of what is there, under the next free number; None where nothing is."""
        if file.before is None:
            return None
        number = 1
        with _explained(file.name):
            status = os.stat(file.path)
            while True:
                backup = file.path.with_name(f"{file.path.name}.{number}.bak")
                try:
                    self._create(backup, file.before, _mode(file))
                except FileExistsError:
                    number += 1
                    continue
                os.utime(backup, ns=(status.st_atime_ns, status.st_mtime_ns))
                return backup

    def put(self, file: PlannedFile, temporary: Path, backup: Path | None) -> None:
        """The staged content in its place."""
        with _explained(file.name):
            # Noted first: an interrupt between the two steps must not lose the way back.
            self._replacing.append((file, temporary, backup))
            os.replace(temporary, file.path)

    def settle(self) -> None:
        """The renames on disk for good."""
        for folder in {file.path.parent for file, _, _ in self._replacing}:
            with _explained(str(folder)):
                _sync_folder(folder)

    def _make_folder(self, folder: Path) -> None:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            with _explained(str(path)), contextlib.suppress(FileExistsError):
                os.mkdir(path)
                self._made_folders.append(path)

    def _create(self, path: Path, content: bytes, mode: int | None) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else PRIVATE)
        self._leftovers.append(path)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            if mode is not None:
                os.chmod(path, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _undo(self) -> None:
        stuck = {}
        for file, temporary, backup in reversed(self._replacing):
            if temporary.exists():
                continue
            try:
                if backup is None:
                    os.unlink(file.path)
                else:
                    # A rename needs no space, so it works on a full disk as well.
                    os.replace(backup, file.path)
            except OSError:
                stuck[file.name] = backup
        for path in self._leftovers:
            if path not in stuck.values():
                with contextlib.suppress(OSError):
                    os.unlink(path)
        for folder in reversed(self._made_folders):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        if stuck:
            kept = ", ".join(f"{name} (kept as {backup.name})" if backup else name for name, backup in stuck.items())
            raise WorkspaceError(f"Writing failed, and this could not be put back: {kept}. Mend it by hand.")


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turns what the operating system says into a sentence about the file `name`."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"{name} could not be written: {_reason(error)} Nothing was changed.") from error


def _reason(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "the folder is read-only for you; choose another one, or get the right to write there."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; make room, then write again."
    return f"{(error.strerror or type(error).__name__).lower()}; mend that, then write again."


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keeps other runs out of the folder. The lock is the folder itself, so that none is left behind by a crash."""
    if sys.platform == "win32":  # A folder cannot be opened there; the check against `before` remains.
        yield
        return
    import fcntl

    with _explained(str(folder)):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceError(f"Another run is writing to {folder} now; wait for it, then try again.") from None
        except OSError:
            # Some network file systems know no locks; the check against `before` remains.
            pass
        yield
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode(file: PlannedFile) -> int | None:
    """The mode of what replaces a file or backs it up; None leaves a new file's mode to the umask."""
    if file.secret:
        return PRIVATE
    return None if file.before is None else stat.S_IMODE(os.stat(file.path).st_mode)


def _planned(root: Path, name: str, content: bytes, secret: bool, mask: Mask) -> PlannedFile:
    path = _place(root, name)
    before = _read(path, name)
    state: State = "new" if before is None else "same" if before == content else "changed"
    return PlannedFile(name, state, secret, path, before, content, mask)


def _place(root: Path, name: str) -> Path:
    """Where the file really lies: links are followed, but never out of the folder."""
    path = Path(os.path.realpath(root / name))
    if not path.is_relative_to(root) or path == root:
        raise WorkspaceError(f"{name} leads out of {root}; put a plain file in the place of the link.")
    for parent in path.parents:
        if parent == root:
            break
        _refuse_file_as_folder(parent)
    return path


def _refuse_file_as_folder(path: Path) -> None:
    if os.path.exists(path) and not os.path.isdir(path):
        raise WorkspaceError(f"{path} is a file where a folder is needed; move it away, or choose another folder.")


def _refuse_shared_targets(planned: tuple[PlannedFile, ...]) -> None:
    seen: dict[Path, str] = {}
    for file in planned:
        if file.path in seen:
            raise WorkspaceError(
                f"{file.name} and {seen[file.path]} are the same file; put a plain file in the place of the link."
            )
        seen[file.path] = file.name


def _read(path: Path, name: str) -> bytes | None:
    try:
        if os.path.isdir(path):
            raise WorkspaceError(f"{name} is a folder where a file is needed; move it away, or choose another folder.")
        if os.path.exists(path) and not os.path.isfile(path):
            raise WorkspaceError(f"{name} is no plain file; move it away, or choose another folder.")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkspaceError(
            f"{name} could not be read: {(error.strerror or 'unknown reason').lower()}; mend that, or move it away."
        ) from error


def _encode(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise WorkspaceError(f"{name} would hold half an emoji; mend the answer that has it.") from None


def _lines(text: str) -> list[str]:
    # Not str.splitlines, which also splits at characters that are no line ends in a file.
    return io.StringIO(text, newline="\n").readlines()


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
