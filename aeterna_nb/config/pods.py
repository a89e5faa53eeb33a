"""What is asked about pods as texts by name: which taints they tolerate, and which names and variables they get."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import PlainValidator

from aeterna_nb.config.mappings import StringMap, is_subdomain, label_key, label_value, texts_by_name
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import is_address, wrong

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
"""What a taint can do to pods that do not tolerate it."""


class Toleration(NamedTuple):
    """A taint that is tolerated: its key, and its value and effect, each of which is any where it is empty."""

    key: str
    value: str
    effect: str


def tolerations_in(texts: Mapping[str, str]) -> Iterator[Toleration]:
    """The tolerations in an answer: behind each key `value`, `value:effect` or an effect, several, or nothing."""
    for key, text in texts.items():
        for word in text.split() or [""]:
            value, colon, effect = word.rpartition(":")
            yield Toleration(key, value, effect) if colon or word in EFFECTS else Toleration(key, word, "")


def _tolerations(given: Any) -> StringMap:
    texts = texts_by_name(given, label_key)
    for number, (key, text) in enumerate(texts.items(), 1):
        for found in tolerations_in({key: text}):
            if found.effect not in ("", *EFFECTS) or (not found.effect and _NEARLY_AN_EFFECT.match(found.value)):
                raise wrong(
                    Sentence(
                        "There is no such effect as in entry {number}. Write value:effect, with NoSchedule, "
                        "PreferNoSchedule or NoExecute behind the colon, or the value alone for every effect.",
                        number=number,
                    )
                )
            label_value(found.value, number)
    return texts


_NEARLY_AN_EFFECT = re.compile(r"(prefer[-_]?)?no[-_]?(sched|exec)", re.IGNORECASE)
"""Without a colon it would be the value of a taint, which nobody means."""

Tolerations = Annotated[StringMap, PlainValidator(_tolerations, json_schema_input_type=str | dict[str, str])]
"""Taints that pods tolerate, by the taint's key."""


def _address(key: Any) -> str:
    if isinstance(key, str) and is_address(key):
        return key
    raise wrong("Write an IP address and then its host names, such as 192.0.2.7: db.example.com.")


def _host_aliases(given: Any) -> StringMap:
    texts = texts_by_name(given, _address)
    for number, text in enumerate(texts.values(), 1):
        names = text.split()
        if not names or not all(is_subdomain(name) and not is_address(name) for name in names):
            raise wrong(
                Sentence(
                    "Write host names in entry {number}, such as db.example.com, with spaces between several: small "
                    "letters, digits, hyphens and dots.",
                    number=number,
                )
            )
        if "localhost" in names:
            raise wrong(
                Sentence(
                    "localhost means the container itself, whatever else is said. Leave it out of entry {number}.",
                    number=number,
                )
            )
    return texts


HostAliases = Annotated[StringMap, PlainValidator(_host_aliases, json_schema_input_type=str | dict[str, str])]
"""Host names that containers are told, with spaces between several, by their IP address."""


def _variable(key: Any) -> str:
    if isinstance(key, str) and VARIABLE.fullmatch(key):
        return key
    raise wrong("Write each name with letters, digits and underscores, and no digit first, such as HTTPS_PROXY.")


def _variables(given: Any) -> StringMap:
    return texts_by_name(given, _variable)


def looks_secret(name: str) -> bool:
    """Whether the variable of this name holds a secret as a rule."""
    return SECRET.search(name.upper()) is not None


VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SECRET = re.compile(r"(KEY|TOKEN|PASSWORD|PASSWD|SECRET)(?![A-Z])")
Variables = Annotated[StringMap, PlainValidator(_variables, json_schema_input_type=str | dict[str, str])]
"""Environment variables by name."""
