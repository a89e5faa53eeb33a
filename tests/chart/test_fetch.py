"""Fetching subcharts from a repository and a registry on loopback, and refusing what was not pinned."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from aeterna_nb.chart import Dependency, dependencies
from aeterna_nb.chart import fetch as subcharts
from aeterna_nb.chart.fetch import Step, SubchartError, content_digest, fetch, unchecked, verify
from tests.subchart_servers import chart_registry, chart_repository, packed


def dependency(name: str, version: str, repository: str = "http://127.0.0.1:9") -> Dependency:
    return Dependency(name, name, version, repository, f"{name}.enabled")


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """A lock of the test's own, to write into."""
    table: dict[str, dict[str, str]] = {}
    monkeypatch.setattr(subcharts, "lock", lambda: table)
    return table


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a chart repository with one chart, and its archive."""
    archive = packed(tmp_path / "repository", "one", "1.2.3")
    with chart_repository(archive.parent) as address:
        yield address, archive


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of an OCI registry with one chart, and its archive."""
    archive = packed(tmp_path, "two", "v1.6.1")
    with chart_registry(archive, "two", "v1.6.1") as address:
        yield address, archive


def test_archives_come_from_a_repository_and_from_a_registry(
    tmp_path: Path,
    repository: tuple[str, Path],
    registry: tuple[str, Path],
    pinned: dict[str, dict[str, str]],
) -> None:
    wanted = [dependency("one", "1.2.3", repository[0]), dependency("two", "v1.6.1", registry[0])]
    for item, (_, archive) in zip(wanted, (repository, registry), strict=True):
        pinned[item.archive] = {"archive": hashlib.sha256(archive.read_bytes()).hexdigest()}
    told: list[Step] = []
    fetch(wanted, tmp_path / "cache", None, verify, told.append)
    assert (tmp_path / "cache" / "one-1.2.3.tgz").read_bytes() == repository[1].read_bytes()
    assert (tmp_path / "cache" / "two-v1.6.1.tgz").read_bytes() == registry[1].read_bytes()
    assert [(step.archive, step.state, step.source) for step in told] == [
        ("one-1.2.3.tgz", "fetched", repository[0]),
        ("two-v1.6.1.tgz", "fetched", registry[0]),
    ]
    assert [{"archive": step.digest} for step in told] == [pinned[step.archive] for step in told]


def test_a_mirror_stands_in_for_every_repository(
    tmp_path: Path, repository: tuple[str, Path], pinned: dict[str, dict[str, str]]
) -> None:
    pinned["one-1.2.3.tgz"] = {"archive": hashlib.sha256(repository[1].read_bytes()).hexdigest()}
    told: list[Step] = []
    wanted = [dependency("one", "1.2.3"), dependency("two", "2.0.0")]
    with pytest.raises(SubchartError, match=f"two 2.0.0 can't be fetched from {repository[0]}"):
        fetch(wanted, tmp_path / "cache", None, verify, told.append, repository[0])
    assert [(step.archive, step.state) for step in told] == [("one-1.2.3.tgz", "fetched"), ("two-2.0.0.tgz", "failed")]


def test_what_is_there_is_not_fetched_again(tmp_path: Path, pinned: dict[str, dict[str, str]]) -> None:
    archive = packed(tmp_path, "one", "1.2.3")
    item = dependency("one", "1.2.3")
    pinned[item.archive] = {"archive": hashlib.sha256(archive.read_bytes()).hexdigest()}
    told: list[Step] = []
    fetch([item], tmp_path, None, verify, told.append)
    assert [step.state for step in told] == ["there"]


def test_every_repository_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    wanted = [dependency("one", "1.2.3"), dependency("two", "2.0.0", "oci://127.0.0.1:9/charts")]
    with pytest.raises(SubchartError) as caught:
        fetch(wanted, tmp_path, None, verify, lambda line: None)
    text = str(caught.value)
    assert "one 1.2.3 can't be fetched from http://127.0.0.1:9" in text
    assert "two 2.0.0 can't be fetched from oci://127.0.0.1:9/charts" in text
    assert "--from DIR" in text
    assert "still work" in text


def test_an_archive_that_was_not_pinned_is_refused_and_not_kept(
    tmp_path: Path, repository: tuple[str, Path], pinned: dict[str, dict[str, str]]
) -> None:
    item = dependency("one", "1.2.3", repository[0])
    pinned[item.archive] = {"archive": "0" * 64}
    with pytest.raises(SubchartError, match="not the archive that was pinned"):
        fetch([item], tmp_path / "cache", None, verify, lambda line: None)
    assert list((tmp_path / "cache").iterdir()) == []
    fetch([item], tmp_path / "cache", None, unchecked, lambda line: None)
    assert (tmp_path / "cache" / "one-1.2.3.tgz").is_file()


def test_a_chart_packed_again_from_the_same_sources_is_known_by_its_content(
    tmp_path: Path, pinned: dict[str, dict[str, str]]
) -> None:
    first = packed(tmp_path / "a", "one", "1.2.3")
    again = packed(tmp_path / "b", "one", "1.2.3")
    other = packed(tmp_path / "c", "one", "1.2.3", "a: 2\n")
    item = dependency("one", "1.2.3")
    pinned[item.archive] = {"content": content_digest(first.read_bytes())}
    verify(item, again.read_bytes())
    with pytest.raises(SubchartError, match="not the archive that was pinned"):
        verify(item, other.read_bytes())


def test_something_that_is_no_archive_is_refused(pinned: dict[str, dict[str, str]]) -> None:
    item = dependency("one", "1.2.3")
    pinned[item.archive] = {"content": "0" * 64}
    with pytest.raises(SubchartError, match="no chart archive"):
        verify(item, b"<html>not found</html>")


def test_archives_are_taken_from_a_folder(tmp_path: Path, pinned: dict[str, dict[str, str]]) -> None:
    archive = packed(tmp_path / "source", "one", "1.2.3")
    item = dependency("one", "1.2.3")
    pinned[item.archive] = {"archive": hashlib.sha256(archive.read_bytes()).hexdigest()}
    fetch([item], tmp_path / "cache", archive.parent, verify, lambda line: None)
    assert (tmp_path / "cache" / item.archive).read_bytes() == archive.read_bytes()
    with pytest.raises(SubchartError, match=r"two-1\.0\.0\.tgz can't be read"):
        fetch([dependency("two", "1.0.0")], tmp_path / "cache", archive.parent, verify, lambda line: None)


def test_where_nothing_can_be_kept_the_place_and_the_cure_are_named(
    tmp_path: Path, pinned: dict[str, dict[str, str]]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SubchartError, match=r"can't be kept in .*file/charts .*XDG_CACHE_HOME"):
        fetch([], tmp_path / "file" / "charts", None, verify, lambda step: None)


def test_the_lock_knows_every_pinned_subchart() -> None:
    assert set(subcharts.lock()) == {item.archive for item in dependencies()}
