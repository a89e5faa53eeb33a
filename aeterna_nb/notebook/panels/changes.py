"""What differs: from the chart's defaults, and from the files on disk."""

from html import escape

from aeterna_nb.language import message, say
from aeterna_nb.notebook.diff import side_by_side
from aeterna_nb.notebook.panels.base import empty, menu, stale
from aeterna_nb.notebook.panels.defaults import defaults_table
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.output.masking import guarded, masked_file
from aeterna_nb.output.workspace import WorkspaceError, read_text

DISK, DEFAULTS = "disk", "defaults"
COMPARED = {DISK: message("the files on disk"), DEFAULTS: message("the chart's defaults")}


class ChangesPanel:
    """A diff for every file that writing would make or change, or a table of what is not the chart's default.

    Where there is no folder to write to there is only the table.
    """

    def __init__(self) -> None:
        self._with = DISK

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return say("Changes")

    def act(self, act: str, on: str, value: str) -> None:
        """Compare with something else."""
        if act == "compare" and value in COMPARED:
            self._with = value

    def html(self, seen: Seen) -> str:
        """The differences."""
        if not seen.files:
            return empty(message("What differs appears here as soon as the main choices are made."))
        if seen.folder is None:
            return stale(seen) + _from_defaults(seen)
        picked = f'<div class="pick">{_menu(self._with)}</div>'
        content = self._on_disk(seen) if self._with == DISK else _from_defaults(seen)
        return stale(seen) + picked + content

    def _on_disk(self, seen: Seen) -> str:
        try:
            parts = [self._file(seen, name) for name in seen.files]
        except WorkspaceError as error:
            return empty(str(error))
        return "".join(parts) or empty(message("Writing would change nothing: the files on disk are the same."))

    def _file(self, seen: Seen, name: str) -> str:
        assert seen.folder is not None
        there = read_text(seen.folder, name)
        before = masked_file(name, there) if there is not None else ""
        if there is not None and before == seen.files[name]:
            return ""
        title = say("{file} is new", file=name) if there is None else say("{file} changes", file=name)
        wanted = seen.files[name]
        table = side_by_side(guarded(before, wanted), wanted, name, (say("On disk"), say("To be written")))
        return f'<h2 class="group">{escape(title)}</h2>{table}'


def _menu(chosen: str) -> str:
    return menu(say("Compare with"), "compare", {key: say(words) for key, words in COMPARED.items()}, chosen)


def _from_defaults(seen: Seen) -> str:
    return defaults_table(seen) or empty(
        message("Only what is installed in a cluster has the chart's defaults to differ from.")
    )
