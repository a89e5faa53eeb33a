"""The offer to fetch the charts that are not at hand: amber before, green after, with what came and from where."""

import asyncio
import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.chart import archives_folder, dependencies
from aeterna_nb.evaluate import evaluate
from aeterna_nb.notebook.charts_view import FETCH, ChartsView, fetch_command
from aeterna_nb.notebook.page import Page
from tests.samples import LOCAL, answers
from tests.subchart_servers import chart_repository, packed


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return archives_folder()


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """The address of a repository with a small chart in the place of every one that is pinned."""
    for item in dependencies():
        packed(tmp_path / "repository", item.name, item.version)
    with chart_repository(tmp_path / "repository") as address:
        yield address


def press(view: ChartsView, act: str) -> None:
    view.sheet._handle_custom_msg({"act": act}, [])


def at_once(work: Callable[..., None]) -> Callable[..., None]:
    return work


def test_one_click_makes_an_amber_verdict_green(repository: str, cache: Path) -> None:
    chosen = answers(LOCAL, vector_backend="pgvector", cache="external", redis_host="redis.example.com")
    page = Page(chosen, None, fetch=[*FETCH, "--unverified", "--mirror", repository])
    charts, before = page.consequences.charts, len(evaluate(chosen).manifests)
    assert f'class="tag warn">{before} objects checked, 1 part not<' in page.consequences.summary.html
    assert "since its chart is not at hand: cloudnative-pg." in charts.sheet.html
    press(charts, "fetch")
    assert f'class="tag ok">{before + 1} objects valid for Kubernetes' in page.consequences.summary.html
    assert "neither shown nor checked" not in charts.sheet.html
    assert "6 charts are here" in charts.sheet.html
    assert charts.sheet.html.count(f"fetched from {repository}") == 6
    for archive in cache.glob("*.tgz"):
        assert hashlib.sha256(archive.read_bytes()).hexdigest() in charts.sheet.html


def test_what_is_not_what_was_pinned_is_refused_with_its_reason_and_stays_amber(repository: str, cache: Path) -> None:
    page = Page(Answers(), None, fetch=[*FETCH, "--mirror", repository])
    charts = page.consequences.charts
    press(charts, "fetch")
    assert charts.sheet.html.count("is not the archive that was pinned") == 6
    assert "3 parts not" in page.consequences.summary.html
    assert ">Try again<" in charts.sheet.html
    assert list(cache.iterdir()) == []


def test_it_can_be_cancelled_and_keeps_what_came() -> None:
    step = '{"archive": "qdrant-0.10.1.tgz", "state": "fetched", "source": "https://charts.example.com"}'
    hanging = [sys.executable, "-c", f"import time; print('{step}', flush=True); time.sleep(600)"]

    async def fetched() -> str:
        arrived: list[bool] = []
        view = ChartsView(hanging, lambda: arrived.append(True), at_once)
        view.show(dependencies())
        press(view, "fetch")
        while "1 of 6 charts" not in view.sheet.html:
            await asyncio.sleep(0.01)
        press(view, "stop")
        while "Cancelled" not in view.sheet.html:
            await asyncio.sleep(0.01)
        assert arrived == [True]
        return view.sheet.html

    html = asyncio.run(asyncio.wait_for(fetched(), 60))
    assert "1 chart is here" in html
    assert ">Try again<" in html


def test_a_page_that_may_not_fetch_says_who_can() -> None:
    page = Page(Answers(), None)
    assert "aeterna</span> <span>chart</span> <span>deps" in page.consequences.charts.sheet.html
    assert "data-act" not in page.consequences.charts.sheet.html


@pytest.mark.parametrize(
    ("environ", "visitors", "may"),
    [({}, False, True), ({}, True, False), ({"AETERNA_ALLOW_FETCH": "1"}, True, True)],
)
def test_visitors_fetch_only_where_the_operator_allows_it(environ: dict[str, str], visitors: bool, may: bool) -> None:
    assert (fetch_command(environ, for_visitors=visitors) is not None) is may


def test_what_needs_no_chart_that_is_missing_offers_nothing() -> None:
    page = Page(Answers(), None)
    page.change(lambda: page.session.choose("target", "docker-compose"))
    assert page.consequences.charts.sheet.html == ""
    assert 'class="tag ok">' in page.consequences.summary.html
