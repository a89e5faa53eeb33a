"""The last sets of answers that were written into the folder or downloaded with this browser."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from aeterna_nb.answers import Answers
from aeterna_nb.answers.file import ANSWERS_FILE, answers_in, parse_answers
from aeterna_nb.imports import Imported
from aeterna_nb.language import say
from aeterna_nb.output.folder import kept_secrets
from aeterna_nb.output.workspace import backups, read_text

MOST = 5
"""Sets of either kind that are listed; older ones lie in the folder."""


class Earlier:
    """What was written lies beside the present file, what was downloaded in the browser. Neither holds a secret."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._in_browser: list[tuple[str, str]] = []

    def keep(self, found: list[tuple[str, str]]) -> None:
        """Take these for the sets that the browser has: the time and the answers file of each."""
        self._in_browser = found[:MOST]

    def times(self) -> Mapping[str, str]:
        """When each was written or downloaded, by its key. Raises WorkspaceError."""
        return {**self._on_disk(), **{str(number): at for number, (at, _) in enumerate(self._in_browser)}}

    def _on_disk(self) -> Mapping[str, str]:
        found = backups(self._folder, ANSWERS_FILE)[:MOST] if self._folder else ()
        return {item.name: datetime.fromtimestamp(item.written).strftime("%d %B %Y, %H:%M") for item in found}

    def title(self, key: str) -> str:
        """How a set is called."""
        return say("The configuration of {when}", when=self.times()[key])

    def read(self, key: str) -> Imported:
        """The answers of a set. Raises AnswersFileError and WorkspaceError."""
        on_disk = self._folder is not None and key in self._on_disk()
        text = (read_text(self._folder, key) or "") if self._folder and on_disk else self._in_browser[int(key)][1]
        values, _ = answers_in(parse_answers(text, self.title(key)), Answers())
        # The secrets of then may be gone; those of today fit the databases that run.
        return Imported(values=values, secrets=kept_secrets(self._folder) if self._folder else {})
