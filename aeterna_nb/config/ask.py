"""How a field says that it is a question: `Ask` beside a field's type, `Part` beside a group of fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

ClusterObject = Literal[
    "namespace", "storageclass", "ingressclass", "secret", "tls-secret", "clusterissuer", "secretstore"
]
"""A kind of object in a cluster that an answer can name."""

Lookup = Callable[[str], Any]
"""Gives the present value of the question with that name; None when it has none or does not apply."""


class Presence(Enum):
    """Stands in a condition where any value, or no value, is meant."""

    GIVEN = "given"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Beginning:
    """Stands in a condition where a text is meant that begins with one of `texts`; with `other`, with none of them."""

    texts: tuple[str, ...]
    other: bool = False


Wanted = tuple[Any, ...] | Presence | Beginning
"""What a condition asks of one answer: one of these values, any or none at all, or how its text begins."""


@dataclass(frozen=True, slots=True)
class When:
    """A condition over other answers: at least one alternative holds, and in it every question has what is wanted.

    Data rather than a function, so that documentation, JSON schema and tests can read it.
    """

    alternatives: tuple[Mapping[str, Wanted], ...] = ({},)

    def holds(self, lookup: Lookup) -> bool:
        """Whether the condition is met by the answers that `lookup` gives."""
        # Loops, since every evaluation asks this thousands of times and generators would take twice as long.
        for alternative in self.alternatives:
            for name, wanted in alternative.items():
                if not matches(lookup(name), wanted):
                    break
            else:
                return True
        return False

    def names(self) -> frozenset[str]:
        """The questions whose answers it looks at."""
        return frozenset(name for alternative in self.alternatives for name in alternative)


def matches(value: Any, wanted: Wanted) -> bool:
    """Whether a value is what a condition wants; None stands for no answer."""
    match wanted:
        case Presence.GIVEN:
            return value is not None
        case Presence.ABSENT:
            return value is None
        case Beginning(texts, other):
            return value is not None and str(value).startswith(texts) is not other
        case _:
            return value in wanted


def when(*alternatives: Mapping[str, Wanted], **values: Wanted) -> When:
    """A condition: `when(mode=("local",))`, or several alternatives as mappings."""
    return When(alternatives or (values,))


ALWAYS = When()


@dataclass(frozen=True, slots=True)
class Part:
    """A group of questions: the stage it is asked in, and when it applies.

    `group` is the title under which they are folded together in a stage of many.
    """

    stage: str = ""
    when: When = ALWAYS
    group: str = ""


@dataclass(frozen=True, slots=True)
class Ask(Part):
    """A question.

    `name` is its identity in every front end; without one it is the prefix of its class and the field's name.
    `main` marks a choice that a run without preset or answers file must make. `needed` says when
    there must be an answer although the field has a default, for a secret unless the secret provider refers to Secrets
    that exist; `missing` is what is said where there is none. `derive` computes a default that follows other answers
    until somebody edits it. `notes` gives each plain choice its sentence. `document` marks text of several lines.
    `makeable` marks a secret that the workbench can make, and says what to do with one that was made.
    `link` is the address of a page that says more. What stands between backticks in `help` is code.
    `names` says which kind of object in the cluster the answer is the name of, so that a front end that has a
    cluster at hand can offer those that are there. `advanced` marks a question whose default suits most, so that a
    front end may leave it out until somebody wants to decide everything.
    """

    label: str = ""
    help: str = ""
    name: str = ""
    main: bool = False
    needed: When | None = None
    missing: str = ""
    unit: str = ""
    example: str = ""
    derive: Callable[[Lookup], Any] | None = None
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    document: bool = False
    makeable: str = ""
    link: str = ""
    names: ClusterObject | None = None
    advanced: bool = False


class Section(BaseModel):
    """Base of every group of answers. Frozen and closed: an unknown or misspelt answer is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    prefix: ClassVar[str] = ""
    """Begins the name of each question in this class."""
    title: ClassVar[str] = ""
    """How this alternative is called where it is one of several."""
    note: ClassVar[str] = ""
    """One sentence about this alternative."""
    in_compose: ClassVar[tuple[str, str] | None] = None
    """Title and note under Docker Compose, where they are others."""
