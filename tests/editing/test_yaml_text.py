"""How YAML looks when it is written: for people to read, and alike for every reader."""

import pytest

from aeterna_nb.editing.yaml_text import yaml_text


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        ({}, "{}\n"),
        ({"a": "yes"}, 'a: "yes"\n'),
        ({"a": True, "b": None, "c": 1000000}, "a: true\nb: null\nc: 1000000\n"),
        ({"a": {"b": ["x", "y"]}}, 'a:\n  b:\n    - "x"\n    - "y"\n'),
        ({"a": {}, "b": []}, "a: {}\nb: []\n"),
        ({"b": 1, "a": 2}, "b: 1\na: 2\n"),
        ({"y": 1, "No": 2, "0o17": 3, "a b": 4}, '"y": 1\n"No": 2\n"0o17": 3\n"a b": 4\n'),
        ({"app.kubernetes.io/name": "a"}, 'app.kubernetes.io/name: "a"\n'),
        ({"key": "-----BEGIN\nabc\n-----END\n"}, "key: |\n  -----BEGIN\n  abc\n  -----END\n"),
        ({"key": "a\nb"}, 'key: "a\\nb"\n'),
        ({"key": "a \nb\n"}, 'key: "a \\nb\\n"\n'),
        ({"a": "x" * 300}, f'a: "{"x" * 300}"\n'),
        ({"a": "\u00e9"}, 'a: "\u00e9"\n'),
    ],
)
def test_text_is_quoted_and_everything_else_is_plain(tree: dict[str, object], text: str) -> None:
    assert yaml_text(tree) == text


def test_what_stands_twice_is_written_twice() -> None:
    shared = {"a": "x"}
    assert yaml_text({"one": shared, "two": shared}) == 'one:\n  a: "x"\ntwo:\n  a: "x"\n'
