"""What a deployment tells while it runs, one thing after the other."""

from dataclasses import dataclass
from typing import Literal

Action = Literal["install", "upgrade", "rollback", "start", "test", "uninstall"]
State = Literal["waiting", "ready", "trouble", "gone"]


@dataclass(frozen=True, slots=True)
class Began:
    """Something was begun: what, and of which release or project."""

    action: Action
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How one object or container is now. It is told when it changes."""

    kind: str
    name: str
    state: State
    words: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work: why, in one sentence, and what to do. No secret is in either."""

    reason: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody ended it before its time."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be known now: what is left, or what was brought back."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Finished:
    """It worked. `revision` is that of a release, 0 for what has none."""

    name: str
    seconds: float
    revision: int = 0


Event = Began | Progress | Failed | Cancelled | Note | Finished
