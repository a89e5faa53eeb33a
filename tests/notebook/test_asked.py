"""Less at once: what most must decide, everything, and questions that are folded under a title."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.parts.chrome import Fold
from aeterna_nb.notebook.parts.rows import Row
from aeterna_nb.questions import questions
from tests.notebook.showing import act
from tests.notebook.test_highlight import words_of


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(Answers(), tmp_path)


def names(page: Page) -> list[str]:
    return [child.name for child in page.questions.children if isinstance(child, Row)]


def folds(page: Page) -> dict[str, Fold]:
    return {child.title: child for child in page.questions.children if isinstance(child, Fold)}


def test_what_is_advanced_can_be_left_out_without_anything_missing() -> None:
    assert [q.name for q in questions() if q.ask.advanced and (q.required or q.main or q.needed or q.secret)] == []
    assert 30 < sum(question.ask.advanced for question in questions()) < len(questions()) / 2


def test_the_page_asks_what_most_must_decide_and_everything_on_request(page: Page) -> None:
    page.show_stage("target")
    assert names(page) == ["target", "mode", "server_version", "namespace"]
    rest: Any = page.questions.children[-1]
    assert "more questions here have defaults" in words_of(rest.html)
    act(rest, "everything", "")
    assert page.depth.everything
    assert {"kubernetes_version", "release_name"} < set(names(page))
    page.depth.everything = False
    assert "release_name" not in names(page)


def test_what_somebody_decided_looked_for_or_must_mend_is_asked_all_the_same(page: Page) -> None:
    page.change(lambda: page.session.type_text("release_name", "memory"))
    page.show_stage("target")
    assert "release_name" in names(page)
    page.change(page.session.undo)
    assert "release_name" not in names(page)
    page.change(lambda: page.session.type_text("release_name", "Not A Name"))
    assert "release_name" in names(page)
    page.go_to("pgvector_table")
    assert "pgvector_table" not in names(page)
    page.go_to("kubernetes_version")
    assert "kubernetes_version" in names(page)
    assert page.stage_view.rows["kubernetes_version"].focus


def test_operations_are_folded_and_say_what_is_changed(page: Page) -> None:
    page.show_stage("operations")
    assert names(page) == []
    assert {title: fold.note for title, fold in folds(page).items()} == {
        "Size": "3 questions, 0 changed",
        "Reach": "2 questions, 0 changed",
        "Protection": "1 question, 0 changed",
    }
    folds(page)["Size"].unfolded = True
    assert names(page) == ["replicas", "size", "storage_class"]
    page.stage_view.rows["replicas"].value = "3"
    assert folds(page)["Size"].note == "3 questions, 1 changed"
    folds(page)["Size"].unfolded = False
    assert names(page) == []


def test_what_is_wrong_stays_unfolded_and_what_is_looked_for_is_unfolded(page: Page) -> None:
    page.go_to("log_level")
    assert names(page) == ["log_level"]
    page.change(lambda: page.session.choose("ingress", True))
    page.change(lambda: page.session.type_text("ingress_host", "not a host"))
    page.show_stage("operations")
    assert "ingress_host" in names(page)


def test_folds_and_depth_stay_when_the_language_changes(page: Page) -> None:
    page.depth.everything = True
    page.show_stage("operations")
    folds(page)["Observation"].unfolded = True
    page.languages._handle_custom_msg({"speak": "de"}, [])
    assert page.depth.everything
    assert "log_level" in names(page)
    assert "Beobachtung" in folds(page)
    page.languages._handle_custom_msg({"speak": "en"}, [])
