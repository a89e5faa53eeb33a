"""The pages of facts, and the comments that name them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CITATION = re.compile(r"docs/facts/(?P<page>[\w-]+\.md)(?:#(?P<heading>[\w-]+))?")


def headings(page: Path) -> set[str]:
    """The anchors that a page's headings get: in lower case, without punctuation, with hyphens for blanks."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def citations() -> list[tuple[str, str, str | None]]:
    files = [path for room in ("aeterna_nb", "charts", "tests") for path in sorted((ROOT / room).rglob("*"))]
    read = [path for path in files if path.suffix in {".py", ".tpl", ".yaml"} and path != Path(__file__)]
    return [
        (path.relative_to(ROOT).as_posix(), found["page"], found["heading"])
        for path in read
        for found in CITATION.finditer(path.read_text())
    ]


@pytest.mark.parametrize(
    "page", ["aeterna-server.md", "subcharts.md", "opal.md", "services.md", "tools.md", "deploy.md"]
)
def test_every_page_of_facts_is_named_by_code(page: str) -> None:
    assert page in {named for _, named, _ in citations()}


def test_what_a_comment_names_stands_on_the_page() -> None:
    pages = {path.name: headings(path) for path in (ROOT / "docs" / "facts").glob("*.md")}
    lost = [
        f"{file}: {page}#{heading}"
        for file, page, heading in citations()
        if page not in pages or (heading is not None and heading not in pages[page])
    ]
    assert lost == []
