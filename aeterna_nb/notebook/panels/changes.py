"""What writing would change on disk, side by side."""

from html import escape

from aeterna_nb.notebook.diff import side_by_side
from aeterna_nb.notebook.masking import masked_file
from aeterna_nb.notebook.panels.base import empty, stale
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.workspace import WorkspaceError, read_text


class ChangesPanel:
    """A diff for every file that writing would make or change."""

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return "Changes"

    def act(self, act: str, on: str, value: str) -> None:
        """Nothing: there is only one thing to see."""

    def html(self, seen: Seen) -> str:
        """The differences, file by file."""
        if seen.folder is None or not seen.files:
            return empty("The differences to the files on disk appear here as soon as the main choices are made.")
        try:
            parts = [self._file(seen, name) for name in seen.files]
        except WorkspaceError as error:
            return empty(str(error))
        shown = "".join(parts)
        return stale(seen) + (shown or empty("Writing would change nothing: the files on disk are the same."))

    def _file(self, seen: Seen, name: str) -> str:
        assert seen.folder is not None
        there = read_text(seen.folder, name)
        before = masked_file(name, there) if there is not None else ""
        if there is not None and before == seen.files[name]:
            return ""
        state = "is new" if there is None else "changes"
        table = side_by_side(before, seen.files[name], name, ("On disk", "To be written"))
        return f'<h2 class="group">{escape(name)} {state}</h2>{table}'
