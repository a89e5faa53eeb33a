"""Where a secret may stand in a file that is meant to hold none."""

import re

_KEY = re.compile(
    r"passw(or)?d|token$|api_?key$|_key$|private|credentials?$|(access|client)\w*secret|^value$", re.IGNORECASE
)
_ADDRESS = re.compile(r"://[^/\s]*@")
_LINE = re.compile(r"""^\s*(?:- )*["']?(?P<key>[\w./-]+)["']?\s*[:=]""")


def is_confidential(key: str) -> bool:
    """Whether a secret may stand under a key of this name."""
    return _KEY.search(key) is not None


def line_is_confidential(line: str) -> bool:
    """Whether a line says something under such a key, or an address with a password."""
    named = _LINE.match(line)
    return bool((named and is_confidential(named["key"])) or _ADDRESS.search(line))
