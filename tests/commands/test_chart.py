"""`aeterna chart deps` and `aeterna chart export` as somebody types them."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from aeterna_nb.chart import Dependency, archives_folder, dependencies
from aeterna_nb.chart import fetch as subcharts
from aeterna_nb.commands import chart
from tests.chart.conftest import NAMED_ARCHIVES, with_real_subcharts
from tests.subchart_servers import chart_registry, chart_repository, packed

NOWHERE = "http://127.0.0.1:9/charts"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return archives_folder()


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Dependency]]:
    """Two pinned charts, one in a repository and one in a registry; a test may change where they are."""
    one, other = packed(tmp_path / "one", "one", "1.2.3"), packed(tmp_path / "two", "two", "v2.0.0")
    pins = {path.name: {"archive": hashlib.sha256(path.read_bytes()).hexdigest()} for path in (one, other)}
    monkeypatch.setattr(subcharts, "lock", lambda: pins)
    with chart_repository(one.parent) as repository, chart_registry(other, "two", "v2.0.0") as registry:
        pinned = {
            "one": Dependency("one", "one", "1.2.3", repository, "one.enabled"),
            "two": Dependency("two", "two", "v2.0.0", registry, "two.enabled"),
        }
        monkeypatch.setattr(chart, "dependencies", pinned.values)
        yield pinned


def test_deps_tells_each_step_and_where_the_subcharts_lie(
    two: dict[str, Dependency], cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chart.run(["deps"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [
        *(
            f"{item.archive}: from {item.repository}, SHA-256 {subcharts.lock()[item.archive]['archive']}"
            for item in two.values()
        ),
        f"The subcharts lie in {cache}.",
    ]
    assert {path.name for path in cache.iterdir()} == {"one-1.2.3.tgz", "two-v2.0.0.tgz"}


def test_each_step_is_an_object_a_line_for_programs(
    two: dict[str, Dependency], capsys: pytest.CaptureFixture[str]
) -> None:
    two["one"] = replace(two["one"], repository=NOWHERE)
    assert chart.run(["deps", "--json"]) == 1
    steps = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(step["archive"], step["state"]) for step in steps] == [
        ("one-1.2.3.tgz", "failed"),
        ("two-v2.0.0.tgz", "fetched"),
    ]
    assert f"can't be fetched from {NOWHERE}" in steps[0]["problem"]


def test_a_mirror_is_named_by_a_flag_or_by_the_environment(
    two: dict[str, Dependency], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror, two["one"] = two["one"].repository, replace(two["one"], repository=NOWHERE)
    chart.run(["deps", "--mirror", mirror])
    assert f"one-1.2.3.tgz: from {mirror}, " in capsys.readouterr().out
    two["two"] = replace(two["two"], repository=NOWHERE)
    monkeypatch.setenv("AETERNA_CHART_MIRROR", mirror)
    assert chart.run(["deps"]) == 1
    assert f"two v2.0.0 can't be fetched from {mirror}" in capsys.readouterr().err


def test_a_repository_that_does_not_answer_is_named_and_the_rest_is_kept(
    two: dict[str, Dependency], tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two["one"] = replace(two["one"], repository=NOWHERE)
    assert chart.run(["deps"]) == 1
    told = capsys.readouterr()
    first, second = told.out.splitlines()
    assert first == "one-1.2.3.tgz: not there"
    assert second.startswith(f"two-v2.0.0.tgz: from {two['two'].repository}, SHA-256 ")
    first, last = told.err.splitlines()
    assert first.startswith(f"error: one 1.2.3 can't be fetched from {NOWHERE}.")
    assert "--from DIR" in first
    assert "Rendering and writing still work" in last

    assert chart.run(["deps", "--from", str(tmp_path / "one")]) == 0
    assert "two-v2.0.0.tgz: already there" in capsys.readouterr().out
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("served", ["one", "two"])
def test_an_archive_that_was_not_pinned_needs_somebody_who_vouches_for_it(
    served: str, two: dict[str, Dependency], cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = two[served]
    subcharts.lock()[item.archive]["archive"] = "0" * 64  # type: ignore[index]
    assert chart.run(["deps"]) == 1
    error = capsys.readouterr().err
    assert f"error: {item.archive} is not the archive that was pinned. Get it from {item.repository}" in error
    assert "--unverified" in error
    assert not (cache / item.archive).exists()
    assert chart.run(["deps", "--unverified"]) == 0
    assert (cache / item.archive).is_file()
    # It is not trusted from then on.
    assert chart.run(["deps"]) == 1


def test_export_says_which_folder_it_will_not_write_into(
    two: dict[str, Dependency], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    two.clear()
    assert chart.run(["export", str(tmp_path / "full")]) == 1
    assert "error:" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pinned subcharts, served from where their pins name a repository or a registry."""
    with ExitStack() as servers:
        folder = tmp_path / "repository"
        folder.mkdir()
        for item in dependencies():
            (folder / item.archive).write_bytes((Path(NAMED_ARCHIVES) / item.archive).read_bytes())
        repository = servers.enter_context(chart_repository(folder))
        moved = [
            replace(
                item,
                repository=servers.enter_context(chart_registry(folder / item.archive, item.name, item.version))
                if item.repository.startswith("oci://")
                else repository,
            )
            for item in dependencies()
        ]
        monkeypatch.setattr(chart, "dependencies", lambda: moved)
        yield


@with_real_subcharts
@pytest.mark.usefixtures("real")
def test_the_real_subcharts_are_fetched_and_exported_as_those_of_a_folder_are(
    tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chart.run(["export", str(tmp_path / "fetched")]) == 0
    told = capsys.readouterr().out
    assert [f"{item.archive}: from " in told for item in dependencies()] == [True] * 6

    for archive in cache.iterdir():
        archive.unlink()
    assert chart.run(["export", str(tmp_path / "taken"), "--from", NAMED_ARCHIVES]) == 0
    assert capsys.readouterr().out.count(f": from {NAMED_ARCHIVES}, SHA-256 ") == 6
    assert _contents(tmp_path / "taken") == _contents(tmp_path / "fetched")


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
