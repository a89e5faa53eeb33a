"""`.env` files, as Compose reads them (compose-go 2.14, checked against Compose 5.6)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.reading.bounds import Unreadable, check_size
from aeterna_nb.reading.interpolation import InterpolationError, Lookup, interpolated

_BLANK = "\t\v\f\r \x85\xa0"
_BETWEEN = re.compile(r"(?:\s|#[^\n]*)*+")
_NAME = re.compile(rf"(?:export[{_BLANK}]+)?(?P<name>[\w.\-\[\]]*)[{_BLANK}]*(?P<end>[=:\n]|\Z)[{_BLANK}]*")
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:([abfnrtv$"\\])|0(\d{0,3}))')
_ESCAPED = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "$": "$$",
    '"': '"',
    "\\": "\\",
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """`NAME=value` in a file. `text[start:end]` is all of it, `value` what stands there, without quotes.

    `expands` says whether variables in the value are replaced. A name alone has the value None.
    """

    name: str
    value: str | None
    expands: bool
    start: int
    end: int


def assignments(text: str, named: str) -> Iterator[Assignment]:
    """The assignments of a `.env` file in order. Raises Unreadable, with the line."""
    check_size(text, named)
    at = _BETWEEN.match(text, len("\ufeff") if text.startswith("\ufeff") else 0)
    position = at.end() if at else 0
    while position < len(text):
        name = _NAME.match(text, position)
        if name is None:
            raise _wrong(text, position, named)
        assignment = _assignment(text, position, name, named)
        yield assignment
        between = _BETWEEN.match(text, assignment.end)
        position = between.end() if between else len(text)


def _assignment(text: str, start: int, name: re.Match[str], named: str) -> Assignment:
    at = name.end()
    if name["end"] not in ("=", ":"):
        return Assignment(name["name"], None, False, start, name.start("end"))
    quote = text[at : at + 1]
    if quote in ("'", '"'):
        quoted = (_SINGLE if quote == "'" else _DOUBLE).match(text, at)
        if quoted is None:
            raise _wrong(text, at, named)
        value = quoted[1].replace("\\'", "'") if quote == "'" else _ESCAPE.sub(_unescaped, quoted[1])
        return Assignment(name["name"], value, quote == '"', start, quoted.end())
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    return Assignment(name["name"], text[at:line_end].split(" #", 1)[0].rstrip(), True, start, line_end)


def _nothing(_name: str) -> str | None:
    return None


def variables(text: str, named: str, lookup: Lookup = _nothing, above: Mapping[str, str] = {}) -> dict[str, str]:
    """The variables of a `.env` file, over those of `above`. Raises Unreadable.

    `lookup` gives those that are set elsewhere, which win where a value refers to one; a name alone takes its value.
    """
    found = dict(above)

    def value_of(name: str) -> str | None:
        value = lookup(name)
        return found.get(name) if value is None else value

    for assignment in assignments(text, named):
        if assignment.value is None:
            if (inherited := lookup(assignment.name)) is not None:
                found[assignment.name] = inherited
        elif assignment.expands:
            try:
                found[assignment.name] = interpolated(assignment.value, value_of)
            except InterpolationError:
                raise _wrong(text, assignment.start, named) from None
        else:
            found[assignment.name] = assignment.value
    return found


_OCTAL = re.compile("[0-3][0-7]{2}")


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return _ESCAPED[match[1]]
    # Compose takes the zero off before it looks whether there are three digits.
    return chr(int(match[2], 8)) if _OCTAL.fullmatch(match[2]) else f"\\{match[2]}"


def _wrong(text: str, position: int, named: str) -> Unreadable:
    line = text.count("\n", 0, position) + 1
    return Unreadable(
        Sentence(
            "{file}, line {line}: this is no NAME=value as Compose reads it; mend it first.", file=named, line=line
        )
    )
