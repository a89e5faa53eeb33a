"""What outlives a change of the language: what was made, taken over, picked, and what runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.chart.apart import Canceller
from aeterna_nb.deploy.events import Began, Cancelled, Event
from aeterna_nb.deploy.look import Look
from aeterna_nb.language import ENGLISH, speak
from aeterna_nb.notebook import deploy_view
from aeterna_nb.notebook.page import Page
from tests.notebook.showing import act, tab

CONTEXT = """
{"apiVersion": "v1", "kind": "Config", "current-context": "here",
 "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:1"}}],
 "contexts": [{"name": "here", "context": {"cluster": "here"}}]}
"""


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    speak(ENGLISH)


def test_what_was_made_stays_when_the_language_changes() -> None:
    page = Page(Answers(), None)
    page.review.download._handle_custom_msg({"want": True}, [])
    page.show_stage("review")
    page.languages._handle_custom_msg({"speak": "de"}, [])
    assert page.rail.stages[-1]["note"] == "Fertig: heruntergeladen"
    assert "aeterna-setup.zip liegt in den Downloads Ihres Browsers" in page.review.sheet.html


def test_what_was_taken_over_is_told_in_the_language_that_is_changed_to() -> None:
    page = Page(Answers(), None)
    file = {"name": "values.yaml", "text": "mode: local\nnobodyKnows: 1\n"}
    page.start.sheet._handle_custom_msg({"files": [file]}, [])
    page.languages._handle_custom_msg({"speak": "de"}, [])
    assert "Antwort" in page.start.news.html
    assert "Nicht übernommen:" in page.start.news.html


def test_a_line_that_was_picked_and_a_preset_that_can_be_taken_back_stay_when_the_language_changes() -> None:
    page = Page(Answers(), None)
    page.start.row.value = "production"
    tab(page, "Files")
    act(page.consequences.view, "file", "", ".aeterna/setup.yaml")
    act(page.consequences.view, "line", "4 .aeterna/setup.yaml")
    before = page.consequences.card.html
    page.languages._handle_custom_msg({"speak": "de"}, [])
    assert "Zeile 5" in page.consequences.card.html != before
    assert "Produktion ist übernommen" in page.start.offered.html


def test_a_deployment_that_runs_can_be_cancelled_after_the_language_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(Answers(), None, deploys=True)
    (tmp_path / "kubeconfig").write_text(CONTEXT)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    seen: list[tuple[object, ...]] = []

    def slowly(_what: object, _seconds: float, canceller: Canceller) -> Iterator[Event]:
        yield Began("install", "aeterna", "here")
        page.languages._handle_custom_msg({"speak": "de"}, [])
        seen.append((page.deploy.start.disabled, page.rail.stages[-1]["note"], page.deploy.sheet.html))
        page.deploy.cancel.click()
        seen.append((canceller.wanted,))
        yield Cancelled()

    # A cluster that takes its time stands behind the button.
    monkeypatch.setattr(deploy_view, "look", lambda *_: Look([], []))
    monkeypatch.setattr(deploy_view, "begin", slowly)
    page.show_stage("deploy")
    page.deploy.look.click()
    page.deploy.start.click()
    assert seen[0][:2] == (True, "Läuft")
    assert "aeterna" in str(seen[0][2])
    assert seen[1] == (True,)
    assert "Abgebrochen." in page.deploy.sheet.html
