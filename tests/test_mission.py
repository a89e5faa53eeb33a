"""The table of the mission names a file, a test or a heading for each task, and each is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "mission.md"
PLANS = ROOT.parent / "shared" / "seeds"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ROWS = {
    number: re.findall(r"`([^`]+)`", places) for number, _, places in ROW.findall(TABLE.read_text(encoding="utf-8"))
}


def anchors(text: str) -> set[str]:
    """The headings of a Markdown file as addresses name them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing(place: str) -> str:
    """Why a place is not there; empty where it is."""
    path, _, rest = re.sub("::|#", "\0", place, count=1).partition("\0")
    file = ROOT / path
    if not file.is_file():
        return f"{path} is not there"
    text = file.read_text(encoding="utf-8")
    if "::" in place:
        defined = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
        return "" if rest in defined else f"{path} has no {rest}"
    return "" if not rest or rest in anchors(text) else f"{path} has no heading #{rest}"


def test_every_task_names_places_and_each_of_them_is_there() -> None:
    assert len(ROWS) == 219
    assert [number for number, places in ROWS.items() if not places] == []
    assert {place: why for places in ROWS.values() for place in places if (why := missing(place))} == {}


@pytest.mark.parametrize(
    "place",
    ["charts/aeterna/nothing.yaml", "tests/test_mission.py::test_nothing", "docs/how-to/helm.md#nothing"],
)
def test_a_place_that_is_not_there_is_seen(place: str) -> None:
    assert missing(place)


def test_what_is_said_of_ours_beside_others_is_proven_by_a_test_that_is_there() -> None:
    text = (ROOT / "docs" / "explanation" / "comparison.md").read_text(encoding="utf-8").partition("## Sources")[0]
    named = re.findall(r"\| `(tests/[^`]+)` \|$", text, re.MULTILINE)
    assert len(named) == text.count("\n| ") - 1
    assert [place for place in named if missing(place)] == []


def test_the_tasks_are_those_of_the_plan() -> None:
    if not PLANS.is_dir():
        pytest.skip("the plan does not lie beside the checkout")
    text = "".join(file.read_text(encoding="utf-8") for file in PLANS.iterdir())
    assert list(ROWS) == re.findall(r"^- \[.\] (\d+\.\d+\.\d+) ", text, re.MULTILINE)
