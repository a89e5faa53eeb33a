"""Texts by name as YAML of which only the structure counts: quotes, blocks, comments.

`true`, `1.10`, `0x1F` and `yes` stay the texts that were written.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import NO_PAIRS, NOT_PLAIN_TEXT, wrong

_STRING = "tag:yaml.org,2002:str"


def pairs_in(text: str) -> Iterator[tuple[Any, Any]]:
    """The keys and values in a text of YAML, in order. Raises PydanticCustomError.

    A value that was left out is None, and one with parts of its own a list, of which nothing is built: the events of
    the text are enough. A list or object of JSON on one line is the text that was written.
    """
    events = _events(text)
    started = next((event for event in events if isinstance(event, yaml.NodeEvent)), None)
    if started is None:
        return
    if not isinstance(started, yaml.MappingStartEvent):
        raise wrong(NO_PAIRS)
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            break
        yield _value(key, events, text), _value(next(events), events, text)
    if any(isinstance(event, yaml.NodeEvent) for event in events):
        raise wrong(NO_PAIRS)


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise wrong(
            Sentence(
                "Line {line} can't be read as YAML. Put the value into quotes where it holds a colon, a # or a quote.",
                line=line,
            )
        ) from None
    except (yaml.YAMLError, ValueError, ArithmeticError):  # signs that YAML forbids, or \U with a number past Unicode
        raise wrong(NOT_PLAIN_TEXT) from None


def _value(start: yaml.Event, events: Iterator[yaml.Event], text: str) -> Any:
    """The value that an event begins, and of which the next events are the parts."""
    if isinstance(start, yaml.AliasEvent) or (isinstance(start, yaml.NodeEvent) and _is_marked(start)):
        raise wrong("Write each value itself, without anchors (&), aliases (*) and tags (!).")
    if isinstance(start, yaml.ScalarEvent):
        return start.value if start.value or start.style else None
    depth, last = 1, start
    while depth:
        last = next(events)
        depth += isinstance(last, yaml.CollectionStartEvent) - isinstance(last, yaml.CollectionEndEvent)
    # Annotations are full of JSON, and not always in quotes.
    written = text[_index(start.start_mark) : _index(last.end_mark)]
    return written if "\n" not in written and _is_json(written) else []


def _is_marked(event: yaml.NodeEvent) -> bool:
    return event.anchor is not None or getattr(event, "tag", None) not in (None, _STRING)


def _index(mark: Any) -> int:
    return int(mark.index)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


class _Dumper(yaml.SafeDumper):
    """Writes a text without quotes wherever it is read back as it is by a reader for which everything is text."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}


def _as_read(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None if text else '"'
    return dumper.represent_scalar(_STRING, text, style=style)


_Dumper.add_representer(str, _as_read)


def text_of(texts: Mapping[str, str]) -> str:
    """The YAML that `pairs_in` reads as these texts, as a person would write it."""
    return yaml.dump(
        dict(texts), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=math.inf, default_flow_style=False
    )
