"""From what the server sends to what the protocol wants: tools, schemas and results. Pure functions.

Measured on v0.8.0-rc.9: `tools/list` answers a bare array whose tools carry `input_schema`, and each schema
refers to `#/definitions/TenantContext`, which nothing defines; `tools/call` answers the tool's own JSON
without `content`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from mcp import types
from pydantic import ValidationError

TENANT_KEYS = ("tenantContext", "tenant_context")
"""The bridge fills these in from its configuration; a model neither sees nor sets them."""

LONGEST_NAME = 64
"""Characters. The protocol allows 128, the interfaces of the model providers 64."""

_ROOT_COMBINATORS = ("oneOf", "anyOf", "allOf")
_RESULT_KEYS = {"content", "structuredContent", "isError", "_meta"}
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def conformant_tools(answer: object) -> list[tuple[str, types.Tool]]:
    """Return each tool of a `tools/list` answer with the server's own name for it.

    Understands the bare array of today's server and the `{"tools": [...]}` of the protocol. Names are unique.
    What is no tool is left out. Raises ValueError when the answer is no list of tools at all.
    """
    listed = answer.get("tools") if isinstance(answer, Mapping) else answer
    if not isinstance(listed, list):
        raise ValueError("the answer to tools/list is no list of tools")
    tools: dict[str, tuple[str, types.Tool]] = {}
    for item in listed:
        if not isinstance(item, Mapping) or not isinstance(item.get("name"), str) or not item["name"]:
            continue
        name = _unique(conformant_name(item["name"]), tools)
        description = item.get("description")
        tools[name] = (
            item["name"],
            types.Tool(
                name=name,
                description=_encodable(description) if isinstance(description, str) else None,
                input_schema=conformant_schema(item.get("inputSchema", item.get("input_schema"))),
            ),
        )
    return list(tools.values())


def conformant_name(name: str) -> str:
    """Return `name` with every character replaced that the protocol does not allow, and cut to
    `LONGEST_NAME`."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:LONGEST_NAME]


def conformant_schema(schema: object) -> dict[str, Any]:
    """Return `schema` as a JSON schema of an object, without the tenant and without references to nowhere.

    `oneOf`, `anyOf` and `allOf` at the root are dropped, because the interfaces of Anthropic and OpenAI
    refuse a whole request for one such tool; the server checks its arguments itself.
    """
    if not isinstance(schema, Mapping):
        return {"type": "object", "properties": {}}
    properties = schema.get("properties")
    required = schema.get("required")
    root = {key: value for key, value in schema.items() if key not in (*_ROOT_COMBINATORS, *_REFERENCES, "required")}
    root["type"] = "object"
    root["properties"] = _without_tenant(properties) if isinstance(properties, Mapping) else {}
    if isinstance(required, list):
        names = [name for name in required if isinstance(name, str) and name not in TENANT_KEYS]
        if names:
            root["required"] = list(dict.fromkeys(names))
    for key in ("definitions", "$defs"):
        if isinstance(root.get(key), Mapping):
            root[key] = {name: value for name, value in root[key].items() if name != "TenantContext"}
            if not root[key]:
                del root[key]
    resolved = _resolvable(root, root)
    assert isinstance(resolved, dict)
    return resolved


def arguments_for_server(arguments: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the arguments of a call without a tenant that a model may have made up."""
    return _without_tenant(arguments or {})


def result_of(answer: object) -> types.CallToolResult:
    """Return the protocol's result for what a tool answered: its JSON as text, or the text itself.

    An object that says `"success": false` is an error. A result that has the protocol's form already is
    passed on.
    """
    if isinstance(answer, Mapping) and answer.get("content") and answer.keys() <= _RESULT_KEYS:
        try:
            return types.CallToolResult.model_validate(answer)
        except ValidationError:
            pass
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    failed = isinstance(answer, Mapping) and answer.get("success") is False
    return types.CallToolResult(content=[types.TextContent(type="text", text=_encodable(text))], is_error=failed)


def error_result(sentence: str) -> types.CallToolResult:
    """Return a result that tells the model, in a sentence, why the call failed."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=_encodable(sentence))], is_error=True)


def _unique(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    candidate, number = name, 2
    while candidate in names:
        suffix = f"_{number}"
        candidate, number = name[: LONGEST_NAME - len(suffix)] + suffix, number + 1
    return candidate


def _without_tenant(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in TENANT_KEYS}


def _resolvable(node: Any, root: Mapping[str, Any]) -> Any:
    if isinstance(node, Mapping):
        return {
            key: _resolvable(value, root)
            for key, value in node.items()
            if not (key in _REFERENCES and isinstance(value, str) and not _points_into(value, root))
        }
    if isinstance(node, list):
        return [_resolvable(value, root) for value in node]
    return node


def _points_into(reference: str, root: Mapping[str, Any]) -> bool:
    if reference != "#" and not reference.startswith("#/"):
        return False  # an anchor, which nothing here has, or a schema elsewhere, which no client must fetch
    node: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or key not in node:
            return False
        node = node[key]
    return True


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
