"""Takes a secret out of a text, in the forms in which servers and libraries give it back."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote

MASK = "***"

SHORTEST = 8
"""Characters. A shorter secret is a part of ordinary words."""

_ESCAPES = 5
"""How often JSON is put into JSON at the most: a server's log of a request, as text of a result, in our message."""


@lru_cache(maxsize=32)
def forms(secret: str) -> tuple[str, ...]:
    """The secret as it is, escaped as JSON in JSON, percent-encoded, in hex, and in base64 at any offset.

    The longest comes first. Empty for no secret.
    """
    if len(secret) < SHORTEST:
        return (secret,) if secret else ()
    escaped = [secret]
    for _ in range(_ESCAPES):
        escaped.append(json.dumps(escaped[-1])[1:-1])
    percent = quote(secret, safe=""), quote(secret)
    hexadecimal = secret.encode().hex()
    found = {
        *escaped,
        *percent,
        *(re.sub("%..", lambda code: code[0].lower(), text) for text in percent),
        hexadecimal,
        hexadecimal.upper(),
        *_in_base64(secret.encode()),
    }
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def _in_base64(secret: bytes) -> Iterator[str]:
    """The characters that are the same whatever stands before and behind, for each offset in a group of three."""
    for before in range(3):
        text = b64encode(b"\0" * before + secret).decode()
        sure = text[-(-8 * before // 6) : 8 * (before + len(secret)) // 6]
        yield sure
        yield sure.replace("+", "-").replace("/", "_")


def masked_text(text: str, secret: str) -> str:
    """The text without the secret."""
    for form in forms(secret):
        text = text.replace(form, MASK)
    return text
