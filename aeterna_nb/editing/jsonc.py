"""JSON with comments, changed in place: what is not changed keeps its bytes, comments and trailing commas included.

Of the libraries on PyPI none is both kept up and leaves untouched text alone, so this is a small editor of our own: it
reads the text into values with positions, and every change replaces what stands between two positions.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aeterna_nb.reading.bounds import DEEPEST

_BYTE_ORDER_MARK = "\ufeff"
_TRIVIA = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_COMMENTS_TO_LINE_END = re.compile(r"(?:[ \t]*(?://[^\r\n]*|/\*.*?\*/))*", re.DOTALL)
_INNER_COMMENTS = re.compile(r"(?:[ \t\r\n]*(?://[^\r\n]*|/\*.*?\*/))*", re.DOTALL)
_INDENT = re.compile(r"[ \t]*")
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\r\n]*|/\*.*?\*/', re.DOTALL)
_SCALAR = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null')


class JsoncError(ValueError):
    """The text is no JSON with comments, or has something else where an object is needed. The message says where."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A value that is written with this JSON text, for readers that care how a string is spelt."""

    text: str


@dataclass(slots=True)
class _Node:
    """A value and where it stands: `text[start:end]`. `members` are those of an object."""

    start: int
    end: int = 0
    value: Any = None
    members: "list[_Member]" = field(default_factory=list)

    def member(self, name: str) -> "_Member | None":
        """The member that counts: of equal names the last one, as in other readers."""
        return next((member for member in reversed(self.members) if member.name == name), None)


@dataclass(slots=True)
class _Member:
    """A name with its value. `comma` is where the comma after it stands, None without one."""

    name: str
    start: int
    node: _Node
    comma: int | None = None


Edit = tuple[int, int, str]
"""Where a replacement begins, where it ends, and the new text."""


def parse(text: str) -> Any:
    """The value of the text. Of equal names in an object the last one counts."""
    return _read(text).value


def merge(text: str, values: Mapping[str, Any]) -> str:
    """The text with `values` in it, mapping by mapping; what is not named, or equal already, stays as it is.

    A mapping that is missing is added as a whole. Raises JsoncError where something else stands in a mapping's place.
    """
    return _merge(text, (), values)


def prepended(text: str, name: str, value: Any) -> str:
    """The text with `name` before everything else in the outermost object; unchanged where it stands there already."""
    root = _object_at(text, ())
    return text if root.member(name) else _apply(text, _insert_first(text, root, name, value))


def remove(text: str, path: tuple[str, ...]) -> str:
    """The text without the member at `path`; unchanged where there is none."""
    node = _read(text)
    for name in path[:-1]:
        outer = node.member(name)
        if outer is None:
            return text
        node = outer.node
    member = node.member(path[-1])
    if member is None:
        return text
    end = member.node.end if member.comma is None else member.comma + 1
    line = _line_start(text, member.start)
    line_end = re.compile(r"[ \t]*\r?\n").match(text, end)
    if line_end and not text[line : member.start].strip():
        edits = [(line, line_end.end(), "")]
    else:
        edits = [(member.start, end, "")]
    before = node.members[node.members.index(member) - 1] if member is not node.members[0] else None
    if before and before.comma is not None and member is node.members[-1] and member.comma is None:
        edits.append((before.comma, before.comma + 1, ""))
    return _apply(text, edits)


def masked(text: str, mask: str, shown: Callable[[tuple[str, ...], Any], bool]) -> str:
    """The text with `mask` in the place of every comment, and of each text, number and list that is not to be shown.

    `shown` takes the path of a value in an object, and the value.
    """
    edits = [
        (node.start, node.end, _inline(mask))
        for path, node in _leaves(_read(text), ())
        if isinstance(node.value, str | int | float | list) and not isinstance(node.value, bool)
        if not shown(path, node.value)
    ]
    return _STRING_OR_COMMENT.sub(lambda found: _masked_comment(found[0], mask), _apply(text, edits))


def places(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """The path of every member of an object and where its name begins in the text, outer members first."""
    yield from _member_places(_read(text), ())


def dump(value: Any) -> str:
    """The value as a new text: two spaces to a level, lists on one line, a line break at the end."""
    return _dumped(value, "", "  ", "\n") + "\n"


def _masked_comment(text: str, mask: str) -> str:
    if text.startswith('"'):
        return text
    return f"// {mask}" if text.startswith("//") else f"/* {mask} */"


def _leaves(node: _Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], _Node]]:
    if not isinstance(node.value, dict):
        yield path, node
    for member in node.members:
        yield from _leaves(member.node, (*path, member.name))


def _member_places(node: _Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    for member in node.members:
        yield (*path, member.name), member.start
        yield from _member_places(member.node, (*path, member.name))


def _merge(text: str, path: tuple[str, ...], values: Mapping[str, Any]) -> str:
    for name, value in values.items():
        node = _object_at(text, path)
        member = node.member(name)
        if member is None:
            text = _apply(text, _insert_last(text, node, name, value))
        elif isinstance(value, Mapping):
            text = _merge(text, (*path, name), value)
        elif _inline(member.node.value) != _inline(value):
            text = _apply(text, [(member.node.start, member.node.end, _inline(value))])
    return text


def _object_at(text: str, path: tuple[str, ...]) -> _Node:
    node = _read(text)
    for name in path:
        member = node.member(name)
        if member is None:
            raise JsoncError(f"{'.'.join(path)} is missing.")
        node = member.node
    if not isinstance(node.value, dict):
        raise JsoncError(f"{'.'.join(path) or 'The whole text'} is no object in braces.")
    return node


def _insert_first(text: str, node: _Node, name: str, value: Any) -> list[Edit]:
    if not node.members:
        return _insert_only(text, node, name, value)
    if _on_one_line(text, node):
        start = node.members[0].start
        return [(start, start, f"{_inline(name)}: {_inline(value)}, ")]
    start = _matched_to(_COMMENTS_TO_LINE_END, text, node.start + 1)
    return [(start, start, _on_own_line(text, node, name, value) + ",")]


def _insert_last(text: str, node: _Node, name: str, value: Any) -> list[Edit]:
    if not node.members:
        return _insert_only(text, node, name, value)
    last = node.members[-1]
    end = last.node.end if last.comma is None else last.comma + 1
    edits = [(end, end, ",")] if last.comma is None else []
    trailing = "" if last.comma is None else ","
    if _on_one_line(text, node):
        return [*edits, (end, end, f" {_inline(name)}: {_inline(value)}{trailing}")]
    end = _matched_to(_COMMENTS_TO_LINE_END, text, end)
    return [*edits, (end, end, _on_own_line(text, node, name, value) + trailing)]


def _insert_only(text: str, node: _Node, name: str, value: Any) -> list[Edit]:
    start, end = _matched_to(_INNER_COMMENTS, text, node.start + 1), node.end - 1
    addition = _on_own_line(text, node, name, value)
    if "\n" in text[start:end]:
        return [(start, start, addition)]
    return [(start, end, addition + _newline(text) + _line_indent(text, node.start))]


def _on_own_line(text: str, node: _Node, name: str, value: Any) -> str:
    unit = next((_line_indent(text, member.start) for member in _read(text).members), "") or "  "
    own = [_line_indent(text, m.start) for m in node.members if not text[_line_start(text, m.start) : m.start].strip()]
    indent = own[0] if own else _line_indent(text, node.start) + unit
    newline = _newline(text)
    return f"{newline}{indent}{_inline(name)}: {_dumped(value, indent, unit, newline)}"


def _on_one_line(text: str, node: _Node) -> bool:
    return "\n" not in text[node.start : node.end]


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_start(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _line_indent(text: str, position: int) -> str:
    start = _line_start(text, position)
    return text[start : _matched_to(_INDENT, text, start)]


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inline(name)}: {_inline(each)}" for name, each in value.items()) + "}"
    return value.text if isinstance(value, Verbatim) else json.dumps(value, ensure_ascii=False)


def _dumped(value: Any, indent: str, unit: str, newline: str) -> str:
    if not isinstance(value, Mapping) or not value:
        return _inline(value)
    inner = indent + unit
    members = (f"{inner}{_inline(name)}: {_dumped(each, inner, unit, newline)}" for name, each in value.items())
    return "{" + newline + f",{newline}".join(members) + newline + indent + "}"


def _apply(text: str, edits: list[Edit]) -> str:
    parts, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _matched_to(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


@lru_cache(maxsize=1)  # Every change looks at the text anew, and most change nothing.
def _read(text: str) -> _Node:
    start = _matched_to(_TRIVIA, text, len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0)
    node = _read_value(text, start, 0)
    end = _matched_to(_TRIVIA, text, node.end)
    if end != len(text):
        raise _unexpected(text, end)
    return node


def _read_value(text: str, start: int, depth: int) -> _Node:
    node = _Node(start)
    if depth > DEEPEST:
        raise JsoncError(f"The text is nested more than {DEEPEST} levels deep, and no more is read.")
    opening = text[start : start + 1]
    if opening == "{":
        node.end = _read_members(text, node, depth + 1)
        node.value = {member.name: member.node.value for member in node.members}
    elif opening == "[":
        node.value = []
        node.end = _read_items(text, node, depth + 1)
    else:
        match = _SCALAR.match(text, start)
        if match is None:
            raise _unexpected(text, start)
        try:
            node.value, node.end = json.loads(match.group()), match.end()
        except ValueError:
            raise _unexpected(text, start) from None
    return node


def _read_members(text: str, node: _Node, depth: int) -> int:
    position = _matched_to(_TRIVIA, text, node.start + 1)
    while not text.startswith("}", position):
        name = _read_value(text, position, depth)
        colon = _matched_to(_TRIVIA, text, name.end)
        if not isinstance(name.value, str):
            raise _unexpected(text, position)
        if not text.startswith(":", colon):
            raise _unexpected(text, colon)
        member = _Member(name.value, position, _read_value(text, _matched_to(_TRIVIA, text, colon + 1), depth))
        node.members.append(member)
        position = _matched_to(_TRIVIA, text, member.node.end)
        if text.startswith(",", position):
            member.comma = position
            position = _matched_to(_TRIVIA, text, position + 1)
        elif not text.startswith("}", position):
            raise _unexpected(text, position)
    return position + 1


def _read_items(text: str, node: _Node, depth: int) -> int:
    position = _matched_to(_TRIVIA, text, node.start + 1)
    while not text.startswith("]", position):
        item = _read_value(text, position, depth)
        node.value.append(item.value)
        position = _matched_to(_TRIVIA, text, item.end)
        if text.startswith(",", position):
            position = _matched_to(_TRIVIA, text, position + 1)
        elif not text.startswith("]", position):
            raise _unexpected(text, position)
    return position + 1


def _unexpected(text: str, position: int) -> JsoncError:
    # Without the text itself: it may hold somebody's key.
    line = text.count("\n", 0, position) + 1
    column = position - _line_start(text, position) + 1
    what = "it ends too early" if position >= len(text) else "something unexpected stands there"
    return JsoncError(f"Line {line}, column {column}: {what}.")
