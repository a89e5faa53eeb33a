"""A question, apart from any front end, and how an answer to it is taken from a text or a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from aeterna_nb.config.ask import Ask, Lookup, Section, When
from aeterna_nb.config.secrets import REFERRED
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import QUOTES, Address
from aeterna_nb.reading.sealed import reference

Kind = Literal["text", "integer", "boolean", "choice", "choices", "secret", "document", "mapping"]
PLAIN_DIGITS = re.compile(r"0|-?[1-9][0-9]{0,17}")
NEARLY_DIGITS = re.compile(r"[-+]?[0-9_]{1,18}")
YES, NO = {"true", "yes", "y", "on", "1"}, {"false", "no", "n", "off", "0"}


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice: how it is called and one sentence about it; `compose` are both under Compose."""

    value: Any
    title: str
    note: str = ""
    compose: tuple[str, str] | None = None

    def words(self, target: str | None) -> tuple[str, str]:
        """Title and note for a target."""
        return self.compose if self.compose and target == "docker-compose" else (self.title, self.note)


_LONGEST_INTEGER = 64
"""Bits. Python does not write a number of thousands of digits, so none may come as far as a message."""


class AnswerError(ValueError):
    """An answer that can't be taken; its text is a sentence that says what to write, without what was written."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, apart from any front end.

    `name` is its identity: the flag is `--name-with-hyphens`, the environment variable `AETERNA_SETUP_NAME`, the
    papermill parameter `name`. `path` is its place in the configuration and in the answers file. It is asked when
    every condition in `when` holds; `alternative` are those conditions that come from the choices it is a detail of.
    `address` says how its answer is written where it says where something is. `group` is the title under which it is
    folded together with others of its stage; empty for none.
    """

    name: str
    path: tuple[str, ...]
    stage: str
    label: str
    help: str
    kind: Kind
    adapter: TypeAdapter[Any]
    options: tuple[Option, ...] = ()
    default: Any = None
    required: bool = False
    needed: When | None = None
    main: bool = False
    unit: str = ""
    example: str = ""
    minimum: int | None = None
    maximum: int | None = None
    address: Address | None = None
    when: tuple[When, ...] = ()
    alternative: tuple[When, ...] = ()
    group: str = ""
    ask: Ask = field(default_factory=Ask)
    owner: type[Section] | tuple[type[Section], ...] = Section

    @property
    def flag(self) -> str:
        """Its flag, such as `--redis-host`."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Its environment variable, such as `AETERNA_SETUP_REDIS_HOST`."""
        return "AETERNA_SETUP_" + self.name.upper()

    @property
    def secret(self) -> bool:
        """Whether its answer must never be shown or saved."""
        return self.kind == "secret"

    @property
    def multiline(self) -> bool:
        """Whether its answer is written in several lines, such as a key file."""
        return self.ask.document or self.kind == "mapping"

    def applies(self, lookup: Lookup) -> bool:
        """Whether it is asked, given the other answers."""
        return all(condition.holds(lookup) for condition in self.when)

    def follows(self, other: "Question") -> bool:
        """Whether the answer to another question decides if this one is asked."""
        return any(other.name in condition.names() for condition in self.when)

    def must_be_answered(self, lookup: Lookup) -> bool:
        """Whether it has to have an answer where it applies."""
        if self.secret and REFERRED.holds(lookup):
            return False
        return self.required or (self.needed is not None and self.needed.holds(lookup))

    def default_for(self, lookup: Lookup) -> Any:
        """The default, which may follow other answers."""
        return self.ask.derive(lookup) if self.ask.derive else self.default

    def parse(self, text: str) -> Any:
        """The value that `text` means, as a flag, a variable or a prompt gives it. Raises AnswerError."""
        kind = reference(text) if self.secret else None
        if kind is not None:
            raise AnswerError(
                Sentence("This is a reference ({kind}) and no secret; give the value that it stands for.", kind=kind)
            )
        return self.check(self._from_text(text))

    def check(self, value: Any) -> Any:
        """`value` as the configuration holds it, from a program or a file. Raises AnswerError."""
        if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
            raise AnswerError(self._sentence({"type": "int"}))
        value = tuple(value) if self.kind == "choices" and isinstance(value, list) else value
        if self.kind == "choice" and isinstance(value, int | float) and not isinstance(value, bool):
            value = self._option_for(value)
        if self.kind in {"boolean", "choice"} and isinstance(value, bool) is not (self.kind == "boolean"):
            # Python holds 1 for True, and so would a Literal.
            raise AnswerError(self._sentence({"type": "literal_error"}))
        try:
            taken = self.adapter.validate_python(value, strict=True)
        except ValidationError as error:
            raise AnswerError(self._sentence(_first(error))) from None
        # One order, whichever way they were ticked or typed.
        return tuple(o.value for o in self.options if o.value in taken) if self.kind == "choices" else taken

    def _from_text(self, text: str) -> Any:
        word = text.strip()
        if self.kind == "boolean" and word.lower() in YES | NO:
            return word.lower() in YES
        if self.kind == "integer":
            return _whole_number(word)
        if self.kind == "choice":
            return next((option.value for option in self.options if str(option.value) == word), word)
        if self.kind == "choices":
            return tuple(part.strip() for part in text.split(",") if part.strip())
        return text

    def _option_for(self, number: float) -> Any:
        """The option that a number was meant as: 1.31 is the text 1.31, but 1.3 may have been written as 1.30."""
        values = [option.value for option in self.options]
        if number in values or str(number) in values:
            return number if number in values else str(number)
        if any(_looks_like(value, number) for value in values):
            raise AnswerError(QUOTES)
        return number

    def _sentence(self, error: Mapping[str, Any]) -> str:
        if error["type"] == "answer":
            return str(error["ctx"]["sentence"])
        values = ", ".join(str(option.value) for option in self.options)
        match self.kind:
            case "integer":
                return Sentence("Write a whole number from {least} to {most}.", least=self.minimum, most=self.maximum)
            case "boolean":
                return Sentence("Answer yes or no (true or false).")
            case "choice":
                return Sentence("Choose one of: {values}.", values=values)
            case "choices":
                return Sentence("Choose any of these, separated by commas: {values}.", values=values)
            case _:
                return Sentence("Write text, in quotes where it could be read as a number.")


def _first(error: ValidationError) -> Mapping[str, Any]:
    """What is wrong first; only that it is wrong, where the value is a number of thousands of digits."""
    try:
        return error.errors(include_url=False, include_input=False)[0]
    except ValueError:
        return {"type": "value_error"}


def _whole_number(word: str) -> int | str:
    """The number that a word is in plain digits; the word itself where it is none. Raises AnswerError."""
    if PLAIN_DIGITS.fullmatch(word):
        return int(word)
    if NEARLY_DIGITS.fullmatch(word):
        # Programs disagree about 007, +3 and 1_000; what was meant is for a person to say.
        raise AnswerError(Sentence("Write the number in digits alone, without a sign, separators or zeros before it."))
    return word


def _looks_like(option: Any, number: float) -> bool:
    return isinstance(option, str) and re.fullmatch(r"[0-9]+\.[0-9]+", option) is not None and float(option) == number
