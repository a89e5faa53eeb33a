"""What is wrong, or good to know: the one type in which every check speaks."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the configuration or about what was generated from it.

    `question` is the name of the question that causes it (empty when none does); a front end turns it into a jump,
    or into the flag to use. `cure` says how to mend it. Neither ever holds a secret's value.
    """

    severity: Severity
    message: str
    question: str = ""
    cure: str = ""
    check: str = ""
