"""The reference of the settings is what the questions say, and where what they say lands."""

from aeterna_nb.questions import questions
from tools.settings import FILE, reference


def test_the_committed_reference_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == reference(), "run `make reference`"


def test_every_question_can_be_found_by_its_variable() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert [question.name for question in questions() if f"`{question.variable}`" not in text] == []


def test_the_reference_holds_no_value_that_was_only_tried() -> None:
    assert "probe" not in FILE.read_text(encoding="utf-8").replace("probed", "")
