"""What differs between two documents, node by node."""

from typing import Any

import pytest

from aeterna_nb.origins.trees import Effect, NodePath, differences, read


@pytest.mark.parametrize(
    ("before", "after", "effects", "appears"),
    [
        ({"a": 1}, {"a": 2}, {("a",): "value"}, set()),
        ({"a": 1, "b": 2}, {"b": 2}, {("a",): "presence"}, set()),
        ({"a": 1}, {"a": 1, "b": {"c": 2}}, {}, {("b",)}),
        ({"a": {"b": 1}}, {}, {("a",): "presence", ("a", "b"): "presence"}, set()),
        ({"a": {"b": 1}}, {"a": 1}, {("a",): "value", ("a", "b"): "presence"}, set()),
        ({"a": {}}, {"a": {"b": 1}}, {("a",): "value"}, set()),
        ({"a": 1}, {"a": True}, {("a",): "value"}, set()),
        ({"a": "1"}, {"a": 1}, {("a",): "value"}, set()),
        ({"a": None}, {}, {("a",): "presence"}, set()),
        (
            [{"name": "x", "v": 1}, {"name": "y", "v": 2}],
            [{"name": "y", "v": 3}, {"name": "z", "v": 1}],
            {(0,): "presence", (0, "name"): "presence", (0, "v"): "presence", (1, "v"): "value"},
            {(1,)},
        ),
        (["--a=1", "--b"], ["--new", "--a=2", "--b"], {(0,): "value"}, {(0,)}),
        (["x", "x", "y"], ["x", "y"], {(1,): "presence"}, set()),
        (
            [{"ports": [1]}, {"ports": [2]}],
            [{"ports": [9]}, {"ports": [1]}, {"ports": [2]}],
            {},
            {(0,)},
        ),
        ([{"ports": [{"port": 1}]}], [{"ports": [{"port": 2}]}], {(0, "ports", 0, "port"): "value"}, set()),
    ],
)
def test_what_differs(before: Any, after: Any, effects: dict[NodePath, Effect], appears: set[NodePath]) -> None:
    found = differences(before, after)
    assert found.effects == effects
    assert found.appears == appears


@pytest.mark.parametrize("tree", [{"a": [{"name": "x"}, 1, "y", [2]], "b": {}}, [], {}, [[1], [1]]])
def test_a_document_does_not_differ_from_itself(tree: Any) -> None:
    found = differences(tree, tree)
    assert (found.effects, found.appears) == ({}, set())


@pytest.mark.parametrize(
    ("name", "text", "tree"),
    [
        (".env", "# note\nA='1'\nB='x=y'\n", {"A": "'1'", "B": "'x=y'"}),
        ("config.toml", '[a]\nb = ["x", "y"]\n', {"a": {"b": ("x", "y")}}),
        ("opencode.jsonc", '{"a": ["x"], // note\n}', {"a": ("x",)}),
        ("values.yaml", "a:\n  - x\n", {"a": ["x"]}),
    ],
)
def test_every_kind_of_file_is_read(name: str, text: str, tree: Any) -> None:
    assert read(name, text) == tree
