"""Takes a secret out of whatever leaves the bridge, in the forms in which servers and libraries give it back."""

import json
from typing import Any

from aeterna_nb.reading.secret_texts import MASK, SHORTEST, forms, masked_text


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
