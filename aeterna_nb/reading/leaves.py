"""A tree of values as its leaves: what stands where."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

KeyPath = tuple[str, ...]
Leaves = Mapping[KeyPath, Any]


def leaves(tree: Mapping[str, Any]) -> dict[KeyPath, Any]:
    """Every value in a tree that is no mapping, by its path. A list is one value, as it is to Helm."""
    return dict(_walk(tree, ()))


def _walk(tree: Mapping[str, Any], path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    for key, value in tree.items():
        here = (*path, str(key))
        if isinstance(value, Mapping):
            yield from _walk(value, here)
        else:
            yield here, list(value) if isinstance(value, tuple) else value


def at(tree: Any, path: KeyPath) -> Any:
    """What stands at a path; None where nothing does."""
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def indexed(tree: Any) -> Any:
    """`tree` with the items of its lists under their numbers, so that each is a leaf of its own."""
    if isinstance(tree, Mapping):
        return {key: indexed(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return {str(number): indexed(value) for number, value in enumerate(tree)}
    return tree


def differing(one: Leaves, other: Leaves, paths: Iterable[KeyPath] | None = None) -> set[KeyPath]:
    """The paths at which two trees say something different; of `paths` only, where they are given."""
    return {path for path in ({*one, *other} if paths is None else paths) if not _same(one.get(path), other.get(path))}


def _same(one: Any, other: Any) -> bool:
    # Python holds 1 for True and 1.0 for 1; Kubernetes tells only the first two apart.
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def dotted(path: KeyPath) -> str:
    """A path as people write it; a key with a dot in it is quoted."""
    return ".".join(f'"{key}"' if "." in key else key for key in path)
