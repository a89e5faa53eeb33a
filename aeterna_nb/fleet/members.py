"""The configurations of a fleet with what each shares: from folders to tasks."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aeterna_nb.answers.fleet_file import FLEET_FILE, Shared, downwards, with_file
from aeterna_nb.findings import Finding
from aeterna_nb.fleet.folders import configurations, contents
from aeterna_nb.fleet.judging import Task
from aeterna_nb.fleet.tool import tool_digest


@dataclass
class Fleet:
    """The configurations below a folder, by their paths relative to it. Methods raise AnswersFileError."""

    root: Path
    names: list[str] = field(init=False)
    _shared: dict[Path, Shared] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.root = Path(os.path.realpath(self.root))
        self.names = configurations(self.root)
        *above, _ = downwards(self.root)
        shared = Shared()
        for folder in above:
            shared = with_file(shared, folder / FLEET_FILE, str(folder / FLEET_FILE))
        self._above = shared

    def folder(self, name: str) -> Path:
        """The folder of a configuration."""
        return self.root / name

    def shared(self, name: str) -> Shared:
        """What the fleet says about a configuration."""
        return self._at(self.folder(name))

    def task(self, name: str) -> Task:
        """What it takes to judge a configuration."""
        found = contents(self.folder(name))
        return Task(found.texts, found.sealed, found.unreadable, self.shared(name).answers, tool_digest())

    def tasks(self) -> Iterator[tuple[str, Task]]:
        """Each configuration with its task, read when it is asked for."""
        for name in self.names:
            yield name, self.task(name)

    def clusters(self) -> dict[str, str]:
        """The clusters that were named, by configuration."""
        return {name: cluster for name in self.names if (cluster := self.shared(name).cluster)}

    def findings(self) -> list[Finding]:
        """What is wrong with the files that are shared, each once."""
        return list(dict.fromkeys(finding for name in self.names for finding in self.shared(name).findings))

    def _at(self, folder: Path) -> Shared:
        if folder not in self._shared:
            above = self._above if folder == self.root else self._at(folder.parent)
            file = folder / FLEET_FILE
            self._shared[folder] = with_file(above, file, file.relative_to(self.root).as_posix())
        return self._shared[folder]
