"""The answers of one visit: what was typed, what can be undone, which stages were seen. No widgets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import SecretStr

from aeterna_nb.answers import CLEARED, Answers, Origin, Rejected
from aeterna_nb.answers.draft import keeps, kept_clearings, kept_values, with_kept
from aeterna_nb.answers.secret_values import make, written_to
from aeterna_nb.answers.wording import origin_words, shown
from aeterna_nb.imports import Imported
from aeterna_nb.language import say
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import STAGES, Question, Stage, by_name
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.json_tree import json_tree

UNDO_STEPS = 100
"""Changes that can be taken back; more than anybody remembers having made."""


@dataclass(frozen=True)
class Moment:
    """What undo brings back: the answers, the texts that stand in the fields, and the preset that was taken.

    `source` names the files that were taken over. `made` are the secrets that were made here, by name; `kept` the
    values of imported secrets that nobody is asked for.
    """

    answers: Answers
    texts: Mapping[str, str] = field(default_factory=dict)
    preset: str = ""
    source: str = ""
    made: frozenset[str] = frozenset()
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)


class Session:
    """The answers of one visit. Every change makes a new moment; `undo` goes back to the one before."""

    def __init__(self, answers: Answers, preset: str = "") -> None:
        self._first = Moment(answers, preset=preset)
        self._moments = [self._first]
        self.opened: set[str] = set()
        """The stages that were shown, by id."""
        self._passed: set[str] = set()
        self.everything = False
        """Whether questions are asked whose default suits most."""
        self.unfolded: set[str] = set()
        """The groups of questions that somebody unfolded, by title."""
        self.looked_for: set[str] = set()
        """The questions that somebody went to, by name."""

    @property
    def answers(self) -> Answers:
        """The present answers."""
        return self._moments[-1].answers

    @property
    def preset(self) -> str:
        """The name of the preset that was taken; empty for none."""
        return self._moments[-1].preset

    @property
    def kept(self) -> Mapping[str, str]:
        """The values of imported secrets that nobody is asked for, by name."""
        return self._moments[-1].kept

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
        """Take what was typed for a question; nothing but spaces clears the answer, in every layer."""
        now = self._moments[-1]
        if text == self.text(name) and not by_name()[name].secret:
            return
        answers = now.answers.with_texts(Origin.TYPED, {name: text}) if text.strip() else self._cleared(name)
        texts = {} if by_name()[name].secret else {name: text}
        self._step(replace(now, answers=answers, texts={**now.texts, **texts}, made=now.made - {name}))

    def _cleared(self, name: str) -> Answers:
        bare = self.answers.without(Origin.TYPED, [name])
        given = any(name in layer for layer in bare.layers.values())
        return bare.cleared(Origin.TYPED, [name]) if given else bare

    def make_secret(self, name: str) -> None:
        """Make a secret and hold it like one that was typed."""
        now = self._moments[-1]
        answers = now.answers.with_texts(Origin.TYPED, {name: make(name)})
        self._step(replace(now, answers=answers, made=now.made | {name}))

    def made(self, name: str) -> str:
        """What to say at a secret that was made here: where it will stand, and what to do with it; empty for others."""
        if name not in self._moments[-1].made or self.value(name) is None:
            return ""
        place = say("Made here; it will stand in {file}.", file=written_to(self.value))
        return f"{place} {say(by_name()[name].ask.makeable)}"

    def choose(self, name: str, value: Any) -> None:
        """Take a value that was chosen; None takes the choice back."""
        now = self._moments[-1]
        if value == self.value(name):
            return
        self._step(replace(now, answers=now.answers.with_values(Origin.TYPED, {name: value})))

    def choose_all(self, values: Mapping[str, Any]) -> None:
        """Take several values that were chosen at once, in one step."""
        now = self._moments[-1]
        self._step(replace(now, answers=now.answers.with_values(Origin.TYPED, values)))

    def with_preset(self, name: str) -> Answers:
        """The answers as they would be with a preset under what was typed, in place of the one before."""
        return self.answers.with_layer(Origin.PRESET, PRESETS[name].values if name else {})

    def take_preset(self, name: str) -> None:
        """Lay a preset under what was typed, in place of the one before; empty takes it away."""
        self._step(replace(self._moments[-1], answers=self.with_preset(name), preset=name))

    def draft(self) -> str:
        """What was decided in this visit, as JSON, without secrets; empty while nothing was."""
        now = self._moments[-1]
        values = {origin.name: kept_values(now.answers, origin) for origin in (Origin.FILE, Origin.TYPED)}
        texts = {name: text for name, text in now.texts.items() if keeps(name)}
        cleared = kept_clearings(now.answers, Origin.TYPED)
        draft = {"preset": now.preset, "source": now.source, "texts": texts, "cleared": cleared, **values}
        return json.dumps(draft) if self.can_undo else ""

    def take_draft(self, text: str) -> bool:
        """Bring back the draft; whether there was anything in it. Whatever is not known any more is left out."""
        try:
            draft = json_tree(text, "draft")
            preset = draft["preset"] if draft["preset"] in PRESETS else ""
            texts = {name: str(typed) for name, typed in draft["texts"].items() if keeps(name)}
            answers = self.with_preset(preset)
            for origin in (Origin.FILE, Origin.TYPED):
                answers = with_kept(answers, origin, draft[origin.name])
            answers = answers.with_texts(Origin.TYPED, {name: typed for name, typed in texts.items() if typed.strip()})
            answers = with_kept(answers, Origin.TYPED, {}, draft.get("cleared", []))
            source = str(draft.get("source", ""))
        except (Unreadable, ValueError, KeyError, TypeError, AttributeError):
            return False
        self._step(Moment(answers, texts, preset, source))
        return True

    def take_imported(self, imported: Imported) -> None:
        """Lay an imported configuration in place of preset and file, and drop what was typed over them."""
        now = self._moments[-1]
        kept = {**now.kept, **{name: value for name, value in imported.secrets.items() if name not in by_name()}}
        answers = imported.laid_into(now.answers)
        whole = Moment(answers, source=imported.source, kept=kept)
        self._step(whole if imported.values else replace(now, answers=answers, kept=kept))

    def begin_anew(self) -> None:
        """Go back to what the visit began with."""
        self._step(self._first)

    def go_back(self, name: str, way: str) -> None:
        """Take one of the `ways` back from the present value of a question."""
        now, to = self._moments[-1], Origin[way]
        texts = {key: text for key, text in now.texts.items() if key != name}
        answers = now.answers.without(Origin.TYPED, [name])
        if answers.origin(name) != to:
            value = answers.layers.get(to, {}).get(name)
            # Cleared rather than typed: the default goes on following the answers that it follows.
            answers = (
                answers.cleared(Origin.TYPED, [name])
                if to is Origin.DEFAULT
                else answers.with_values(Origin.TYPED, {name: value})
            )
        self._step(replace(now, answers=answers, texts=texts, made=now.made - {name}))

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
        return question.example if value is None else shown(question, value, self.value("target"))

    def leave(self, stage: str) -> None:
        """Leave a stage: what is open there now was seen, and passed by."""
        self.opened.add(stage)
        self._passed |= {question.name for question in self.answers.missing() if question.stage == stage}

    def touched(self, name: str) -> bool:
        """Whether somebody answered a question, cleared it, or left its stage while it was open."""
        return name in self._passed or name in self._moments[-1].texts

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
        if self.made(name):
            return ""  # Said at the field already.
        if self._is_cleared(name):
            return say("Cleared by you." if self.value(name) is None else "Cleared by you; the default applies.")
        if origin == Origin.DEFAULT and self.value(name) is None:
            return ""
        return f"{self._words(by_name()[name], origin)}."

    def _words(self, question: Question, origin: Origin) -> str:
        """Where a layer comes from, as precisely as this visit knows."""
        if origin is Origin.PRESET and self.preset:
            return say("From the {preset} preset", preset=say(PRESETS[self.preset].title))
        if origin is Origin.FILE and self._moments[-1].source:
            return say("From {source}", source=self._moments[-1].source)
        return origin_words(question, origin)

    def _is_cleared(self, name: str) -> bool:
        return self.answers.layers.get(Origin.TYPED, {}).get(name) is CLEARED

    def ways(self, question: Question) -> list[tuple[str, str]]:
        """The ways back from the present value of a question: a layer's name, and words that say what one gets."""
        present, typed = self.value(question.name), self.answers.layers.get(Origin.TYPED, {})
        target = self.value("target")
        layers = {
            origin: self.answers.layers[origin][question.name]
            for origin in sorted(self.answers.layers, reverse=True)
            if origin is not Origin.TYPED and question.name in self.answers.layers[origin]
        }
        taken = {origin: value for origin, value in layers.items() if not isinstance(value, Rejected)}
        if question.secret:
            # A typed one is forgotten at its field.
            back = next(iter(taken), None) if self._is_cleared(question.name) else None
            return (
                [(back.name, say("Use it again ({source})", source=_in_brackets(self._words(question, back))))]
                if back
                else []
            )
        found = [
            (
                origin.name,
                say(
                    "Back to {value} ({source})",
                    value=shown(question, value, target),
                    source=_in_brackets(self._words(question, origin)),
                ),
            )
            for origin, value in taken.items()
            if value != present
        ]
        default = question.default_for(self.answers.lookup)
        if default is not None and default != present:
            found.append((Origin.DEFAULT.name, say("Use the default, {value}", value=shown(question, default, target))))
        elif default is None and not layers and question.name in typed:
            found.append((Origin.DEFAULT.name, say("Clear")))
        return found

    def stages(self) -> list[Stage]:
        """The stages that apply to the present answers, in their order."""
        asked = {question.stage for question in self.answers.active()}
        return [stage for stage in STAGES if stage.id in asked or stage.id in ("start", "review")]

    def questions_of(self, stage: str) -> list[Question]:
        """The questions that apply in a stage: its own first, then those that other groups ask there."""
        asked = [question for question in self.answers.active() if question.stage == stage]
        return sorted(asked, key=lambda question: question.path[0] != stage)


def _in_brackets(words: str) -> str:
    return words[:1].lower() + words[1:]
