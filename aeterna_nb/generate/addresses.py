"""Addresses as a container sees them: its loopback is not the machine's."""

from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

MACHINE = "host.docker.internal"
"""The name under which containers reach the machine that runs them."""
MACHINE_HOSTS = {MACHINE: "host-gateway"}
"""The entry of `extra_hosts` without which Linux does not know that name."""
DATABASE_NAME = "postgresql.aeterna.internal"
"""What an IPv6 address of PostgreSQL is called, since the server takes none (docs/facts/aeterna-server.md#ipv6).

The chart's template `aeterna.postgresql.host` calls it the same.
"""


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


def database_name(host: str) -> str:
    """The host of PostgreSQL as its clients get it, who take a name or an IPv4 address."""
    return DATABASE_NAME if ":" in host else host


def in_url(host: str) -> str:
    """`host` as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
