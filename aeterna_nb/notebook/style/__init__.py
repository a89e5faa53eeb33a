"""The look of the page and of the documents, as style sheets of which the later ones build on the earlier."""

from collections.abc import Sequence
from pathlib import Path

PAGE = ("tokens", "frame", "questions", "answers", "consequences", "panels")
DOCUMENT = ("tokens", "frame", "questions", "answers", "consequences", "document")


def style_sheet(names: Sequence[str]) -> str:
    """The text of these sheets, in their order."""
    folder = Path(__file__).parent
    return "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in names)
