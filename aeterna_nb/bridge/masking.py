"""Takes a secret out of whatever leaves the bridge, in the forms in which servers and libraries give it back."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

MASK = "***"

SHORTEST = 8
"""Characters. A shorter secret is a part of ordinary words and is only taken out of our own sentences."""

_ESCAPES = 5
"""How often JSON is put into JSON at the most: a server's log of a request, as text of a result, in our message."""


@lru_cache(maxsize=2)
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


def masked_value(value: Any, secret: str) -> Any:
    """A value of JSON without the secret, in texts, keys and numbers. It must not be nested without bounds."""
    if isinstance(value, dict):
        return {masked_text(key, secret): masked_value(inner, secret) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked_value(inner, secret) for inner in value]
    if isinstance(value, str):
        return masked_text(value, secret)
    text = json.dumps(value)
    return value if masked_text(text, secret) == text else MASK


def masked_line(line: str, secret: str) -> str:
    """A message of JSON-RPC without the secret in its result, error or parameters. The frame itself stays."""
    if len(secret) < SHORTEST or not any(form in line for form in forms(secret)):
        return line
    frame = json.loads(line)
    inner = {name: masked_value(frame[name], secret) for name in ("result", "error", "params") if name in frame}
    return json.dumps({**frame, **inner}, ensure_ascii=False, separators=(",", ":"))
