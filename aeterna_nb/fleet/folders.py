"""Where the configurations of a fleet lie, and what lies in each of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.answers.schema import SCHEMA_FILE
from aeterna_nb.output.folder import MERGED_FILES, OUR_FILES
from aeterna_nb.output.workspace import WorkspaceError, read_text
from aeterna_nb.output.writing import SEALED_FILE

_READ = dict.fromkeys((SCHEMA_FILE, *MERGED_FILES, *OUR_FILES))


@dataclass(frozen=True, slots=True)
class Contents:
    """The texts of the files in a folder by name, whether a file with encrypted secrets is among them, and a sentence
    for each file that can't be read.
    """

    texts: dict[str, str] = field(repr=False)
    sealed: bool
    unreadable: tuple[str, ...]


def configurations(root: Path) -> dict[str, Path]:
    """The folders below `root` that hold an answers file, or may, by their names in reports, in order.

    Hidden folders and links are not entered.
    """
    return dict(sorted((_told(folder.relative_to(root).as_posix()), folder) for folder in _found(root)))


def _told(path: str) -> str:
    """A path in one line that can be printed and written, whatever is in it."""
    return "".join(
        part if part.isprintable() and part != "\\" else part.encode("unicode_escape").decode() for part in path
    )


def _found(root: Path) -> Iterator[Path]:
    closed: list[OSError] = []
    for folder, below, _ in os.walk(root, onerror=closed.append):
        below[:] = [name for name in below if not name.startswith(".") and name != "node_modules"]
        if _may_hold_answers(folder):
            yield Path(folder)
    # Nobody can say what is in them, so no report may pass them over.
    yield from (Path(error.filename) for error in closed if not isinstance(error, FileNotFoundError))


def _may_hold_answers(folder: str) -> bool:
    """Whether there is an answers file, be it one that can't be read, or nobody may look."""
    try:
        os.lstat(os.path.join(folder, ANSWERS_FILE))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def contents(folder: Path) -> Contents:
    """What lies in a folder and matters. Encrypted secrets stay closed: a fleet is judged without its keys."""
    texts: dict[str, str] = {}
    unreadable: list[str] = []
    for name in _READ:
        if name != ANSWERS_FILE and not os.path.lexists(folder / name):
            continue
        try:
            text = read_text(folder, name)
        except WorkspaceError as error:
            unreadable.append(str(error))
            continue
        if text is not None:
            texts[name] = text
        elif name == ANSWERS_FILE:
            unreadable.append(f"{name} could not be read: it leads nowhere; mend that, or move it away.")
    return Contents(texts, os.path.lexists(folder / SEALED_FILE), tuple(unreadable))
