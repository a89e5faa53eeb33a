"""What every command does first in a folder: finish what was interrupted, and take secrets from the eyes of others."""

import contextlib
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.output.backup_sets import FOLDER
from aeterna_nb.output.errors import WorkspaceError, reason
from aeterna_nb.output.handles import PRIVATE, Folder, locked
from aeterna_nb.output.journal import UNFINISHED, Journal, found


def finished(folder: Path) -> list[str]:
    """Finishes a write that was interrupted in the folder; a sentence about it, or none where there was none.

    Raises WorkspaceError when it can't be finished now: then the files are neither the old ones nor the new.
    """
    if not os.path.lexists(folder / UNFINISHED):
        return []
    try:
        with locked(Path(os.path.realpath(folder))) as root:
            return finish(root)
    except OSError as error:
        raise WorkspaceError(f"A write was interrupted here, and can't be finished now: {reason(error)}") from error


def finish(root: Folder) -> list[str]:
    """The same in a folder that is open and locked. Raises OSError as well."""
    journal = found(root)
    if journal is None:
        return []
    with contextlib.closing(journal):
        said = _said(journal)
        journal.clear()
    return said


def _said(journal: Journal) -> list[str]:
    names = ", ".join(step.place for step in journal.steps if not step.place.startswith(f"{FOLDER}/"))
    match journal.resume():
        case "completed":
            said = [Sentence("A write that was interrupted is completed now: {files}.", files=names)]
        case "taken back":
            said = [
                Sentence("A write that was interrupted is taken back; these files are as before: {files}.", files=names)
            ]
        case "cleared":
            said = [Sentence("What an interrupted write had left behind is removed; no file of yours was touched.")]
    if journal.kept:
        said.append(Sentence("What was written here since is kept: {files}.", files=", ".join(journal.kept)))
    return [*said]


def made_private(folder: Path, secret: Iterable[str], shared: Iterable[str] = ()) -> list[str]:
    """Takes secret files in the folder from the eyes of others, with their backups; of shared files the backups alone.

    Returns a sentence for each that changed.
    """
    if sys.platform == "win32":  # Modes mean nothing there.
        return []
    root = Path(os.path.realpath(folder))
    patterns = [*((name, r"(\.\d+\.bak)?") for name in secret), *((name, r"\.\d+\.bak") for name in shared)]
    return [sentence for name, ending in patterns for sentence in _made_private(root, name, ending)]


def _made_private(root: Path, name: str, ending: str) -> Iterator[str]:
    path = Path(os.path.realpath(root / name))
    if not path.is_relative_to(root) or not path.parent.is_dir():
        return
    pattern = re.compile(re.escape(path.name) + ending)
    with contextlib.closing(Folder(path.parent)) as parent:
        for leaf in sorted(filter(pattern.fullmatch, parent.names())):
            status = parent.status(leaf)
            if status is None or not stat.S_ISREG(status.st_mode) or not stat.S_IMODE(status.st_mode) & 0o077:
                continue
            place = (path.parent / leaf).relative_to(root).as_posix()
            try:
                parent.set_mode(leaf, PRIVATE)
                yield Sentence(
                    "{file} may hold secrets and could be read by others; it is yours alone again.", file=place
                )
            except OSError:
                yield Sentence(
                    "{file} may hold secrets and can be read by others, and you may not change that. Ask its owner.",
                    file=place,
                )
