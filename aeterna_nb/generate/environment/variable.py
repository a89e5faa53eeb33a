"""What is declared of an environment variable of a container."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypeVar

from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.dotenv import Reference, from_env
from aeterna_nb.generate.dotenv import variable as in_dotenv

Target = Literal["kubernetes", "docker-compose"]


class Holds(Enum):
    """How a variable holds where something is."""

    HOST = "a host alone, or with a user before it"
    URL = "a URL, of which several hosts may be part"
    HOSTS = "hosts alone, separated by commas"
    SOURCES = "OPAL's data sources, a document with URLs"


class HandedOn(Enum):
    """Stands for the value that the variable has where Compose is started."""

    FROM_SHELL = None


Given = str | int | bool | HandedOn | None
"""What the answers make of a variable; None where it is not set, or where they leave it to the output, as a name that
follows the release."""

Value = Callable[[SetupConfig], Given]


AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""What AWS' libraries sign in with."""

UNASKED = "No question asks for it, and the server's default serves a single machine."

_Part = TypeVar("_Part")


def _nothing(config: SetupConfig) -> Given:
    return None


def _never(config: SetupConfig) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable of a container.

    `subject` is what it is about; it completes "the outputs disagree about". `value` follows from the answers. Where
    `secret` names a question and `from_secret` holds, the value is that answer, which Compose takes from `.env` and the
    chart from a Secret. `question` names the one whose answer `value` is, where that is one alone. `passed` marks what
    the chart has no value of its own about, so that it is handed through `extra.variables`. `only` is the one target
    that sets it, and `why` the reason. `later` marks what the default server version does not read yet. `holds` says
    how it holds an address, None for anything else; `port` names the variable with the port of a host alone.
    """

    name: str
    subject: str
    value: Value = _nothing
    secret: str = ""
    from_secret: Callable[[SetupConfig], bool] = _never
    question: str = ""
    passed: bool = False
    only: Target | None = None
    why: str = ""
    later: bool = False
    holds: Holds | None = None
    port: str = ""

    def said(self, config: SetupConfig) -> str | None:
        """Its value as the answers say it, in text; None where they do not, or it is a secret."""
        value = None if self.from_secret(config) else self.value(config)
        return None if value is None or isinstance(value, HandedOn | Reference) else text(value)

    def in_compose(self, config: SetupConfig) -> str | HandedOn | None:
        """Its value in the Compose file; None where it is not set."""
        if self.only == "kubernetes":
            return None
        if self.from_secret(config):
            return from_env(in_dotenv(self.secret))
        value = self.value(config)
        return value if value is None or isinstance(value, HandedOn) else text(value)


def text(value: str | int | bool) -> str:
    """A value as a variable holds it: the server takes `true` and `false` only (docs/facts/aeterna-server.md)."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)


def of(find: Callable[[SetupConfig], object], kind: type[_Part], value: Callable[[_Part], Given]) -> Value:
    """A value that follows from a part of the configuration, where that part is of a kind."""

    def given(config: SetupConfig) -> Given:
        part = find(config)
        return value(part) if isinstance(part, kind) else None

    return given


def handed_on(holds: Callable[[SetupConfig], bool], *names: str) -> tuple[Variable, ...]:
    """Variables that whoever starts Compose may have."""
    return tuple(
        Variable(
            name,
            "a sign-in at a cloud",
            lambda config: HandedOn.FROM_SHELL if holds(config) else None,
            only="docker-compose",
            why="In a cluster the pod has an identity, or the chart's values name a Secret.",
        )
        for name in names
    )
