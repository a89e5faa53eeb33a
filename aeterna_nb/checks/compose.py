"""Check 3 and 6 for `docker-compose.yaml`: it parses, follows the Compose specification, and its references resolve."""

import functools
import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from aeterna_nb.checks.compose_references import check_compose_hosts, check_compose_references
from aeterna_nb.checks.compose_variables import Interpolation, interpolated
from aeterna_nb.checks.schema_sentences import faults
from aeterna_nb.findings import Finding

CHECK = "compose"


def check_compose(
    text: str, environment: Mapping[str, str], external_hosts: frozenset[str] = frozenset()
) -> list[Finding]:
    """Everything that is wrong with a Compose file whose variables have the values of `environment` (the `.env` file).

    `external_hosts` are names that answers declare to be reachable from containers without being services. A message
    never holds a value, since values may come from `.env`.
    """
    try:
        loaded = _load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        return [_error(f"docker-compose.yaml is not YAML{where}: {getattr(error, 'problem', 'it can not be read')}.")]
    if not isinstance(loaded, dict):
        return [_error("docker-compose.yaml must be a mapping with services.")]
    interpolation = Interpolation(environment)
    content = interpolated(loaded, interpolation)
    findings = [_error(f"docker-compose.yaml: {sentence}.") for sentence in interpolation.faults]
    findings += [_error(f"docker-compose.yaml: {sentence}.") for sentence in _schema_faults(content)]
    named = [*check_compose_references(content), *check_compose_hosts(loaded, external_hosts)]
    findings += [_error(f"docker-compose.yaml: {sentence}.") for sentence in named]
    return findings


def _error(message: str) -> Finding:
    return Finding("error", message, check=CHECK)


class _Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice in one mapping, as Docker Compose does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: set[object] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            if key_node.value in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value} stands there twice", key_node.start_mark
                )
            keys.add(key_node.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _load(text: str) -> object:
    return yaml.load(text, Loader=_Loader)


def _schema_faults(content: object) -> Iterator[str]:
    known = _known_names()
    for error in _validator().iter_errors(content):
        kind = error.kind
        if isinstance(kind, jsonschema_rs.ValidationErrorKind.UnevaluatedProperties):
            # A field that is known but has a fault of its own counts as not evaluated; its own fault says enough.
            where = ".".join(str(step) for step in error.instance_path)
            for name in (name for name in kind.unexpected if name not in known):
                yield f"{where} has {name}, which Compose does not know there"
            continue
        for where, fault in faults(error, "Compose"):
            yield f"{where} {fault}" if where else f"the file {fault}"


@functools.cache
def _schema() -> dict[str, Any]:
    # Found without importing the package, which would load an HTTP client.
    spec = importlib.util.find_spec("check_jsonschema")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package check-jsonschema, which holds the Compose schema, is not installed.")
    path = Path(spec.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema: dict[str, Any] = json.loads(path.read_bytes())
    # A relative $id has no meaning here, and validators differ about it.
    schema.pop("$id", None)
    return schema


@functools.cache
def _validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(_schema(), mask="the value")


@functools.cache
def _known_names() -> frozenset[str]:
    definitions = _schema().get("$defs") or _schema().get("definitions") or {}
    return frozenset(name for definition in definitions.values() for name in definition.get("properties", {}))
