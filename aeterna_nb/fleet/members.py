"""The configurations of a fleet with what each shares: from folders to tasks."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from aeterna_nb.answers.file import AnswersFileError
from aeterna_nb.answers.fleet_file import FLEET_FILE, Shared, downwards, with_file
from aeterna_nb.findings import Finding
from aeterna_nb.fleet.folders import configurations, contents
from aeterna_nb.fleet.judging import Task
from aeterna_nb.fleet.tool import tool_digest


@dataclass
class Fleet:
    """The configurations below a folder, by their paths relative to it."""

    root: Path
    names: list[str] = field(init=False)
    _folders: dict[str, Path] = field(init=False, repr=False)
    _shared: dict[Path, Shared] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.root = Path(os.path.realpath(self.root))
        self._folders = configurations(self.root)
        self.names = list(self._folders)
        *above, _ = downwards(self.root)
        self._above = Shared()
        for folder in above:
            self._above = self._with(self._above, folder)

    def folder(self, name: str) -> Path:
        """The folder of a configuration."""
        return self._folders[name]

    def shared(self, name: str) -> Shared:
        """What the fleet says about a configuration."""
        return self._at(self.folder(name))

    def task(self, name: str) -> Task:
        """What it takes to judge a configuration."""
        found, shared = contents(self.folder(name)), self.shared(name)
        return Task(
            found.texts,
            found.sealed,
            found.unreadable,
            shared.answers if shared.complete else None,
            shared.findings,
            tool_digest(),
        )

    def tasks(self) -> Iterator[tuple[str, Task]]:
        """Each configuration with its task, read when it is asked for."""
        for name in self.names:
            yield name, self.task(name)

    def clusters(self) -> dict[str, str]:
        """The clusters that were named, by configuration."""
        return {name: cluster for name in self.names if (cluster := self.shared(name).cluster)}

    def _at(self, folder: Path) -> Shared:
        if folder not in self._shared:
            above = self._above if folder == self.root else self._at(folder.parent)
            self._shared[folder] = self._with(above, folder)
        return self._shared[folder]

    def _with(self, above: Shared, folder: Path) -> Shared:
        file = folder / FLEET_FILE
        try:
            return with_file(above, file, Path(os.path.relpath(file, self.root)).as_posix())
        except AnswersFileError as error:
            # The folders beside it are judged all the same.
            found = Finding("error", str(error), check="answers")
            return replace(above, findings=(*above.findings, found), complete=False)
