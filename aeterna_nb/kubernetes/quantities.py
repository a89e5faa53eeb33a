"""Amounts as Kubernetes and Compose write them, as exact numbers."""

import re
from decimal import Decimal

_AMOUNT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(m|k|[MGTPE]i?|Ki|[eE][+-]?\d+|n|u)?")
_FACTORS = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "k": Decimal(10) ** 3,
    **{letter: Decimal(10) ** (3 * power) for power, letter in enumerate("MGTPE", start=2)},
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", start=1)},
}


def quantity(value: object) -> Decimal | None:
    """A Kubernetes amount such as `500m`, `2Gi` or 1.5 in its base unit; None where it is none.

    Suffixes as in apimachinery/pkg/api/resource: n, u, m, k, M, G, T, P, E; binary Ki, Mi, Gi, Ti, Pi, Ei.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _AMOUNT.fullmatch(str(value))
    if match is None:
        return None
    number, suffix = match.group(1), match.group(2) or ""
    if suffix not in _FACTORS:
        return Decimal(number + suffix)
    return Decimal(number) * _FACTORS[suffix]
