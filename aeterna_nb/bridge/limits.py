"""How much the bridge takes of either side, so that no message can end or bloat it."""

from typing import Any

MEBIBYTE = 2**20

LONGEST_LINE = 4 * MEBIBYTE
"""Bytes of a client's message. The server takes 2 MiB of a request; escapes can double that."""

LARGEST_ANSWER = 8 * MEBIBYTE
"""Bytes of a server's answer, unpacked. No model reads as much."""

MOST_BRACKETS = 250_000
"""Opening brackets in a server's answer, those in texts as well: an empty list is three bytes, and sixty once read."""

DEEPEST = 100
"""Levels of lists and objects in each other, in either direction; schemas of tools have a dozen."""


def deeper_than(value: Any, levels: int) -> bool:
    """Whether a value of JSON has lists and objects in more than so many levels. Needs no recursion."""
    layer = [value]
    for _ in range(levels):
        layer = [inner for each in layer if isinstance(each, dict | list) for inner in _inside(each)]
        if not layer:
            return False
    return any(isinstance(each, dict | list) for each in layer)


def _inside(value: dict[str, Any] | list[Any]) -> Any:
    return value.values() if isinstance(value, dict) else value
