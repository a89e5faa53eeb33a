"""The answers behind a file: those whose generated file differs from it in the fewest values.

No table says which answer a value comes from. The answers are changed one by one, wherever the file and what is
generated still differ at a place that the question reaches, and whatever brings the two closer is kept.

What the search makes up in order to generate anything never becomes an answer: in the end only those answers count that
something in the file agrees with, and with no other.
"""

import itertools
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.imports.places import Places, everywhere, places
from aeterna_nb.imports.projection import Projection, probes
from aeterna_nb.questions import Question, by_name
from aeterna_nb.reading.leaves import KeyPath, Leaves, differing

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
    differs: Mapping[KeyPath, tuple[Question, ...]]


@dataclass(frozen=True, slots=True)
class _State:
    """Answers, those of them that were made up, and what is generated from both.

    `differs` is where the file says something else, `agreed` at how many places it says the same.
    """

    answers: Answers
    made: Leaves
    differs: Set[KeyPath]
    agreed: int


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
    stands = {question.name for question in state.answers.active() if search.stands(state, question)}
    return Behind(search.decided(state, stands), search.differences(state, stands))


class _Search:
    """One search: the kind of file, and what the file says."""

    def __init__(self, projection: Projection, said: Leaves) -> None:
        self._projection = projection
        self._said = said
        self._found = {**projection.defaults, **said}
        reach = everywhere(projection).reach
        # What no answer reaches differs whatever is answered; there may be a lot of it.
        self._reached = {path for path in self._found if path in projection.defaults or reach(path)}

    def state(self, answers: Answers) -> _State | None:
        """What follows from these answers; None where they contradict each other."""
        made = self._projection.made(answers)
        if made is None:
            return None
        tree, complete = made
        differs = differing(tree, self._found, self._reached | tree.keys())
        return _State(complete, tree, differs, len((tree.keys() & self._found.keys()) - differs))

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
        return self._places(question).reach_any(state.differs)

    def _closest(self, state: _State, question: Question) -> _State:
        present = state.answers.lookup(question.name)
        told = self._told(question, self._said)
        if told is not None:
            # Which alternative it is stands there in words, so its details may differ for now.
            return state if told == present else self._with(state, question, told) or state
        for value in self._candidates(question, present):
            other = self._settled(self._with(state, question, value), state)
            if other is not None and len(other.differs) < len(state.differs):
                # Of a foreign file nothing generated explains most; that is no reason to generate nothing.
                state = other if other.agreed >= state.agreed or not question.main else state
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

    def _told(self, question: Question, leaves: Leaves) -> Any:
        """The option of a choice that the file itself names; None where it names none, or not one alone."""
        votes = [
            options[value]
            for path, options in self._places(question).telling.items()
            if path in leaves and (value := repr(leaves[path])) in options
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
            read = [
                reading.candidate(question, self._found, self._projection.target)
                for reading in self._places(question).readings
            ]
            yield from dict.fromkeys(value for value in read if value is not None and value != present)

    def stands(self, state: _State, question: Question) -> bool:
        """Whether the file says what the answer to this question is, rather than that any other would do as well."""
        own = self._places(question).own
        if not question.options and question.kind != "boolean":
            return any(path in state.made and path in self._found and path not in state.differs for path in own) or any(
                path[:-1] in self._places(question).mappings for path in state.made.keys() & self._said.keys()
            )
        found = state.answers.origin(question.name) is Origin.FILE
        told = self._told(question, self._found)
        if question.name == "target" or (found and not question.main):
            return True
        if told is not None:
            return bool(told == state.answers.lookup(question.name))
        named = (path for path, options in self._places(question).telling.items() if _names(options))
        if any(path in self._said for path in named):
            return False  # The file names something that is no option.
        others = (
            self._settled(self._with(state, question, value), state)
            for value in probes(question)
            if value != state.answers.lookup(question.name)
        )
        # An option that gives the same file is no other one.
        agreed = [other.agreed for other in others if other is not None and other.made != state.made]
        return bool(agreed) and max(agreed) < state.agreed

    def decided(self, state: _State, stands: Set[str]) -> dict[str, Any]:
        """The answers that a person would have made and that stand in the file."""
        values: dict[str, Any] = {}
        for question in state.answers.active():
            value = state.answers.lookup(question.name)
            if question.secret or value is None or question.name not in stands:
                continue
            if question.main or value != question.default_for(state.answers.lookup):
                values[question.name] = value
        return values

    def differences(self, state: _State, stands: Set[str]) -> dict[KeyPath, tuple[Question, ...]]:
        """Where the file still differs, with the questions that reach there."""
        active = [question for question in state.answers.active() if question.name not in EVERYWHERE]
        active.sort(key=lambda question: len(self._places(question).paths))
        unreached = self._found.keys() - self._reached - state.made.keys()
        reaching = {
            path: tuple(question for question in active if self._places(question).reach(path))
            for path in sorted(state.differs)
        }
        open_ = {question.name for question in active if question.name not in stands and question.required}
        return dict.fromkeys(sorted(unreached), ()) | {
            path: asked
            for path, asked in reaching.items()
            if path in self._said or not any(question.name in open_ for question in asked)
        }


def _names(options: Mapping[str, Any]) -> bool:
    """Whether each option stands there by its own name."""
    return all(value == repr(option) for value, option in options.items())


def _combinations(question: Question, present: tuple[Any, ...] | None) -> Iterator[tuple[Any, ...]]:
    values = [option.value for option in question.options]
    if len(values) <= FEW:
        for number in range(len(values) + 1):
            yield from itertools.combinations(values, number)
        return
    chosen = set(present or ())
    for value in values:
        yield tuple(item for item in values if item in chosen ^ {value})
