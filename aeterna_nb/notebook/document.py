"""What the cells of the status and compare notebooks display: a piece of a document, as HTML and as plain text."""

from collections.abc import Mapping, Sequence
from typing import Any

from aeterna_nb.notebook.style import DOCUMENT, style_sheet


class Document:
    """HTML in the look of the page, and the same in plain text for wherever no HTML is shown."""

    def __init__(self, html: str, text: str) -> None:
        self.html = html
        self.text = text

    @property
    def shown(self) -> str:
        """The HTML with its style."""
        body = f'<div class="aw-root"><div class="aw aw-document">{self.html}</div></div>'
        return f"<style>{style_sheet(DOCUMENT)}</style>{body}"

    def _repr_mimebundle_(self, **_: Any) -> Mapping[str, str]:
        return {"text/html": self.shown, "text/plain": self.text}


class Table:
    """A table in Markdown, which reads as well where it is not rendered. Cells are escaped."""

    def __init__(self, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        self.text = "\n".join([_row(head), _row(("---",) * len(head)), *map(_row, map(_escaped, rows))])

    def _repr_mimebundle_(self, **_: Any) -> Mapping[str, str]:
        return {"text/markdown": self.text, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in " ".join(cell.split())) for cell in cells)
