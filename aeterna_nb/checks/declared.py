"""What exists outside the render because an answer says so, or because a subchart that is not fetched would make it."""

import hashlib
from collections.abc import Collection, Iterable
from contextlib import suppress

from aeterna_nb import ports
from aeterna_nb.chart import Dependency
from aeterna_nb.checks.answers_in import addresses, host_of, lookup_in
from aeterna_nb.checks.inventory import Inventory, Keys
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.operations import IngressOn, TlsSecret
from aeterna_nb.config.secrets import ExistingSecret

LONGEST_NAME = 52
"""Characters that the chart leaves of a subchart's name, as `templates/_subcharts.tpl` says."""

_SUBCHART_PORTS = {"qdrant": {str(ports.QDRANT_HTTP), str(ports.QDRANT_GRPC)}, "valkey": {str(ports.REDIS)}}
_WEAVIATE_SERVICES = {"weaviate": frozenset({"80", "http"}), "weaviate-grpc": frozenset({"50051", "grpc"})}
"""Weaviate's chart names its Services so under any release (docs/facts/subcharts.md#names)."""


def declared(config: SetupConfig, missing: Iterable[Dependency]) -> Inventory:
    """What the manifests may refer to although it is not among them."""
    secrets: dict[str, Keys] = {}
    if config.secrets is not None and isinstance(config.secrets.storage, ExistingSecret):
        secrets[config.secrets.storage.secret_name] = None
    ingress = config.operations.ingress if config.operations else None
    if isinstance(ingress, IngressOn) and isinstance(ingress.tls, TlsSecret):
        secrets[ingress.tls.tls_secret] = None
    return Inventory(
        secrets=secrets,
        services=_services(config, {dependency.alias for dependency in missing}),
        hosts=frozenset(host_of(address) for _, _, address in addresses(lookup_in(config))),
    )


def named(texts: Collection[str]) -> Inventory:
    """Whatever the values of the user's own name, by the texts in them: who names it there brings it."""
    things: dict[str, Keys] = dict.fromkeys(texts)
    hosts = set()
    for text in texts:
        # What only looks like an address is none.
        with suppress(ValueError):
            hosts.add(host_of(text))
    return Inventory(things, things, things, things, things, frozenset(hosts))


def _services(config: SetupConfig, missing: set[str]) -> dict[str, Keys]:
    release = config.cluster.release_name if config.cluster else ""
    services: dict[str, Keys] = {}
    for alias, numbers in _SUBCHART_PORTS.items():
        if alias in missing:
            services[_subchart_name(release, alias)] = frozenset(numbers)
    if "weaviate" in missing:
        services |= _WEAVIATE_SERVICES
    return services


def _subchart_name(release: str, alias: str) -> str:
    # Helm's usual rule: a release whose name holds the chart's name is the whole name.
    name = release if alias in release else f"{release}-{alias}"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 7].removesuffix('-')}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
