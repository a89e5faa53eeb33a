"""YAML changed in place: what stays the same keeps its bytes, its place and its comments.

ruamel.yaml was tried: it hangs a comment on the key *before* it, so that a key that goes takes the comment of the next
one along, and it writes everything anew in its own quotes and widths. Here PyYAML says where each node stands, and
every change replaces what stands between two positions.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from aeterna_nb.editing.yaml_text import yaml_text

Edit = tuple[int, int, str]
"""Where a replacement begins, where it ends, and the new text."""

_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")
_BLOCK_SCALAR = re.compile(r"[|>][^\r\n]*")


class NotEditable(ValueError):
    """The text is laid out in a way that can't be changed in place."""


def comments(text: str) -> list[tuple[int, str]]:
    """Every comment with its position, in order. Raises yaml.YAMLError where the text is no YAML."""
    found: list[tuple[int, str]] = []
    before = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        start, end = token.start_mark.index, token.end_mark.index
        found += _comments_between(text, before, start)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            heading = _BLOCK_SCALAR.match(text, start)
            found += _comments_between(text, start, heading.end()) if heading else []
        before = max(before, end)
    return found + _comments_between(text, before, len(text))


def _comments_between(text: str, start: int, end: int) -> list[tuple[int, str]]:
    return [(match.start(), match.group()) for match in _COMMENT.finditer(text, start, end)]


def changed(text: str, root: yaml.Node | None, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """`text`, whose tree is `root` and whose values are `present`, with the values `wanted`.

    A key that is not wanted goes with the comments that stand directly above it, behind it and, indented, below it. A
    new key stands behind the one that precedes it in `wanted`. Comments inside a value that is replaced as a whole move
    above its key. Raises NotEditable.
    """
    if same(present, wanted):
        return text
    ended = text if text.endswith("\n") else text + "\n"
    edits = _Editor(ended).edits(root, present, wanted)
    return _applied(ended, edits)


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike; unlike Python's own equality, True is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def _applied(text: str, edits: list[Edit]) -> str:
    line_end = "\r\n" if "\r\n" in text else "\n"
    parts, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[at:start], new.replace("\n", line_end)]
        at = end
    return "".join([*parts, text[at:]])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key with its value, and the lines that belong to them: from `head` (comments above) over `start` to `end`."""

    name: str
    value: yaml.Node
    column: int
    head: int
    start: int
    end: int


class _Editor:
    def __init__(self, text: str) -> None:
        self._text = text
        self._comments = comments(text)
        self._comment_lines = {
            line: at - line for at, _ in self._comments if not text[(line := self._line_start(at)) : at].strip()
        }
        """Where lines that hold only a comment begin, with the column of the comment."""

    def edits(self, node: yaml.Node | None, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Edit]:
        """What to replace so that the mapping `node` holds what is wanted."""
        entries = self._entries(node)
        found: list[Edit] = []
        for entry in entries:
            if entry.name not in wanted:
                found.append((entry.head, self._gap_closed(entry), ""))
            elif not same(present[entry.name], wanted[entry.name]):
                found += self._change(entry, present[entry.name], wanted[entry.name])
        return found + list(self._insertions(entries, wanted))

    def _change(self, entry: _Entry, present: Any, wanted: Any) -> list[Edit]:
        if isinstance(present, Mapping) and isinstance(wanted, Mapping) and _in_block(entry.value):
            return self.edits(entry.value, present, wanted)
        new = yaml_text({"k": wanted}).removeprefix("k:").removesuffix("\n")
        start, end = entry.value.start_mark.index, entry.value.end_mark.index
        if "\n" not in new and isinstance(entry.value, yaml.ScalarNode) and entry.value.style not in ("|", ">"):
            return [(start, end, new if self._text[start - 1] == ":" else new.removeprefix(" "))]
        inside = [comment for at, comment in self._comments if entry.start <= at < entry.end]
        lines = "".join(f"{comment}\n" for comment in inside) + yaml_text({entry.name: wanted})
        return [(entry.start, entry.end, _indented(lines, entry.column))]

    def _insertions(self, entries: list[_Entry], wanted: Mapping[str, Any]) -> Iterator[Edit]:
        there = {entry.name: entry for entry in entries}
        at = entries[0].head
        for name, value in wanted.items():
            if name in there:
                at = there[name].end
            else:
                yield at, at, _indented(yaml_text({name: value}), entries[0].column)

    def _entries(self, node: yaml.Node | None) -> list[_Entry]:
        if node is None or not _in_block(node) or not node.value:
            raise NotEditable("no mapping in lines of its own")
        return [self._entry(key, value) for key, value in node.value]

    def _entry(self, key: yaml.Node, value: yaml.Node) -> _Entry:
        at, column = key.start_mark.index, key.start_mark.column
        start = self._line_start(at)
        if not isinstance(key, yaml.ScalarNode) or self._text[start:at].strip():
            raise NotEditable("a key that is not the first in its line")
        end = self._with_comments_below(self._line_end(self._content_end(value)), column)
        return _Entry(key.value, value, column, self._head(start, column), start, end)

    def _head(self, start: int, column: int) -> int:
        """Where the comments directly above a key begin. Those at the top of the file belong to the file."""
        head = start
        while head > 0 and self._comment_lines.get(above := self._line_start(head - 1), column + 1) <= column:
            head = above
        return start if head == 0 else head

    def _with_comments_below(self, end: int, column: int) -> int:
        """Where the comments end that stand below a value, further to the right than its key."""
        at = end
        while at < len(self._text):
            if self._comment_lines.get(at, -1) > column:
                end = self._line_end(at)
            elif at in self._comment_lines or self._text[at : self._line_end(at)].strip():
                break
            at = self._line_end(at)
        return end

    def _content_end(self, node: yaml.Node) -> int:
        """Where the last character of a value stands. The mark of a block points behind what follows it."""
        if _in_block(node) and node.value:
            return self._content_end(node.value[-1][1])
        if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
            return self._content_end(node.value[-1])
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self._text[start:end].rstrip())

    def _gap_closed(self, entry: _Entry) -> int:
        """Where to end so that of the empty lines around an entry that goes only those before it stay."""
        before = self._text[self._line_start(entry.head - 1) : entry.head].strip() if entry.head else ""
        after = self._line_end(entry.end)
        return after if not before and not self._text[entry.end : after].strip() else entry.end

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, max(at, 0)) + 1

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end == -1 else end + 1


def _in_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and not node.flow_style


def _indented(text: str, column: int) -> str:
    return "".join(f"{' ' * column}{line}" if line.strip() else line for line in text.splitlines(keepends=True))
