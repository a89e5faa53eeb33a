"""The answers behind a file: those whose generated file differs from it in the fewest values.

No table says which answer a value comes from. The answers are changed one by one, wherever the file and what is
generated still differ at a place that the question reaches, and whatever brings the two closer is kept.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.imports.leaves import Leaves, Path, differing
from aeterna_nb.imports.places import Places, places
from aeterna_nb.imports.projection import Projection, probes
from aeterna_nb.questions import Question, by_name

MOST_PASSES = 6
"""Rounds through the questions: an answer can need two others first, and none needs more."""

EVERYWHERE = ("target", "mode")
"""Questions that change nearly everything, and so explain nothing."""

FEW = 4
"""Options of which every combination is tried; of more, one after the other."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Answers by question's name, and where their file still differs from the one that was found.

    `differs` has, by path, the questions that can change what stands there, those that change least besides first.
    What differs because the file leaves a question open is not among them.
    """

    values: Mapping[str, Any]
    differs: Mapping[Path, tuple[Question, ...]]


@dataclass(frozen=True, slots=True)
class _State:
    """Answers, those of them that were made up, and what is generated from both."""

    answers: Answers
    made: Leaves
    differs: set[Path]


def answers_behind(projection: Projection, said: Leaves, given: Mapping[str, Any]) -> Behind:
    """The answers behind a file of this kind, of which `said` are the leaves.

    `given` are answers that are known already, such as secrets. Only what a person would have decided is found: main
    choices, and what differs from the defaults.
    """
    search = _Search(projection, said)
    target = {"target": projection.target}
    # What was given can contradict itself; the file is read all the same.
    starts = (Answers().with_values(Origin.FILE, {**values, **target}) for values in (given, {}))
    state = next((state for start in starts if (state := search.state(start)) is not None), None)
    if state is None:
        return Behind({}, {})
    for _ in range(MOST_PASSES):
        before = state
        state = search.round(state)
        if state is before:
            break
    return Behind(search.decided(state), search.differences(state))


class _Search:
    """One search: the kind of file, and what the file says."""

    def __init__(self, projection: Projection, said: Leaves) -> None:
        self._projection = projection
        self._said = said
        self._found = {**projection.defaults, **said}

    def state(self, answers: Answers) -> _State | None:
        """What follows from these answers; None where they contradict each other."""
        made = self._projection.made(answers)
        return None if made is None else _State(made[1], made[0], differing(made[0], self._found))

    def round(self, state: _State) -> _State:
        """What follows once every question was looked at; the same object where nothing is closer."""
        for name, question in by_name().items():
            if not state.differs:
                break
            if name != "target" and state.answers.applies(name) and self._reaches(question, state):
                state = self._closest(state, question)
        return state

    def _places(self, question: Question) -> Places:
        return places(self._projection, question.name)

    def _reaches(self, question: Question, state: _State) -> bool:
        return any(map(self._places(question).reach, state.differs))

    def _closest(self, state: _State, question: Question) -> _State:
        present = state.answers.lookup(question.name)
        told = self._told(question)
        if told is not None:
            # Which alternative it is stands there in words, so its details may differ for now.
            return state if told == present else self._with(state, question, told) or state
        for value in self._candidates(question, present):
            other = self._settled(self._with(state, question, value), state)
            if other is not None and len(other.differs) < len(state.differs):
                state = other
        return state

    def _with(self, state: _State, question: Question, value: Any) -> _State | None:
        layer = Origin.PRESET if question.secret else Origin.FILE
        return self.state(state.answers.with_values(layer, {question.name: value}))

    def _settled(self, state: _State | None, before: _State) -> _State | None:
        """What follows once the questions that a choice brought have their answers from the file as well."""
        brought = () if state is None else state.answers.active()
        for question in brought:
            if state is not None and not before.answers.applies(question.name) and self._reaches(question, state):
                state = self._closest(state, question)
        return state

    def _told(self, question: Question) -> Any:
        """The option of a choice that the file itself names; None where it names none, or not one alone."""
        votes = [
            options[value]
            for path, options in self._places(question).telling.items()
            if path in self._said and (value := repr(self._said[path])) in options
        ]
        return votes[0] if votes and all(vote == votes[0] for vote in votes) else None

    def _candidates(self, question: Question, present: Any) -> Iterator[Any]:
        if question.secret:
            # Its value is not in this file; whether there is one may show all the same.
            yield from [probes(question)[0]] if present is None else []
        elif question.kind == "choices":
            yield from _combinations(question, present)
        elif question.options or question.kind == "boolean":
            yield from (value for value in probes(question) if value != present)
        else:
            read = [reading.candidate(question, self._found) for reading in self._places(question).readings]
            yield from dict.fromkeys(value for value in read if value is not None and value != present)

    def decided(self, state: _State) -> dict[str, Any]:
        """The answers that a person would have made, without what was made up and is not what the file says."""
        values: dict[str, Any] = {}
        for question in state.answers.active():
            value = state.answers.lookup(question.name)
            if question.secret or value is None or self._made_up(state, question):
                continue
            if question.main or value != question.default_for(state.answers.lookup):
                values[question.name] = value
        return values

    def _made_up(self, state: _State, question: Question) -> bool:
        """Whether an answer was only needed to generate anything: the file says nothing of it, or something else."""
        made_up, own = state.answers.origin(question.name) is Origin.PRESET, self._places(question).own
        return made_up and (not own or bool(own & state.differs))

    def differences(self, state: _State) -> dict[Path, tuple[Question, ...]]:
        """Where the file still differs, with the questions that reach there."""
        active = [question for question in state.answers.active() if question.name not in EVERYWHERE]
        active.sort(key=lambda question: len(self._places(question).paths))
        reaching = {
            path: tuple(question for question in active if self._places(question).reach(path))
            for path in sorted(state.differs)
        }
        return {
            path: asked
            for path, asked in reaching.items()
            if path in self._said or not any(self._made_up(state, question) for question in asked)
        }


def _combinations(question: Question, present: tuple[Any, ...] | None) -> Iterator[tuple[Any, ...]]:
    values = [option.value for option in question.options]
    if len(values) <= FEW:
        for number in range(len(values) + 1):
            yield from itertools.combinations(values, number)
        return
    chosen = set(present or ())
    for value in values:
        yield tuple(item for item in values if item in chosen ^ {value})
