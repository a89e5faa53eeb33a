"""PostgreSQL: a CloudNativePG cluster, or a server elsewhere."""

from typing import Annotated, Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.chart_values.base import Credential, Image, Port, Positive, Resources, Section, Storage, resources


class WalStorage(Storage):
    """A volume for the write-ahead log."""

    size: str = "5Gi"
    """Size of the volume."""
    enabled: bool = False
    """Keep the write-ahead log on a volume of its own."""


class Pooler(Section):
    """PgBouncer in front of the cluster, for other clients; the server connects directly."""

    enabled: bool = False
    """Make a pooler."""
    instances: Positive = 2
    """Pods of the pooler."""
    pool_mode: Literal["session", "transaction"] = "transaction"
    """When a connection returns to the pool."""
    parameters: dict[str, str] = Field(default_factory=dict)
    """PgBouncer settings."""
    image: Image = Image(repository="cloudnative-pg/pgbouncer", tag="1.24.0")
    """Image of PgBouncer: that of the operator's own version."""


class CloudNativePg(Section):
    """The cluster, made by the operator of the subchart `cnpg`. Role and database are `aeterna`."""

    instances: Positive = 1
    """Instances; three survive the loss of a node."""
    image_name: str = "ghcr.io/cloudnative-pg/postgresql:17.11-system-bookworm"
    """Image with PostgreSQL 16 or newer, pgvector and the Barman Cloud programs."""
    storage: Storage = Storage()
    """Volume of each instance."""
    wal_storage: WalStorage = WalStorage()
    """Volume of the write-ahead log."""
    resources: Resources = resources("250m", "512Mi", "1Gi")
    """Requests and limits of each instance."""
    parameters: dict[str, str] = Field(default_factory=dict)
    """PostgreSQL settings."""
    password: Credential = Credential()
    """Password of the role; without one the operator makes it, in `<cluster>-app`."""
    pod_labels: dict[str, str] = Field(default_factory=dict)
    """Labels of the instances' pods."""
    pod_anti_affinity: Literal["preferred", "required"] = "preferred"
    """Whether two instances may share a node."""
    pod_monitor: bool = False
    """Make a PodMonitor for Prometheus."""
    keep_on_uninstall: bool = False
    """Keep the cluster and its volumes when the release is uninstalled."""
    log_level: Literal["error", "warning", "info", "debug", "trace"] = "info"
    """Log level of the instances."""
    pooler: Pooler = Pooler()
    """PgBouncer."""


class ExternalPostgresql(Section):
    """A PostgreSQL elsewhere, 16 or newer; the user owns the database and has CREATEROLE and BYPASSRLS."""

    host: str = ""
    """Host."""
    port: Port = ports.POSTGRESQL
    """Port."""
    database: Annotated[str, Field(min_length=1)] = "aeterna"
    """Database."""
    user: Annotated[str, Field(min_length=1)] = "aeterna"
    """User; the migrations need a role with the name `aeterna`."""
    password: Credential = Credential()
    """Password."""
    ssl_mode: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] = "prefer"
    """TLS mode, as libpq names it."""
    root_certificate: Credential = Credential()
    """Certificate of the authority (PEM), for `verify-ca` and `verify-full`."""


class Postgresql(Section):
    """PostgreSQL."""

    type: Literal["cnpg", "external"] = "cnpg"
    """Which PostgreSQL."""
    cnpg: CloudNativePg = CloudNativePg()
    """The cluster, for `cnpg`."""
    external: ExternalPostgresql = ExternalPostgresql()
    """The address, for `external`."""
