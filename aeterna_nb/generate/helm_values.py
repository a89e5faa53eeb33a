"""`values.yaml`: what the answers mean for the chart. Only what differs from the chart's own defaults is written."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aeterna_nb.chart_values import ChartValues
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.central import SERVER_LAYERS
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.environment.server import passed_through_chart
from aeterna_nb.generate.helm_backing import authorization, cache_values, database, vector_store
from aeterna_nb.generate.helm_operations import operations
from aeterna_nb.generate.helm_secret_values import PLACES, put

HEADER = (
    "# Values of the chart aeterna, made from the answers in .aeterna/setup.yaml. Change the answers, not this file.\n"
)
ALWAYS_WRITTEN = frozenset(
    {("mode",), ("image", "tag"), ("vector", "backend"), ("cache", "type"), ("postgresql", "type")}
)
"""Decisions that a reader looks for, written even where they are the chart's defaults."""

NO_BUNDLED_SERVICES = {
    name: {"enabled": False} for name in ("cnpg", "dragonfly", "valkey", "qdrant", "weaviate", "mongodb")
}


KEPT: Mapping[str, Any] = {
    "knowledge": {"persistence": {"keepOnUninstall": True}},
    "vector": {"mongodb": {"keepOnUninstall": True}},
    "cache": {"dragonfly": {"keepOnUninstall": True}},
    "postgresql": {"cnpg": {"keepOnUninstall": True}},
    "secrets": {"keepOnUninstall": True},
}
"""Values by which Helm leaves behind what holds data, and the Secrets without which it can't be read."""

PULLING = ("cnpg", "dragonfly", "qdrant", "mongodb")
"""Subcharts that take pull Secrets as Kubernetes writes them; the chart's own are names (its README)."""


def helm_values(config: SetupConfig) -> dict[str, Any]:
    """The chart's values for a configuration whose target is Kubernetes; no secrets.

    Every key is one that the chart has: the result has passed the chart's own model.
    """
    tree: dict[str, Any] = {"mode": config.mode}
    parts = [_central(config), _server(config), _secrets(config), _cluster(config)]
    if config.runs_server:
        parts += [vector_store(config), cache_values(config), database(config), _llm(config)]
        parts += [authorization(config), operations(config), {"extra": {"variables": passed_through_chart(config)}}]
    else:
        parts += [NO_BUNDLED_SERVICES, {"opal": {"enabled": False}}]
    for part in parts:
        merge(tree, part)
    values = _differing(tree, chart_defaults(), ())
    ChartValues.model_validate(values)
    return values


def values_yaml(config: SetupConfig) -> str:
    """The text of `values.yaml`."""
    return HEADER + yaml_text(helm_values(config))


def merge(tree: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Lay `other` into `tree`; mappings are merged, anything else is replaced."""
    for key, value in other.items():
        if isinstance(value, Mapping):
            if not isinstance(tree.get(key), dict):
                tree[key] = {}
            merge(tree[key], value)
        else:
            tree[key] = value


@cache
def chart_defaults() -> dict[str, Any]:
    """The chart's own defaults."""
    return ChartValues().model_dump(by_alias=True, mode="json")


def _differing(tree: Mapping[str, Any], defaults: Any, path: tuple[str, ...]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in tree.items():
        default = defaults.get(key) if isinstance(defaults, Mapping) else None
        here = (*path, key)
        if isinstance(value, Mapping):
            inner = _differing(value, default, here)
            if inner:
                kept[key] = inner
        elif value is not None and (value != default or here in ALWAYS_WRITTEN):
            kept[key] = value
    return kept


def _cluster(config: SetupConfig) -> dict[str, Any]:
    where = config.cluster
    if where is None:
        return {}
    kept = dict(KEPT) if where.keep_on_uninstall and config.runs_server else {}
    if where.image_pull_secret is None:
        return kept
    pull = [{"name": where.image_pull_secret}]
    return {
        **kept,
        "global": {"imagePullSecrets": [where.image_pull_secret]},
        **({name: {"imagePullSecrets": pull} for name in PULLING} if config.runs_server else {}),
    }


def _central(config: SetupConfig) -> dict[str, Any]:
    if config.central is None:
        return {}
    auth: dict[str, Any] = {"method": config.central.auth.method}
    if config.central.auth.method == "oauth2":
        auth["oauth2"] = {"clientId": config.central.auth.client_id, "tokenUrl": config.central.auth.token_url}
    values: dict[str, Any] = {"central": {"url": config.central.url, "auth": auth}}
    if config.hybrid is not None:
        values["hybrid"] = {
            "cacheSizeMiB": config.hybrid.local_cache_size,
            "offlineCedar": config.hybrid.offline_cedar,
            "syncEnabled": bool(config.hybrid.sync_layers),
            "syncIntervalSeconds": config.hybrid.sync_interval,
            "layers": [SERVER_LAYERS[layer] for layer in config.hybrid.sync_layers],
        }
    return values


def _server(config: SetupConfig) -> dict[str, Any]:
    if config.server is None:
        return {}
    return {
        "image": {"tag": config.server.version},
        "features": {
            "cca": config.server.feature_cca,
            "radkit": config.server.feature_radkit,
            "rlm": config.server.feature_rlm,
        },
    }


def _llm(config: SetupConfig) -> dict[str, Any]:
    llm = config.llm
    if llm is None or llm.provider == "none":
        return {}
    values: dict[str, Any] = {}
    names = {
        "model": "model",
        "embedding_model": "embeddingModel",
        "base_url": "baseUrl",
        "host": "host",
        "project": "project",
        "location": "location",
        "region": "region",
    }
    for field, key in names.items():
        if getattr(llm, field, None) is not None:
            values[key] = getattr(llm, field)
    return {"llm": {"provider": llm.provider, llm.provider: values}}


def _secrets(config: SetupConfig) -> dict[str, Any]:
    if config.secrets is None:
        return {}
    tree: dict[str, Any] = {}
    if config.secrets.kms.provider == "aws":
        tree["kms"] = {"provider": "aws", "awsKeyArn": config.secrets.kms.key_arn}
    storage = config.secrets.storage
    if storage.provider == "existing":
        tree["secrets"] = {"provider": "existing", "existingSecret": storage.secret_name}
    elif storage.provider == "external-secrets":
        store = {"name": storage.store, "kind": storage.store_kind}
        tree["secrets"] = {
            "provider": "external-secrets",
            "externalSecrets": {"store": store, "remoteKey": storage.remote_key},
        }
    else:
        return tree
    for key in storage.keys:
        put(tree, (*PLACES[key.replace("-", "_")], "key"), key)
    return tree
