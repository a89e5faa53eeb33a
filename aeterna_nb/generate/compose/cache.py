"""The Redis-compatible cache: a container, or a server that exists."""

from urllib.parse import quote

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.cache import DRAGONFLY_LEAST_MIB, Dragonfly, ExternalRedis, Valkey
from aeterna_nb.generate import images
from aeterna_nb.generate.addresses import in_url, seen_from_container
from aeterna_nb.generate.cache_memory import data_mib, valkey_limit_mib
from aeterna_nb.generate.compose.parts import Part, Service, health, long_running

MOST_DRAGONFLY_THREADS = 8


def cache(config: SetupConfig) -> Part:
    """The cache's part. In hybrid mode the local cache size is what the cache may fill, else its own answer."""
    size = data_mib(config)
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
    threads = min(MOST_DRAGONFLY_THREADS, max(1, size // DRAGONFLY_LEAST_MIB))
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
    )


def _valkey(size: int) -> Service:
    return long_running(
        images.VALKEY,
        command=["valkey-server", "--maxmemory", f"{size}mb", "--maxmemory-policy", "allkeys-lru"],
        volumes=["valkey:/data"],
        healthcheck=health("sh", "-c", "valkey-cli -h 127.0.0.1 ping | grep -q PONG"),
        mem_limit=f"{valkey_limit_mib(size)}m",
    )
