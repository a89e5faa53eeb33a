"""From a CustomResourceDefinition to the JSON schema that its objects must follow, unknown fields refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from aeterna_nb.kubernetes.manifests import Manifest, items, section

# Keywords that mean the same in a structural schema and in JSON Schema. The rest (descriptions, defaults,
# CEL rules, list types) says nothing about which objects are valid, or can't be said in JSON Schema.
_KEPT = (
    "type", "required", "enum", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    "multipleOf",
)  # fmt: skip


def definitions(manifests: Sequence[Manifest]) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """The structural schema of each served version, by (group, version, kind)."""
    found: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for crd in manifests:
        if crd.get("kind") != "CustomResourceDefinition":
            continue
        spec = section(crd, "spec")
        kind = str(section(spec, "names").get("kind", ""))
        for version in items(spec, "versions"):
            schema = section(version, "schema", "openAPIV3Schema")
            if schema and version.get("served", True):
                found[(str(spec.get("group", "")), str(version.get("name", "")), kind)] = schema
    return found


def json_schema(structural: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema of a structural schema (Kubernetes documentation, "Specifying a structural schema").

    A mapping with declared properties is closed, since the API server drops or refuses what is not declared
    there, unless it says `x-kubernetes-preserve-unknown-fields`.
    """
    schema: dict[str, Any] = {keyword: structural[keyword] for keyword in _KEPT if keyword in structural}
    if structural.get("exclusiveMinimum") is True:
        schema["exclusiveMinimum"] = schema.pop("minimum")
    if structural.get("exclusiveMaximum") is True:
        schema["exclusiveMaximum"] = schema.pop("maximum")
    for flag in ("exclusiveMinimum", "exclusiveMaximum"):
        if schema.get(flag) is False:
            del schema[flag]
    if structural.get("x-kubernetes-int-or-string"):
        schema["type"] = ["integer", "string"]
    if structural.get("nullable") and "type" in schema:
        kinds = schema["type"]
        schema["type"] = [*(kinds if isinstance(kinds, list) else [kinds]), "null"]
    if isinstance(structural.get("items"), Mapping):
        schema["items"] = json_schema(structural["items"])
    if isinstance(structural.get("additionalProperties"), Mapping):
        schema["additionalProperties"] = json_schema(structural["additionalProperties"])
    properties = section(structural, "properties")
    if properties:
        schema["properties"] = {name: json_schema(child) for name, child in properties.items()}
        if not structural.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
    return schema
