"""The JSON schemas that judge manifests: those of one Kubernetes version, and those of custom resources.

The built-in kinds come from the `kubernetes-validate` package, whose `_definitions.json` (strict) holds one
definition a kind, marked with its group, version and kind. Reading them takes about 20 milliseconds and
compiling a kind up to five; both happen once a process and version.
"""

import functools
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs

from aeterna_nb.checks import custom_resources
from aeterna_nb.checks.formats import FORMATS
from aeterna_nb.checks.refinements import NAME_FORMATS, PROPERTIES, REPLACED
from aeterna_nb.kubernetes.manifests import Manifest, expand

GroupVersionKind = tuple[str, str, str]

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/"

EACH_VERSION = 16
"""More than there are Kubernetes versions: what is compiled of one is kept while others of a fleet are judged."""


class Schemas:
    """The schemas of one Kubernetes version and of CustomResourceDefinitions, compiled as kinds are met."""

    def __init__(self, kubernetes_version: str, crds: Sequence[Manifest] = ()) -> None:
        self.version = kubernetes_version
        self._custom = custom_resources.definitions(expand(crds))
        self._validators: dict[GroupVersionKind, jsonschema_rs.Validator] = {}

    def validator(self, kind: GroupVersionKind) -> jsonschema_rs.Validator | None:
        """What judges objects of this kind; None where no schema is known."""
        builtin = _builtin_validator(self.version, kind)
        if builtin is not None:
            return builtin
        if kind not in self._validators and kind in self._custom:
            self._validators[kind] = _custom_validator(self.version, self._custom[kind], kind[2])
        return self._validators.get(kind)

    def is_builtin(self, group: str) -> bool:
        """Whether the API group is Kubernetes' own, so that a kind missing in it does not exist.

        The group of a custom resource has a dot (rule of the API server).
        """
        return "." not in group or group in _builtin_groups(self.version)

    def with_definitions(self, manifests: Sequence[Manifest]) -> "Schemas":
        """These schemas and those of the CustomResourceDefinitions among `manifests`, if there are any."""
        added = custom_resources.definitions(manifests)
        if not added:
            return self
        merged = Schemas(self.version)
        merged._custom = {**self._custom, **added}
        return merged


def supported_versions() -> tuple[str, ...]:
    """The Kubernetes versions with schemas, oldest first, as in `1.31`."""
    found = [
        match.group(1)
        for folder in _schemas_folder().iterdir()
        if (match := re.fullmatch(r"v(\d+\.\d+)\.\d+-local-strict", folder.name))
    ]
    return tuple(sorted(found, key=version_order))


def load_schemas(kubernetes_version: str, crds: Sequence[Manifest] = ()) -> Schemas:
    """The schemas of `kubernetes_version` (`1.31`, `v1.31.2`), or of the nearest version that has some."""
    wanted = version_order(kubernetes_version)
    known = supported_versions()
    nearest = min(known, key=lambda version: abs(version_order(version)[1] - wanted[1]))
    return Schemas(nearest, crds)


def version_order(version: str) -> tuple[int, int]:
    """Major and minor of a version such as `1.31` or `v1.31.2`. Raises ValueError for anything else."""
    match = re.match(r"v?(\d+)\.(\d+)", version)
    if match is None:
        raise ValueError(f"{version!r} is no Kubernetes version; write it as 1.31")
    return int(match.group(1)), int(match.group(2))


def _schemas_folder() -> Path:
    # Found without importing the package, whose import alone costs 70 ms.
    spec = importlib.util.find_spec("kubernetes_validate")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package kubernetes-validate, which holds the Kubernetes schemas, is not installed.")
    return Path(spec.origin).parent / "kubernetes-json-schema"


@functools.lru_cache(maxsize=4)
def _definitions(version: str) -> Mapping[str, dict[str, Any]]:
    path = _schemas_folder() / f"v{version}.0-local-strict" / "_definitions.json"
    definitions: dict[str, dict[str, Any]] = json.loads(path.read_bytes(), object_hook=_without_description)["$defs"]
    for name, keywords in REPLACED.items():
        definitions[name] = dict(keywords)
    for name, properties in PROPERTIES.items():
        known = definitions.get(name, {}).get("properties", {})
        for property_name, keywords in properties.items():
            if property_name in known:
                known[property_name] = {**known[property_name], **keywords}
    return definitions


def _without_description(node: dict[str, Any]) -> dict[str, Any]:
    # Three quarters of the text are prose that judges nothing; a property of that name is no text and stays.
    if isinstance(node.get("description"), str):
        del node["description"]
    return node


@functools.lru_cache(maxsize=EACH_VERSION)
def _names_of_kinds(version: str) -> Mapping[GroupVersionKind, str]:
    return {
        (kind["group"], kind["version"], kind["kind"]): name
        for name, definition in _definitions(version).items()
        for kind in definition.get("x-kubernetes-group-version-kind", [])
    }


@functools.lru_cache(maxsize=EACH_VERSION)
def _builtin_groups(version: str) -> frozenset[str]:
    return frozenset(group for group, _, _ in _names_of_kinds(version))


@functools.lru_cache(maxsize=512)
def _builtin_validator(version: str, kind: GroupVersionKind) -> jsonschema_rs.Validator | None:
    name = _names_of_kinds(version).get(kind)
    if name is None:
        return None
    return _compile({"$ref": _REFERENCE + name}, _reachable(version, [name]), kind[2])


def _custom_validator(version: str, structural: Mapping[str, Any], kind: str) -> jsonschema_rs.Validator:
    schema = custom_resources.json_schema(structural)
    schema["properties"] = {
        **schema.get("properties", {}),
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"$ref": _REFERENCE + _OBJECT_META},
    }
    return _compile(schema, _reachable(version, [_OBJECT_META]), kind)


def _compile(schema: Mapping[str, Any], definitions: Mapping[str, Any], kind: str) -> jsonschema_rs.Validator:
    name = {"type": "string", "format": NAME_FORMATS.get(kind, "k8s-subdomain")}
    return jsonschema_rs.Draft202012Validator(
        {
            "$schema": _DIALECT,
            "$defs": definitions,
            "allOf": [
                schema,
                {
                    "required": ["metadata"],
                    "properties": {"metadata": {"required": ["name"], "properties": {"name": name}}},
                },
            ],
        },
        formats={key: rule.accepts for key, rule in FORMATS.items()},
        validate_formats=True,
        mask="the value",
    )


def _reachable(version: str, names: Sequence[str]) -> dict[str, Any]:
    """The definitions that `names` lead to; compiling all of them for each kind takes ten times as long."""
    definitions = _definitions(version)
    found: dict[str, Any] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = definitions[name]
            waiting.extend(_references(definitions[name]))
    return found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix(_REFERENCE)
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
