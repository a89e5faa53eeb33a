"""The references are what the questions, the checks and the commands say, and where what they say lands."""

import re
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from aeterna_nb import ports
from aeterna_nb.checks.suite import CHECKS
from aeterna_nb.commands.main import COMMANDS
from aeterna_nb.fleet.claims import SENTENCES
from aeterna_nb.generate.files import ABOUT
from aeterna_nb.kubernetes.demands import together
from aeterna_nb.questions import questions
from tests.checks.test_suite import SPOKEN
from tools import commands, connections, findings, settings, sizes
from tools.findings import PACKAGE

# Later versions of Python write the usage of a command in another way.
AS_WRITTEN = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the reference is written by Python 3.11")

LITERALLY = (
    "server-limits",
    "advice",
    "extra-environment",
    "unwritten-secrets",
    "files",
    "secrets",
    "render",
    "subcharts",
)
"""Checks whose findings hold no value where the tests of the checks look."""


@pytest.mark.parametrize(
    ("file", "made"),
    [
        (settings.FILE, settings.reference),
        (findings.FILE, findings.reference),
        (commands.FILES_FILE, commands.files),
        (sizes.FILE, sizes.reference),
        (connections.FILE, connections.reference),
        *((connections.picture_file(mode), partial(connections.pictured, mode)) for mode in connections.MODES),
        pytest.param(commands.COMMANDS_FILE, commands.commands, marks=AS_WRITTEN),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_the_committed_reference_is_up_to_date(file: Path, made: Callable[[], str]) -> None:
    assert file.read_text(encoding="utf-8") == made(), "run `make reference`"


@pytest.mark.parametrize("mode", connections.MODES)
def test_nothing_is_missing_in_the_pictures_of_the_modes(mode: str) -> None:
    assert [box.title for box in connections.drawn(mode).boxes if box.missing] == []


def test_where_each_part_listens_is_all_that_the_table_of_ports_declares() -> None:
    declared = {number for name, number in vars(ports).items() if name.isupper() and "KUBERNETES" not in name}
    assert set(connections.LISTENS.values()) == declared


def test_every_question_can_be_found_by_its_variable() -> None:
    text = settings.FILE.read_text(encoding="utf-8")
    assert [question.name for question in questions() if f"`{question.variable}`" not in text] == []


def test_the_reference_holds_no_value_that_was_only_tried() -> None:
    assert "probe" not in settings.FILE.read_text(encoding="utf-8").replace("probed", "")


def test_what_a_check_was_made_to_say_is_found_under_its_name_with_a_cure() -> None:
    text = findings.FILE.read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in text.split("\n## ")[1:]}
    assert list(sections) == [*findings.BEFORE, *CHECKS, *findings.BEHIND]
    named = {
        name for path in PACKAGE.rglob("*.py") for name in re.findall(r'\bcheck="([a-z-]+)"', path.read_text("utf-8"))
    }
    assert named | {f"fleet-{kind}" for kind in SENTENCES} <= sections.keys()
    assert "The image … is not on this machine" in sections["preflight"]
    for name, spoken in SPOKEN.items():
        assert name not in LITERALLY or spoken.words in sections[name], name
    rows = [line.split(" | ") for part in sections.values() for line in part.splitlines() if line.startswith("| ")]
    assert [row for row in rows if not row[-1].strip("| ")] == []
    assert [name for name, part in sections.items() if "| cure |" not in part and "**Cure:**" not in part] == []


def test_every_command_and_every_file_has_its_place() -> None:
    text = commands.COMMANDS_FILE.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"\n## aeterna {name}\n" not in text] == []
    listed = commands.FILES_FILE.read_text(encoding="utf-8")
    assert [name for name in ABOUT if f"| `{name}` |" not in listed] == []


def test_more_is_asked_for_by_the_larger_size_and_the_table_is_the_sum_of_the_parts() -> None:
    asked = {name: together(name, sizes.asked_by(values)) for name, values in sizes.PRESETS.items()}
    assert asked["small"].memory < asked["medium"].memory < asked["large"].memory
    text = sizes.FILE.read_text(encoding="utf-8")
    for name in sizes.PRESETS:
        rows = re.findall(
            r"^\| [a-z-]+ \| [\w ]+ \| ([\d.]+) ", text.partition(f"\n## {name}\n")[2].partition("\n## ")[0], re.M
        )
        assert abs(sum(map(Decimal, rows)) - asked[name].cpu) < Decimal("0.05")
