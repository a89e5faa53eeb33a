"""Is it there, and does it work: the services that a configuration names, asked from this machine.

One module for each service; `targets` says whom to ask, `running` asks all of them at once. A probe says what it tried,
what came back and what to do. A secret is sent only to the address that it was given for, never over a connection that
others can read in the open internet, and never to wherever an answer points.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["reached", "failed", "not tried"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from a service: what was seen, and what to do about it.

    `question` is the answer to mend, where it is another than the one that names the service. `quoted` is what the
    service itself said: it may hold anything, secrets of ours included, until `running` has taken them out.
    `nameless` says that this machine does not know the name of the host.
    """

    state: State
    seen: str
    cure: str = ""
    question: str = ""
    quoted: str = ""
    nameless: bool = False


class Answered(Exception):
    """Ends a probe with its reply, from wherever in it there is nothing more to ask."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.seen)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one service.

    `tried` says what was asked of whom, `seen` what came back, `cure` what to do about it. `question` is the answer
    that names the service, or that is wrong. `nameless` says that this machine does not know the name of the host.
    """

    service: str
    state: State
    tried: str = ""
    seen: str = ""
    cure: str = ""
    question: str = ""
    nameless: bool = False


Ask = Callable[[], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Target:
    """A service to ask: who, which answer names it, what is asked, and how.

    `elsewhere` says why it cannot be asked from here.
    """

    service: str
    question: str = ""
    tried: str = ""
    ask: Ask | None = None
    elsewhere: str = ""

    @property
    def key(self) -> str:
        """The service's name as a word of a command line."""
        return self.service.lower().replace(" ", "-")


def reached(seen: str) -> Reply:
    """A reply that all is well."""
    return Reply("reached", seen)


def failed(seen: str, cure: str, question: str = "", quoted: str = "") -> Reply:
    """A reply that something is wrong."""
    return Reply("failed", seen, cure, question, quoted)


def allowed(environ: Mapping[str, str], *, for_visitors: bool) -> bool:
    """Whether this process may reach out: always for the person who started it, for visitors of a page that it
    serves only where the operator set AETERNA_ALLOW_PROBES to 1. Otherwise a page could be used to scan a network.
    """
    return not for_visitors or environ.get("AETERNA_ALLOW_PROBES") == "1"
