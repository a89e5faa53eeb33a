"""The JSON schema of the answers file, made from the questions."""

import json
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from aeterna_nb.questions import Question, by_name, plain, questions
from aeterna_nb.reading.leaves import KeyPath

SCHEMA_FILE = ".aeterna/setup.schema.json"
"""Lies beside the answers file, whose first line names it for editors."""

_LINES = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}


def answers_schema() -> dict[str, Any]:
    """The schema of `.aeterna/setup.yaml`, in the dialect that editors' YAML servers know best (draft 7).

    Secrets are no keys of it, since they never stand there.
    """
    tree: dict[str, Any] = {}
    for question in questions():
        if question.secret:
            continue
        node = tree
        for part in question.path[:-1]:
            node = node.setdefault(part, {})
        node.setdefault(question.path[-1], []).append(_leaf(question))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Answers of the Aeterna workbench",
        **_object(tree),
        "allOf": list(_conditions()),
    }


@cache
def schema_text() -> str:
    """The text of `.aeterna/setup.schema.json`, ending in a newline."""
    return json.dumps(answers_schema(), indent=1, ensure_ascii=False) + "\n"


def _conditions() -> Iterator[dict[str, Any]]:
    """Which keys do not apply once a choice has another value than they need.

    Only conditions of one choice are said: those with alternatives, or on whether there is an answer, are left out.
    """
    owners: dict[KeyPath, list[Question]] = {}
    for question in questions():
        if not question.secret:
            owners.setdefault(question.path, []).append(question)
    idle: dict[tuple[str, tuple[Any, ...]], set[KeyPath]] = {}
    for path, asked in owners.items():
        needed = [_needed(question) for question in asked]
        for name in set.intersection(*(set(choices) for choices in needed)):
            fitting = set[Any]().union(*(choices[name] for choices in needed))
            order = tuple(value for value in _values(by_name()[name]) if value in fitting)
            idle.setdefault((name, order), set()).add(path)
    for (name, values), paths in sorted(idle.items(), key=str):
        choice: dict[str, Any] = {"not": {"enum": list(values)}}
        for key in reversed(by_name()[name].path):
            choice = {"required": [key], "properties": {key: choice}}
        yield {"if": choice, "then": _without(paths, owners.keys())}


def _needed(question: Question) -> dict[str, set[Any]]:
    """The values of choices that a question needs, by the choices' names."""
    needed: dict[str, set[Any]] = {}
    for condition in question.when:
        if len(condition.alternatives) == 1:
            for name, wanted in condition.alternatives[0].items():
                if isinstance(wanted, tuple):
                    needed[name] = needed.get(name, set(wanted)) & set(wanted)
    return needed


def _values(choice: Question) -> list[Any]:
    return [option.value for option in choice.options] or [True, False]


def _without(paths: Collection[KeyPath], known: Collection[KeyPath]) -> dict[str, Any]:
    """A schema that refuses these paths; a group that is refused as a whole is named alone."""
    tree: dict[str, Any] = {}
    for path in sorted(paths):
        depth = next(n for n in range(1, len(path) + 1) if all(k in paths for k in known if k[:n] == path[:n]))
        node = tree
        for key in path[: depth - 1]:
            node = node.setdefault("properties", {}).setdefault(key, {})
        node.setdefault("properties", {})[path[depth - 1]] = False
    return tree


def _object(tree: dict[str, Any]) -> dict[str, Any]:
    properties = {
        key: _object(value) if isinstance(value, dict) else value[0] if len(value) == 1 else {"anyOf": value}
        for key, value in tree.items()
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _leaf(question: Question) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": question.label, "description": question.help}
    values = [option.value for option in question.options]
    match question.kind:
        case "boolean" | "integer":
            schema["type"] = question.kind
        case "choice":
            schema["enum"] = values
        case "choices":
            schema |= {"type": "array", "items": {"enum": values}}
        case "mapping":
            schema["anyOf"] = [{"type": "string"}, _LINES]
        case _:
            schema["type"] = "string"
    if question.ask.derive is None and question.default is not None:
        schema["default"] = plain(question.default)
    limits = {"minimum": question.minimum, "maximum": question.maximum}
    return schema | {name: limit for name, limit in limits.items() if limit is not None}
