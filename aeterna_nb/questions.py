"""The questions, read off the configuration's models. The only place that reads field metadata."""

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.ask import ALWAYS, Ask, Lookup, Part, Section, When
from aeterna_nb.config.mappings import StringMap
from aeterna_nb.config.secrets import REFERRED
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import QUOTES, Address
from aeterna_nb.reading.sealed import reference

Kind = Literal["text", "integer", "boolean", "choice", "choices", "secret", "document", "mapping"]
PLAIN_DIGITS = re.compile(r"0|-?[1-9][0-9]{0,17}")
NEARLY_DIGITS = re.compile(r"[-+]?[0-9_]{1,18}")
YES, NO = {"true", "yes", "y", "on", "1"}, {"false", "no", "n", "off", "0"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One page of questions."""

    id: str
    title: str
    intro: str


STAGES = (
    Stage("start", "Start", "Begin with a preset, or with a configuration that exists."),
    Stage("target", "Target and mode", "Where Aeterna runs, and what runs elsewhere."),
    Stage("central", "Central server", "The server that several installations share."),
    Stage("vector", "Vector store", "Where memories are kept so that they can be found by meaning."),
    Stage("cache", "Cache", "Holds sessions and what is needed often."),
    Stage("postgresql", "PostgreSQL", "Everything lasting is kept there."),
    Stage("authorization", "Authorization", "Who may do what."),
    Stage("llm", "Language model", "What turns text into vectors and reasons about it."),
    Stage("opencode", "OpenCode", "How OpenCode reaches Aeterna."),
    Stage("operations", "Operations", "Size, reach, observation, protection."),
    Stage("secrets", "Secrets", "Where credentials live. Each stands in one place only."),
    Stage("review", "Review and write", "What will be written, and what to do next."),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice: how it is called and one sentence about it."""

    value: Any
    title: str
    note: str = ""


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
    `address` says how its answer is written where it says where something is.
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


@dataclass(frozen=True, slots=True)
class Group:
    """A group of answers: where it lies in the configuration, and when it applies."""

    path: tuple[str, ...]
    when: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk through the models stands."""

    path: tuple[str, ...] = ()
    stage: str = ""
    when: tuple[When, ...] = ()
    alternative: tuple[When, ...] = ()


@cache
def questions() -> tuple[Question, ...]:
    """Every question, in the order of the models."""
    return tuple(item for item in _walk(SetupConfig, _Place()) if isinstance(item, Question))


@cache
def groups() -> tuple[Group, ...]:
    """Every group of answers, in the order of the models."""
    return tuple(item for item in _walk(SetupConfig, _Place()) if isinstance(item, Group))


@cache
def mapping_paths() -> frozenset[tuple[str, ...]]:
    """The places in the answers file at which an answer is itself a mapping."""
    return frozenset(question.path for question in questions() if question.kind == "mapping")


@cache
def by_name() -> Mapping[str, Question]:
    """The questions by their names."""
    found = {question.name: question for question in questions()}
    if len(found) != len(questions()):
        raise TypeError("two questions share a name")
    return types.MappingProxyType(found)


def plain(value: Any) -> Any:
    """A value as JSON and YAML know it: a list for several choices, a mapping of texts for a `StringMap`."""
    match value:
        case tuple():
            return list(value)
        case StringMap():
            return dict(value)
        case _:
            return value


def value_in(config: SetupConfig, question: Question) -> Any:
    """The answer to `question` that a configuration holds; None when it holds none or the question does not apply."""
    here: Any = config
    for part in question.path[:-1]:
        here = getattr(here, part, None)
    return getattr(here, question.path[-1]) if isinstance(here, question.owner) else None


def _first(error: ValidationError) -> Mapping[str, Any]:
    """What is wrong first; only that it is wrong, where the value is a number of thousands of digits."""
    try:
        return error.errors(include_url=False, include_input=False)[0]
    except ValueError:
        return {"type": "value_error"}


def _walk(model: type[Section], place: _Place) -> Iterator[Question | Group]:
    for field_name, info in model.model_fields.items():
        part = next((item for item in info.metadata if isinstance(item, Part)), None)
        if part is None:  # the discriminator of the alternative itself
            continue
        inner = replace(
            place,
            path=(*place.path, field_name),
            stage=part.stage or place.stage,
            when=place.when if part.when == ALWAYS else (*place.when, part.when),
        )
        sections = [kind for kind in _members(info.annotation) if _is_section(kind)]
        if not sections:
            assert isinstance(part, Ask)
            yield _leaf(part, model, info, inner)
        elif isinstance(part, Ask):
            yield from _alternatives(part, info, sections, inner)
        else:
            yield Group(inner.path, inner.when)
            yield from _walk(sections[0], inner)


def _alternatives(
    ask: Ask, info: FieldInfo, sections: list[type[Section]], place: _Place
) -> Iterator[Question | Group]:
    discriminator = str(info.discriminator)
    values = [_members(section.model_fields[discriminator].annotation)[0] for section in sections]
    yes_no = set(values) == {True, False}
    default = getattr(info.default, discriminator, None)
    yield Question(
        name=ask.name,
        path=(*place.path, discriminator),
        stage=place.stage,
        label=ask.label,
        help=ask.help,
        kind="boolean" if yes_no else "choice",
        adapter=_adapter(Literal[tuple(values)]),
        options=()
        if yes_no
        else tuple(Option(value, section.title, section.note) for value, section in zip(values, sections, strict=True)),
        default=default,
        required=default is None,
        main=ask.main,
        when=place.when,
        alternative=place.alternative,
        ask=ask,
        owner=tuple(sections),
    )
    for value, section in zip(values, sections, strict=True):
        chosen = When(({ask.name: (value,)},))
        yield from _walk(section, replace(place, when=(*place.when, chosen), alternative=(*place.alternative, chosen)))


def _leaf(ask: Ask, owner: type[Section], info: FieldInfo, place: _Place) -> Question:
    members = _members(info.annotation)
    bare = [member for member in members if member is not type(None)]
    items = _members(get_args(bare[0])[0]) if get_origin(bare[0]) is tuple else bare
    literal = isinstance(items[0], str | int) and not isinstance(items[0], type)
    return Question(
        name=ask.name or f"{owner.prefix}_{place.path[-1]}",
        path=place.path,
        stage=place.stage,
        label=ask.label,
        help=ask.help,
        kind=_kind(bare[0], literal, ask),
        adapter=_adapter(Annotated[(info.annotation, *info.metadata)]),
        options=tuple(Option(item, *ask.notes.get(str(item), (str(item),))) for item in items) if literal else (),
        default=None if info.is_required() else info.default,
        required=info.is_required() or (ask.main and info.default is None),
        needed=ask.needed,
        main=ask.main,
        unit=ask.unit,
        example=ask.example,
        minimum=next((int(str(item.ge)) for item in info.metadata if isinstance(item, Ge)), None),
        maximum=next((int(str(item.le)) for item in info.metadata if isinstance(item, Le)), None),
        address=_address(info),
        when=place.when,
        alternative=place.alternative,
        ask=ask,
        owner=owner,
    )


def _kind(bare: Any, literal: bool, ask: Ask) -> Kind:
    if get_origin(bare) is tuple:
        return "choices"
    if literal:
        return "choice"
    if bare is bool:
        return "boolean"
    if bare is int:
        return "integer"
    if bare is SecretStr:
        return "secret"
    if bare is StringMap:
        return "mapping"
    return "document" if ask.document else "text"


def _address(info: FieldInfo) -> Address | None:
    """How the address is written that a field's type says its answer to be; None for any other type."""
    optional = (mark for member in get_args(info.annotation) for mark in getattr(member, "__metadata__", ()))
    return next((mark for mark in (*info.metadata, *optional) if isinstance(mark, Address)), None)


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


def _members(annotation: Any) -> list[Any]:
    """What an annotation is made of: the members of a union or a Literal, without Annotated around them."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return [member for argument in get_args(annotation) for member in _members(argument)]
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [annotation]


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation, config=ConfigDict(hide_input_in_errors=True))


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
