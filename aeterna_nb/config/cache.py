"""The Redis-compatible cache."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.config.ask import Ask, Section, when
from aeterna_nb.config.types import Host, Port, Secret

NOT_HYBRID = when(mode=("local",))
DRAGONFLY_LEAST_MIB = 256
"""Dragonfly ends when a thread gets less memory than this (docs/facts/subcharts.md#dragonfly-resource)."""


class Dragonfly(Section):
    """Dragonfly, bundled."""

    prefix: ClassVar[str] = "dragonfly"
    title: ClassVar[str] = "Dragonfly"
    note: ClassVar[str] = "Bundled. Fast, with failover; its licence (BSL) forbids offering it as a service."
    type: Literal["dragonfly"]
    replicas: Annotated[
        int,
        Field(ge=1, le=9),
        Ask(
            label="Dragonfly pods",
            help="Two or more: one leads, another takes over.",
            when=when(target=("kubernetes",)),
        ),
    ] = 1
    memory: Annotated[
        int,
        Field(ge=DRAGONFLY_LEAST_MIB, le=1048576),
        Ask(label="Memory for Dragonfly", help="It needs at least 256 MiB.", unit="MiB", when=NOT_HYBRID),
    ] = 512


class Valkey(Section):
    """Valkey, bundled."""

    prefix: ClassVar[str] = "valkey"
    title: ClassVar[str] = "Valkey"
    note: ClassVar[str] = "Bundled. Open source; copies for reading, no automatic failover."
    type: Literal["valkey"]
    replicas: Annotated[
        int,
        Field(ge=0, le=9),
        Ask(
            label="Read copies of Valkey",
            help="Besides the one that is written to.",
            when=when(target=("kubernetes",)),
        ),
    ] = 0
    memory: Annotated[
        int,
        Field(ge=64, le=1048576),
        Ask(label="Memory for Valkey", help="The most it may fill.", unit="MiB", when=NOT_HYBRID),
    ] = 512


class ExternalRedis(Section):
    """A Redis-compatible server that exists."""

    prefix: ClassVar[str] = "redis"
    title: ClassVar[str] = "External Redis"
    note: ClassVar[str] = "A Redis-compatible server of yours, without TLS."
    type: Literal["external"]
    host: Annotated[
        Host,
        Ask(label="Redis host", help="The server speaks to it without TLS.", example="redis.example.com"),
    ]
    port: Annotated[Port, Ask(label="Redis port", help="6379 as a rule.")] = ports.REDIS
    database: Annotated[int, Field(ge=0, le=15), Ask(label="Redis database", help="Its number.", advanced=True)] = 0
    password: Annotated[
        Secret | None,
        Ask(
            label="Redis password",
            help="Leave it empty if it asks for none.",
            makeable="Give the same to Redis, as its requirepass.",
        ),
    ] = None


Cache = Dragonfly | Valkey | ExternalRedis
