"""Documents as trees, and what differs between two of them, node by node."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from aeterna_nb.editing import jsonc
from aeterna_nb.generate.files import ENV_FILE

NodePath = tuple[str | int, ...]
"""The place of a node in a document: the keys of mappings and the positions in lists that lead to it."""

Effect = Literal["value", "presence"]
"""What becomes of a node with another answer: it has another value, or it is not there."""

NAMING = ("name", "key", "secretKey", "mountPath")
"""What names an item of a list in Kubernetes and Compose, the first that it has."""

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs: the nodes of the tree before that change or go, and the topmost nodes that come."""

    effects: dict[NodePath, Effect] = field(default_factory=dict)
    appears: set[NodePath] = field(default_factory=set)


def is_object(document: str) -> bool:
    """Whether a document is an object, named such as `Service/aeterna`, and no file."""
    return document[:1].isupper() and "/" in document


def read(name: str, text: str) -> Any:
    """The tree of a generated file. A list in JSON or TOML, which stands on one line, is a tuple: a single value."""
    if name == ENV_FILE:
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    if name.endswith(".toml"):
        return _closed(tomllib.loads(text))
    if name.endswith((".json", ".jsonc")):
        return _closed(jsonc.parse(text))
    return yaml.safe_load(text)


def _closed(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _closed(value) for key, value in tree.items()}
    return tuple(_closed(item) for item in tree) if isinstance(tree, list) else tree


def differences(before: Any, after: Any) -> Differences:
    """What differs between two trees.

    Items of a list are the same item when they bear the same name, or begin with the same `NAME=`, or are equal; those
    that are left over are compared in their order.
    """
    found = Differences()
    _compare(before, after, (), found)
    return found


def vanished(tree: Any) -> Differences:
    """The differences to a document that is not there."""
    found = Differences()
    _compare(tree, _ABSENT, (), found)
    return found


def appeared() -> Differences:
    """The differences from a document that was not there."""
    return Differences(appears={()})


def _compare(before: Any, after: Any, path: NodePath, found: Differences) -> None:
    if before is _ABSENT:
        found.appears.add(path)
        return
    if isinstance(before, dict) and isinstance(after, dict) and before:
        for key in dict.fromkeys([*before, *after]):
            _compare(before.get(key, _ABSENT), after.get(key, _ABSENT), (*path, key), found)
        return
    if isinstance(before, list) and isinstance(after, list) and before:
        for place, pair in _pairs(before, after):
            _compare(*pair, (*path, place), found)
        return
    if after is _ABSENT:
        found.effects[path] = "presence"
    elif type(before) is not type(after) or before != after:
        found.effects[path] = "value"
    for key, inner in _children(before):
        if type(before) is not type(after):
            _compare(inner, _ABSENT, (*path, key), found)


def _children(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)


def _pairs(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[int, tuple[Any, Any]]]:
    """Each item with its counterpart and its place: that in `before`, or in `after` for an item that comes."""
    others = dict(zip(_identities(after), range(len(after)), strict=True))
    loose: list[int] = []
    for place, identity in enumerate(_identities(before)):
        if identity in others:
            yield place, (before[place], after[others.pop(identity)])
        elif _name(before[place]):
            yield place, (before[place], _ABSENT)
        else:
            loose.append(place)
    new = list(others.values())
    unnamed = [place for place in new if not _name(after[place])]
    for place, other in zip(loose, unnamed, strict=False):
        yield place, (before[place], after[other])
    for place in loose[len(unnamed) :]:
        yield place, (before[place], _ABSENT)
    paired = set(unnamed[: len(loose)])
    for place in new:
        if place not in paired:
            yield place, (_ABSENT, after[place])


def _identities(items: Sequence[Any]) -> list[tuple[str, int]]:
    seen: dict[str, int] = {}
    found = []
    for item in items:
        identity = _name(item) or json.dumps(item, sort_keys=True, default=str)
        found.append((identity, seen.setdefault(identity, 0)))
        seen[identity] += 1
    return found


def _name(item: Any) -> str:
    """What names an item of a list; empty when nothing does."""
    if isinstance(item, Mapping):
        return next((f"{key}={item[key]}" for key in NAMING if isinstance(item.get(key), str)), "")
    return item.partition("=")[0] + "=" if isinstance(item, str) and "=" in item else ""
