"""Where answers come from: layers with a fixed order, and the configuration that they add up to.

default < preset < fleet < answers file < environment < flags or parameters < typed
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Any

from pydantic import SecretStr, ValidationError

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.questions import AnswerError, Question, by_name, groups, mapping_paths, plain, questions


class Origin(IntEnum):
    """The layer that an answer comes from; a higher one wins."""

    DEFAULT = 0
    PRESET = 1
    FLEET = 2
    FILE = 3
    ENVIRONMENT = 4
    GIVEN = 5
    TYPED = 6


ORIGIN_WORDS = {
    Origin.DEFAULT: "Default",
    Origin.PRESET: "From the preset",
    Origin.FLEET: "From the fleet's answers",
    Origin.FILE: "From the answers file",
    Origin.ENVIRONMENT: "From the environment",
    Origin.GIVEN: "Given as a flag or parameter",
    Origin.TYPED: "Typed by you",
}

MOST_NAMED = 100
"""Keys that are no answers and are named, each with the nearest that is one."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Stands where an answer was given that can't be taken. What was given is not kept: it may be a secret."""

    sentence: str


class Cleared:
    """Stands where somebody took an answer away that a lower layer still gives: the default counts again."""

    def __repr__(self) -> str:
        return "CLEARED"


CLEARED = Cleared()


@dataclass(frozen=True)
class Answers:
    """Answers in layers. Immutable: every change gives a new one.

    A layer maps a question's name to its value, as the configuration holds it, to `Rejected` or to `CLEARED`.
    """

    layers: Mapping[Origin, Mapping[str, Any]] = field(default_factory=dict)

    def with_values(self, origin: Origin, values: Mapping[str, Any]) -> "Answers":
        """With values from a program or a file laid into a layer; None takes an answer out of it."""
        return self._with(origin, {name: _taken(by_name()[name].check, value) for name, value in values.items()})

    def with_texts(self, origin: Origin, texts: Mapping[str, str]) -> "Answers":
        """With texts laid into a layer, as flags, variables and prompts give them."""
        return self._with(origin, {name: _taken(by_name()[name].parse, text) for name, text in texts.items()})

    def with_layer(self, origin: Origin, values: Mapping[str, Any]) -> "Answers":
        """With a layer that holds these values and nothing of what it held before."""
        return Answers({**self.layers, origin: {}}).with_values(origin, values)

    def without(self, origin: Origin, names: Iterable[str]) -> "Answers":
        """With the answers of these questions taken out of a layer."""
        return self._with(origin, dict.fromkeys(names))

    def cleared(self, origin: Origin, names: Iterable[str]) -> "Answers":
        """With these questions back at their defaults, whatever this layer and those below it say."""
        return self._with(origin, dict.fromkeys(names, CLEARED))

    def _with(self, origin: Origin, values: Mapping[str, Any]) -> "Answers":
        layer = {**self.layers.get(origin, {}), **values}
        kept = {name: value for name, value in layer.items() if value is not None}
        return Answers({**self.layers, origin: kept})

    @cached_property
    def _resolved(self) -> dict[str, tuple[Any, Origin]]:
        return {}

    def lookup(self, name: str) -> Any:
        """The value of a question; None when it has none, when it was rejected, or when it does not apply."""
        value = self._resolve(name)[0]
        return None if isinstance(value, Rejected) else value

    def rejected(self, name: str) -> str:
        """The sentence that says why the answer given to a question can't be taken; empty when it can."""
        value = self._resolve(name)[0]
        return value.sentence if isinstance(value, Rejected) else ""

    def origin(self, name: str) -> Origin:
        """The layer that the present value of a question comes from."""
        return self._resolve(name)[1]

    def _resolve(self, name: str) -> tuple[Any, Origin]:
        if name not in self._resolved:
            # A condition or default that asks for its own question sees it unanswered instead of recursing for ever.
            self._resolved[name] = (None, Origin.DEFAULT)
            self._resolved[name] = self._find(by_name()[name])
        return self._resolved[name]

    def _find(self, question: Question) -> tuple[Any, Origin]:
        if not question.applies(self.lookup):
            return None, Origin.DEFAULT
        for origin in sorted(self.layers, reverse=True):
            value = self.layers[origin].get(question.name)
            if value is CLEARED:
                break
            if value is not None:
                return value, origin
        return question.default_for(self.lookup), Origin.DEFAULT

    def applies(self, name: str) -> bool:
        """Whether a question is asked, given the other answers."""
        return name in self._names

    def active(self) -> tuple[Question, ...]:
        """The questions that apply, in their order."""
        return self._active

    @cached_property
    def _active(self) -> tuple[Question, ...]:
        return tuple(question for question in questions() if question.applies(self.lookup))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(question.name for question in self._active)

    def missing(self) -> tuple[Question, ...]:
        """The questions that must be answered and are not."""
        return tuple(
            question
            for question in self.active()
            if self._resolve(question.name)[0] is None and question.must_be_answered(self.lookup)
        )

    def findings(self) -> list[Finding]:
        """What is wrong with the answers themselves: rejected, missing, and those that do not apply."""
        found = [
            Finding("error", _refused(question, value), question.name, check="answers")
            for question in self.active()
            if isinstance(value := self._resolve(question.name)[0], Rejected)
        ]
        found += [
            Finding("error", _missing_sentence(question), question.name, self._hint(question), check="missing")
            for question in self.missing()
        ]
        idle = {
            name: origin
            for origin in (Origin.FILE, Origin.ENVIRONMENT, Origin.GIVEN)
            for name in self.layers.get(origin, {})
            if self._idle(by_name()[name]) and not (origin is Origin.FILE and by_name()[name].secret)
        }
        found += [
            Finding(
                "warning",
                Sentence(
                    "{answer} does not apply to these choices and changes nothing.",
                    answer=_as_given(by_name()[name], origin),
                ),
                name,
                check="idle",
            )
            for name, origin in idle.items()
        ]
        return found

    def _idle(self, question: Question) -> bool:
        """Whether the choices that were made rule a question out; while one is missing nobody knows."""
        choices = {name for condition in question.when for name in condition.names()}
        undecided = any(
            self.applies(name) and self.lookup(name) is None and by_name()[name].required for name in choices
        )
        return not undecided and not self.applies(question.name)

    def _hint(self, question: Question) -> str:
        """What to write, and which main choices are asked once this one is made."""
        hint = Sentence("For example {example}.", example=question.example) if question.example else ""
        if question.options:
            values = ", ".join(str(option.value) for option in question.options)
            hint = Sentence("Choose one of: {values}.", values=values)
        given = {name for layer in self.layers.values() for name in layer}
        later = [
            other for other in questions() if other.main and other.follows(question) and not self.applies(other.name)
        ]
        flags = ", ".join(other.flag for other in later if other.name not in given)
        return Sentence("{hint} Depending on it also: {flags}.", hint=hint, flags=flags) if flags else hint

    def config(self) -> tuple[SetupConfig | None, list[Finding]]:
        """The configuration, or None, and everything that is wrong with the answers."""
        config, found = self._configured
        return config, list(found)

    @cached_property
    def _configured(self) -> tuple[SetupConfig | None, tuple[Finding, ...]]:
        found = tuple(self.findings())
        if any(finding.severity == "error" for finding in found):
            return None, found
        try:
            return SetupConfig.model_validate(self.nested()), found
        except ValidationError as error:
            return None, (*found, *_rule_findings(error))

    def nested(self) -> dict[str, Any]:
        """The answers that apply, secrets among them, nested as the models are."""
        tree: dict[str, Any] = {}
        for group in groups():
            if all(condition.holds(self.lookup) for condition in group.when):
                _put(tree, group.path, {})
        for question in self.active():
            value = self.lookup(question.name)
            if value is not None:
                _put(tree, question.path, value)
        return tree

    def decided(self) -> dict[str, Any]:
        """What a person decided, nested as in the answers file: main choices and what differs from the defaults.

        No secrets, nothing that does not apply, and nothing that the fleet decides; the same whichever front end was
        used.
        """
        tree: dict[str, Any] = {}
        shared = self.layers.get(Origin.FLEET, {})
        for question in self.active():
            value = self.lookup(question.name)
            if question.secret or value is None:
                continue
            inherited = shared.get(question.name)
            if inherited is None:
                decided = question.main or value != question.default_for(self.lookup)
            else:
                decided = value != inherited
            if decided:
                _put(tree, question.path, plain(value))
        return tree


def _taken(read: Any, raw: Any) -> Any:
    if raw is None:
        return None
    try:
        return read(raw.get_secret_value() if isinstance(raw, SecretStr) else raw)
    except AnswerError as error:
        return Rejected(str(error))


def _put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree.setdefault(path[-1], value)


def _as_given(question: Question, origin: Origin) -> str:
    """How an answer is called where it was given."""
    if origin is Origin.FILE:
        return ".".join(question.path)
    return question.variable if origin is Origin.ENVIRONMENT else question.flag


def _refused(question: Question, value: Rejected) -> str:
    return Sentence("{question}: {sentence}", question=Heading(question.label), sentence=value.sentence)


def _missing_sentence(question: Question) -> str:
    return question.ask.missing or Sentence('"{question}" needs an answer.', question=Sentence(question.label))


def _rule_findings(error: ValidationError) -> list[Finding]:
    found: list[Finding] = []
    for item in error.errors(include_url=False, include_input=False):
        broken = item.get("ctx", {}).get("violations")
        if broken is None:
            found.append(Finding("error", item["msg"], _question_at(item["loc"]), check="model"))
        else:
            found += [Finding("error", rule.message, rule.question, rule.cure, check="rules") for rule in broken]
    return found


def _question_at(location: tuple[int | str, ...]) -> str:
    """The question at an error's place; a union's place has the chosen alternative in it, which no path has."""
    return (
        next(
            (
                question.name
                for question in questions()
                if question.path[0] == location[0] and question.path[-1] == location[-1]
            ),
            "",
        )
        if location
        else ""
    )


def read_nested(tree: Mapping[str, Any], below: Answers) -> tuple[dict[str, Any], list[Finding]]:
    """Values by question's name from a nested answers mapping, and a finding for every key that is no answer.

    Of many such keys the first are named, and the rest is counted. One place can belong to several questions
    (`vector.host`): the choice made in the mapping, or else in the layers `below`, decides.
    """
    flat = dict(_leaves(tree, ()))
    claims: dict[tuple[str, ...], list[Question]] = {}
    for question in questions():
        if question.path in flat:
            claims.setdefault(question.path, []).append(question)
    values = {owners[0].name: flat[path] for path, owners in claims.items() if len(owners) == 1}

    def choice(name: str) -> Any:
        return values.get(name, below.lookup(name))

    for path, owners in claims.items():
        if len(owners) > 1:
            owner = next((q for q in owners if all(c.holds(choice) for c in q.alternative)), owners[0])
            values[owner.name] = flat[path]
    unknown = [path for path in flat if path not in claims]
    findings = [
        Finding("error", f"There is no answer called {'.'.join(path)}.", cure=_nearest(path), check="answers")
        for path in unknown[:MOST_NAMED]
    ]
    if len(unknown) > MOST_NAMED:
        more = Sentence("And {number} more that are no answers.", number=len(unknown) - MOST_NAMED)
        findings.append(Finding("error", more, check="answers"))
    return values, findings


def _leaves(tree: Mapping[str, Any], path: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], Any]]:
    for key, value in tree.items():
        here = (*path, str(key))
        if isinstance(value, Mapping) and here not in mapping_paths():
            yield from _leaves(value, here)
        elif not isinstance(value, Mapping) or value:
            yield here, value


def _nearest(path: tuple[str, ...]) -> str:
    written = ".".join(path)
    known = [".".join(question.path) for question in questions()]
    inside = [name for name in known if name.startswith(f"{written}.")]
    near = inside or difflib.get_close_matches(written, known, n=1)
    return f"Did you mean {near[0]}?" if near else ""
