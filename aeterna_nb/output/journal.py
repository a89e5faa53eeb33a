"""A set of files as one transaction, which survives the end of the process at any step.

What is done, in this order:

1. The folder `.aeterna-unfinished` is made, for its owner alone, and in it a `.gitignore` that covers all that it will
   hold. The new contents are put into it, then the record: which file, the digests of its content before and after, how
   the backup will be called. The record holds no contents. All of it is on disk before a file of the user's is touched.
2. Each new file trades places with the old one, which is then compared with what was there when the plan was made.
   Where a file system can't do that in one step, the old one is moved aside first. Nothing is ever written over: what
   nobody expected is found, and stays.
3. What was moved aside becomes the numbered backups. The record's name changes to `done.json`, and the folder goes.

A record that is complete is followed forward, since all that it needs is on disk and a person has asked for it; before
that there is nothing to follow, and the folder only goes. When a step fails, the record is first renamed to
`back.json`, so that a process that ends while it puts things back is continued in that direction. Each step looks at
what is there, so it can be done again by whoever comes next (`aeterna_nb.output.recovery`).

A record that came with a copy or a clone is not followed: it names the inode of the folder that it was made in.
"""

import contextlib
import itertools
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Literal

from aeterna_nb.output.errors import WorkspaceError, explained, reason
from aeterna_nb.output.gitignore import GITIGNORE
from aeterna_nb.output.handles import PRIVATE, PRIVATE_FOLDER, Folder, digest

UNFINISHED = ".aeterna-unfinished"
FORWARD, BACK, DONE, DRAFT = "forward.json", "back.json", "done.json", "record.tmp"
OURS = re.compile(r"\d+\.(new|undone\d*)|(forward|back|done)\.json|record\.tmp|\.gitignore")
"""The names in the folder that may be removed: never what was moved aside."""

BY_HAND = "look at the files here, then delete that folder and write them again."
Outcome = Literal["completed", "taken back", "cleared"]


@dataclass(frozen=True, slots=True)
class Change:
    """One file of a set.

    `place` is below the folder, with `/`; contents are None where there is no file. `mode` is the new file's (None: the
    umask decides), `old_mode` the one that the file has, `backup` the name that what is there will have beside it.
    """

    place: str
    before: bytes | None
    after: bytes | None
    mode: int | None = None
    old_mode: int = PRIVATE
    backup: str = ""

    @property
    def backup_place(self) -> str | None:
        """Where the backup will lie, below the folder; None where nothing is replaced."""
        return str(PurePosixPath(self.place).with_name(self.backup)) if self.backup else None


@dataclass(frozen=True, slots=True)
class Step:
    """What the record says of one file: digests, the mode that the file had, and the name of its backup."""

    place: str
    before: str | None
    after: str | None
    mode: int
    backup: str


class Journal:
    """A transaction in an open folder: begun anew, or found there.

    `kept` are the places where that is kept which somebody else wrote while it was unfinished.
    """

    def __init__(self, root: Folder, area: Folder, steps: Sequence[Step], new_folders: Sequence[str]) -> None:
        self.steps = steps
        self.kept: list[str] = []
        self._root, self._area, self._new_folders = root, area, new_folders
        self._at_work = UNFINISHED
        self._folders = {"": root}

    def commit(self) -> None:
        """Makes every change, or none.

        Raises WorkspaceError, after everything was put back, when a step fails or a file has changed meanwhile.
        """
        try:
            self._forward(strict=True)
            self._area.replace(FORWARD, self._area, DONE)
        except BaseException as error:
            if self._area.status(DONE) is not None:  # Interrupted after the last step.
                raise
            self._undo(error)
            if isinstance(error, OSError):
                raise WorkspaceError(
                    f"{self._at_work} could not be written: {reason(error)} Nothing was changed."
                ) from error
            raise
        with contextlib.suppress(OSError):  # The next command clears away what is left.
            self.clear()

    def resume(self) -> Outcome:
        """Goes on where it was left. Raises OSError when something is in the way."""
        self._straighten()
        if self._area.status(FORWARD) is not None:
            if all(self._at_hand(number, step) for number, step in enumerate(self.steps)):
                self._forward(strict=False)
                self._area.replace(FORWARD, self._area, DONE)
                return "completed"
            self._area.replace(FORWARD, self._area, BACK)
        if self._area.status(BACK) is not None:
            self._back()
            return "taken back"
        return "cleared"

    def clear(self) -> None:
        """Removes what the transaction needed, secrets first and what hides them from git last."""
        names = [name for name in self._area.names() if OURS.fullmatch(name)]
        for name in sorted(names, key=lambda name: (name == GITIGNORE, name.endswith(".json"))):
            self._area.remove(name)
        self.close()
        self._area.close()
        self._root.remove_folder(UNFINISHED)

    def close(self) -> None:
        """Closes the folders that were opened on the way."""
        for place in [place for place in self._folders if place]:
            self._folders.pop(place).close()

    def _undo(self, error: BaseException) -> None:
        try:
            self._area.replace(FORWARD, self._area, BACK)
            self._straighten()
            self._back()
            self.clear()
        except OSError as stuck:
            raise WorkspaceError(
                f"Writing failed, and could not be put back yet: {reason(stuck)} "
                f"What was there is kept in {UNFINISHED}, and the next command goes on."
            ) from error

    def _forward(self, *, strict: bool) -> None:
        """Every file into its place. `strict` refuses what has changed; otherwise that is kept as a backup."""
        for place in self._new_folders:
            parent, name = self._place(place)
            with contextlib.suppress(FileExistsError):
                parent.make_folder(name)
        for number, step in enumerate(self.steps):
            self._at_work = step.place
            self._exchange(number, step, strict=strict)
        for number, step in enumerate(self.steps):
            self._at_work = step.place
            for old in self._of(number, "old"):
                # A program that had the file open may have written to it until now.
                if strict and self._area.digest(old) != step.before:
                    raise _changed(step)
                self._keep(old, step, strict=strict)
        for folder in (self._area, *self._folders.values()):
            folder.sync()

    def _exchange(self, number: int, step: Step, *, strict: bool) -> None:
        folder, name = self._place(step.place)
        new = f"{number}.new"
        there = folder.digest(name)
        if strict and there != step.before:
            raise _changed(step)
        if there == step.after:
            return
        if there is not None:
            old = self._free(number, "old")
            traded = step.after is not None and self._traded(new, old, folder, name)
            if not traded:
                folder.replace(name, self._area, old)
            if strict and self._area.digest(old) != step.before:
                raise _changed(step)
            if traded:
                return
        if step.after is not None:
            try:
                self._area.move(new, folder, name)
            except FileExistsError:
                raise _changed(step) from None

    def _traded(self, new: str, old: str, folder: Folder, name: str) -> bool:
        """Whether new and old file could trade places; the name of the old one is given to the new one before that."""
        self._area.replace(new, self._area, old)
        if self._area.exchange(old, folder, name):
            return True
        self._area.replace(old, self._area, new)
        return False

    def _straighten(self) -> None:
        """Gives those new contents their names back that did not come to trade places."""
        for number, step in enumerate(self.steps):
            for old in self._of(number, "old"):
                if self._area.digest(old) == step.after:
                    self._area.replace(old, self._area, f"{number}.new")

    def _keep(self, old: str, step: Step, *, strict: bool) -> None:
        """Makes what was moved aside a numbered backup, for its owner alone."""
        folder, name = self._place(step.place)
        self._set_mode(old, PRIVATE)
        for backup in numbered(step.backup or f"{name}.1.bak"):
            try:
                self._area.move(old, folder, backup)
            except FileExistsError:
                if folder.same(backup, self._area, old):
                    self._area.remove(old)
                elif strict:
                    raise _changed(step) from None
                else:
                    continue
            if backup != step.backup:
                self.kept.append(str(PurePosixPath(step.place).with_name(backup)))
            return

    def _back(self) -> None:
        """Everything as it was. What somebody else wrote meanwhile is kept as a backup."""
        for number, step in reversed(list(enumerate(self.steps))):
            with contextlib.suppress(FileNotFoundError):  # Its folder was never made.
                self._put_back(number, step)
        for place in reversed(self._new_folders):
            with contextlib.suppress(OSError):
                parent, name = self._place(place)
                parent.remove_folder(name)
        self._area.replace(BACK, self._area, DONE)

    def _put_back(self, number: int, step: Step) -> None:
        folder, name = self._place(step.place)
        if step.backup and not self._of(number, "old") and folder.digest(step.backup) == step.before:
            folder.move(step.backup, self._area, f"{number}.old")
        old, *more = [*self._of(number, "old"), ""]
        if old and step.backup and folder.same(step.backup, self._area, old):
            folder.remove(step.backup)
        if old:
            self._set_mode(old, step.mode)
        if old and step.place == GITIGNORE and folder.digest(name) == step.after:
            self._area.replace(old, folder, name)
            return
        self._take_away(number, step)
        if old and folder.same(name, self._area, old):
            self._area.remove(old)
        elif old and folder.status(name) is None:
            self._area.move(old, folder, name)
        elif old:
            more = [old, *more]
        for other in filter(None, more):
            self._keep(other, step, strict=False)

    def _take_away(self, number: int, step: Step) -> None:
        """Takes the new file out of its place, if it has come there."""
        folder, name = self._place(step.place)
        new = f"{number}.new"
        waits = self._area.status(new) is not None and not self._area.same(new, folder, name)
        if step.after is not None and not waits and folder.digest(name) not in (None, step.before):
            folder.replace(name, self._area, self._free(number, "undone"))
        for other in self._of(number, "undone"):
            if self._area.digest(other) != step.after:
                self._keep(other, step, strict=False)

    def _set_mode(self, old: str, mode: int) -> None:
        status = self._area.status(old)
        if status is not None and stat.S_ISREG(status.st_mode):
            self._area.set_mode(old, mode)

    def _at_hand(self, number: int, step: Step) -> bool:
        """Whether the new content is in its place, or can still be put there."""
        if step.after is None or self._area.digest(f"{number}.new") == step.after:
            return True
        with contextlib.suppress(FileNotFoundError):
            folder, name = self._place(step.place)
            return folder.digest(name) == step.after
        return False

    def _of(self, number: int, kind: str) -> list[str]:
        return sorted(name for name in self._area.names() if name.startswith(f"{number}.{kind}"))

    def _free(self, number: int, kind: str) -> str:
        return f"{number}.{kind}{len(self._of(number, kind)) or ''}"

    def _place(self, place: str) -> tuple[Folder, str]:
        """The open folder in which a place lies, and the name there. No link is followed on the way."""
        path = PurePosixPath(place)
        parent = "" if path.parent == PurePosixPath() else str(path.parent)
        if parent not in self._folders:
            above, name = self._place(parent)
            self._folders[parent] = above.child(name)
        return self._folders[parent], path.name


def begin(root: Folder, changes: Sequence[Change]) -> Journal:
    """A transaction of these changes, all of it on disk and none of it done. Raises WorkspaceError."""
    with explained(changes[0].place):
        root.make_folder(UNFINISHED, PRIVATE_FOLDER)
        try:
            area = root.child(UNFINISHED)
        except BaseException:
            root.remove_folder(UNFINISHED)
            raise
    steps = [
        Step(change.place, _digest(change.before), _digest(change.after), change.old_mode, change.backup)
        for change in changes
    ]
    parents = dict.fromkeys(str(parent) for step in steps for parent in reversed(PurePosixPath(step.place).parents))
    new_folders = [parent for parent in parents if not os.path.lexists(root.path / parent)]
    journal = Journal(root, area, steps, new_folders)
    record = {"folder": area.number(), "new_folders": new_folders, "files": [asdict(step) for step in steps]}
    try:
        with explained(changes[0].place):
            area.create(GITIGNORE, b"*\n", PRIVATE)
        for number, change in enumerate(changes):
            if change.after is not None:
                with explained(change.place):
                    area.create(f"{number}.new", change.after, change.mode)
        with explained(changes[0].place):
            area.create(DRAFT, json.dumps(record, indent=2).encode(), PRIVATE)
            area.replace(DRAFT, area, FORWARD)
            area.sync()
            root.sync()
    except BaseException:
        with contextlib.suppress(OSError):
            journal.clear()
        raise
    return journal


def found(root: Folder) -> Journal | None:
    """The transaction that an earlier run left in the folder; None where there is none.

    Raises WorkspaceError where its record can't be followed.
    """
    try:
        area = root.child(UNFINISHED)
    except FileNotFoundError:
        return None
    records = [name for name in (FORWARD, BACK) if area.status(name) is not None]
    if not records:
        return Journal(root, area, [], [])
    try:
        record = json.loads(area.read(records[0]))
        steps = [Step(**file) for file in record["files"]]
        places = [PurePosixPath(place) for place in (*record["new_folders"], *(step.place for step in steps))]
    except (ValueError, KeyError, TypeError):
        raise WorkspaceError(f"The record in {UNFINISHED} can't be read; {BY_HAND}") from None
    if record["folder"] != area.number() or any(".." in place.parts for place in places):
        raise WorkspaceError(f"{UNFINISHED} was made in another folder, and is not followed here; {BY_HAND}")
    return Journal(root, area, steps, record["new_folders"])


def numbered(backup: str) -> Iterator[str]:
    """The name of a numbered backup, and those with the numbers after it."""
    name, number, _ = backup.rsplit(".", 2)
    for following in itertools.count(int(number)):
        yield f"{name}.{following}.bak"


def _digest(content: bytes | None) -> str | None:
    return None if content is None else digest(content)


def _changed(step: Step) -> WorkspaceError:
    return WorkspaceError(f"{step.place} has changed meanwhile; look at the changes again, then write.")
