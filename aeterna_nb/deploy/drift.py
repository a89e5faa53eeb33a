"""What somebody changed by hand in the objects of a release since it was deployed.

The API server notes for each field who set it last (Kubernetes documentation, "Server-Side Apply"): a field that the
release sets and that belongs to another program now was changed since. The next deployment takes it back.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aeterna_nb.kubernetes.connection import Cluster, Forbidden
from aeterna_nb.kubernetes.manifests import Manifest, items, label, name_of, namespace_of, section

HANDS = re.compile(r"kubectl|k9s|Lens|OpenLens|Headlamp|dashboard|Mozilla", re.IGNORECASE)
"""Programs with which people change objects, by the names under which these write."""
AT_A_TIME = 8


def changed_by_hand(cluster: Cluster, namespace: str, manifests: Sequence[Manifest]) -> Mapping[str, str]:
    """By an object's label which of its fields were changed, and with what. Raises ClusterError.

    What the user may not see is left out.
    """
    plurals = _plurals(cluster, manifests)
    places = [(item, path) for item in manifests if (path := _path(item, namespace, plurals))]
    with ThreadPoolExecutor(AT_A_TIME, "drift") as threads:
        lives = threads.map(lambda place: _live(cluster, place[1]), places)
        found = {
            label(item): sorted({*_fields(item, live)}) for (item, _), live in zip(places, lives, strict=True) if live
        }
    return {name: ", ".join(fields) for name, fields in found.items() if fields}


def _plurals(cluster: Cluster, manifests: Sequence[Manifest]) -> Mapping[tuple[str, str], tuple[str, bool]]:
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    for version in {str(item["apiVersion"]) for item in manifests}:
        listed = cluster.get(f"/apis/{version}" if "/" in version else f"/api/{version}")
        for resource in items(listed, "resources"):
            if "/" not in str(resource["name"]):
                found[version, str(resource["kind"])] = (str(resource["name"]), bool(resource["namespaced"]))
    return found


def _path(item: Manifest, namespace: str, plurals: Mapping[tuple[str, str], tuple[str, bool]]) -> str:
    version = str(item["apiVersion"])
    plural, namespaced = plurals.get((version, str(item["kind"])), ("", False))
    if not plural:
        return ""
    place = f"/namespaces/{namespace_of(item) or namespace}" if namespaced else ""
    return f"{'/apis/' if '/' in version else '/api/'}{version}{place}/{plural}/{name_of(item)}"


def _live(cluster: Cluster, path: str) -> Manifest:
    try:
        return cluster.get(path)
    except Forbidden:
        return {}


def _fields(item: Manifest, live: Manifest) -> Iterator[str]:
    for entry in items(section(live, "metadata"), "managedFields"):
        by = str(entry.get("manager"))
        if HANDS.search(by) and entry.get("subresource") != "status":
            yield from (f"{path} ({by})" for path in _declared(item, section(entry, "fieldsV1"), ""))


def _declared(node: Any, fields: Mapping[str, Any], path: str) -> Iterator[str]:
    """The paths in a tree of owned fields that lead to a value in a manifest."""
    if path and not any(key != "." for key in fields):
        yield path
        return
    for key, inner in fields.items():
        kind, _, name = key.partition(":")
        if kind == "f" and isinstance(node, Mapping) and name in node:
            yield from _declared(node[name], inner, f"{path}.{name}" if path else name)
        elif kind == "k" and isinstance(node, list):
            wanted = json.loads(name)
            for item in node:
                if isinstance(item, Mapping) and all(item.get(part) == value for part, value in wanted.items()):
                    yield from _declared(item, inner, f"{path}[{item.get('name', '')}]")
