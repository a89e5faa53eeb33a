"""Questions and groups of answers, read off the configuration's models. The only place that reads field metadata."""

import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from aeterna_nb.config.ask import ALWAYS, Ask, Part, Section, When
from aeterna_nb.config.mappings import StringMap
from aeterna_nb.config.types import Address
from aeterna_nb.questions.question import Kind, Option, Question


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
    group: str = ""
    when: tuple[When, ...] = ()
    alternative: tuple[When, ...] = ()


_START = _Place()


def walk(model: type[Section], place: _Place = _START) -> Iterator[Question | Group]:
    """What a model asks, from `place` on, in the order of its fields."""
    for field_name, info in model.model_fields.items():
        part = next((item for item in info.metadata if isinstance(item, Part)), None)
        if part is None:  # the discriminator of the alternative itself
            continue
        inner = replace(
            place,
            path=(*place.path, field_name),
            stage=part.stage or place.stage,
            group=part.group or place.group,
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
            yield from walk(sections[0], inner)


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
        else tuple(
            Option(value, section.title, section.note, section.in_compose)
            for value, section in zip(values, sections, strict=True)
        ),
        default=default,
        required=default is None,
        main=ask.main,
        when=place.when,
        alternative=place.alternative,
        group=place.group,
        ask=ask,
        owner=tuple(sections),
    )
    for value, section in zip(values, sections, strict=True):
        chosen = When(({ask.name: (value,)},))
        yield from walk(section, replace(place, when=(*place.when, chosen), alternative=(*place.alternative, chosen)))


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
        group=place.group,
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
