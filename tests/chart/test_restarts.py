"""Pods run with what their ConfigMaps and Secrets hold: a change of what they read starts them anew."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Manifest, Render

KEEP_RUNNING = ("Deployment", "StatefulSet", "DaemonSet")
PASSWORD = {"postgresql": {"external": {"password": {"value": "other"}}}}
ENTITIES = {"opal": {"data": {"entities": [{"uid": "other"}]}}}
OWN_ENTITIES = {"opal": {"fetcher": {"enabled": False}, "auth": {"clientToken": {"value": ""}}}}
"""With these the OPAL server serves entities from the ConfigMap, and the agents ask it for a token."""
CERTIFICATE = {"postgresql": {"external": {"rootCertificate": {"value": "other"}}}}
ALL = choices.merged(
    choices.KEY,
    choices.DATABASES["external"],
    choices.VECTORS["qdrant-external"],
    choices.CACHES["redis-password"],
    choices.LLMS["openai"],
    {
        "postgresql": {"external": {"sslMode": "verify-full", "rootCertificate": {"value": "one"}}},
        "opal": {
            "server": {"replicas": 2},
            "auth": {"clientToken": {"value": "one"}},
            "fetcher": {"enabled": True, "tenant": "t", "image": {"repository": "r", "tag": "1"}},
        },
    },
)


@pytest.mark.parametrize(
    ("changed", "restarted"),
    [
        ({"features": {"cca": False}}, {"aeterna"}),
        ({"llm": {"openai": {"apiKey": {"value": "other"}}}}, {"aeterna"}),
        ({"cache": {"password": {"value": "other"}}}, {"aeterna"}),
        (PASSWORD, {"aeterna", "aeterna-opal-server", "aeterna-opal-fetcher"}),
        (CERTIFICATE, {"aeterna", "aeterna-opal-server", "aeterna-opal-fetcher"}),
        ({"opal": {"auth": {"masterToken": {"value": "other"}}}}, {"aeterna-opal-server"}),
        ({"opal": {"auth": {"clientToken": {"value": "other"}}}}, {"aeterna-cedar-agent"}),
        (
            {"opal": {"policy": {"policies": {"permit-all.cedar": "forbid(principal, action, resource);\n"}}}},
            {"aeterna-opal-server"},
        ),
        (ENTITIES, {"aeterna-opal-server", "aeterna-cedar-agent"}),
    ],
)
def test_a_workload_restarts_when_what_it_reads_changes(
    changed: dict[str, Any], restarted: set[str], render: Render
) -> None:
    values = choices.merged(ALL, OWN_ENTITIES) if changed is ENTITIES else ALL
    before, after = render(values), render(choices.merged(values, changed))
    reads_other = {name for name, read in _reads(before).items() if read != _reads(after)[name]}
    assert restarted <= reads_other
    assert {name for name in reads_other if _templates(before)[name] == _templates(after)[name]} == set()


def _templates(manifests: list[Manifest]) -> dict[str, Manifest]:
    return {item["metadata"]["name"]: item["spec"]["template"] for item in manifests if item["kind"] in KEEP_RUNNING}


def _reads(manifests: list[Manifest]) -> dict[str, list[Any]]:
    """What the pods of each workload find in ConfigMaps and Secrets."""
    data = {
        (item["kind"], item["metadata"]["name"]): item.get("data", {})
        for item in manifests
        if item["kind"] in ("ConfigMap", "Secret")
    }
    return {
        name: [
            [(key, value) for key, value in sorted(data.get((kind, source), {}).items()) if keys is None or key in keys]
            for kind, source, keys in _sources(template["spec"])
        ]
        for name, template in _templates(manifests).items()
    }


def _sources(spec: Manifest) -> Iterator[tuple[str, str, set[str] | None]]:
    """Kind and name of each source, and the keys that are read of it; None for all."""
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        for entry in container.get("envFrom", []):
            yield "ConfigMap", entry["configMapRef"]["name"], None
        for variable in container.get("env", []):
            if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                yield "Secret", reference["name"], {reference["key"]}
    for volume in spec.get("volumes", []):
        for source in [volume, *volume.get("projected", {}).get("sources", [])]:
            for field, kind, named in (("secret", "Secret", "secretName"), ("configMap", "ConfigMap", "name")):
                if mounted := source.get(field):
                    keys = {item["key"] for item in mounted.get("items", [])} or None
                    yield kind, mounted.get(named) or mounted["name"], keys
