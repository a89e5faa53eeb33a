"""Where a secret may stand in a file that is meant to hold none, and texts without those that are known."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

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


MASK = "••••"
"""Stands in the place of a secret in a line that is shown."""

_SHORTEST = 4
"""Characters: what is shorter stands in too many words to be taken out of them."""


def without_secrets(line: str, secrets: Iterable[str]) -> str:
    """A line without these secrets, in any form in which programs write them, and without passwords in addresses.

    Empty where it may hold a secret that is too short to be told from other text.
    """
    forms = {form for secret in secrets for part in secret.splitlines() for form in _forms(part.strip())}
    if any(form in line for form in forms if len(form) < _SHORTEST):
        return ""
    for form in sorted(forms, key=len, reverse=True):
        line = line.replace(form, MASK)
    return _ADDRESS.sub(f"://{MASK}@", line)


def _forms(secret: str) -> Iterator[str]:
    if secret:
        encoded = secret.encode()
        yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1])
        yield from (repr(secret)[1:-1], base64.b64encode(encoded).decode(), encoded.hex())
