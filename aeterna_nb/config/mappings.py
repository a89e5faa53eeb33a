"""Texts by name, as Kubernetes keeps annotations and labels: what may stand in them, whoever gives them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import PlainValidator

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import NO_PAIRS, NOT_PLAIN_TEXT, QUOTES, is_plain_text, wrong

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
QUALIFIED = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
MOST_KIB = 256
"""All annotations of an object together, names and texts (apimachinery, TotalAnnotationSizeLimitB)."""


class StringMap(Mapping[str, str]):
    """Texts by name, in the order in which they were given. As a string it is the YAML that is read as the same."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
        self._texts = dict(texts)

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._texts!r})"

    def __str__(self) -> str:
        # Reading and writing YAML is loaded with the first answer that needs it: the models do without.
        from aeterna_nb.config.mapping_text import text_of

        return text_of(self._texts)


def is_subdomain(text: str) -> bool:
    """Whether the text is a domain as Kubernetes names objects: small letters, digits, hyphens, at most 253."""
    return len(text) <= 253 and SUBDOMAIN.fullmatch(text) is not None


def is_qualified_name(text: str) -> bool:
    """Whether the text can be the key of a label or an annotation: `name` or `prefix.example.com/name`."""
    prefix, slash, name = text.rpartition("/")
    return QUALIFIED.fullmatch(name) is not None and (not slash or is_subdomain(prefix))


def texts_by_name(given: Any, name: Callable[[Any], str]) -> StringMap:
    """What was given as texts by name; `name` checks the key of each. Raises PydanticCustomError."""
    if not isinstance(given, str | Mapping):
        raise wrong(NO_PAIRS)
    found = _written(given) if isinstance(given, str) else given.items()
    pairs = [(name(key), _as_text(number, value)) for number, (key, value) in enumerate(found, 1)]
    if not pairs:
        raise wrong("Write something, or leave the answer out.")
    seen = set[str]()
    for number, (key, _) in enumerate(pairs, 1):
        if key in seen:
            raise wrong(Sentence("Entry {number} has a key that stood there before. Leave one out.", number=number))
        seen.add(key)
    if not all(is_plain_text(text) for _, text in pairs):
        raise wrong(NOT_PLAIN_TEXT)
    if sum(len(key) + len(text.encode()) for key, text in pairs) > MOST_KIB * 1024:
        raise _too_large()
    return StringMap(pairs)


def label_value(value: str, number: int) -> None:
    """Refuse what Kubernetes does not take as the value of a label or a taint. Raises PydanticCustomError."""
    if value and QUALIFIED.fullmatch(value) is None:
        raise wrong(
            Sentence(
                "The value of entry {number} is none. Write at most 63 letters, digits, hyphens, dots and "
                "underscores, with a letter or a digit at both ends.",
                number=number,
            )
        )


def _annotations(given: Any) -> StringMap:
    return texts_by_name(given, label_key)


def _labels(given: Any) -> StringMap:
    labels = _annotations(given)
    for number, value in enumerate(labels.values(), 1):
        label_value(value, number)
    return labels


def _written(text: str) -> Iterator[tuple[Any, Any]]:
    from aeterna_nb.config.mapping_text import pairs_in

    if len(text) > 2 * MOST_KIB * 1024:  # Quotes and escapes make it longer than what it says.
        raise _too_large()
    return pairs_in(text)


def label_key(key: Any) -> str:
    """The key of a label, an annotation or a taint. Raises PydanticCustomError."""
    if isinstance(key, str) and is_qualified_name(key):
        return key
    raise wrong(
        "Write each key as a name of at most 63 letters, digits, hyphens, dots and underscores, "
        "with a domain and a slash before it where it has one, such as example.com/team."
    )


def _as_text(number: int, value: Any) -> str:
    """The value of the entry with this number as the text that Kubernetes wants.

    What may have been written otherwise is refused.
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            raise wrong(Sentence("Entry {number}: {sentence}", number=number, sentence=QUOTES))
        case None:
            raise wrong(Sentence('Entry {number} has no value. Write one, or "" for an empty text.', number=number))
        case _:
            raise wrong(
                Sentence(
                    "Entry {number} is a list or a mapping, and Kubernetes takes one text there. "
                    "Put the value into quotes, and leave out a line such as annotations: above it.",
                    number=number,
                )
            )


def _too_large() -> Exception:
    return wrong(Sentence("Write at most {most} KiB, keys included.", most=MOST_KIB))


Annotations = Annotated[StringMap, PlainValidator(_annotations, json_schema_input_type=str | dict[str, str])]

Labels = Annotated[StringMap, PlainValidator(_labels, json_schema_input_type=str | dict[str, str])]
"""Labels by key, read as annotations are; Kubernetes takes a name or nothing as the value of each."""
