"""Addresses as a container sees them: its loopback is not the machine's."""

from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from aeterna_nb.generate.compose.parts import Service

MACHINE = "host.docker.internal"
"""The name under which containers reach the machine that runs them."""


def seen_from_container(host: str) -> str:
    """`host`, or the machine's name for containers where `host` is a loopback address."""
    return MACHINE if _is_loopback(host) else host


def url_seen_from_container(url: str) -> str:
    """`url` with its host as a container has to write it; user, port and path stay."""
    parts = urlsplit(url)
    if not parts.hostname or not _is_loopback(parts.hostname):
        return url
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{user}{at}{MACHINE}{port}"))


def in_url(host: str) -> str:
    """`host` as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def reaches_machine(service: Service) -> Service:
    """`service` with the name that leads to the machine, where its variables use it: Linux does not know it."""
    if not any(MACHINE in (value or "") for value in service.get("environment", {}).values()):
        return service
    return {**service, "extra_hosts": {**service.get("extra_hosts", {}), MACHINE: "host-gateway"}}


def _is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
