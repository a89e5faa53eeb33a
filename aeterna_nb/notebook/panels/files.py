"""The files that would be written, with highlighting; the last change is marked."""

from aeterna_nb.generate.files import SECRET_FILES
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.highlight import changed
from aeterna_nb.notebook.panels.base import document, empty, menu, stale
from aeterna_nb.notebook.seen import Seen


class FilesPanel:
    """One file at a time, chosen from a list that says which of them the last change touched."""

    def __init__(self) -> None:
        self._chosen = ""

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return say("Files ({number})", number=len(seen.files)) if seen.files else say("Files")

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
            return empty(message("The files appear here as soon as the main choices are made."))
        chosen = self._chosen if self._chosen in seen.files else next(iter(seen.files))
        marked = {name: _marked(seen, name) for name in seen.files}
        words = {name: _changed(name, lines) if lines else _new(seen, name) for name, lines in marked.items()}
        hidden = say("Holds secrets: its values are not shown here.") if chosen in SECRET_FILES else ""
        note = f'<p class="note">{hidden}</p>' if hidden else ""
        text = document(seen, chosen, marked[chosen])
        return f'{stale(seen)}<div class="pick">{menu(say("File"), "file", words, chosen)}</div>{note}{text}'


def _changed(name: str, lines: frozenset[int]) -> str:
    return say_many(len(lines), "{file}, {number} line changed", "{file}, {number} lines changed", file=name)


def _new(seen: Seen, name: str) -> str:
    return say("{file}, new", file=name) if seen.before and name not in seen.before else name


def _marked(seen: Seen, name: str) -> frozenset[int]:
    # A file that was not there before is new, which says more than every line of it marked.
    return changed(seen.before[name], seen.files[name]) if name in seen.before else frozenset()
