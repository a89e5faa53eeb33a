"""TOML that somebody else has a part in, changed in place: what is not ours keeps its order, layout and comments."""

import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Comment, InlineTable, Item, Null, Table, Whitespace

from aeterna_nb.reading.bounds import Unreadable, check_depth
from aeterna_nb.reading.leaves import KeyPath
from aeterna_nb.reading.toml_tree import check_keys

_LINE = re.compile(r"line (\d+)")


class TomlError(ValueError):
    """The text is no TOML, or has something else where a table is needed. The message says where, without a value."""


def parse(text: str) -> dict[str, Any]:
    """The values of a text, as programs read them."""
    try:
        check_keys(text, "It")
        tree = tomllib.loads(text)
        check_depth(tree, "It")
        return tree
    except Unreadable as error:
        raise TomlError(str(error)) from None
    except (ValueError, RecursionError) as error:
        line = _LINE.search(str(error))
        raise TomlError(f"It is not TOML{f' (line {line[1]})' if line else ''}.") from None


def comments(text: str) -> list[str]:
    """Every comment in a text, without its number sign and the blanks around it."""
    return [_words(place.item) for place in _places(_document(text)) if place.item.trivia.comment]


def changed(text: str, wanted: Mapping[str, Any], stale: Callable[[KeyPath], bool], heading: str) -> str:
    """The text with `wanted` in it, and without the values at those other paths that are `stale`.

    All else stays as it is. Before tables that come to the end of the text stands `heading`, unless the text has it.
    Raises TomlError where something else stands in a table's place.
    """
    expected = _plain(_expected(parse(text), wanted, stale, ()))
    if _plain(parse(text)) == expected:
        return text
    for inline in (False, True):
        after = _changed(text, wanted, stale, heading, inline)
        try:
            if _plain(parse(after)) == expected:
                return after
        except TomlError:
            continue
    raise TomlError("It is laid out in a way that can't be changed in place.")


def _changed(text: str, wanted: Mapping[str, Any], stale: Callable[[KeyPath], bool], heading: str, inline: bool) -> str:
    """The text changed; with `inline`, tables that come into others stand on one line, as some layouts need."""
    document = _document(text)
    _take_out(document, wanted, stale, (), heading)
    if heading not in tomlkit.dumps(document) and any(
        key not in document for key, value in wanted.items() if isinstance(value, Mapping)
    ):
        document.add(tomlkit.nl())
        document.add(tomlkit.comment(heading))
    _put(document, wanted, (), inline)
    after = tomlkit.dumps(document)
    return re.sub(r"(?<!\r)\n", "\r\n", after) if "\r\n" in text and not re.search(r"(?<!\r)\n", text) else after


def masked(
    text: str, mask: str, shown: Callable[[KeyPath, Any], bool], shown_comments: Collection[str] = frozenset()
) -> str:
    """The text with `mask` in the place of every value and comment that is not to be shown, but for yes and no."""
    document = _document(text)
    for place in _places(document):
        trivia = place.item.trivia
        if trivia.comment and _words(place.item) not in shown_comments:
            trivia.comment = f"# {mask}"
        if not isinstance(place.item, Comment | Table | InlineTable | AoT):
            value = place.item.unwrap()
            if not isinstance(value, bool) and not shown(place.path, value):
                hidden = tomlkit.string(mask)
                hidden._trivia = trivia
                place.container.body[place.index] = (place.container.body[place.index][0], hidden)
    return tomlkit.dumps(document)


@dataclass(frozen=True, slots=True)
class _Place:
    """An item and where it stands: in the values, and in the text."""

    path: KeyPath
    item: Item
    container: Container
    index: int


def _document(text: str) -> TOMLDocument:
    parse(text)
    try:
        return tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError):
        raise TomlError("It can't be read.") from None


def _places(container: Container, path: KeyPath = ()) -> Iterator[_Place]:
    for index, (key, item) in enumerate(container.body):
        if isinstance(item, Whitespace | Null):
            continue
        here = path if key is None else (*path, key.key)
        yield _Place(here, item, container, index)
        if isinstance(item, Table | InlineTable):
            yield from _places(item.value, here)
        elif isinstance(item, AoT):
            for table in item.body:
                yield from _places(table.value, here)


def _words(item: Item) -> str:
    return item.trivia.comment.lstrip("#").strip()


def _take_out(
    table: Any, wanted: Mapping[str, Any], stale: Callable[[KeyPath], bool], path: KeyPath, heading: str
) -> None:
    for key in list(table):
        value, want, here = table[key], wanted.get(key), (*path, key)
        if isinstance(value, MutableMapping):
            empty = not value
            _take_out(value, want if isinstance(want, Mapping) else {}, stale, here, heading)
            commented = "#" in tomlkit.dumps({key: value}).replace(f"# {heading}", "")
            if want is None and not empty and not value and not commented:
                del table[key]
        elif want is None and stale(here):
            del table[key]


def _put(table: Any, wanted: Mapping[str, Any], path: KeyPath, inline: bool) -> None:
    for key, value in wanted.items():
        there, here = table.get(key), (*path, key)
        tables = isinstance(there, MutableMapping), isinstance(value, Mapping)
        # A single value further in, such as the sign-in that other tools write as one word, gives way to a table.
        gives_way = tables == (False, True) and path
        if isinstance(there, AoT) or (there is not None and tables[0] is not tables[1] and not gives_way):
            raise TomlError(f"{'.'.join(here)} is something else there than it is to programs.")
        if isinstance(value, Mapping) and isinstance(there, MutableMapping):
            _put(there, value, here, inline)
        elif there is None or _plain(there) != _plain(value):
            table[key] = _item(value, isinstance(table, InlineTable) or (inline and bool(path)))


def _item(value: Any, inline: bool) -> Item:
    if not isinstance(value, Mapping):
        item: Item = tomlkit.item(value)
        return item
    nested = any(isinstance(inner, Mapping) for inner in value.values())
    alone = all(isinstance(inner, Mapping) for inner in value.values())
    table = tomlkit.inline_table() if inline else tomlkit.table(is_super_table=nested and alone)
    # Tables last: a plain key after a table would belong to it.
    for name, inner in sorted(value.items(), key=lambda item: isinstance(item[1], Mapping)):
        table.append(name, _item(inner, inline))
    return table


def _expected(
    tree: Mapping[str, Any], wanted: Mapping[str, Any], stale: Callable[[KeyPath], bool], path: KeyPath
) -> dict[str, Any]:
    """What programs are to read afterwards; found without the text, to judge what became of it."""
    found: dict[str, Any] = {}
    for key in (*tree, *(key for key in wanted if key not in tree)):
        there, want, here = tree.get(key), wanted.get(key), (*path, key)
        if isinstance(there, dict) and (want is None or isinstance(want, Mapping)):
            below = _expected(there, want or {}, stale, here)
            if below or not there:
                found[key] = below
        elif want is not None:
            found[key] = want
        elif not stale(here):
            found[key] = there
    return found


def _plain(tree: Any) -> str:
    """Values in a form in which equal ones are equal, whatever they are made of; an empty table is no value."""
    return json.dumps(_pruned(tree), sort_keys=True, default=str)


def _pruned(tree: Any) -> Any:
    if not isinstance(tree, Mapping):
        return tree
    inner = {key: _pruned(value) for key, value in tree.items()}
    return {key: value for key, value in inner.items() if value != {}}
