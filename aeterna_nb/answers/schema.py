"""The JSON schema of the answers file, made from the questions."""

import json
from functools import cache
from typing import Any

from aeterna_nb.questions import Question, plain, questions

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
    }


@cache
def schema_text() -> str:
    """The text of `.aeterna/setup.schema.json`, ending in a newline."""
    return json.dumps(answers_schema(), indent=1, ensure_ascii=False) + "\n"


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
