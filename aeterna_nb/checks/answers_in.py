"""Answers by the names of their questions, as the tables of the checks look them up."""

from typing import Any

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.ask import Lookup
from aeterna_nb.questions import by_name, value_in

__all__ = ["Lookup", "lookup_in", "shown"]


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
    return next((option.title for option in question.options if option.value == value), str(value))
