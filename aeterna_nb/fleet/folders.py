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


def configurations(root: Path) -> list[str]:
    """The folders below `root` that hold an answers file, as paths relative to it with `/`, in order.

    Hidden folders and links are not entered.
    """
    return sorted(_found(root))


def _found(root: Path) -> Iterator[str]:
    for folder, below, _ in os.walk(root):
        below[:] = [name for name in below if not name.startswith(".") and name != "node_modules"]
        if os.path.isfile(os.path.join(folder, ANSWERS_FILE)):
            yield Path(folder).relative_to(root).as_posix()


def contents(folder: Path) -> Contents:
    """What lies in a folder and matters. Encrypted secrets stay closed: a fleet is judged without its keys."""
    texts: dict[str, str] = {}
    unreadable: list[str] = []
    for name in _READ:
        if not os.path.lexists(folder / name):
            continue
        try:
            text = read_text(folder, name)
        except WorkspaceError as error:
            unreadable.append(str(error))
            continue
        if text is not None:
            texts[name] = text
    return Contents(texts, os.path.lexists(folder / SEALED_FILE), tuple(unreadable))
