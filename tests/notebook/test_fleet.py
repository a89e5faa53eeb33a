"""What the fleet notebook shows: configurations to filter, findings and versions counted, resources in sum."""

from pathlib import Path

import pytest

from aeterna_nb.notebook.fleet import (
    FleetRun,
    configurations,
    findings_matrix,
    read_fleet,
    resources,
    versions,
)
from tests.fleet.conftest import SERVER, Add, add, clustered

__all__ = ["add"]


@pytest.fixture
def fleet(add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FleetRun:
    """Two releases that clash in one cluster, and a third in another, for a newer Kubernetes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    add("eu", {"cluster": "eu-1"}, file="fleet.yaml")
    add("us", {"cluster": "us-1"}, file="fleet.yaml")
    add("eu/a", clustered(SERVER, "same"))
    add("eu/<b>", clustered(SERVER, "same"))
    add("us/c", {**SERVER, "cluster": {"namespace": "same", "kubernetes_version": "1.35"}})
    return read_fleet({"folder": str(tmp_path / "fleet"), "workers": 1})


def rows(table: str) -> list[list[str]]:
    """The cells of a table's rows, by line."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_a_fleet_is_told_in_numbers_and_tables(fleet: FleetRun) -> None:
    assert repr(fleet).startswith("3 configurations, 1 distinct errors, ")
    (clash,) = [row for row in rows(findings_matrix(fleet).text) if row[0] == "error"]
    assert "installed by more than one configuration" in clash[1]
    assert clash[2:] == ["2", ""]
    assert sorted((row[1], row[2]) for row in rows(versions(fleet).text)) == [("1.34", "2"), ("1.35", "1")]


def test_what_a_cluster_is_asked_for_is_the_sum_of_its_configurations(fleet: FleetRun) -> None:
    europe, america = rows(resources(fleet).text)
    assert [row[:2] for row in (europe, america)] == [["eu-1", "2"], ["us-1", "1"]]
    for of_two, of_one in zip(europe[2:], america[2:], strict=True):
        amounts = [float(text.removesuffix(" GiB")) for text in (of_two, of_one)]
        assert amounts[1] > 0
        assert amounts[0] == pytest.approx(2 * amounts[1], abs=0.02)


def test_the_words_of_the_filter_leave_the_rows_that_hold_all_of_them(fleet: FleetRun) -> None:
    table = configurations(fleet)
    assert "3 of 3 configurations" in table.shown.value
    assert "<td>eu/&lt;b&gt;</td>" in table.shown.value
    table.words.value = "US-1 1.35"
    assert "1 of 3 configurations" in table.shown.value
    assert "<td>us/c</td>" in table.shown.value
    assert "eu/a" not in table.shown.value
    table.words.value = "us-1 1.34"
    assert "0 of 3 configurations" in table.shown.value


def test_where_there_is_no_fleet_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fleet = read_fleet({"folder": str(tmp_path)})
    assert repr(fleet).startswith(f"There is no configuration below {tmp_path}")
    for table in (findings_matrix(fleet), versions(fleet), resources(fleet)):
        assert "There is nothing to show." in table.text
    assert "0 of 0 configurations" in configurations(fleet).shown.value
