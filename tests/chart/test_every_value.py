"""Every value of the chart changes what it renders to, under some values."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from aeterna_nb import chart
from aeterna_nb.chart import ChartError
from aeterna_nb.chart.helm import Target
from aeterna_nb.chart_values import ChartValues
from aeterna_nb.chart_values.reference import every_value
from aeterna_nb.chart_values.schema import values_schema
from tests.chart import choices

Values = dict[str, Any]

EVERYTHING: Values = choices.merged(
    choices.KEY,
    choices.MODES["hybrid"],
    {
        "ingress": {"enabled": True, "host": "a.example.com", "tls": {"enabled": True, "secretName": "tls"}},
        "httpRoute": {"enabled": True, "parentRefs": [{"name": "gateway"}]},
        "networkPolicy": {"enabled": True, "defaultDeny": True},
        "hpa": {"enabled": True},
        "vpa": {"enabled": True, "updateMode": "Off"},
        "pdb": {"enabled": True},
        "serviceMonitor": {"enabled": True},
        "prometheusRule": {"enabled": True},
        "dashboard": {"enabled": True},
        "tracing": {"enabled": True, "endpoint": "http://collector:4317"},
        "knowledge": {
            "repositoryUrl": "https://git.example.com/k.git",
            "persistence": {"enabled": True, "accessModes": ["ReadWriteMany"]},
        },
        "auth": {
            "backend": "cedar",
            "cedar": {"policies": "permit(principal, action, resource);"},
            "plugin": {"enabled": True, "defaultTenantId": "t", "jwtSecret": {"value": "j"}},
        },
        "central": {"auth": {"method": "oauth2", "oauth2": {"clientId": "c", "tokenUrl": "https://l.example.com/t"}}},
        "backup": {"enabled": True, "s3": {"bucket": "b"}, "verification": {"enabled": True}},
        "postgresql": {"cnpg": {"pooler": {"enabled": True}, "walStorage": {"enabled": True}}},
        "cache": {"dragonfly": {"snapshot": {"enabled": True}}},
        "vector": {"qdrant": {"snapshots": {"enabled": True}}},
        "qdrant": {"snapshotPersistence": {"enabled": True}},
        "rbac": {"create": True},
        "opal": {
            "server": {"replicas": 2},
            "fetcher": {"enabled": True, "tenant": "t", "image": {"repository": "r", "tag": "1"}, "replicas": 2},
        },
    },
    {"central": {"auth": {"oauth2": {"clientSecret": {"value": "s"}}}}},
)
ELSEWHERE: Values = choices.merged(
    choices.KEY,
    choices.DATABASES["external"],
    choices.CACHES["redis-password"],
    {
        "networkPolicy": {"enabled": True},
        "backup": {"enabled": True, "destination": "gcs", "gcs": {"bucket": "b"}, "verification": {"enabled": True}},
        "opal": {
            "policy": {"source": "git", "git": {"url": "https://git.example.com/p.git"}},
            "data": {"url": "https://e"},
        },
        "secrets": {"provider": "external-secrets", "externalSecrets": {"store": {"name": "s"}, "remoteKey": "k"}},
    },
)
AZURE: Values = {"destination": "azure", "azure": {"storageAccount": "a", "container": "c"}}
OPAL_WITH_SECRETS: Values = {"policy": {"source": "git", "git": {"url": "ssh://git@g/p", "sshKey": {"value": "k"}}}}
BASES: tuple[Values, ...] = (
    EVERYTHING,
    ELSEWHERE,
    choices.KEY,
    choices.merged(choices.KEY, choices.MODES["hybrid"], choices.VECTORS["qdrant-external"], choices.LLMS["openai"]),
    choices.merged(ELSEWHERE, choices.VECTORS["weaviate-external"], choices.LLMS["google"], {"backup": AZURE}),
    choices.merged(choices.KEY, choices.VECTORS["mongodb"], choices.LLMS["bedrock"], {"opal": OPAL_WITH_SECRETS}),
    choices.merged(choices.KEY, choices.VECTORS["weaviate"], choices.LLMS["ollama"], choices.CACHES["valkey"]),
    choices.merged(choices.KEY, choices.VECTORS["pinecone"], choices.LLMS["anthropic"], choices.CACHES["redis"]),
    choices.merged(
        choices.KEY,
        choices.VECTORS["mongodb-external"],
        {"kms": {"provider": "aws", "awsKeyArn": "arn:aws:kms:x"}, "networkPolicy": {"enabled": True}},
        {"ingress": {"enabled": True, "host": "a.example.com", "tls": {"enabled": True, "clusterIssuer": "i"}}},
    ),
    choices.merged(choices.KEY, choices.VECTORS["vertex-ai"]),
    choices.merged(
        choices.KEY,
        choices.VECTORS["databricks"],
        {
            "vpa": {"enabled": True},
            "pdb": {"enabled": True, "minAvailable": 1, "maxUnavailable": ""},
            "knowledge": {"persistence": {"enabled": True}},
            "backup": {
                "enabled": True,
                "s3": {"bucket": "b", "accessKeyId": {"value": "a"}, "secretAccessKey": {"value": "s"}},
            },
        },
    ),
    choices.merged(choices.VECTORS["pgvector"], {"secrets": {"provider": "existing", "existingSecret": "s"}}),
    choices.merged(
        choices.VECTORS["pgvector"],
        {"secrets": {"provider": "external-secrets", "externalSecrets": {"store": {"name": "s"}, "remoteKey": "k"}}},
    ),
    choices.merged(
        choices.KEY,
        choices.DATABASES["external"],
        {"backup": {"enabled": True, "s3": {"bucket": "b"}}, "opal": {"agent": {"kind": "Deployment"}}},
    ),
    choices.merged(
        choices.KEY,
        choices.MODES["hybrid"],
        {"central": {"auth": {"method": "service-account", "apiKey": {"value": ""}}}},
    ),
    choices.REMOTE,
)
"""Values under which, together, everything is installed that the chart can install."""

WITHOUT_EFFECT: Mapping[str, str] = {
    "llm.anthropic.model": "for a later server; this one takes no such model",
}
"""Values that change nothing, and why."""

SUBCHARTS = ("cnpg", "dragonfly", "valkey", "qdrant", "weaviate", "mongodb")
TEXTS = (
    "other",
    "https://other.example.com:8443",
    "7Gi",
    "7 7 * * *",
    "77s",
    "50%",
    "DEBUG",
    "debug",
    "other.example.com",
    f"sha256:{'7' * 64}",
)
LISTS: tuple[list[Any], ...] = (
    [16443],
    ["other"],
    ["/other"],
    [{"name": "other", "value": "other"}],
    ["ReadWriteMany"],
    ["session"],
)
MAPS: tuple[dict[str, Any], ...] = (
    {"other": "other"},
    {"OTHER": "other"},
    {"cpu": "3"},
    {"memory": "9Gi"},
    {"redis-password": {"key": "other", "property": "other"}},
)


def own_values() -> list[str]:
    """The paths of the values that the chart's own templates read."""
    return [path for path, _ in every_value() if path.split(".")[0] not in SUBCHARTS]


def schema_at(path: str) -> dict[str, Any]:
    """The schema of a value."""
    whole = values_schema()
    here: dict[str, Any] = whole
    for step in path.split("."):
        here = resolved(here, whole)["properties"][step]
    return resolved(here, whole)


def resolved(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: dict[str, Any] = whole["$defs"][reference.rpartition("/")[2]]
    return found


def value_at(values: Mapping[str, Any], path: str) -> Any:
    here: Any = values
    for step in path.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def at(path: str, value: Any) -> Values:
    for step in reversed(path.split(".")):
        value = {step: value}
    tree: Values = value
    return tree


def others(path: str, present: Any) -> Iterator[Any]:
    """Values other than the present one, of which the chart takes at least one."""
    schema = schema_at(path)
    if "existingSecret" in schema.get("properties", {}):
        yield from ({"existingSecret": "other", "key": "k"}, {"value": "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyMTI="})
    elif "enum" in schema:
        yield from (value for value in schema["enum"] if value != present)
    elif isinstance(present, bool):
        yield not present
    elif isinstance(present, int):
        yield from (present + 1, present - 1, present + 10)
    elif isinstance(present, list):
        yield from LISTS
    elif isinstance(present, dict):
        yield from ({**present, **more} for more in MAPS)
    else:
        yield from TEXTS


@cache
def before(number: int) -> dict[str, str]:
    return chart.templates(BASES[number], Target())


def changes_the_render(path: str) -> bool:
    default = value_at(ChartValues().model_dump(by_alias=True, mode="json"), path)
    for number, base in enumerate(BASES):
        present = value_at(base, path)
        for value in others(path, default if present is None else present):
            try:
                if chart.templates(choices.merged(base, at(path, value)), Target()) != before(number):
                    return True
            except ChartError:
                continue
            break
    return False


@pytest.mark.whole_product
@pytest.mark.parametrize("path", own_values())
def test_a_value_changes_the_render(path: str) -> None:
    assert changes_the_render(path) is (path not in WITHOUT_EFFECT)


@pytest.mark.parametrize("number", range(len(BASES)))
def test_the_values_that_are_tried_render_to_the_same_each_time(number: int) -> None:
    """Where anything were made by chance, every change would seem to change something."""
    assert before(number) == chart.templates(BASES[number], Target())
