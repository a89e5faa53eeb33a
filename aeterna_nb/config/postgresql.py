"""PostgreSQL: bundled through CloudNativePG (a container under Compose), or a server that exists."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.config.ask import ALWAYS, Ask, Section, when
from aeterna_nb.config.types import DatabaseName, Document, Host, Port, Quantity, Secret

TlsMode = Literal["disable", "prefer", "require", "verify-ca", "verify-full"]


class CloudNativePg(Section):
    """A PostgreSQL of its own."""

    prefix: ClassVar[str] = "postgresql"
    title: ClassVar[str] = "CloudNativePG"
    note: ClassVar[str] = "Bundled: an operator runs PostgreSQL 17 in the cluster."
    in_compose: ClassVar[tuple[str, str] | None] = ("Bundled PostgreSQL", "A container of PostgreSQL 17.")
    type: Literal["cloudnative-pg"]
    instances: Annotated[
        int,
        Field(ge=1, le=9),
        Ask(
            label="PostgreSQL instances",
            help="Three survive the loss of one.",
            when=when(target=("kubernetes",)),
        ),
    ] = 1
    storage: Annotated[
        Quantity,
        Ask(
            label="Disk for each PostgreSQL instance",
            help="Grows later if the storage class allows it.",
            when=when(target=("kubernetes",)),
        ),
    ] = "10Gi"
    pooler: Annotated[
        bool,
        Ask(
            label="Put a connection pooler in front?",
            help="PgBouncer, for other clients of the database; the server connects directly.",
            when=when(target=("kubernetes",)),
            advanced=True,
        ),
    ] = False


class ExternalPostgresql(Section):
    """A PostgreSQL server that exists."""

    prefix: ClassVar[str] = "postgresql"
    title: ClassVar[str] = "External PostgreSQL"
    note: ClassVar[str] = "A server of yours, version 16 or newer."
    type: Literal["external"]
    host: Annotated[
        Host,
        Ask(label="PostgreSQL host", help="Reachable from where the server runs.", example="db.example.com"),
    ]
    port: Annotated[Port, Ask(label="PostgreSQL port", help="5432 as a rule.")] = ports.POSTGRESQL
    database: Annotated[DatabaseName, Ask(label="Database", help="It must exist and belong to the user.")] = "aeterna"
    user: Annotated[
        DatabaseName,
        Ask(label="Database user", help="The migration needs a role of this name: aeterna."),
    ] = "aeterna"
    password: Annotated[
        Secret | None,
        Ask(
            label="Database password",
            help="Kept in the secrets file only. Any character will do.",
            needed=ALWAYS,
            makeable="Give the same to the database user; the next steps say how.",
        ),
    ] = None
    tls: Annotated[
        TlsMode,
        Ask(
            label="TLS to the database",
            help="How much the connection must prove.",
            link="https://www.postgresql.org/docs/current/libpq-ssl.html",
            notes={
                "disable": ("Never", "No encryption."),
                "prefer": ("If offered", "Encrypted where the database can."),
                "require": ("Required", "Encrypted, without checking whose certificate it is."),
                "verify-ca": ("Verified issuer", "The certificate must come from your authority."),
                "verify-full": ("Verified issuer and host", "And must name the host."),
            },
        ),
    ] = "prefer"
    root_certificate: Annotated[
        Document | None,
        Ask(
            label="Root certificate (PEM)",
            help="Of the authority by which every client in the cluster judges the database. Not a secret.",
            document=True,
            # Under Compose the server is the only client, and it may know the authority already.
            needed=when(target=("kubernetes",)),
            when=when(postgresql_tls=("verify-ca", "verify-full")),
        ),
    ] = None
    prepared: Annotated[
        bool,
        Ask(
            label="Is the role prepared for migrations?",
            help="Version 16 or newer with CREATEROLE and BYPASSRLS, or a superuser. The next steps print the SQL.",
            advanced=True,
        ),
    ] = False


Postgresql = CloudNativePg | ExternalPostgresql
