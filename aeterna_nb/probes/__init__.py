"""Is it there: whether the services that a configuration names can be reached from this machine.

One module for each way to ask; `targets` says whom to ask. A probe says what it tried, what came back and what to do.
It sends no password, and is not tried at all where the address itself is a secret or means something elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

TIMEOUT_SECONDS = 5.0
"""How long one service may take. A person waits for the slowest, since all are asked at once."""

State = Literal["reached", "failed", "not tried"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one service.

    `tried` says what was asked of whom, `seen` what came back, `cure` what to do about it. `question` is the answer
    that names the service.
    """

    service: str
    state: State
    tried: str = ""
    seen: str = ""
    cure: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A service to ask: who, which answer names it, and how. `elsewhere` says why it cannot be asked from here."""

    service: str
    question: str = ""
    ask: Callable[[float], Outcome] | None = None
    elsewhere: str = ""


def probe(targets: Sequence[Target], timeout: float = TIMEOUT_SECONDS) -> list[Outcome]:
    """The outcome of every target in its order, all asked at the same time."""
    if not targets:
        return []
    with ThreadPoolExecutor(len(targets), "probe") as threads:
        return list(threads.map(lambda target: _outcome(target, timeout), targets))


def allowed(environ: Mapping[str, str], *, for_visitors: bool) -> bool:
    """Whether this process may reach out: always for the person who started it, for visitors of a page that it
    serves only where the operator set AETERNA_ALLOW_PROBES to 1. Otherwise a page could be used to scan a network.
    """
    return not for_visitors or environ.get("AETERNA_ALLOW_PROBES") == "1"


def _outcome(target: Target, timeout: float) -> Outcome:
    if target.ask is None:
        return Outcome(target.service, "not tried", seen=target.elsewhere, question=target.question)
    return replace(target.ask(timeout), service=target.service, question=target.question)
