"""The answers of one visit: what was typed, what can be undone, which stages were seen. No widgets."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import SecretStr

from aeterna_nb.answers import ORIGIN_WORDS, Answers, Origin, Rejected
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import STAGES, Question, Stage, by_name

UNDO_STEPS = 100
"""Changes that can be taken back; more than anybody remembers having made."""


@dataclass(frozen=True)
class Moment:
    """What undo brings back: the answers, the texts that stand in the fields, and the preset that was taken."""

    answers: Answers
    texts: Mapping[str, str] = field(default_factory=dict)
    preset: str = ""


class Session:
    """The answers of one visit. Every change makes a new moment; `undo` goes back to the one before."""

    def __init__(self, answers: Answers, preset: str = "") -> None:
        self._first = Moment(answers, preset=preset)
        self._moments = [self._first]
        self.left: set[str] = set()
        """The stages that were shown and left again, by id."""

    @property
    def answers(self) -> Answers:
        """The present answers."""
        return self._moments[-1].answers

    @property
    def preset(self) -> str:
        """The name of the preset that was taken; empty for none."""
        return self._moments[-1].preset

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return len(self._moments) > 1

    def undo(self) -> None:
        """Take back the last change."""
        if self.can_undo:
            self._moments.pop()

    def _step(self, moment: Moment) -> None:
        if moment == self._moments[-1]:
            return
        self._moments = [*self._moments[-UNDO_STEPS:], moment]

    def type_text(self, name: str, text: str) -> None:
        """Take what was typed for a question; nothing but spaces takes the typed answer back."""
        now = self._moments[-1]
        if text == self.text(name):
            return
        answers = (
            now.answers.with_texts(Origin.TYPED, {name: text})
            if text.strip()
            else now.answers.without(Origin.TYPED, [name])
        )
        texts = {} if by_name()[name].secret else {name: text}
        self._step(replace(now, answers=answers, texts={**now.texts, **texts}))

    def choose(self, name: str, value: Any) -> None:
        """Take a value that was chosen; None takes the choice back."""
        now = self._moments[-1]
        if value == self.value(name):
            return
        self._step(replace(now, answers=now.answers.with_values(Origin.TYPED, {name: value})))

    def take_preset(self, name: str) -> None:
        """Lay a preset under what was typed, in place of the one before; empty takes it away."""
        now = self._moments[-1]
        bare = Answers({**now.answers.layers, Origin.PRESET: {}})
        values = PRESETS[name].values if name else {}
        self._step(replace(now, answers=bare.with_values(Origin.PRESET, values), preset=name))

    def draft(self) -> str:
        """What was decided in this visit, as JSON, without secrets; empty while nothing was."""
        now = self._moments[-1]
        values = {
            origin.name: {
                name: value for name, value in now.answers.layers.get(origin, {}).items() if _keeps(name, value)
            }
            for origin in (Origin.FILE, Origin.TYPED)
        }
        texts = {name: text for name, text in now.texts.items() if not by_name()[name].secret}
        return json.dumps({"preset": now.preset, "texts": texts, **values}) if self.can_undo else ""

    def take_draft(self, text: str) -> bool:
        """Bring back the draft; whether there was anything in it. Whatever is not known any more is left out."""
        try:
            draft = json.loads(text)
            found = {
                origin: {name: value for name, value in draft[origin.name].items() if _keeps(name, value)}
                for origin in (Origin.FILE, Origin.TYPED)
            }
            texts = {name: str(typed) for name, typed in draft["texts"].items() if _keeps(name, typed)}
            preset = draft["preset"] if draft["preset"] in PRESETS else ""
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
        now = self._moments[-1]
        answers = Answers({**now.answers.layers, Origin.PRESET: {}})
        answers = answers.with_values(Origin.PRESET, PRESETS[preset].values if preset else {})
        for origin, values in found.items():
            answers = answers.with_values(origin, values)
        typed_texts = {name: typed for name, typed in texts.items() if typed.strip()}
        answers = answers.with_texts(Origin.TYPED, typed_texts)
        self._step(Moment(answers, texts, preset))
        return True

    def take_file(self, values: Mapping[str, Any]) -> None:
        """Lay an imported configuration in place of the one before, and drop what was typed over it."""
        now = self._moments[-1]
        bare = Answers({**now.answers.layers, Origin.FILE: {}, Origin.TYPED: {}})
        self._step(Moment(bare.with_values(Origin.FILE, values), {}, now.preset))

    def add_to_file(self, add: Callable[[Answers], Answers]) -> None:
        """Let `add` lay more into the answers that were just imported, as part of the same step."""
        now = self._moments.pop()
        self._moments.append(replace(now, answers=add(now.answers)))

    def begin_anew(self) -> None:
        """Go back to what the visit began with."""
        self._step(self._first)

    def go_back(self, name: str, way: str) -> None:
        """Take one of the `ways` back from the present value of a question."""
        now = self._moments[-1]
        texts = {key: text for key, text in now.texts.items() if key != name}
        answers = now.answers.without(Origin.TYPED, [name])
        if way == "default":
            question = by_name()[name]
            answers = answers.with_values(Origin.TYPED, {name: question.default_for(answers.lookup)})
        self._step(replace(now, answers=answers, texts=texts))

    def value(self, name: str) -> Any:
        """The present value of a question; None where there is none or it was refused."""
        return self.answers.lookup(name)

    def text(self, name: str) -> str:
        """What stands in the field of a question: what was typed, as typed, or the value that applies.

        A field that was emptied stays empty, though a default applies again: nobody wants it filled while typing.
        """
        if name in self._moments[-1].texts:
            return self._moments[-1].texts[name]
        value = self.answers.lookup(name)
        return "" if value is None or isinstance(value, SecretStr) else str(value)

    def hint(self, question: Question) -> str:
        """What an empty field shows in grey: the value that applies while it is empty, or an example."""
        value = self.value(question.name)
        return question.example if value is None else shown(question, value)

    def refusal(self, name: str) -> str:
        """Why the present answer to a question can't be taken; empty when it can."""
        for origin in sorted(self.answers.layers, reverse=True):
            if name in self.answers.layers[origin]:
                value = self.answers.layers[origin][name]
                return value.sentence if isinstance(value, Rejected) else ""
        return ""

    def origin(self, name: str) -> str:
        """Where the present value of a question comes from, as a sentence; empty where there is no value."""
        origin = self.answers.origin(name)
        if origin == Origin.DEFAULT and self.value(name) is None:
            return ""
        if origin == Origin.PRESET and self.preset:
            return f"From the {PRESETS[self.preset].title.lower()} preset."
        return f"{ORIGIN_WORDS[origin]}."

    def ways(self, question: Question) -> list[tuple[str, str]]:
        """The ways back from the present value of a question: a key, and words that say what one gets."""
        origin = self.answers.origin(question.name)
        if question.secret or origin == Origin.DEFAULT:
            return []
        default = question.default_for(self.answers.lookup)
        found = []
        if origin == Origin.TYPED:
            below = self.answers.without(Origin.TYPED, [question.name])
            lower, value = below.origin(question.name), below.lookup(question.name)
            if lower == Origin.DEFAULT:
                words = "Clear" if value is None else f"Use the default, {shown(question, value)}"
            else:
                words = f"Back to {shown(question, value)} ({ORIGIN_WORDS[lower].lower()})"
            found.append(("below", words))
            if lower == Origin.DEFAULT:
                return found
        if default is not None and default != self.value(question.name):
            found.append(("default", f"Use the default, {shown(question, default)}"))
        return found

    def stages(self) -> list[Stage]:
        """The stages that apply to the present answers, in their order."""
        asked = {question.stage for question in self.answers.active()}
        return [stage for stage in STAGES if stage.id in asked or stage.id in ("start", "review")]

    def questions_of(self, stage: str) -> list[Question]:
        """The questions that apply in a stage: its own first, then those that other groups ask there."""
        asked = [question for question in self.answers.active() if question.stage == stage]
        return sorted(asked, key=lambda question: question.path[0] != stage)


def _keeps(name: str, value: Any) -> bool:
    """Whether a draft holds this answer: a question of ours, no secret, and a value that was taken."""
    return name in by_name() and not by_name()[name].secret and not isinstance(value, Rejected)


def shown(question: Question, value: Any) -> str:
    """A value in words, as the page shows it; never a secret's."""
    if question.secret or isinstance(value, SecretStr):
        return "not shown"
    if question.kind == "boolean":
        return "yes" if value else "no"
    titles = {option.value: option.title for option in question.options}
    if isinstance(value, tuple):
        return ", ".join(titles.get(item, str(item)) for item in value) or "none"
    text = titles.get(value, str(value))
    return f"{text} {question.unit}".strip()
