"""Which nodes of a document stand on which line of its text."""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache

import yaml

from aeterna_nb.editing import jsonc
from aeterna_nb.generate.files import ENV_FILE, MASK
from aeterna_nb.origins.trees import NodePath, is_object

Lines = tuple[tuple[NodePath, ...], ...]
"""For each line the nodes on it: values, or the mapping or list that begins there. Comments and closing
brackets belong to the document."""

DOCUMENT: NodePath = ()
_VARIABLE = re.compile(r"([A-Za-z_]\w*)=")


@lru_cache(maxsize=64)
def lines(name: str, text: str) -> Lines:
    """The nodes on each line of a file or manifest, which may be masked."""
    count = text.count("\n") + 1
    found: list[list[NodePath]] = [[] for _ in range(count)]
    for number, path in _places(name, text):
        # What holds a value gives way to it: the line is there for the value.
        found[number] = [other for other in found[number] if path[: len(other)] != other]
        found[number].append(path)
    result: list[tuple[NodePath, ...]] = []
    for line, paths in zip(text.split("\n"), found, strict=True):
        carried = bool(line.strip(" }],")) and not line.lstrip().startswith(("#", "//")) and bool(result)
        result.append(tuple(paths) or (result[-1] if carried else (DOCUMENT,)))
    return tuple(result)


def _places(name: str, text: str) -> Iterator[tuple[int, NodePath]]:
    """The line, from 0, on which each node begins, outer nodes first."""
    if name == ENV_FILE:
        for number, line in enumerate(text.split("\n")):
            if match := _VARIABLE.match(line):
                yield number, (match[1],)
    elif name.endswith(".toml") and not is_object(name):
        yield from _in_toml(text)
    elif name.endswith((".json", ".jsonc")) and not is_object(name):
        for path, start in jsonc.places(text):
            yield text.count("\n", 0, start), path
    else:
        # Of a masked text of several lines only the first is YAML.
        readable = "\n".join("" if line == MASK else line for line in text.split("\n"))
        node = yaml.compose(readable, Loader=yaml.SafeLoader)
        yield from _in_yaml(node, ()) if node else ()


def _in_yaml(node: yaml.Node, path: NodePath) -> Iterator[tuple[int, NodePath]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.start_mark.line, (*path, key.value)
            yield from _in_yaml(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield item.start_mark.line, (*path, index)
            yield from _in_yaml(item, (*path, index))


def _in_toml(text: str) -> Iterator[tuple[int, NodePath]]:
    """The lines of a TOML file of ours: every table has a line of its own, and so has every value."""
    table: NodePath = ()
    for number, line in enumerate(text.split("\n")):
        if not line.strip() or line.startswith("#"):
            continue
        inner = _first_path(tomllib.loads(line))
        table = inner if line.startswith("[") else table
        yield number, table if line.startswith("[") else (*table, inner[0])


def _first_path(tree: object) -> NodePath:
    if not isinstance(tree, dict) or not tree:
        return ()
    key = next(iter(tree))
    return (key, *_first_path(tree[key]))
