"""The Redis-compatible cache: a container, or a server that exists."""

from urllib.parse import quote

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.cache import Dragonfly, ExternalRedis, Valkey
from aeterna_nb.generate import images
from aeterna_nb.generate.addresses import in_url, seen_from_container
from aeterna_nb.generate.compose.parts import Part, Service, health, long_running

MIB_PER_DRAGONFLY_THREAD = 256
"""Dragonfly ends when a thread gets less memory than this (docs/facts/subcharts.md#dragonfly-resource)."""
MOST_DRAGONFLY_THREADS = 8
VALKEY_OVERHEAD = 1.5
"""Memory that Valkey's container may use over its data: buffers, fragmentation, a copy while saving."""


def cache(config: SetupConfig) -> Part:
    """The cache's part. In hybrid mode the local cache size is what the cache may fill, else its own answer."""
    size = config.hybrid.local_cache_size if config.hybrid else getattr(config.cache, "memory", 0)
    match config.cache:
        case Dragonfly():
            return _bundled("dragonfly", _dragonfly(size))
        case Valkey():
            return _bundled("valkey", _valkey(size))
        case _:
            return Part()


def host_with_password(redis: ExternalRedis, password: str) -> str:
    """The host with the password before it, as alone the server takes one (docs/facts/aeterna-server.md#redis)."""
    return f":{quote(password, safe='')}@{in_url(seen_from_container(redis.host))}"


def _bundled(name: str, service: Service) -> Part:
    return Part(waits_for=(name,), services={name: service}, volumes=(name,))


def _dragonfly(size: int) -> Service:
    threads = min(MOST_DRAGONFLY_THREADS, max(1, size // MIB_PER_DRAGONFLY_THREAD))
    return long_running(
        images.DRAGONFLY,
        command=[
            "dragonfly",
            "--logtostderr",
            f"--maxmemory={size}mb",
            f"--proactor_threads={threads}",
            "--cache_mode=true",
            "--version_check=false",
        ],
        volumes=["dragonfly:/data"],
        # redis-cli ends with 0 even where the answer is an error.
        healthcheck=health("sh", "-c", "redis-cli -h 127.0.0.1 ping | grep -q PONG"),
        mem_limit=f"{size + max(128, size // 4)}m",
        ulimits={"memlock": -1},
    )


def _valkey(size: int) -> Service:
    return long_running(
        images.VALKEY,
        command=["valkey-server", "--maxmemory", f"{size}mb", "--maxmemory-policy", "allkeys-lru"],
        volumes=["valkey:/data"],
        healthcheck=health("sh", "-c", "valkey-cli -h 127.0.0.1 ping | grep -q PONG"),
        mem_limit=f"{int(size * VALKEY_OVERHEAD)}m",
    )
