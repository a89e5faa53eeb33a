"""Where in a file the answer to a question stands: found by changing the answer and looking what else changes."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.config.ask import Presence, matches
from aeterna_nb.generate.environment.server import is_set
from aeterna_nb.imports.pairs import taken_pairs
from aeterna_nb.imports.projection import Projection, made_up, probes
from aeterna_nb.questions import AnswerError, Question, by_name
from aeterna_nb.reading.leaves import KeyPath, Leaves, differing

_LINE = re.compile(r"(?P<key>\S+): (?P<value>\S+)\n?")


@dataclass(frozen=True, slots=True)
class Reading:
    """How an answer is read back: `pattern` is a text in which the answer, or parts of it, stand at these paths."""

    probe: Any
    parts: Mapping[KeyPath, tuple[str, str, str]]
    """By path, what stands in the leaf before and after the part, and the part as the probe has it."""
    lines: KeyPath | None = None
    """Where each key is a line of the answer, the mapping of these keys."""

    @property
    def whole(self) -> bool:
        """Whether the answer stands in one place as it is."""
        return self.lines is None and all(part == _text(self.probe) for _, _, part in self.parts.values())

    def candidate(self, question: Question, found: Leaves, target: str) -> Any:
        """The answer that `found` holds; None where it holds none that the question would take."""
        try:
            if self.lines is None:
                text = self._joined(found)
                return question.parse(text) if text else None
            pairs = {path[-1]: value for path, value in found.items() if path[:-1] == self.lines and value is not None}
            if question.name == "extra_environment":
                # Beside them stand those that follow from other answers.
                pairs = {name: value for name, value in pairs.items() if not is_set(name, target)}
            return taken_pairs(question, pairs)[0]
        except AnswerError:
            return None

    def _joined(self, found: Leaves) -> str:
        read: dict[str, str] = {}
        for path, (before, after, part) in self.parts.items():
            leaf = _text(found.get(path, ""))
            if len(leaf) <= len(before + after) or not leaf.startswith(before) or not leaf.endswith(after):
                return ""
            read[part] = leaf[len(before) : len(leaf) - len(after)]
        # In one go: what was read may look like a part itself.
        return _parts(read).sub(lambda part: read[part[0]], _text(self.probe))


@dataclass(frozen=True, slots=True)
class Places:
    """What follows from a question: every path that it can change, and the ways to read its answer back.

    `telling` are the paths at which every option of a choice leaves a value of its own, with the options by value.
    """

    paths: frozenset[KeyPath]
    readings: tuple[Reading, ...]
    telling: Mapping[KeyPath, Mapping[str, Any]]

    @property
    def own(self) -> frozenset[KeyPath]:
        """The paths at which the answer itself stands; every path where it stands at none."""
        return frozenset([*self.telling, *self.read_at]) or self.paths

    @property
    def read_at(self) -> frozenset[KeyPath]:
        """The paths at which the text of the answer, or a part of it, stands."""
        return frozenset(path for reading in self.readings for path in reading.parts)

    @property
    def mappings(self) -> frozenset[KeyPath]:
        """The mappings of which each key is a line of the answer."""
        return frozenset(reading.lines for reading in self.readings if reading.lines is not None)

    def reach(self, path: KeyPath) -> bool:
        """Whether the answer can change what stands at a path."""
        return path in self.paths or path[:-1] in self.mappings

    def reach_any(self, paths: Set[KeyPath]) -> bool:
        """Whether the answer can change what stands at one of these paths."""
        if not self.paths.isdisjoint(paths):
            return True
        return bool(self.mappings) and any(path[:-1] in self.mappings for path in paths)


@cache
def places(projection: Projection, name: str) -> Places:
    """Where the answer to a question stands in a file of this kind."""
    question = by_name()[name]
    base = made_up(asked(question, projection.target))
    assert base is not None
    trees: list[tuple[Any, Leaves]] = []
    readings: list[Reading] = []
    for probe in (None, *probes(question)[: 1 if question.secret else None]):
        if any(reading.whole for reading in readings) or _leaves_no_trace(question, trees):
            break
        made = projection.made(base.answers.with_values(Origin.TYPED, {name: probe}))
        if made is None:
            continue
        trees.append((probe, made[0]))
        for other_probe, other in trees[:-1]:
            readings += _readings(question, probe, other, made[0])
            readings += _readings(question, other_probe, made[0], other)
    paths = {path for _, tree in trees for path in differing(tree, trees[0][1])}
    return Places(frozenset(paths), tuple(readings), _telling(question, trees, paths))


@cache
def everywhere(projection: Projection) -> Places:
    """All that answers can change in a file of this kind, together."""
    every = [places(projection, name) for name in by_name()]
    readings = tuple(reading for each in every for reading in each.readings)
    return Places(frozenset(path for each in every for path in each.paths), readings, {})


def _leaves_no_trace(question: Question, trees: list[tuple[Any, Leaves]]) -> bool:
    """Whether two different texts made no difference; then no other will."""
    written = [tree for probe, tree in trees if probe is not None]
    return not question.options and len(written) > 1 and not differing(written[0], written[1])


def asked(question: Question, target: str) -> Answers:
    """Answers with which a question is asked under a target, where it can be."""
    return Answers().with_values(Origin.PRESET, {"target": target, **_leading_to(question, target)})


def _leading_to(question: Question, target: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for condition in question.when:
        for name, wanted in condition.alternatives[0].items():
            if name == "target" or wanted is Presence.ABSENT:
                continue
            other = by_name()[name]
            fitting = wanted if isinstance(wanted, tuple) else [it for it in probes(other) if matches(it, wanted)]
            value = values[name] if values.get(name) in fitting else fitting[0]
            values = {**_leading_to(other, target), **values, name: value}
    return values


def _readings(question: Question, probe: Any, before: Leaves, after: Leaves) -> list[Reading]:
    if probe is None or question.kind not in ("text", "document", "mapping", "integer"):
        return []
    text = _text(probe)
    changed = {path: after.get(path) for path in differing(before, after)}
    whole = [
        Reading(probe, {path: (*around, text)})
        for path, leaf in sorted(changed.items())
        if (around := _around(text, _text(leaf))) is not None
    ]
    if whole:
        return whole
    line = _LINE.fullmatch(text)
    if line is not None:
        ends = [path for path, leaf in changed.items() if path[-1] == line["key"] and leaf == line["value"]]
        return [Reading(probe, {}, path[:-1]) for path in ends]
    parts = {path: ("", "", leaf) for path, leaf in changed.items() if isinstance(leaf, str) and leaf and leaf in text}
    # What would be left of the probe would be made up.
    covered = parts and not any(map(str.isalnum, _parts(leaf for _, _, leaf in parts.values()).sub("", text)))
    return [Reading(probe, parts)] if covered else []


def _parts(parts: Iterable[str]) -> re.Pattern[str]:
    """Finds these texts; where one begins with another, the longer one."""
    return re.compile("|".join(map(re.escape, sorted(parts, key=len, reverse=True))))


def _telling(question: Question, trees: list[tuple[Any, Leaves]], paths: set[KeyPath]) -> dict[KeyPath, dict[str, Any]]:
    if question.kind not in ("choice", "boolean"):
        return {}
    options = [(option, tree) for option, tree in trees if option is not None]
    by_path = {path: {repr(tree.get(path)): option for option, tree in options} for path in sorted(paths)}
    return {path: values for path, values in by_path.items() if len(values) == len(options)}


def _around(part: str, leaf: str) -> tuple[str, str] | None:
    """What stands before and after the part in a leaf; None where the part is not in it exactly once."""
    pieces = leaf.split(part)
    return (pieces[0], pieces[1]) if len(pieces) == 2 else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
