"""Annotations: read as YAML for which everything is text, and refused with a sentence that does not repeat them."""

from typing import Any

import pytest

from aeterna_nb.config.mappings import MOST_KIB, StringMap
from aeterna_nb.questions import AnswerError, by_name

QUESTION = by_name()["ingress_annotations"]
HOOK = "nginx.ingress.kubernetes.io/configuration-snippet"


def refused(given: Any) -> str:
    with pytest.raises(AnswerError) as caught:
        QUESTION.check(given)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ('ssl-redirect: "true"', {"ssl-redirect": "true"}),
        ("ssl-redirect: true", {"ssl-redirect": "true"}),
        ("a/b: 1.10\nc: yes\nd: 0x1F\ne: 0123\nf: 1e3\ng: 12:30\nh: null\ni: ~\nj: 2024-99-99", {
            "a/b": "1.10", "c": "yes", "d": "0x1F", "e": "0123", "f": "1e3", "g": "12:30", "h": "null", "i": "~",
            "j": "2024-99-99",
        }),
        ('role-arn: "arn:aws:iam::111122223333:role/a"', {"role-arn": "arn:aws:iam::111122223333:role/a"}),
        ("role-arn: arn:aws:iam::111122223333:role/a", {"role-arn": "arn:aws:iam::111122223333:role/a"}),
        ("listen-ports: '[{\"HTTP\": 80}, {\"HTTPS\":443}]'", {"listen-ports": '[{"HTTP": 80}, {"HTTPS":443}]'}),
        ('listen-ports: [{"HTTPS": 443}]', {"listen-ports": '[{"HTTPS": 443}]'}),
        (f"{HOOK}: |\n  more_set_headers \"X: y\";\n  # mine\nc: d", {
            HOOK: 'more_set_headers "X: y";\n# mine\n', "c": "d"
        }),
        ("a: >-\n  one\n  two\nb: |+\n  three\n\n", {"a": "one two", "b": "three\n\n"}),
        ("# why\na: b # and because\n\nc: 'd # e'\n", {"a": "b", "c": "d # e"}),
        ("c: x#y", {"c": "x#y"}),
        ("a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
        ("\ufeffa: b", {"a": "b"}),
        ('{"a/b": "c", "d": "e"}', {"a/b": "c", "d": "e"}),
        ("---\na: b\n", {"a": "b"}),
        ('a: ""\nb: \'\'', {"a": "", "b": ""}),
        ("a: !!str 30", {"a": "30"}),
        ("y: n", {"y": "n"}),
    ],
)  # fmt: skip
def test_a_text_is_read_as_yaml_of_texts(text: str, texts: dict[str, str]) -> None:
    assert QUESTION.parse(text) == texts
    assert QUESTION.parse(str(QUESTION.parse(text))) == texts


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ({"a/b": "c"}, {"a/b": "c"}),
        ({"ssl-redirect": True, "b": False}, {"ssl-redirect": "true", "b": "false"}),
        ({"timeout": 30}, {"timeout": "30"}),
        ({"ports": '[{"HTTP": 80}]'}, {"ports": '[{"HTTP": 80}]'}),
        ({"a": '"quoted"'}, {"a": '"quoted"'}),
    ],
)
def test_a_mapping_from_a_program_gives_texts(given: Any, texts: dict[str, str]) -> None:
    assert QUESTION.check(given) == texts


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Write something"),
        ("# nothing yet\n", "Write something"),
        ({}, "Write something"),
        ("Canary", "one entry a line, as key: value"),
        ("- Canary", "one entry a line, as key: value"),
        (["Canary"], "one entry a line, as key: value"),
        (5, "one entry a line, as key: value"),
        ("[Canary]: b", "Write each key"),
        ("a: b\n---\nCanary: d", "one entry a line, as key: value"),
        ("annotations:\n  Canary: b", "leave out a line such as annotations:"),
        ("a: b\nc:\n  - Canary", "Entry 2 is a list or a mapping"),
        ("a: [Canary, b]", "into quotes"),
        ('a: ["Canary",\n  1]', "into quotes"),
        ({"a": ["Canary"]}, "into quotes"),
        ({"a": {"Canary": "b"}}, "into quotes"),
        ("Canary: b\nCanary: c", "Entry 2 has a key that stood there before"),
        ("Canary:", "Entry 1 has no value"),
        ({"Canary": None}, "Entry 1 has no value"),
        ({"Canary": 1.1}, "in quotes, so that it is not read as a number"),
        ({1: "Canary"}, "Write each key"),
        ("Canary_/b: c", "Write each key"),
        ("Canary.com/b: c", "Write each key"),
        ("canary//b: c", "Write each key"),
        (f"{'a' * 64}: c", "Write each key"),
        (f"{'a' * 254}/b: c", "Write each key"),
        ("a: Canary: b", "Line 1 can't be read as YAML. Put the value into quotes"),
        ("a: b\nc: @Canary", "Line 2 can't be read as YAML"),
        ('a: "Canary', "can't be read as YAML"),
        ("a: &Canary b\nc: *Canary", "without anchors"),
        ("<<: *Canary", "without anchors"),
        ("a: !Canary b", "tags (!)"),
        ("a: \x07Canary", "control characters"),
        ('a: "\\u0007"', "control characters"),
        ('a: "\\ud800"', "control characters"),
        ('a: "\\U7fffffff"', "control characters"),
        ("a: " + "[" * 3000 + "]" * 3000, "into quotes"),
        ("[" * 100_000, "one entry a line"),
        ("a: " + "x" * (MOST_KIB * 1024), "at most 256 KiB"),
        ("a: x\n" * (MOST_KIB * 1024), "at most 256 KiB"),
    ],
)
def test_what_is_no_mapping_of_texts_is_refused_with_a_cure(given: Any, words: str) -> None:
    sentence = refused(given)
    assert words in sentence
    assert sentence.endswith(".")
    assert "Canary" not in sentence


def test_as_much_as_kubernetes_takes_is_taken() -> None:
    assert len(QUESTION.parse("a: " + "x" * (MOST_KIB * 1024 - 1))["a"]) == MOST_KIB * 1024 - 1


def test_a_key_that_is_as_long_as_can_be_is_taken() -> None:
    key = f"{'a' * 253}/{'B' * 63}"
    assert QUESTION.parse(f"{key}: c") == {key: "c"}


def test_equal_texts_are_one_answer_whatever_their_order() -> None:
    one, other = QUESTION.parse("a: b\nc: d"), QUESTION.parse("{c: 'd', a: \"b\"}")
    assert one == other
    assert hash(one) == hash(other)
    assert one != QUESTION.parse("a: b")


def test_as_a_text_it_is_what_a_person_would_write() -> None:
    texts = StringMap({"a/b": "true", "c": "[1]", "d": "two\nlines\n", "e": "", "f": "x: y"})
    assert str(texts) == "a/b: true\nc: '[1]'\nd: |\n  two\n  lines\ne: \"\"\nf: 'x: y'\n"


@pytest.mark.parametrize("value", ["Canary/b", "-Canary", "a b", "C" * 64])
def test_the_value_of_a_label_is_a_name_or_nothing(value: str) -> None:
    selector = by_name()["node_selector"]
    assert selector.check({"kubernetes.io/arch": "amd64", "ready": ""}) == {"kubernetes.io/arch": "amd64", "ready": ""}
    with pytest.raises(AnswerError, match="The value of entry 2 is none") as caught:
        selector.check({"a": "b", "c": value})
    assert value not in str(caught.value)
