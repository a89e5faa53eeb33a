import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.editing.jsonc import JsoncError, dump, masked, merge, parse, prepended, remove

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | names,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(names, values, max_size=5)
gaps = st.sampled_from(["", " ", "\n", "\r\n", "\t", '// note, } ] "\n', "/* note, { \n * : */", " /**/ "])


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """The value as somebody might have typed it: comments and blanks anywhere, trailing commas."""

    def gap() -> str:
        return draw(gaps)

    if isinstance(value, dict):
        inner = [f"{gap()}{json.dumps(name)}{gap()}:{draw(written(each))}" for name, each in value.items()]
    elif isinstance(value, list):
        inner = [draw(written(each)) for each in value]
    else:
        return gap() + json.dumps(value) + gap()
    ends = "{}" if isinstance(value, dict) else "[]"
    trailing = f"{gap()}," if inner and draw(st.sampled_from([True, False])) else ""
    return gap() + ends[0] + f"{gap()},".join(inner) + trailing + gap() + ends[1] + gap()


def stripped(text: str) -> str:
    return "".join(text.split()).replace(",", "")


@given(st.data())
def test_every_way_of_writing_a_value_is_read(data: st.DataObject) -> None:
    value = data.draw(objects)
    assert parse(data.draw(written(value))) == value


@given(st.data())
def test_merging_changes_what_is_named_and_nothing_else(data: st.DataObject) -> None:
    value = data.draw(objects)
    text = data.draw(written(value))
    new = data.draw(st.dictionaries(names.filter(lambda name: name not in value), values, min_size=1, max_size=3))
    result = merge(text, new)
    assert parse(result) == value | new
    assert list(parse(result))[: len(value)] == list(value)
    assert merge(result, new) == result
    undone = result
    for name in new:
        undone = remove(undone, (name,))
    assert stripped(undone) == stripped(text)


@given(st.data())
def test_prepending_and_removing_keep_the_rest(data: st.DataObject) -> None:
    value = data.draw(objects.filter(lambda each: "$schema" not in each))
    text = data.draw(written(value))
    result = prepended(text, "$schema", "s")
    assert next(iter(parse(result).items())) == ("$schema", "s")
    assert parse(result) == {"$schema": "s"} | value
    for name in value:
        assert parse(remove(text, (name,))) == {key: each for key, each in value.items() if key != name}


@given(objects)
def test_plain_json_stays_plain_json(value: dict[str, Any]) -> None:
    for indent in (None, 2, "\t"):
        text = json.dumps(value, indent=indent)
        assert json.loads(merge(text, {"mcp é": {"a": [1, "x"]}}))["mcp é"] == {"a": [1, "x"]}
        assert json.loads(prepended(text, "$schema", "s")) == {"$schema": "s"} | value
        for name in value:
            assert name not in json.loads(remove(text, (name,)))


@given(objects)
def test_a_new_text_reads_back(value: dict[str, Any]) -> None:
    assert json.loads(dump(value)) == value


LAYOUTS = [
    pytest.param("{}", '{\n  "m": {\n    "a": 1\n  }\n}', id="empty"),
    pytest.param("{ }\n", '{\n  "m": {\n    "a": 1\n  }\n}\n', id="empty with a blank"),
    pytest.param("{\n}\n", '{\n  "m": {\n    "a": 1\n  }\n}\n', id="empty over two lines"),
    pytest.param("{\n  // later\n}", '{\n  // later\n  "m": {\n    "a": 1\n  }\n}', id="only a comment"),
    pytest.param('{"b": 2}', '{"b": 2, "m": {"a": 1}}', id="one line"),
    pytest.param('{\n\t"b": 2\n}', '{\n\t"b": 2,\n\t"m": {\n\t\t"a": 1\n\t}\n}', id="tabs"),
    pytest.param(
        '{\n    "b": 2, // two\n}\n',
        '{\n    "b": 2, // two\n    "m": {\n        "a": 1\n    },\n}\n',
        id="trailing comma",
    ),
    pytest.param(
        '{\n  "b": 2 // two\n  // end\n}', '{\n  "b": 2, // two\n  "m": {\n    "a": 1\n  }\n  // end\n}', id="comments"
    ),
    pytest.param('{\r\n  "b": 2\r\n}\r\n', '{\r\n  "b": 2,\r\n  "m": {\r\n    "a": 1\r\n  }\r\n}\r\n', id="CRLF"),
    pytest.param('{\n  "m": {"z": 0}\n}', '{\n  "m": {"z": 0, "a": 1}\n}', id="into an object on one line"),
    pytest.param('{\n  "m": {\n  "z": 0}\n}', '{\n  "m": {\n  "z": 0,\n  "a": 1}\n}', id="into an uneven object"),
    pytest.param('{\n  "m": {"a": 7 /* old */}\n}', '{\n  "m": {"a": 1 /* old */}\n}', id="replaced in its place"),
    pytest.param('{"m": {"a": 5}, "m": {"a": 6}}', '{"m": {"a": 5}, "m": {"a": 1}}', id="of two the last"),
    pytest.param('\ufeff{"m": {"a": true}}', '\ufeff{"m": {"a": 1}}', id="byte order mark; true is not 1"),
]


@pytest.mark.parametrize(("before", "after"), LAYOUTS)
def test_what_is_added_looks_like_the_rest(before: str, after: str) -> None:
    assert merge(before, {"m": {"a": 1}}) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"a": 1}', "{}"),
        ('{\n  "x": 1,\n  "a": 2\n}', '{\n  "x": 1\n}'),
        ('{\n  "a": 2,\n  "x": 1\n}', '{\n  "x": 1\n}'),
        ('{\n  "x": 1,\n  "a": 2,\n}', '{\n  "x": 1,\n}'),
        ('{\n  "x": 1, // one\n  "a": 2 // two\n}', '{\n  "x": 1 // one\n   // two\n}'),
        ('{"b": 1}', '{"b": 1}'),
    ],
)
def test_removing(before: str, after: str) -> None:
    assert remove(before, ("a",)) == after


@pytest.mark.parametrize(
    "text",
    ["", "  ", "// nothing", "{", '{"a"}', '{"a": }', '{"a": 1', "{,}", '{"a": 1,, "b": 2}', "{a: 1}", '{"a": 01}',
     "{} {}", '{"a": "\\x"}', "{'a': 1}", '{"a": NaN}', '{"a": "b\nc"}', "/* open {}", "[" * 100_000],
)  # fmt: skip
def test_what_is_no_json_is_refused_with_its_place_and_without_its_content(text: str) -> None:
    with pytest.raises(JsoncError, match=r"^(Line \d+, column \d+: |The text is nested)"):
        parse(text)


def test_the_place_of_a_mistake_is_named() -> None:
    with pytest.raises(JsoncError, match="Line 3, column 8") as caught:
        parse('{\n  "key": "canary",\n  "b": canary\n}')
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("text", ["[]", '"a"', '{"m": []}', '{"m": null}', '{"m": {"n": 3}}'])
def test_something_else_in_an_objects_place_is_not_overwritten(text: str) -> None:
    with pytest.raises(JsoncError, match="no object in braces"):
        merge(text, {"m": {"n": {"a": 1}}})


def test_masking_hides_everything_but_what_is_shown() -> None:
    text = '{"a": "x", // note\n "b": {"c": "y", "d": [1, "z"], "e": 3, "f": true /* or\nnot */, "g": null}}'
    assert masked(text, "*", lambda path, value: path == ("b", "c")) == (
        '{"a": "*", // *\n "b": {"c": "y", "d": "*", "e": "*", "f": true /* * */, "g": null}}'
    )
