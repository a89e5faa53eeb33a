"""Lists of Kubernetes and of Compose that are asked for as texts by name."""

from collections.abc import Mapping
from typing import Any

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.pods import tolerations_in


def tolerations(texts: Mapping[str, str]) -> list[dict[str, str]]:
    """The tolerations of a pod."""
    return [
        {
            "key": found.key,
            **({"operator": "Equal", "value": found.value} if found.value else {"operator": "Exists"}),
            **({"effect": found.effect} if found.effect else {}),
        }
        for found in tolerations_in(texts)
    ]


def host_aliases(texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The entries that a pod has besides in /etc/hosts."""
    return [{"ip": address, "hostnames": names.split()} for address, names in texts.items()]


def extra_hosts(config: SetupConfig) -> dict[str, Any]:
    """The same for a service under Compose: the address of each name, or a list of several."""
    found: dict[str, list[str]] = {}
    for address, names in ((config.operations and config.operations.host_aliases) or {}).items():
        for name in dict.fromkeys(names.split()):
            found.setdefault(name, []).append(address)
    return {name: addresses[0] if len(addresses) == 1 else addresses for name, addresses in found.items()}
