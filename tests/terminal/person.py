"""A person at a scripted terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from aeterna_nb.answers import Answers
from aeterna_nb.questions import STAGES, by_name
from aeterna_nb.terminal.picking import Offer
from aeterna_nb.terminal.screen import Style, list_offers
from aeterna_nb.terminal.walk import Progress, walked

START = "What do you want to begin with?"
LOOK, DETAILS, REVIEW, PICK, GO_ON, CENTRAL = (
    "Look at each?",
    "Change any",
    "[yes], or what to change",
    "Number to answer now",
    "Go on",
    "[retry]",
)


class Person:
    """Types an answer for each question by its label, one for each time it is asked, and Enter where none is left.

    At other prompts the words that stand in them decide; `details` are the stages whose details are opened.
    """

    def __init__(self, typed: Mapping[str, Any], details: tuple[str, ...] = ()) -> None:
        given = {START: "scratch", LOOK: "yes", **typed}
        self.typed = {label: list(texts) if isinstance(texts, list) else [texts] for label, texts in given.items()}
        self.details = details
        self.said: list[str] = []
        self.asked: list[str] = []
        self.prompts: list[str] = []
        self.hidden: list[str] = []
        self.stage = ""
        self.labels = {START, *(question.label for question in by_name().values())}

    def say(self, text: str = "", style: Style = "plain") -> None:
        self.said.append(text)
        stripped = text.strip("\n")
        self.stage = next((s.title for s in STAGES if f": {s.title}\n---" in stripped), self.stage)
        if stripped in self.labels and text.startswith("\n"):
            self.asked.append(stripped)

    def show(self, text: str) -> None:
        self.said.append(text)

    def ask(self, prompt: str) -> str:
        self.prompts.append(prompt)
        assert len(self.prompts) < 300, "the questions do not end"
        if prompt.startswith(DETAILS):
            return "all" if self.stage in self.details else ""
        heard = next((words for words in (LOOK, PICK, REVIEW, GO_ON, CENTRAL) if words in prompt), None)
        left = self.typed.get(heard or self.asked[-1], [])
        if heard is None and left == ["scratch"]:
            return "scratch"
        return left.pop(0) if left else ""

    def pick(self, prompt: str, offers: Sequence[Offer], standing: str = "", *, again: bool = False) -> str:
        if not again:
            list_offers(offers, self.say)
        return self.ask(prompt)

    def ask_secret(self, prompt: str) -> str:
        typed = self.ask(prompt)
        self.hidden.append(typed)
        return typed

    @property
    def page(self) -> str:
        return "\n".join([*self.said, *self.prompts])


def label(name: str) -> str:
    return by_name()[name].label


def typing(values: Mapping[str, Any], *details: str) -> Person:
    """A person who types these answers, by the names of their questions or by the words of a prompt."""
    return Person({label(name) if name in by_name() else name: text for name, text in values.items()}, details)


def ask(values: Mapping[str, Any], *details: str, start: Answers | None = None) -> tuple[Answers, Person]:
    """The answers after a walk through the questions, and the person who walked."""
    person = typing(values, *details)
    return walked(Progress(start or Answers()), person, lambda progress: None).answers, person
