"""What a draft keeps of answers, and gives back: no secret, nothing refused, nothing that is not asked any more."""

from collections.abc import Iterable, Mapping
from typing import Any

from aeterna_nb.answers import CLEARED, Answers, Origin, Rejected
from aeterna_nb.questions import by_name, plain


def keeps(name: str) -> bool:
    """Whether a draft may hold the answer to the question of this name."""
    return name in by_name() and not by_name()[name].secret


def kept_values(answers: Answers, origin: Origin) -> dict[str, Any]:
    """The answers of a layer by question's name, as JSON holds them."""
    layer = answers.layers.get(origin, {})
    taken = {name: value for name, value in layer.items() if not isinstance(value, Rejected) and value is not CLEARED}
    return {name: plain(value) for name, value in taken.items() if keeps(name)}


def kept_clearings(answers: Answers, origin: Origin) -> list[str]:
    """The names of the questions whose answers a layer takes away."""
    return [name for name, value in answers.layers.get(origin, {}).items() if value is CLEARED and keeps(name)]


def with_kept(answers: Answers, origin: Origin, values: Mapping[str, Any], cleared: Iterable[str] = ()) -> Answers:
    """The answers with what a draft holds for a layer."""
    known = {name: value for name, value in values.items() if keeps(name)}
    return answers.with_values(origin, known).cleared(origin, [name for name in cleared if keeps(name)])
