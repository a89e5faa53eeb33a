"""The files that would be written, with highlighting; the last change is marked."""

from aeterna_nb.generate.files import SECRET_FILES
from aeterna_nb.notebook.highlight import changed
from aeterna_nb.notebook.panels.base import document, empty, menu, stale
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.words import count


class FilesPanel:
    """One file at a time, chosen from a list that says which of them the last change touched."""

    def __init__(self) -> None:
        self._chosen = ""

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return f"Files ({len(seen.files)})" if seen.files else "Files"

    def act(self, act: str, on: str, value: str) -> None:
        """Show another file."""
        if act == "file":
            self.open(value)

    def open(self, name: str) -> None:
        """Show this file."""
        self._chosen = name

    def html(self, seen: Seen) -> str:
        """The chosen file, or the first."""
        if not seen.files:
            return empty("The files appear here as soon as the main choices are made.")
        chosen = self._chosen if self._chosen in seen.files else next(iter(seen.files))
        marked = {name: _marked(seen, name) for name in seen.files}
        words = {
            name: f"{name}, {count(len(lines), 'line', 'lines')} changed" if lines else _new(seen, name)
            for name, lines in marked.items()
        }
        note = '<p class="note">Holds secrets: its values are not shown here.</p>' if chosen in SECRET_FILES else ""
        text = document(seen, chosen, marked[chosen])
        return f'{stale(seen)}<div class="pick">{menu("File", "file", words, chosen)}</div>{note}{text}'


def _new(seen: Seen, name: str) -> str:
    return f"{name}, new" if seen.before and name not in seen.before else name


def _marked(seen: Seen, name: str) -> frozenset[int]:
    # A file that was not there before is new, which says more than every line of it marked.
    return changed(seen.before[name], seen.files[name]) if name in seen.before else frozenset()
