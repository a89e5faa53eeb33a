"""TOML as a plain tree, within bounds, and with sentences for errors."""

import re
import tomllib
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.reading.bounds import DEEPEST, Unreadable, check_depth, check_size, too_deep

_PLACE = re.compile(r"at line (\d+)")
_LONG_KEY = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}""")


def toml_tree(text: str, named: str) -> dict[str, Any]:
    """What a text of TOML says. Raises Unreadable, which names the line."""
    check_size(text, named)
    check_keys(text, named)
    try:
        tree = tomllib.loads(text)
    except RecursionError:
        raise too_deep(named) from None
    except ValueError as error:
        # The parser's own message may quote the file. A number of too many digits has no place in it.
        place = _PLACE.search(str(error)) if isinstance(error, tomllib.TOMLDecodeError) else None
        if place is None:
            raise Unreadable(Sentence("{file} is not TOML; mend it first.", file=named)) from None
        raise Unreadable(
            Sentence("{file}, line {line}: it is not TOML; mend it first.", file=named, line=place[1])
        ) from None
    check_depth(tree, named)
    return tree


def check_keys(text: str, named: str) -> None:
    """Raises Unreadable for a key of more parts than levels are read: the parser's time grows with their square."""
    if _LONG_KEY.search(text):
        raise too_deep(named)
