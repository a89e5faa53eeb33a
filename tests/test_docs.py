"""The documentation's site: built without a warning, its links lead somewhere, and it loads nothing from elsewhere."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parent.parent
CHART = ("README", "VALUES", "RUNBOOKS")
POLICIES = ("CHANGELOG.md", "SUPPORT.md", "SECURITY.md")
SOURCES = ("docs", *(f"charts/aeterna/{name}.md" for name in CHART), "charts/workbench/README.md", *POLICIES)
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""The attributes by which a page loads something when it is opened."""


class Seen(HTMLParser):
    """What a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in LOADS and LOADS[tag] in given and given.get("rel") != "canonical":
            self.loaded.append(given[LOADS[tag]])


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "zensical"), "build", "--clean", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    for name in (*SOURCES, "zensical.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def site(checkout: Path) -> dict[Path, Seen]:
    """Every page of the site by its path below it."""
    done = build(checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = checkout / "site"
    return {file.relative_to(folder): Seen(file.read_text("utf-8")) for file in sorted(folder.rglob("*.html"))}


def nowhere(site: dict[Path, Seen], page: Path, link: str) -> bool:
    """Whether a link to this site leads nowhere; links to other sites are not judged."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return False
    where = (Path("/") / page.parent / unquote(parts.path)).resolve().relative_to("/") if parts.path else page
    target = site.get(where) or site.get(where / "index.html")
    return target is None or bool(parts.fragment and unquote(parts.fragment) not in target.places)


def test_every_page_is_in_the_navigation_and_every_link_leads_somewhere(site: dict[Path, Seen]) -> None:
    broken = [f"{page}: {link}" for page, seen in site.items() for link in seen.links if nowhere(site, page, link)]
    assert [entry for entry in broken if not entry.startswith("404.html")] == []
    assert nowhere(site, Path("index.html"), "nothing/")
    assert nowhere(site, Path("index.html"), "local/#nothing")
    named = set(re.findall(r'"([\w/-]+\.md)"', (ROOT / "zensical.toml").read_text(encoding="utf-8")))
    assert named == {file.relative_to(ROOT / "docs").as_posix() for file in (ROOT / "docs").rglob("*.md")}


def test_no_page_loads_anything_from_elsewhere(site: dict[Path, Seen]) -> None:
    loaded = {url for page, seen in site.items() if page.name != "404.html" for url in seen.loaded}
    assert loaded
    assert {url for url in loaded if urlsplit(url).netloc} == set()


def test_the_guides_of_the_chart_are_whole_pages(site: dict[Path, Seen]) -> None:
    assert {"backup-and-restore", "upgrade-and-roll-back"} <= site[Path("reference/chart/index.html")].places


def test_a_page_that_links_to_nothing_ends_the_build(checkout: Path, tmp_path: Path, site: dict[Path, Seen]) -> None:
    shutil.copytree(checkout, tmp_path / "docs")
    with (tmp_path / "docs/docs/index.md").open("a", encoding="utf-8") as file:
        file.write("\n[nothing](nothing.md)\n")
    assert build(tmp_path / "docs").returncode != 0


def test_the_readme_shows_a_picture_of_the_page_that_is_small() -> None:
    (name,) = re.findall(r"^!\[[^\]]+\]\(([^)]+)\)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    picture = (ROOT / name).read_bytes()
    assert picture.startswith(b"\xff\xd8\xff")
    assert len(picture) < 200_000
