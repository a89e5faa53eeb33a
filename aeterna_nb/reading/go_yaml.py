"""What a plain word of YAML stands for to Compose's reader (go.yaml.in/yaml v4), and how Go writes it as a text.

Checked word by word against `docker compose config` 5.6, which makes every variable a text.
"""

import math
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

_WORDS = {word: value for value, words in (
    (True, "true True TRUE"), (False, "false False FALSE"), (None, "null Null NULL ~"),
    (math.inf, ".inf .Inf .INF +.inf +.Inf +.INF"), (-math.inf, "-.inf -.Inf -.INF"), (math.nan, ".nan .NaN .NAN"),
) for word in words.split()} | {"": None}  # fmt: skip
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_BASES = (16, 2, 8, 10)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(\.\d{1,9})?(Z|[-+]\d\d:\d\d))|"
    r" (\d\d?):(\d\d?):(\d\d?)(\.\d{1,9})?)?"
)


def go_scalar(word: str) -> Any:
    """The value of a plain word: None, a boolean, a number, or a text. A time is the text that Go makes of it."""
    if word in _WORDS:
        return _WORDS[word]
    if word[0] not in "+-.0123456789" or len(word) > 400:
        return word
    if match := _TIME.fullmatch(word):
        return _time(word, match)
    plain = word.replace("_", "")
    if match := _INTEGER.fullmatch(plain):
        [(digits, base)] = [(group, base) for group, base in zip(match.groups()[1:], _BASES, strict=True) if group]
        whole = int(match[1] + digits, base)
        if -(2**63) <= whole < 2**64:
            return whole or (-0.0 if match[1] == "-" else 0)
    if _FLOAT.fullmatch(plain) and math.isfinite(number := float(plain)):
        return number
    return word


def go_text(value: Any) -> str:
    """The text that Go prints for a boolean or a number; a text stays."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    power = len(digits) + int(exponent) - 1
    if value == 0 or -4 <= power < 6:
        return f"{Decimal(repr(value)).normalize():f}"
    mantissa = "".join(map(str, digits))
    point = "." if len(digits) > 1 else ""
    return f"{'-' * sign}{mantissa[0]}{point}{mantissa[1:]}e{power:+03d}"


def _time(word: str, match: re.Match[str]) -> str:
    year, month, day = match.group(1, 2, 3)
    hour, minute, second, fraction = match.group(4, 5, 6, 7) if match[4] else match.group(9, 10, 11, 12)
    try:
        datetime(*(int(part or 0) for part in (year, month, day, hour, minute, second)))  # type: ignore[arg-type]
    except ValueError:
        return word
    zone = match[8] or "Z"
    offset = "+0000 UTC" if zone in ("Z", "+00:00") else f"{zone.replace(':', '')} {zone.replace(':', '')}"
    part = (fraction or "").rstrip("0").removesuffix(".")
    clock = ":".join(f"{int(part or 0):02}" for part in (hour, minute, second))
    return f"{year}-{int(month):02}-{int(day):02} {clock}{part} {offset}"
