"""Whatever is typed for a question is refused with a sentence, or comes back unchanged from the answers file."""

from typing import Any

import helm_python
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import AnswersFileError, answers_in, parse_answers
from aeterna_nb.generate.setup_yaml import setup_yaml
from aeterna_nb.questions import AnswerError, Question, questions
from tests.properties.texts import NASTY, TYPED
from tests.samples import asked

pytestmark = pytest.mark.untraced

TEXTS = [question for question in questions() if question.kind in {"text", "document"}]
SECRETS = [question for question in questions() if question.secret]
ANY_TEXT = [question for question in questions() if question.kind not in {"boolean", "choice", "choices"}]


def kept(question: Question, typed: str) -> str:
    """What an accepted answer is: blanks around a line are taken off, and a document ends with a line break."""
    if question.kind == "document":
        return typed.replace("\r\n", "\n").strip("\n") + "\n"
    return typed.strip()


def answered(question: Question, typed: str) -> tuple[Any, str]:
    """The value that is taken, or the sentence with which it is refused."""
    try:
        return question.parse(typed), ""
    except AnswerError as error:
        return None, str(error)


def at(tree: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def assert_refused_or_unchanged(question: Question, typed: str) -> None:
    value, refusal = answered(question, typed)
    if refusal:
        assert refusal.endswith(".")
        assert len(typed) < 40 or typed not in refusal
        return
    assert value == kept(question, typed)
    given = asked(question.name).with_texts(Origin.TYPED, {question.name: typed})
    file = setup_yaml(given.decided())
    values, findings = answers_in(parse_answers(file, "setup.yaml"), Answers())
    assert findings == []
    assert Answers().with_values(Origin.FILE, values).lookup(question.name) == value
    if value != question.default:
        assert at(yaml.safe_load(file), question.path) == value
        assert at(helm_python.values_from_yaml(file), question.path) == value


@pytest.mark.parametrize("question", TEXTS, ids=lambda question: question.name)
def test_nasty_texts_are_refused_or_come_back_unchanged(question: Question) -> None:
    for typed in NASTY:
        assert_refused_or_unchanged(question, typed)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(TEXTS), TYPED)
def test_whatever_is_typed_is_refused_or_comes_back_unchanged(question: Question, typed: str) -> None:
    assert_refused_or_unchanged(question, typed)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(ANY_TEXT), TYPED)
def test_no_refusal_repeats_what_was_typed(question: Question, typed: str) -> None:
    _, refusal = answered(question, f"Canary{typed}")
    assert "Canary" not in refusal


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(SECRETS), TYPED)
def test_a_secret_is_refused_or_kept_to_the_letter(question: Question, typed: str) -> None:
    secret, refusal = answered(question, typed)
    if refusal:
        assert len(typed) < 40 or typed not in refusal
        return
    value = secret.get_secret_value()
    assert value == (typed.replace("\r\n", "\n").strip("\n") + "\n" if question.multiline else typed)
    assert question.check(secret) == secret


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(questions()), TYPED)
def test_no_text_ends_in_anything_but_an_answer_or_a_sentence(question: Question, typed: str) -> None:
    given_answers = asked(question.name).with_texts(Origin.GIVEN, {question.name: typed})
    given_answers.config()
    given_answers.decided()


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(questions()),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | TYPED,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
)
def test_no_value_from_a_file_ends_in_anything_but_an_answer_or_a_sentence(question: Question, value: Any) -> None:
    tree: dict[str, Any] = {}
    here = tree
    for part in question.path[:-1]:
        here = here.setdefault(part, {})
    here[question.path[-1]] = value
    values, _ = answers_in(tree, asked(question.name))
    given_answers = asked(question.name).with_values(Origin.GIVEN, values)
    given_answers.config()
    given_answers.decided()


@settings(deadline=None, max_examples=300)
@given(st.text() | TYPED.map(lambda text: f"target: {text}\n") | TYPED.map(lambda text: f"vector: {{host: {text}}}"))
def test_any_answers_file_is_read_or_refused(text: str) -> None:
    try:
        tree = parse_answers(text, "setup.yaml")
    except AnswersFileError:
        return
    answers_in(tree, Answers())
