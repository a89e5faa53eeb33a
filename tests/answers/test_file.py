"""Reading `.aeterna/setup.yaml`: what is taken, what is refused, and what the sentences tell."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import AnswersFileError, answers_in, parse_answers, read_answers_file
from aeterna_nb.generate.setup_yaml import setup_yaml
from aeterna_nb.questions import questions
from tests.samples import HYBRID, answers, asked, configured

SECRETS = [question for question in questions() if question.secret]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("v: 0123", "0123"),
        ("v: 0o17", "0o17"),
        ("v: 0x1f", "0x1f"),
        ("v: 1e3", "1e3"),
        ("v: 12e3456", "12e3456"),
        ("v: 1_000", "1_000"),
        ("v: 12:30", "12:30"),
        ("v: 2026-02-30", "2026-02-30"),
        ("v: 1.5", "1.5"),
        ("v: .inf", ".inf"),
        ("v: y", "y"),
        ("v: 10Gi", "10Gi"),
        ("v: 42", 42),
        ("v: -1", -1),
        ("v: 0", 0),
        ("v: yes", True),
        ("v: false", False),
        ("v: ~", None),
        ("v:", None),
        ("v: [a, b]", ["a", "b"]),
        ('v: "yes"', "yes"),
    ],
)
def test_only_plain_numbers_and_yes_or_no_are_more_than_text(text: str, value: Any) -> None:
    assert parse_answers(text, "setup.yaml") == {"v": value}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n", "{}\n", "\ufeff{}\n"])
def test_an_empty_file_holds_no_answers(text: str) -> None:
    assert parse_answers(text, "setup.yaml") == {}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\na: 2\n", ", line 2", "'a' stands there twice"),
        ("v:\n  b: 1\n  b: 2\n", ", line 3", "'b' stands there twice"),
        ("a: &x {b: 1}\nc: *x\n", ", line 2", "instead of *"),
        ("a: &x\n  b: 1\nc:\n  <<: *x\n", ", line 4", "instead of *"),
        ("a: [\n", ", line 2", ""),
        ("a: Canary\n b: 1\n", ", line 2", ""),
        ("a: 'Canary\n", ", line 2", ""),
        ("\tCanary: 1\n", ", line 1", ""),
        ("a: !!python/object:os.system Canary\n", ", line 1", ""),
        ("? [Canary]\n: 1\n", ", line 1", ""),
        ("a: !!int Canary\n", ", line 1", "the tag there"),
        ("a: !!bool Canary\n", ", line 1", "the tag there"),
        ("a: !!timestamp Canary\n", ", line 1", "the tag there"),
        ("a: \x07Canary\n", "", ""),
        ("a: &x {b: 1}\n<<: *x\n", ", line 2", "instead of *"),
        ("Canary: ENC[AES256_GCM,data:Canary]\nsops: {mac: Canary}\n", " is encrypted (SOPS)", "left as it is"),
        ("- Canary\n", "", "answers by name"),
        ("Canary\n", "", "answers by name"),
        ("a: 1\n---\nb: 2\n", "", "answers by name"),
        ("Canary: [" * 1400, " is nested more than 100 levels deep", ""),
        ("Canary: x\n" * 200_001, " is larger than 2 MB", ""),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_line_and_no_value(text: str, line: str, problem: str) -> None:
    with pytest.raises(AnswersFileError) as caught:
        parse_answers(text, "setup.yaml")
    sentence = str(caught.value)
    assert sentence.startswith(f"setup.yaml{line}")
    assert problem in sentence
    assert sentence.endswith(".")
    assert "Canary" not in sentence
    assert "\n" not in sentence


def test_the_file_is_read_into_answers_by_question(tmp_path: Path) -> None:
    file = tmp_path / "setup.yaml"
    file.write_text("target: kubernetes\noperations: {replicas: 2, hpa: {enabled: no}}\n")
    assert read_answers_file(file, Answers()) == ({"target": "kubernetes", "replicas": 2, "hpa": False}, [])


def test_what_the_generator_writes_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "setup.yaml"
    file.write_text(setup_yaml(answers(HYBRID, pdb=True).decided()))
    values, findings = read_answers_file(file, Answers())
    assert findings == []
    assert Answers().with_values(Origin.FILE, values).config()[0] == configured(HYBRID, pdb=True)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnswersFileError, match=r"There is no answers file .*absent\.yaml"):
        read_answers_file(tmp_path / "absent.yaml", Answers())


def test_a_folder_or_bytes_in_its_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(AnswersFileError, match="directory"):
        read_answers_file(tmp_path, Answers())
    with pytest.raises(AnswersFileError, match="not UTF-8"):
        read_answers_file(tmp_path / "bytes.yaml", Answers())


@pytest.mark.parametrize("question", SECRETS, ids=lambda question: question.name)
def test_a_secret_in_the_file_is_refused_with_the_place_where_it_belongs(question: Any) -> None:
    given = asked(question.name)
    tree: dict[str, Any] = given.decided()
    here = tree
    for part in question.path[:-1]:
        here = here.setdefault(part, {})
    here[question.path[-1]] = "Canary-7f3a"
    values, findings = answers_in(tree, given)
    assert question.name not in values
    (finding,) = findings
    assert finding.severity == "error"
    assert finding.question == question.name
    assert question.variable in finding.cure
    assert f"{question.flag}-file" in finding.cure
    assert "Canary" not in repr((values, findings))


@pytest.mark.parametrize(
    ("text", "question", "sentence"),
    [
        ("operations: {replicas: many}", "replicas", "Server pods: Write a whole number from 1 to 100."),
        ("operations: {replicas: 0123}", "replicas", "Server pods: Write a whole number from 1 to 100."),
        (
            "operations: {network_policy: perhaps}",
            "network_policy",
            "Restrict network traffic: Answer yes or no (true or false).",
        ),
        ("operations: {size: huge}", "size", "How big: Choose one of: small, medium, large."),
        (
            "cluster: {namespace: 123}",
            "namespace",
            "Namespace: Write this text in quotes, so that it is not read as a number or as yes/no.",
        ),
        (
            "cluster: {namespace: [a]}",
            "namespace",
            "Namespace: Write text, in quotes where it could be read as a number.",
        ),
    ],
)
def test_a_wrong_value_in_the_file_is_an_error_at_its_question(text: str, question: str, sentence: str) -> None:
    start = {name: value for name, value in HYBRID.items() if name != question}
    values, findings = answers_in(parse_answers(text, "setup.yaml"), Answers())
    assert findings == []
    found = answers(start).with_values(Origin.FILE, values).findings()
    assert [(finding.question, finding.message) for finding in found] == [(question, sentence)]


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("{a/b: true, c: 30, d: 1.10, e: yes, f: 0x1F, g: ~, y: n}", {
            "a/b": "true", "c": "30", "d": "1.10", "e": "yes", "f": "0x1F", "g": "~", "y": "n"
        }),
        ('{a/b: "true", c: \'[{"HTTP": 80}]\'}', {"a/b": "true", "c": '[{"HTTP": 80}]'}),
        ("{nginx.ingress.kubernetes.io/x: |}".replace("{", "\n      ").replace("}", "\n        one\n        two\n"), {
            "nginx.ingress.kubernetes.io/x": "one\ntwo\n"
        }),
        ('"a/b: true\\nc: 30"', {"a/b": "true", "c": "30"}),
        ("|\n      a/b: \"true\"\n", {"a/b": "true"}),
    ],
)  # fmt: skip
def test_annotations_stand_in_the_file_as_a_mapping_or_as_a_text(written: str, texts: dict[str, str]) -> None:
    text = f"operations:\n  ingress:\n    enabled: yes\n    host: a.example.com\n    annotations: {written}"
    values, findings = answers_in(parse_answers(text, "setup.yaml"), Answers())
    assert findings == []
    given = answers(HYBRID).with_values(Origin.FILE, values)
    assert given.rejected("ingress_annotations") == ""
    assert given.lookup("ingress_annotations") == texts


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{Canary: {b: c}}", "Entry 1 is a list or a mapping"),
        ("{a: b, Canary: [c]}", "Entry 2 is a list or a mapping"),
        ("{Canary: }", "Entry 1 has no value"),
        ("{Canary_/b: c}", "Write each key"),
        ("[Canary]", "one entry a line"),
        ("5", "one entry a line"),
    ],
)
def test_what_is_no_mapping_of_texts_is_an_error_at_its_question(written: str, words: str) -> None:
    text = f"operations: {{ingress: {{enabled: yes, host: a.example.com, annotations: {written}}}}}"
    values, unknown = answers_in(parse_answers(text, "setup.yaml"), Answers())
    (found,) = answers(HYBRID).with_values(Origin.FILE, values).findings()
    assert unknown == []
    assert (found.question, found.severity) == ("ingress_annotations", "error")
    assert words in found.message
    assert "Canary" not in found.message


def test_no_annotations_are_no_answer() -> None:
    assert answers_in(parse_answers("operations: {ingress: {annotations: {}}}", "setup.yaml"), Answers()) == ({}, [])


def test_a_key_of_the_annotations_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(AnswersFileError, match=r"line 2.*twice"):
        parse_answers("operations: {ingress: {annotations:\n  {a/b: c, a/b: d}}}", "setup.yaml")
