"""The cache: Dragonfly, Valkey, or a Redis elsewhere."""

from typing import Annotated, Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.chart_values.base import Credential, Image, NotNegative, Port, Positive, Section, Storage
from aeterna_nb.config.cache import DRAGONFLY_LEAST_MIB


class Snapshot(Storage):
    """Persistence of Dragonfly."""

    size: str = "2Gi"
    """Size of the volume."""
    enabled: bool = False
    """Write snapshots to a volume; without them a restart empties the cache."""
    cron: str = "*/30 * * * *"
    """When a snapshot is written."""


class Dragonfly(Section):
    """The Dragonfly instance, made by the operator of the subchart `dragonfly`."""

    image: Image = Image(registry="docker.dragonflydb.io", repository="dragonflydb/dragonfly", tag="v1.39.0")
    """Image of the instance."""
    replicas: Positive = 1
    """Pods, the master included; two or more fail over."""
    max_memory_mi_b: Annotated[int, Field(alias="maxMemoryMiB", ge=DRAGONFLY_LEAST_MIB)] = 512
    """Memory for data in MiB; hybrid mode takes `hybrid.cacheSizeMiB` instead."""
    cpu: str = "100m"
    """CPU request of each pod; the memory request and limit follow from the size."""
    args: list[str] = Field(default_factory=list)
    """Further arguments of the server."""
    snapshot: Snapshot = Snapshot()
    """Persistence."""
    keep_on_uninstall: bool = False
    """Keep the instance and its volumes when the release is uninstalled."""


class ExternalRedis(Section):
    """A Redis-compatible server elsewhere, without TLS, which the Aeterna server cannot speak."""

    host: str = ""
    """Host."""
    port: Port = ports.REDIS
    """Port."""


class Cache(Section):
    """The cache."""

    type: Literal["dragonfly", "valkey", "external"] = "dragonfly"
    """Which cache."""
    database: NotNegative = 0
    """Number of the database."""
    password: Credential = Credential()
    """Password; the server logs it when the connection fails. In a Secret of your own it is percent-encoded."""
    dragonfly: Dragonfly = Dragonfly()
    """The instance, for `dragonfly`."""
    external: ExternalRedis = ExternalRedis()
    """The address, for `external`."""
