import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.bridge.convert import (
    LONGEST_NAME,
    TENANT_KEYS,
    arguments_for_server,
    conformant_schema,
    conformant_tools,
    result_of,
)

from .standin import TOOL_NAMES, tool_definitions

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)
schema_parts = st.recursive(
    st.sampled_from(
        [
            {"type": "string"},
            {"$ref": "#/definitions/TenantContext"},
            {"$ref": "#/$defs/there"},
            {"$ref": "TenantContext"},
            {"$ref": "#TenantContext"},
            {"$ref": "https://elsewhere.example/schema"},
            {"enum": ["a", 1, None]},
        ]
    ),
    lambda inner: (
        st.dictionaries(st.sampled_from(["a", "b", "tenantContext", "tenant_context", "$ref"]), inner, max_size=4).map(
            lambda properties: {"type": "object", "properties": properties}
        )
        | inner.map(lambda items: {"type": "array", "items": items})
        | st.lists(inner, min_size=1, max_size=2).map(lambda some: {"anyOf": some})
    ),
    max_leaves=6,
)
schemas = st.builds(
    lambda part, required, defs, combinator: part | required | defs | combinator,
    schema_parts,
    st.sampled_from([{}, {"required": ["tenantContext"]}, {"required": ["a", "tenant_context", "a"]}]),
    st.sampled_from([{}, {"$defs": {"there": {"type": "integer"}}}, {"definitions": {"TenantContext": {}}}]),
    st.sampled_from([{}, {"anyOf": [{"required": ["a"]}]}, {"oneOf": [{}]}, {"allOf": [{}]}]),
)


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [value for key, value in node.items() if key == "$ref" and isinstance(value, str)]
        return own + [found for value in node.values() for found in references(value)]
    if isinstance(node, list):
        return [found for value in node for found in references(value)]
    return []


def test_the_servers_bare_array_becomes_53_conformant_tools() -> None:
    tools = conformant_tools(tool_definitions())

    assert [name for name, _ in tools] == TOOL_NAMES
    assert len(tools) == 53
    for name, tool in tools:
        assert tool.name == name
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.input_schema["type"] == "object"
        assert "tenant" not in json.dumps(tool.input_schema).lower()
        assert not {"oneOf", "anyOf", "allOf"} & tool.input_schema.keys()
    schemas_by_name = {name: tool.input_schema for name, tool in tools}
    assert schemas_by_name["memory_search"]["required"] == ["query"]
    assert schemas_by_name["memory_search"]["properties"]["query"]["type"] == "string"
    assert "required" not in schemas_by_name["context_assemble"]  # it required nothing but the tenant


def test_a_server_that_follows_the_protocol_is_understood_as_well() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}

    [(_, tool)] = conformant_tools({"tools": [{"name": "later", "inputSchema": schema}]})

    assert tool.input_schema == schema


@given(st.lists(st.fixed_dictionaries({"name": st.text(max_size=80)}), max_size=12))
def test_names_are_what_the_protocol_and_the_model_providers_allow_and_lead_back(
    items: list[dict[str, str]],
) -> None:
    tools = conformant_tools(items)

    assert [name for name, _ in tools] == [item["name"] for item in items if item["name"]]
    offered = [tool.name for _, tool in tools]
    assert len(set(offered)) == len(offered)
    for name in offered:
        assert re.fullmatch(rf"[A-Za-z0-9_-]{{1,{LONGEST_NAME}}}", name)


@given(schemas)
def test_every_schema_is_an_object_without_tenant_and_without_references_to_nowhere(
    schema: dict[str, Any],
) -> None:
    before = json.dumps(schema)

    conformant = conformant_schema(schema)

    assert json.dumps(schema) == before, "the server's own list must not change under us"
    jsonschema.Draft202012Validator.check_schema(conformant)
    assert conformant["type"] == "object"
    assert not set(TENANT_KEYS) & conformant["properties"].keys()
    assert not set(TENANT_KEYS) & set(conformant.get("required", []))
    assert set(references(conformant)) <= {"#/$defs/there"}
    jsonschema.Draft202012Validator(conformant).is_valid({"a": 1})  # raises on a reference that leads nowhere


@given(json_values)
def test_whatever_stands_where_a_schema_belongs_the_tool_is_still_offered(value: Any) -> None:
    [(_, tool)] = conformant_tools([{"name": "odd", "input_schema": value}])

    assert tool.input_schema["type"] == "object"


@pytest.mark.parametrize("answer", [None, 1, "tools", {}, {"tools": {}}])
def test_an_answer_that_is_no_list_of_tools_is_refused(answer: object) -> None:
    with pytest.raises(ValueError, match="no list of tools"):
        conformant_tools(answer)


@given(json_values)
def test_every_answer_of_a_tool_reaches_the_model_whole(value: Any) -> None:
    result = result_of(value)

    [block] = result.content
    assert block.type == "text"
    assert block.text == value if isinstance(value, str) else json.loads(block.text) == value
    assert not result.is_error
    result.model_dump_json()


def test_text_that_no_encoding_can_carry_is_made_carriable() -> None:
    assert result_of({"text": "half a pair \ud83d"}).model_dump_json()


def test_success_false_is_an_error_for_the_model() -> None:
    assert result_of({"success": False, "error": "the repository is empty"}).is_error
    assert not result_of({"success": True}).is_error


def test_a_result_in_the_protocols_form_is_passed_on_and_a_field_named_content_is_not_mistaken_for_it() -> None:
    passed = result_of({"content": [{"type": "text", "text": "hello"}], "isError": True})
    assert passed.is_error
    assert passed.content[0].type == "text"
    assert passed.content[0].text == "hello"

    own = result_of({"success": True, "content": []})
    assert own.content[0].type == "text"
    assert json.loads(own.content[0].text) == {"success": True, "content": []}


def test_a_model_cannot_choose_another_tenant() -> None:
    arguments = {
        "query": "x",
        "tenantContext": {"tenant_id": "other"},
        "tenant_context": {"tenant_id": "other"},
    }

    assert arguments_for_server(arguments) == {"query": "x"}
    assert arguments_for_server(None) == {}
