"""The door to the user's files: look (`plan`), then write everything or nothing (`write`)."""

import contextlib
import difflib
import io
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from aeterna_nb.language import message
from aeterna_nb.output.backup_sets import recorded
from aeterna_nb.output.errors import WorkspaceError as WorkspaceError
from aeterna_nb.output.errors import explained
from aeterna_nb.output.gitignore import GITIGNORE, ignoring
from aeterna_nb.output.handles import PRIVATE as PRIVATE
from aeterna_nb.output.handles import locked
from aeterna_nb.output.journal import Change, begin, numbered
from aeterna_nb.output.masking import guarded
from aeterna_nb.output.recovery import finish, made_private
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.sealed import encrypted, refusal
from aeterna_nb.reading.texts import file_content, text_of

State = Literal["new", "changed", "same", "removed"]
STATE_WORDS: Mapping[State, str] = {
    "new": message("new"),
    "changed": message("changes; what is there is kept as a backup"),
    "same": message("stays as it is"),
}
"""What is said of a file that is to be written."""
Content = str | bytes | None
"""What a file shall hold; None: there shall be no file."""

Mask = Callable[[str], str]
NO_MASKS: Mapping[str, Mask] = {}


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
    after: bytes | None = field(repr=False)
    mask: Mask = field(repr=False, default=str)

    @property
    def diff(self) -> str:
        """The unified diff from what is there to what would be written; empty when nothing changes."""
        if self.state == "same":
            return ""
        if self.secret:
            return f"--- {self.name}\n+++ {self.name}\n(not shown: this file holds secrets)\n"
        try:
            before, after = (self.before or b"").decode(), (self.after or b"").decode()
        except UnicodeDecodeError:
            return f"--- {self.name}\n+++ {self.name}\n(not shown: the present file is not UTF-8 text)\n"
        old, new = ("/dev/null" if content is None else self.name for content in (self.before, self.after))
        wanted = self.mask(after)
        lines = _lines(guarded(self.mask(before), wanted)), _lines(wanted)
        return "".join(_ended(difflib.unified_diff(*lines, old, new)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What writing would do to a folder, file by file, in the order in which it would be done."""

    folder: Path
    files: tuple[PlannedFile, ...]

    @property
    def changes(self) -> tuple[PlannedFile, ...]:
        """The files that are new, changed or removed."""
        return tuple(file for file in self.files if file.state != "same")


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written, and the backup of what was there before (None: nothing was), named alike."""

    name: str
    backup: str | None


def plan(
    folder: Path,
    files: Mapping[str, Content],
    secret_files: Collection[str] = (),
    masks: Mapping[str, Mask] = NO_MASKS,
) -> Plan:
    """Compares `files` (name relative to `folder` -> content) with what is on disk. Writes nothing.

    `masks` say, by name, how the text of a file that is not ours alone may be shown in its diff.

    Where there are secret files, or files that are not ours alone, the plan holds a `.gitignore` that names the former
    and the backups of both; an existing one is kept and only appended to. Raises WorkspaceError when something other
    than a file stands in a file's place.
    """
    root = Path(os.path.realpath(folder))
    _refuse_file_as_folder(root)
    planned = tuple(
        _planned(root, name, _encode(name, content), name in secret_files, masks.get(name, str))
        for name, content in files.items()
    )
    secret = [_inside(root, file) for file in planned if file.secret]
    shared = [_inside(root, file) for file in planned if file.name in masks]
    # Git reads no `.gitignore` that is a link, so for backups alone there is nothing to gain from one.
    if secret or (shared and not os.path.islink(root / GITIGNORE)):
        present = _read(_place(root, GITIGNORE), GITIGNORE) or b""
        _refuse_unsealing(GITIGNORE, present, b"")
        # First, so that git leaves a file out before it exists.
        planned = (_planned(root, GITIGNORE, ignoring(present, secret, shared), False, str), *planned)
    _refuse_shared_targets(planned)
    return Plan(root, planned)


def write(plan: Plan) -> tuple[Written, ...]:
    """Makes the folder as planned: every file or, when anything fails, none; also when the process ends meanwhile.

    What a file replaces is kept as `<name>.1.bak` or the next free number, for its owner alone: it may hold somebody's
    token. Files that would stay the same are not touched, except that a secret file that others could read becomes
    private. Raises WorkspaceError, after everything was put back, when a step fails, another run is writing there, or a
    file has changed since `plan`.
    """
    with _made(plan.folder), explained(str(plan.folder)), locked(plan.folder) as root:
        for sentence in finish(root):
            raise WorkspaceError(f"{sentence} Look at the changes again, then write.")
        for file in plan.files:
            if _read(file.path, file.name) != file.before:
                raise WorkspaceError(f"{file.name} has changed meanwhile; look at the changes again, then write.")
        made_private(plan.folder, [file.name for file in plan.files if file.secret])
        changes = [_change(plan.folder, file) for file in plan.changes]
        if changes:
            begin(root, recorded(plan.folder, changes, datetime.now().astimezone())).commit()
    return tuple(Written(file.name, change.backup_place) for file, change in zip(plan.changes, changes, strict=True))


def read_bytes(folder: Path, name: str) -> bytes | None:
    """The content of a file in `folder`; None when there is no such file."""
    return _read(_place(Path(os.path.realpath(folder)), name), name)


def read_text(folder: Path, name: str) -> str | None:
    """The text of a file in `folder`, line ends as they are; None when there is no such file.

    Raises WorkspaceError, also for a file that is too large or sealed.
    """
    content = read_bytes(folder, name)
    try:
        return None if content is None else text_of(content, name)
    except Unreadable as error:
        raise WorkspaceError(str(error)) from None


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


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, and removed again when nothing came of it."""
    made: list[Path] = []
    try:
        for path in reversed([path for path in (folder, *folder.parents) if not os.path.lexists(path)]):
            with explained(str(path)), contextlib.suppress(FileExistsError):
                os.mkdir(path)
                made.append(path)
        yield
    except BaseException:
        for path in reversed(made):
            with contextlib.suppress(OSError):
                os.rmdir(path)
        raise


def _change(root: Path, file: PlannedFile) -> Change:
    place = file.path.relative_to(root).as_posix()
    if file.before is None:
        return Change(place, None, file.after, PRIVATE if file.secret else None)
    with explained(file.name):
        old_mode = stat.S_IMODE(os.stat(file.path).st_mode)
    free = (name for name in numbered(f"{file.path.name}.1.bak") if not os.path.lexists(file.path.with_name(name)))
    return Change(place, file.before, file.after, PRIVATE if file.secret else old_mode, old_mode, next(free))


def _planned(root: Path, name: str, content: bytes | None, secret: bool, mask: Mask) -> PlannedFile:
    path = _place(root, name)
    before = _read(path, name)
    _refuse_unsealing(name, before, content)
    state: State = (
        "same" if before == content else "new" if before is None else "changed" if content is not None else "removed"
    )
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


def _inside(root: Path, file: PlannedFile) -> str:
    """Where the file really lies, relative to the folder: there its backups lie as well."""
    return file.path.relative_to(root).as_posix()


def _refuse_file_as_folder(path: Path) -> None:
    if os.path.exists(path) and not os.path.isdir(path):
        raise WorkspaceError(f"{path} is a file where a folder is needed; move it away, or choose another folder.")


def _refuse_unsealing(name: str, before: bytes | None, after: bytes | None) -> None:
    seal = encrypted(before or b"")
    if seal is not None and encrypted(after or b"") != seal:
        raise WorkspaceError(str(refusal(seal, name)))


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
        return file_content(path, name)
    except FileNotFoundError:
        return None
    except Unreadable as error:
        raise WorkspaceError(str(error)) from None
    except OSError as error:
        raise WorkspaceError(
            f"{name} could not be read: {(error.strerror or 'unknown reason').lower()}; mend that, or move it away."
        ) from error


def _encode(name: str, content: Content) -> bytes | None:
    try:
        return content.encode() if isinstance(content, str) else content
    except UnicodeEncodeError:
        raise WorkspaceError(f"{name} would hold half an emoji; mend the answer that has it.") from None


def _lines(text: str) -> list[str]:
    # Not str.splitlines, which also splits at characters that are no line ends in a file.
    return io.StringIO(text, newline="\n").readlines()


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
