"""What was replaced together: the numbered backups of one write are a set, and a record says which they are.

A record lies in `.aeterna/backups`, which git leaves out, and is written in the same transaction as the set. Backups
without one, of earlier versions, are a set where they were made within the same moment.
"""

import contextlib
import glob
import json
import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aeterna_nb.output.gitignore import GITIGNORE
from aeterna_nb.output.journal import Change, numbered

NUMBERED = re.compile(r".*\.\d+\.bak")
OWN = ".aeterna"
FOLDER = f"{OWN}/backups"
ID = "%Y%m%d-%H%M%S"
ONE_MOMENT = 2.0
"""Seconds between the backups of one write, at most, as far as the backups themselves tell."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A file that a write replaced, and the backup of what it was; without one the file was new."""

    name: str
    backup: str | None


@dataclass(frozen=True, slots=True)
class BackupSet:
    """What one write replaced. `written` is its time; `id` follows from that and names the set."""

    id: str
    written: datetime
    files: tuple[Replaced, ...]


def recorded(root: Path, changes: Sequence[Change], now: datetime) -> list[Change]:
    """The changes, and with them the record of what they replace, where they replace anything.

    Only where the workbench has a folder of its own: a home, or a folder of manifests, is none.
    """
    folder = Path(os.path.realpath(root / FOLDER))
    ours = (root / OWN).is_dir() or any(change.place.startswith(f"{OWN}/") for change in changes)
    if not ours or not any(change.backup for change in changes) or not folder.is_relative_to(root):
        return [*changes]
    # Not .gitignore: with an older one, secrets would be in the open.
    files = [{"name": change.place, "backup": change.backup_place} for change in changes if change.place != GITIGNORE]
    record = json.dumps({"written": now.isoformat(timespec="seconds"), "files": files}, indent=2)
    place = folder.relative_to(root).as_posix()
    name = next(name for name in _ids(now) if not os.path.lexists(folder / f"{name}.json"))
    hidden = [] if os.path.lexists(folder / GITIGNORE) else [Change(f"{place}/{GITIGNORE}", None, b"*\n")]
    return [*changes, *hidden, Change(f"{place}/{name}.json", None, f"{record}\n".encode())]


def backup_sets(folder: Path, names: Collection[str]) -> list[BackupSet]:
    """The sets in the folder, the newest first; `names` are the files whose backups without a record are looked for."""
    root = Path(os.path.realpath(folder))
    with_record = list(_with_record(root))
    known = {file.backup for each in with_record for file in each.files}
    found = [*with_record, *_without_record(root, names, known)]
    return sorted(found, key=lambda each: (each.written, each.id), reverse=True)


def _ids(now: datetime) -> Iterator[str]:
    for name in numbered(f"{now.strftime(ID)}.1.bak"):
        number = name.split(".")[1]
        yield now.strftime(ID) + (f"-{number}" if number != "1" else "")


def _with_record(root: Path) -> Iterator[BackupSet]:
    for path in (root / FOLDER).glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # Somebody else's file, or a damaged one.
            record = json.loads(path.read_bytes())
            files = tuple(Replaced(file["name"], file["backup"]) for file in record["files"])
            yield BackupSet(path.stem, datetime.fromisoformat(record["written"]), files)


def _without_record(root: Path, names: Collection[str], known: Collection[str | None]) -> Iterator[BackupSet]:
    groups: list[list[tuple[float, Replaced]]] = []
    for made, file in sorted(_alone(root, names, known), key=lambda each: each[0]):
        last = groups[-1] if groups else []
        # A file is replaced but once in a write.
        if last and made - last[-1][0] <= ONE_MOMENT and file.name not in [other.name for _, other in last]:
            last.append((made, file))
        else:
            groups.append([(made, file)])
    taken: set[str] = set()
    for group in groups:
        written = datetime.fromtimestamp(group[0][0]).astimezone()
        name = next(name for name in _ids(written) if name not in taken)
        taken.add(name)
        yield BackupSet(name, written, tuple(file for _, file in group))


def _alone(root: Path, names: Collection[str], known: Collection[str | None]) -> Iterator[tuple[float, Replaced]]:
    """Backups of these files that no record knows, each with the time at which it was made or last touched."""
    for name in names:
        path = Path(os.path.realpath(root / name))
        for backup in path.parent.glob(f"{glob.escape(path.name)}.*.bak") if path.is_relative_to(root) else ():
            place = backup.relative_to(root).as_posix()
            if place not in known and NUMBERED.fullmatch(backup.name) and backup.is_file():
                yield backup.stat().st_ctime, Replaced(path.relative_to(root).as_posix(), place)
