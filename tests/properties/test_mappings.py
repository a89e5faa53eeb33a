"""Any map of texts, in any style of YAML, comes back as the same map: from a text, and from the answers file."""

import json
from typing import Any

import helm_python
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import answers_in, parse_answers
from aeterna_nb.generate.setup_yaml import setup_yaml
from aeterna_nb.questions import by_name
from tests.samples import LOCAL, answers

pytestmark = pytest.mark.untraced

QUESTION = by_name()["ingress_annotations"]
ASKED = answers(LOCAL, ingress=True, ingress_host="a.example.com")
NAMES = st.from_regex(r"[A-Za-z0-9]([-_.A-Za-z0-9]{0,9}[A-Za-z0-9])?", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,5}[a-z0-9])?(\.[a-z0-9]{1,3}){0,2}/", fullmatch=True)
KEYS = NAMES | st.builds(str.__add__, DOMAINS, NAMES)
WORDS = st.sampled_from([
    "true", "yes", "no", "on", "y", "null", "~", "", "1.10", "0x1F", "0123", "1_000", "12:30", "1e3", ".inf",
    "2024-01-01", "=", "<<", "[]", '{"a": 1}', '[{"HTTPS": 443}]', '"quoted"', "'single'", "a: b", "a #b",
    "*.example.com", "&x", "!x", "@x", "`x`", "%x", "- a", "? a", "|", ">", " ", " a", "a ", "\n", "a\n", "\na",
    "a\n\n", " a\n b", "\ta", "a\n\tb", "#", "---", "a\n---\nb", "...", "\u2028", "\u00a0", "\U0001f600", "a\\nb",
])  # fmt: skip
TEXTS = WORDS | st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=30)
MAPS = st.dictionaries(KEYS, TEXTS, min_size=1, max_size=6)


@settings(deadline=None, max_examples=200)
@given(
    MAPS,
    st.sampled_from([None, '"', "'", "|", ">"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([20, 80, 10_000]),
    st.sampled_from([2, 4, 7]),
)
def test_a_map_of_texts_written_in_any_style_is_read_as_it_was(
    texts: dict[str, str], style: Any, flow: bool, unicode: bool, width: int, indent: int
) -> None:
    written = yaml.safe_dump(
        texts, default_style=style, default_flow_style=flow, allow_unicode=unicode, width=width, indent=indent
    )
    assert QUESTION.parse(written) == texts
    assert QUESTION.parse(json.dumps(texts, ensure_ascii=False)) == texts


@settings(deadline=None, max_examples=100)
@given(MAPS)
def test_the_text_that_stands_for_an_answer_gives_the_answer_back(texts: dict[str, str]) -> None:
    assert QUESTION.parse(str(QUESTION.check(texts))) == texts


@settings(deadline=None, max_examples=100)
@given(MAPS)
def test_the_answers_file_holds_the_map_for_every_reader(texts: dict[str, str]) -> None:
    file = setup_yaml(ASKED.with_values(Origin.TYPED, {QUESTION.name: texts}).decided())
    values, findings = answers_in(parse_answers(file, "setup.yaml"), Answers())
    assert findings == []
    assert Answers().with_values(Origin.FILE, values).lookup(QUESTION.name) == texts
    for read in (yaml.safe_load, helm_python.values_from_yaml):
        assert read(file)["operations"]["ingress"]["annotations"] == texts
