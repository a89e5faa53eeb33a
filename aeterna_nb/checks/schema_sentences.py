"""What a JSON schema found, in words: where, and what it must be. Never the value, which may be a secret."""

from collections.abc import Iterator, Mapping, Sequence

from jsonschema_rs import ValidationError, ValidationErrorKind

from aeterna_nb.checks.formats import FORMATS
from aeterna_nb.kubernetes.manifests import dotted

_TYPES: Mapping[str, str] = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def faults(error: ValidationError, judge: str) -> Iterator[tuple[str, str]]:
    """Each fault as a place, such as `spec.ports[0]`, and the rest of the sentence, such as `must be text`.

    `judge` names who does not know an unknown field. Where one of several schemas had to fit, the faults are those
    against the schema that was meant: the one whose type fits.
    """
    for inner in _meant(error):
        where = dotted([step for step in inner.instance_path if isinstance(step, str | int)])
        yield where, _predicate(inner, judge)


def _meant(error: ValidationError) -> Iterator[ValidationError]:
    kind = error.kind
    if not isinstance(kind, ValidationErrorKind.OneOfNotValid | ValidationErrorKind.AnyOf):
        yield error
        return
    fitting = [branch for branch in kind.context if branch and not any(_is_type_of(error, e) for e in branch)]
    if not fitting:
        yield error
        return
    for inner in min(fitting, key=len):
        yield from _meant(inner)


def _is_type_of(outer: ValidationError, inner: ValidationError) -> bool:
    same_place = list(inner.instance_path) == list(outer.instance_path)
    return same_place and isinstance(inner.kind, ValidationErrorKind.Type)


def _predicate(error: ValidationError, judge: str) -> str:
    kind = error.kind
    match kind:
        case ValidationErrorKind.AdditionalProperties() | ValidationErrorKind.UnevaluatedProperties():
            text = f"has {', '.join(kind.unexpected)}, which {judge} does not know there"
        case ValidationErrorKind.Required():
            text = f"lacks {kind.property}"
        case ValidationErrorKind.Type():
            text = f"must be {_one_of_types(kind.types)}"
        case ValidationErrorKind.Enum():
            text = f"must be one of {', '.join(str(option) for option in kind.options if option)}"
        case ValidationErrorKind.Constant():
            text = f"must be {kind.expected_value}"
        case ValidationErrorKind.Format():
            text = f"must be {_described(kind.format)}"
        case ValidationErrorKind.PropertyNames():
            inner = kind.error.kind
            wanted = _described(inner.format) if isinstance(inner, ValidationErrorKind.Format) else "allowed there"
            text = f"has a key that is not {wanted}"
        case ValidationErrorKind.Minimum():
            text = f"must be {kind.limit} or more"
        case ValidationErrorKind.Maximum():
            text = f"must be {kind.limit} or less"
        case ValidationErrorKind.OneOfNotValid() | ValidationErrorKind.AnyOf():
            types = [e.kind.types for branch in kind.context for e in branch if isinstance(e.kind, _TYPE)]
            text = f"must be {_one_of_types([name for names in types for name in names])}"
        case _:
            text = f"is not right: {error.message}"
    return text


_TYPE = ValidationErrorKind.Type


def _described(name: str) -> str:
    known = FORMATS.get(name)
    return known.description if known else name


def _one_of_types(types: Sequence[str]) -> str:
    words = dict.fromkeys(_TYPES.get(name, name) for name in types if name != "null")
    return " or ".join(words) or "something else"
