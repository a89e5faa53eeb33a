"""What a file is about, told by the keys that nobody else's files have.

Many charts have an `image`, an `ingress` or a `postgresql`, and many Compose files a service `redis`: none of that says
that a file is about Aeterna. Where nothing telling is found, nothing is taken.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from aeterna_nb.chart_values import ChartValues
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.generate.helm_secret_values import PLACES
from aeterna_nb.imports.projection import helm
from aeterna_nb.imports.upstream import tells_upstream
from aeterna_nb.questions import questions
from aeterna_nb.reading.leaves import KeyPath, Leaves, leaves

TELLING: tuple[KeyPath, ...] = (
    ("mode",),
    ("central",),
    ("hybrid",),
    ("vector",),
    ("cache", "type"),
    ("postgresql", "type"),
    ("postgresql", "cnpg"),
    ("opal",),
    ("llm",),
    ("kms",),
    ("features",),
)
"""Sections of the chart's values that no other chart has; whatever else is in them counts for nothing."""

READ_BY_PROGRAMS = ("default_profile", "profiles", "local")
"""What stands in config.toml besides the answers."""

OUR_IMAGE = re.compile(r"(^|/)aeterna(:|@|$)")
OUR_VARIABLE = re.compile(r"AETERNA_|OPAL_AUTH_|OPAL_INLINE_CEDAR_")


def nothing_found(name: str) -> Sentence:
    """The sentence that refuses a file, with what was looked for."""
    return Sentence(
        "{file} is about something else: nothing in it is known to be Aeterna's. Looked for were `target` (answers), "
        "`mode`, `vector.backend` or `cache.type` (values of this chart), `aeterna` or `deploymentMode` (values of the "
        "server's own chart), an image or variable of the server (Compose), and `mode` or `profiles` (config.toml).",
        file=name,
    )


def tells_answers(tree: Mapping[str, Any], said: Leaves) -> bool:
    """Whether a file holds answers: it says the target, or most of what it says are answers and no values."""
    answers = sum(path in _answer_paths() for path in said)
    return "target" in tree or (answers * 2 > len(said) and answers > max(_values(said), tells_upstream(said)))


def is_upstream(said: Leaves) -> bool:
    """Whether a file holds values of a chart of the server's own project, rather than of this one."""
    return tells_upstream(said) > _values(said)


def _values(said: Leaves) -> int:
    """How much of a file this chart has."""
    return sum(any(path[:depth] in helm().defaults for depth in range(1, len(path) + 1)) for path in said)


def tells_profile(tree: Mapping[str, Any]) -> bool:
    """Whether a file is a `config.toml`: with profiles of Aeterna's clients, or with answers."""
    return any(key in tree for key in READ_BY_PROGRAMS) or any(path in _answer_paths() for path in leaves(tree))


def tells_values(tree: Mapping[str, Any], said: Leaves) -> int:
    """How much in a file only the values of this chart have.

    Nothing where the same sections hold as many keys that this chart does not have.
    """
    known = said.keys() & helm().defaults.keys()
    telling = {path for path in known if any(path[: len(key)] == key for key in TELLING)}
    telling |= {path for path in said if path[:-1] in _secret_places() and path[-1] == "value"}
    sections = {path[0]: tree[path[0]] for path in telling}
    refused = refused_values(sections)
    own = len(telling - refused.keys())
    return own if own > sum(refused.values()) else 0


def tells_compose(tree: Mapping[str, Any]) -> bool:
    """Whether a Compose file runs Aeterna's server, or what only its server uses."""
    services = tree.get("services")
    return isinstance(services, Mapping) and any(
        OUR_IMAGE.search(str(service.get("image"))) or any(map(OUR_VARIABLE.match, _variables(service)))
        for service in services.values()
        if isinstance(service, Mapping)
    )


def _variables(service: Mapping[str, Any]) -> list[str]:
    """The variables of a service, whose environment is a mapping or a list of `NAME=value`."""
    return [str(name) for name in service.get("environment") or ()]


def refused_values(tree: Mapping[str, Any]) -> dict[KeyPath, bool]:
    """The paths at which the chart refuses its values, and whether it has no such key (or else not such a value)."""
    try:
        ChartValues.model_validate(tree)
    except ValidationError as error:
        return dict(_places_of(error))
    return {}


def _places_of(error: ValidationError) -> Iterator[tuple[KeyPath, bool]]:
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        yield tuple(str(part) for part in item["loc"]), item["type"] == "extra_forbidden"


@cache
def _answer_paths() -> frozenset[KeyPath]:
    return frozenset(question.path for question in questions())


@cache
def _secret_places() -> frozenset[KeyPath]:
    return frozenset(PLACES.values())
