"""The page asks the central server when its stage is left, and offers what to do where that does not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.notebook.page import Page
from tests.probes.free import free_port
from tests.probes.web import Said, Web, serving
from tests.samples import REMOTE

WELL = Said(200, {"status": "ok", "version": "0.8.0-rc.9"})


@pytest.fixture
def central() -> Iterator[Web]:
    with serving({"GET /health": WELL}) as web:
        yield web


def page_at(url: str, folder: Path) -> Page:
    page = Page(Answers().with_values(Origin.GIVEN, {**REMOTE, "central_url": url}), folder)
    page.show_stage("central")
    return page


def shown(page: Page) -> str:
    return page.heading.html


def words(page: Page) -> str:
    return "".join(str(getattr(child, "html", "")) for child in page.gate.widget.children)


def press(page: Page, number: int) -> None:
    page.gate.widget.children[1].children[number].click()


def test_where_it_is_well_the_next_stage_comes(central: Web, tmp_path: Path) -> None:
    page = page_at(central.url, tmp_path)
    page.next.click()
    assert central.asked == ["GET /health"]
    assert "OpenCode" in shown(page)
    page.back.click()
    page.next.click()
    assert central.asked == ["GET /health"]


def test_where_it_is_away_the_stage_stays_and_offers_three_ways(tmp_path: Path) -> None:
    page = page_at(f"http://127.0.0.1:{free_port()}", tmp_path)
    page.next.click()
    assert "Central server" in shown(page)
    assert 'role="alert"' in words(page)
    assert "Central server: the connection was refused. Does the service run, and on this port?" in words(page)
    press(page, 0)
    assert "the connection was refused" in words(page)
    press(page, 2)
    assert page.stage_view.rows["central_url"].focus
    assert page.gate.widget.children == ()
    page.next.click()
    press(page, 1)
    assert "OpenCode" in shown(page)


def test_another_answer_is_asked_anew(central: Web, tmp_path: Path) -> None:
    page = page_at(f"http://127.0.0.1:{free_port()}", tmp_path)
    page.next.click()
    page.change(lambda: page.session.type_text("central_url", central.url))
    assert page.gate.widget.children == ()
    page.next.click()
    assert central.asked == ["GET /health"]
    assert "OpenCode" in shown(page)


@pytest.mark.parametrize("variable", ["AETERNA_NO_PROBE", "VOILA_PREHEAT"])
def test_nobody_is_asked_where_that_is_not_wanted(
    central: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    page = page_at(central.url, tmp_path)
    page.next.click()
    assert (central.asked, "OpenCode" in shown(page)) == ([], True)
