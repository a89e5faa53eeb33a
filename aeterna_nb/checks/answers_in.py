"""Answers by the names of their questions, as the tables of the checks look them up."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.ask import Lookup
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import Address
from aeterna_nb.questions import by_name, questions, value_in

__all__ = ["Lookup", "addresses", "host_of", "lookup_in", "shown"]

_ADDRESSES = frozenset({Address.HOST, Address.URL, Address.GIT})
_SHORT_GIT = re.compile(r"[^@/]+@([^:/]+):.*")


def lookup_in(config: SetupConfig) -> Lookup:
    """A function from a question's name to its answer; None where it has none or does not apply."""

    def lookup(name: str) -> Any:
        return value_in(config, by_name()[name])

    return lookup


def shown(name: str, lookup: Lookup) -> str:
    """An answer as a sentence holds it: the title of a choice, else the text. Raises ValueError for a secret."""
    question = by_name()[name]
    if question.secret:
        raise ValueError(f"{name} is a secret and stands in no sentence")
    value = lookup(name)
    titles = {option.value: option.words(lookup("target"))[0] for option in question.options}
    return titles.get(value, str(value))


def addresses(lookup: Lookup) -> Iterator[tuple[str, str, str]]:
    """Every address among the answers that something connects to: the question's name, its label and the address."""
    for question in questions():
        if question.address in _ADDRESSES:
            value = lookup(question.name)
            if isinstance(value, str):
                yield question.name, Sentence(question.label), value


def host_of(address: str) -> str:
    """The host in a URL, in git's short form or in an address that is a host alone, in small letters.

    An IPv6 address comes without brackets.
    """
    if "://" in address:
        return urlsplit(address).hostname or ""
    short = _SHORT_GIT.fullmatch(address)
    return (short[1] if short else address).strip("[]").lower()
