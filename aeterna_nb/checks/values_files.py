"""Check 3 for the files of chart values: Helm can read them, the chart takes them, and no key stands in two of them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from aeterna_nb.chart import chart_folder, helm
from aeterna_nb.chart.rendering import with_stand_ins
from aeterna_nb.checks.schema_sentences import faults
from aeterna_nb.config import SetupConfig
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import OWN_VALUES_FILE, SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.generate.helm_secret_values import secrets_in
from aeterna_nb.generate.helm_values import helm_values, merge

CHECK = "values"

FILES = (VALUES_FILE, SECRET_VALUES_FILE, OWN_VALUES_FILE)
"""Those that hold chart values, in the order in which Helm gets them."""


def check_values(files: Mapping[str, str]) -> list[Finding]:
    """Every way in which the files of chart values are wrong. A message never holds a value from them."""
    trees: dict[str, dict[str, Any]] = {}
    sentences: list[str] = []
    for name in FILES:
        tree = _read(files[name]) if name in files else {}
        if tree is None:
            sentences.append(f"{name} is not YAML that Helm can read")
        else:
            trees[name] = tree
            sentences += [f"{name}: {fault}" for fault in _refused(tree)]
    both = set(_paths(trees.get(VALUES_FILE, {}))) & set(_paths(trees.get(SECRET_VALUES_FILE, {})))
    sentences += [f"{'.'.join(path)} stands in {VALUES_FILE} and in {SECRET_VALUES_FILE}" for path in sorted(both)]
    return [Finding("error", f"{sentence}.", check=CHECK) for sentence in sentences]


def check_decided(config: SetupConfig, files: Mapping[str, str]) -> list[Finding]:
    """An error where Helm, which has the last word, reads other values than were decided: others read plain words."""
    tree = _read(files[VALUES_FILE]) if VALUES_FILE in files else None
    if tree is None or _same(tree, helm_values(config)):
        return []
    return [Finding("error", f"Helm reads other values from {VALUES_FILE} than were decided.", check="decided")]


def renderable(files: Mapping[str, str]) -> dict[str, Any] | None:
    """The values that the files hold together, with a stand-in for each secret; None where the chart refuses them."""
    values: dict[str, Any] = {}
    for name in FILES:
        tree = _read(files.get(name, ""))
        if tree is None or any(_refused(tree)):
            return None
        merge(values, tree)
    return with_stand_ins(values, secrets_in(values))


def laid_over(values: dict[str, Any], files: Mapping[str, str]) -> bool:
    """Lay the values of the user's own among the files over others; False where the chart refuses them."""
    own = renderable({OWN_VALUES_FILE: files.get(OWN_VALUES_FILE, "")})
    merge(values, own or {})
    return own is not None


def texts_of_own(files: Mapping[str, str]) -> frozenset[str]:
    """Every text in the values of the user's own; empty where there are none, or none that Helm can read."""
    return frozenset(_texts(_read(files.get(OWN_VALUES_FILE, "")) or {}))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(child)


def _read(text: str) -> dict[str, Any] | None:
    try:
        documents = helm.read_manifests(text)
    except helm.HelmError:
        # Helm's text quotes the line, which may hold a secret.
        return None
    if len(documents) > 1 or not all(isinstance(document, dict) for document in documents):
        return None
    return documents[0] if documents else {}


def _refused(tree: Mapping[str, Any]) -> Iterator[str]:
    for error in _schema().iter_errors(tree):
        for where, fault in faults(error, "the chart"):
            yield f"{where} {fault}" if where else f"it {fault}"


@cache
def _schema() -> jsonschema_rs.Validator:
    schema = json.loads((chart_folder() / "values.schema.json").read_bytes())
    return jsonschema_rs.validator_for(schema, mask="the value")


def _same(read: Any, decided: Any) -> bool:
    # Helm reads every number as a float.
    return bool(json.loads(json.dumps(read)) == json.loads(json.dumps(decided)))


def _paths(tree: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from _paths(value, (*above, key))
        else:
            yield (*above, key)
