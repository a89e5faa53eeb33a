"""Texts by name as a list: added, removed, put into order, pasted, and judged item by item."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers
from aeterna_nb.notebook.page import Page
from aeterna_nb.notebook.pairs import problems, read, written
from aeterna_nb.notebook.parts.rows import PairsRow
from aeterna_nb.notebook.stage_view import MOST_LINES
from aeterna_nb.questions import by_name, questions

ANNOTATIONS = "service_account_annotations"


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(Answers(), tmp_path)


def row(page: Page) -> Any:
    page.go_to(ANNOTATIONS)
    return page.stage_view.rows[ANNOTATIONS]


def test_every_question_with_pairs_is_a_list(page: Page) -> None:
    page.depth.everything = True
    page.change(lambda: page.session.choose("ingress", True))
    for name in (question.name for question in questions() if question.kind == "mapping"):
        page.go_to(name)
        assert name not in page.stage_view.rows or isinstance(page.stage_view.rows[name], PairsRow)
    assert isinstance(page.stage_view.rows["ingress_annotations"], PairsRow)


@pytest.mark.parametrize(
    "pairs",
    [
        [["a.example.com/b", "c"], ["d", "e: f # g"]],
        [["a", "true"], ["b", "1.10"], ["c", ""], ["d", '{"x": [1, 2]}']],
        [["z", "'quoted'"], ["a", "- dash"], ["m", "Grüße"]],
    ],
)
def test_what_was_written_is_read_as_the_same_in_the_same_order(pairs: list[list[str]]) -> None:
    assert read(written(pairs)) == pairs


@pytest.mark.parametrize(
    "text",
    ["a: b\nc: d", "a=b\n\nc=d\n", '- "a": "b"\n- "c": "d"\n', "a: 'b'\nc: d # not this", "  a: b\n  c: d"],
)
def test_lines_that_are_pasted_become_items(text: str) -> None:
    assert read(text)[:2][0] == ["a", "b"]
    assert [name for name, _ in read(text)] == ["a", "c"]


def test_what_is_wrong_is_said_at_its_item() -> None:
    question = by_name()[ANNOTATIONS]
    found = problems(question, [["fine", "x"], ["not a name", "x"], ["fine", "y"], ["", "z"], ["", ""]])
    assert [bool(sentence) for sentence in found] == [False, True, True, True, False]
    assert "letters, digits" in found[1]
    assert "stands above already" in found[2]


def test_items_become_the_answer_and_the_answer_becomes_items(page: Page) -> None:
    field = row(page)
    assert field.pairs == []
    field.pairs = [["team", "a"], ["", ""]]
    assert page.session.value(ANNOTATIONS) == {"team": "a"}
    # An item that is only begun stays while one types.
    assert field.pairs == [["team", "a"], ["", ""]]
    field._handle_custom_msg({"pasted": "x.example.com/b: c\ny: d", "at": 1}, [])
    assert field.pairs == [["team", "a"], ["x.example.com/b", "c"], ["y", "d"]]
    field.pairs = [["y", "d"], ["team", "a"]]
    assert page.evaluation is not None
    assert list(page.session.value(ANNOTATIONS)) == ["y", "team"]
    page.change(page.session.undo)
    assert [name for name, _ in field.pairs] == ["team", "x.example.com/b", "y"]


def test_a_wrong_item_blocks_and_keeps_what_was_typed(page: Page) -> None:
    field = row(page)
    field.pairs = [["team", "a"], ["not a name", "b"]]
    assert field.problems[0] == ""
    assert "letters, digits" in field.problems[1]
    assert field.error == ""
    assert page.session.refusal(ANNOTATIONS)
    assert field.pairs == [["team", "a"], ["not a name", "b"]]
    field.pairs = []
    assert page.session.value(ANNOTATIONS) is None
    assert field.problems == []


def test_a_sentence_at_an_item_has_the_number_of_the_item() -> None:
    found = problems(by_name()["host_aliases"], [["192.0.2.7", "a"], ["192.0.2.8", "b_c"], ["", ""], ["::1", ""]])
    assert [sentence.partition(",")[0] for sentence in found] == [
        "",
        "Write host names in entry 2",
        "",
        "Write host names in entry 4",
    ]


def test_lines_of_a_hosts_file_are_pasted_as_they_are() -> None:
    text = "192.0.2.7\tdb.example.com  cache\nfd00::7 git\n"
    assert read(text) == [["192.0.2.7", "db.example.com  cache"], ["fd00::7", "git"]]


def test_more_lines_than_a_browser_can_show_are_refused_until_fewer_are_pasted(page: Page) -> None:
    field = row(page)
    field._handle_custom_msg({"pasted": "a: b\n" * (MOST_LINES + 1), "at": 0}, [])
    assert (field.pairs, field.refused) == ([], "Paste at most 1000 lines at once.")
    field._handle_custom_msg({"pasted": "".join(f"a{number}: b\n" for number in range(MOST_LINES)), "at": 0}, [])
    assert (len(field.pairs), field.refused) == (MOST_LINES, "")
