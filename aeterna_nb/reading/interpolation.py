"""`${NAME}` in texts, as Compose replaces it in its files and in `.env` (compose-go 2.14)."""

import re
from collections.abc import Callable, Iterator

from aeterna_nb.reading.bounds import DEEPEST

Lookup = Callable[[str], str | None]
"""The value of a variable by its name; None where it is not set."""

_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<plain>[A-Za-z_][A-Za-z0-9_]*)|(?P<brace>\{))")
_BRACED = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<operator>:?[-+?]|(?=\}))")
_BRACE = re.compile(r"[{}]")


class InterpolationError(ValueError):
    """A reference is written wrongly, or too deeply nested. Holds nothing of the text."""


class MissingVariable(InterpolationError):
    """`${NAME:?...}` demands a variable that is not set. The message is its name."""


def _empty(_name: str) -> str:
    return ""


def interpolated(text: str, lookup: Lookup, unset: Callable[[str], str] = _empty) -> str:
    """The text with the values of its variables. Raises InterpolationError.

    `unset` gives what stands for a variable that has neither a value nor a default; to Compose it is empty.
    """
    return "".join(_parts(text, lookup, unset, 0)) if "$" in text else text


def _parts(text: str, lookup: Lookup, unset: Callable[[str], str], depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise InterpolationError("nested too deeply")
    at = 0
    while match := _VARIABLE.search(text, at):
        yield text[at : match.start()]
        at = match.end()
        if match["dollar"]:
            yield "$"
        elif match["plain"]:
            value = lookup(match["plain"])
            yield unset(match["plain"]) if value is None else value
        else:
            end = _closing(text, at)
            yield from _braced(text[at:end], lookup, unset, depth)
            at = end + 1
    yield text[at:]


def _braced(inside: str, lookup: Lookup, unset: Callable[[str], str], depth: int) -> Iterator[str]:
    """What `inside`, the text between the braces, stands for."""
    match = _BRACED.match(inside + "}")
    if match is None:
        raise InterpolationError("not a reference")
    operator, rest = match["operator"], inside[match.end() :]
    value = lookup(match["name"])
    given = bool(value) if operator.startswith(":") else value is not None
    if (operator.endswith("-") and not given) or (operator.endswith("+") and given):
        yield from _parts(rest, lookup, unset, depth + 1)
    elif operator.endswith("?") and not given:
        raise MissingVariable(match["name"])
    elif value is None and not operator:
        yield unset(match["name"])
    else:
        yield value or ""


def _closing(text: str, start: int) -> int:
    """Where the brace stands that closes the one before `start`, on the same line.

    Braces in between are counted, but for one directly behind an opening brace, and where they do not come out even,
    the last brace of the line closes: that is how Compose finds it.
    """
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    opened, at = 1, start + 1
    while match := _BRACE.search(text, at, line_end):
        opened += 1 if match[0] == "{" else -1
        if not opened:
            return match.start()
        at = match.end() + (match[0] == "{")
    last = text.rfind("}", start, line_end)
    if last < 0:
        raise InterpolationError("not closed")
    return last
