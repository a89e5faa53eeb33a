"""YAML as a plain tree, read from the parser's events: without recursion, within bounds, and with sentences for errors.

Which plain words are more than text differs from reader to reader, so each says it with a function of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.reading.bounds import DEEPEST, MOST_VALUES, Unreadable, check_size, too_deep

Scalar = Callable[[str], Any]
"""What a plain word, one without quotes, stands for."""

_STANDARD = "tag:yaml.org,2002:"
_KINDS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}
_MERGE = "<<"


class Tagged:
    """A value with one of the tags that a reader asked for, such as `!reset`."""

    __slots__ = ("tag", "value")

    def __init__(self, tag: str, value: Any) -> None:
        self.tag, self.value = tag, value


def written(word: str) -> Any:
    """Every word as it is written; for readers that take nothing but text."""
    return word


def documents(
    text: str,
    named: str,
    scalar: Scalar = written,
    *,
    aliases: bool = True,
    tags: frozenset[str] = frozenset(),
    texts_at: frozenset[tuple[str, ...]] = frozenset(),
) -> list[Any]:
    """The documents in a text of YAML; a text without any has none. Raises Unreadable, which names the line.

    Keys are text, and one that stands twice in a mapping is refused. A value with one of the `tags` is Tagged, one
    with another is refused. In the mappings at the paths of `texts_at` every word is as it is written, but for an empty
    one. What aliases repeat is shared: treat the trees as read-only.
    """
    check_size(text, named)
    builder = _Builder(named, scalar, aliases, tags, texts_at)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.YAMLError as error:
        # libyaml has a limit of its own, which it may reach before it tells of anything.
        if "nesting depth" in str(getattr(error, "problem", "")):
            raise too_deep(named) from None
        mark = getattr(error, "problem_mark", None)
        raise builder.refusal(Sentence("it is not YAML; mend it first"), mark) from None
    except UnicodeEncodeError:
        raise builder.refusal(Sentence("it holds half an emoji, which no file can"), None) from None
    return builder.documents


def mapping(text: str, named: str, scalar: Scalar = written, *, aliases: bool = True) -> dict[str, Any]:
    """The one mapping that the text holds; empty where the text is. Raises Unreadable."""
    found = documents(text, named, scalar, aliases=aliases)
    if len(found) > 1 or not isinstance(found[0] if found else {}, dict | None):
        raise Unreadable(Sentence("{file} must hold one document of names and values.", file=named))
    tree: dict[str, Any] = (found[0] if found else None) or {}
    return tree


@dataclass(slots=True)
class _Open:
    """A mapping or list that is not complete yet, how many values are in it, and how many levels."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    tag: str | None
    size: int = 1
    height: int = 1
    key: str | None = None
    merged: list[dict[str, Any]] = field(default_factory=list)


class _Builder:
    def __init__(
        self, named: str, scalar: Scalar, aliases: bool, tags: frozenset[str], texts_at: frozenset[tuple[str, ...]]
    ) -> None:
        self.documents: list[Any] = []
        self._named, self._scalar, self._aliases, self._tags = named, scalar, aliases, tags
        self._texts_at, self._lengths = texts_at, {len(path) for path in texts_at}
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._repeated = 0

    def refusal(self, problem: str, mark: Any) -> Unreadable:
        """The sentence for what is wrong, and where."""
        if mark is None:
            return Unreadable(Sentence("{file}: {problem}.", file=self._named, problem=problem))
        line = mark.line + 1
        return Unreadable(Sentence("{file}, line {line}: {problem}.", file=self._named, line=line, problem=problem))

    def take(self, event: yaml.Event) -> None:
        """Goes on with the tree. Raises Unreadable."""
        match event:
            case yaml.DocumentStartEvent():
                self._anchors.clear()
            case yaml.MappingStartEvent():
                self._begin(event, {})
            case yaml.SequenceStartEvent():
                self._begin(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._finish(event)
            case yaml.ScalarEvent():
                self._put(event, self._word(event), 1, 0, event.anchor)
            case yaml.AliasEvent():
                self._repeat(event)
            case _:
                pass

    def _begin(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is None:
            raise self.refusal(Sentence("a key must be a word"), event.start_mark)
        if len(self._open) == DEEPEST:
            raise too_deep(self._named)
        standard = _STANDARD + ("map" if isinstance(value, dict) else "seq")
        if event.tag not in (None, "!", standard) and event.tag not in self._tags:
            raise self.refusal(
                Sentence("the tag there is not one that is read, or does not fit its value"), event.start_mark
            )
        self._open.append(_Open(value, event.anchor, event.tag))

    def _repeat(self, event: yaml.AliasEvent) -> None:
        if not self._aliases:
            raise self.refusal(Sentence("write the value itself instead of *"), event.start_mark)
        if event.anchor not in self._anchors:
            raise self.refusal(Sentence("an alias stands there without its anchor before it"), event.start_mark)
        value, size, height = self._anchors[event.anchor]
        self._repeated += size
        if self._repeated > MOST_VALUES:
            raise self.refusal(Sentence("its aliases repeat more than is read"), event.start_mark)
        if len(self._open) + height > DEEPEST:
            raise too_deep(self._named)
        self._put(event, value, size, height, None)

    def _finish(self, event: Any) -> None:
        done = self._open.pop()
        if isinstance(done.value, dict):
            done.value.pop(_MERGE, None)
            for merged in done.merged:
                for key, value in merged.items():
                    done.value.setdefault(key, value)
        value = Tagged(done.tag, done.value) if done.tag in self._tags else done.value
        self._put(event, value, done.size, done.height, done.anchor)

    def _word(self, event: yaml.ScalarEvent) -> Any:
        """What a scalar stands for."""
        plain, tag = event.style in (None, ""), event.tag
        if tag in self._tags:
            return Tagged(tag, event.value)
        if tag is None:
            return self._scalar(event.value) if plain and not (event.value and self._keeps_texts()) else event.value
        if tag in ("!", _STANDARD + "str"):
            return event.value
        value = self._scalar(event.value)
        if not isinstance(value, _KINDS.get(tag.removeprefix(_STANDARD), ())):
            raise self.refusal(
                Sentence("the tag there is not one that is read, or does not fit its value"), event.start_mark
            )
        return value

    def _keeps_texts(self) -> bool:
        outside = self._open[:-1]
        return len(outside) in self._lengths and tuple(outer.key for outer in outside) in self._texts_at

    def _put(self, event: Any, value: Any, size: int, height: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = value, size, height
        if not self._open:
            self.documents.append(value)
            return
        outer = self._open[-1]
        outer.size += size
        outer.height = max(outer.height, height + 1)
        if isinstance(outer.value, list):
            outer.value.append(value)
        elif outer.key is None:
            outer.key = self._key(event, outer.value)
        else:
            key, outer.key = outer.key, None
            if key == _MERGE:
                outer.merged += self._mergeable(event, value)
            else:
                outer.value[key] = value

    def _key(self, event: Any, mapping: dict[str, Any]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self.refusal(Sentence("a key must be a word"), event.start_mark)
        if event.value in mapping:
            raise self.refusal(Sentence("the key '{key}' stands there twice", key=event.value[:60]), event.start_mark)
        mapping[event.value] = None
        return event.value

    def _mergeable(self, event: Any, value: Any) -> list[dict[str, Any]]:
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in found):
            raise self.refusal(Sentence("only mappings can be merged with <<"), event.start_mark)
        return found
