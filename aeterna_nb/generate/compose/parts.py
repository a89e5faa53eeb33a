"""What the Compose file is put together from, and how its text is escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aeterna_nb.generate.dotenv import Reference

Service = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What one decision adds to the Compose file.

    `mounts` is what the server mounts (`configs` or `secrets`, in the form of a
    service), `hosts` the addresses of names that only its users know (`extra_hosts`), `waits_for` the services that
    have to be healthy before the server starts. The rest are entries of the file's top level.
    """

    mounts: Mapping[str, Any] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    waits_for: Sequence[str] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    volumes: Sequence[str] = ()
    configs: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] = field(default_factory=dict)


def long_running(image: str, **settings: Any) -> Service:
    """A service that comes back after a crash and after a restart of the machine."""
    return {"image": image, "restart": "unless-stopped", **settings}


def one_off(image: str, **settings: Any) -> Service:
    """A service that does its work and ends. The health check of its image says nothing about that."""
    return {"image": image, "restart": "no", "healthcheck": {"disable": True}, **settings}


def health(*command: str, start_seconds: int = 30) -> dict[str, Any]:
    """A health check that runs a command in the container; failures do not count in the first seconds."""
    return {
        "test": ["CMD", *command],
        "interval": "5s",
        "timeout": "5s",
        "retries": 6,
        "start_period": f"{start_seconds}s",
    }


def healthy(*services: str) -> dict[str, Any]:
    """An entry of `depends_on`: waits until the services are healthy."""
    return {name: {"condition": "service_healthy"} for name in services}


def completed(*services: str) -> dict[str, Any]:
    """An entry of `depends_on`: waits until the services have done their work."""
    return {name: {"condition": "service_completed_successfully"} for name in services}


def escaped(tree: Any) -> Any:
    """`tree` with every dollar sign doubled, since Compose expands variables in all values; references stay."""
    match tree:
        case Reference():
            return str(tree)
        case str():
            return tree.replace("$", "$$")
        case Mapping():
            return {key: escaped(value) for key, value in tree.items()}
        case list() | tuple():
            return [escaped(item) for item in tree]
        case _:
            return tree
