"""PostgreSQL: whether it lets us in, and whether the server's migration and its vectors find what they need there.

psycopg asks, with libpq inside: what it proves of TLS is what every other client proves.
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import make_conninfo

from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.probes import Answered, Reply, failed, reached

NEWEST_OLD_VERSION = 15
"""Up to it only a superuser can migrate (docs/facts/aeterna-server.md#roles)."""

VERSION_DIGITS = 10_000
"""`server_version_num` is the major version times this, and the minor one."""

ROLE = "aeterna"
"""The role of which the migrations speak by name (docs/facts/aeterna-server.md#roles)."""

# Below a file that is none, so that nothing of the person who probes is taken in the place of what is configured.
_NOWHERE = os.path.join(os.devnull, "none")

_ROLE = """
SELECT current_setting('server_version_num')::int, rolsuper, rolcreaterole AND rolbypassrls,
       has_schema_privilege('public', 'CREATE'), EXISTS (SELECT FROM pg_roles WHERE rolname = %s),
       to_regclass('_aeterna_migrations') IS NOT NULL,
       (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid())
FROM pg_roles WHERE rolname = current_user
"""
_VECTOR = "SELECT default_version, installed_version FROM pg_available_extensions WHERE name = 'vector'"

_NO_NAME = "failed to resolve host"
_REFUSALS = (
    # What libpq or the server says, what that means, what to do, and the question to answer anew.
    ("no password supplied", "it asks for a password, and none is known here", "Give the password.", "password"),
    ("password authentication failed", "it refuses the user or the password", "Are both right?", "password"),
    (
        "authentication method requirement",
        "it wants the password as it is, over a connection that may not be encrypted; it was not sent",
        "Require TLS, or let the database use SCRAM.",
        "tls",
    ),
    (
        "pg_hba.conf",
        "it lets nobody in from here in this way",
        "Add a line to its pg_hba.conf, or use TLS.",
        "tls",
    ),
    ("does not support SSL", "it takes no TLS", "Turn TLS on in the database, or ask for less.", "tls"),
    (
        "certificate verify failed",
        "its certificate does not come from the authority that is trusted",
        "Give the certificate of the authority that signed it.",
        "root_certificate",
    ),
    (
        "does not match host name",
        "its certificate is for another host",
        "Give the host as the certificate names it, or verify the issuer alone.",
        "host",
    ),
    ("invalid response to SSL negotiation", "what answers there is no PostgreSQL", "Is it the right port?", "port"),
    ("expected authentication request", "what answers there is no PostgreSQL", "Is it the right port?", "port"),
    (
        _NO_NAME,
        "its name is not known here",
        "Is the host spelt right, and its network reached?",
        "host",
    ),
    ("Connection refused", "the connection was refused", "Does it run, and on this port?", "port"),
    ("too many clients", "all of its connections are taken", "Raise its max_connections, or use a pooler.", "host"),
    ("starting up", "it is still starting", "Wait a little.", "host"),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    version: int
    superuser: bool
    prepared: bool
    makes_tables: bool
    role_exists: bool
    migrated: bool
    tls: str | None


async def database(given: ExternalPostgresql, *, vectors: bool) -> Reply:
    """Whether the user gets in as configured, may migrate, and with `vectors` has pgvector."""
    with ExitStack() as files:
        try:
            async with await psycopg.AsyncConnection.connect(_parameters(given, files)) as connection:
                row = await (await connection.execute(_ROLE, [ROLE])).fetchone()
                assert row is not None
                seen = _Seen(row[0] // VERSION_DIGITS, *row[1:])
                vector = await (await connection.execute(_VECTOR)).fetchone() if vectors else None
        except psycopg.OperationalError as error:
            raise Answered(_refused(str(error))) from None
    troubles = [*_role_troubles(given, seen), *(_vector_troubles(given, vector) if vectors else ())]
    how = f"PostgreSQL {seen.version}, {seen.tls or 'without TLS'}"
    if troubles:
        told, cures = ("; ".join(trouble.seen for trouble in troubles)), " ".join(trouble.cure for trouble in troubles)
        return failed(f"{how}: it lets {given.user} in, but {told}", cures, troubles[0].question)
    state = "migrated already" if seen.migrated else "ready to be migrated"
    extension = f", with pgvector {vector[1] or vector[0]}" if vector else ""
    return reached(f"{how}: it lets {given.user} in, and {given.database} is {state}{extension}")


def _parameters(given: ExternalPostgresql, files: ExitStack) -> str:
    parameters: dict[str, str | int] = {
        "host": given.host,
        "port": given.port,
        "dbname": given.database,
        "user": given.user,
        "password": given.password.get_secret_value() if given.password else "",
        "sslmode": given.tls,
        "sslrootcert": _root(given, files),
        "sslcert": _NOWHERE,
        "sslkey": _NOWHERE,
        "passfile": _NOWHERE,
        "gssencmode": "disable",
        # Of a database in SQL_ASCII psycopg gives bytes otherwise.
        "client_encoding": "utf8",
        "application_name": "aeterna probe",
    }
    if given.tls in ("disable", "prefer"):
        # A password as it is goes over TLS alone.
        parameters["require_auth"] = "!password"
    return make_conninfo("", **parameters)


def _root(given: ExternalPostgresql, files: ExitStack) -> str:
    """The file with the authority by which to judge the certificate."""
    if not given.tls.startswith("verify"):
        return _NOWHERE
    if given.root_certificate is None:
        return os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or "system"
    file = Path(files.enter_context(TemporaryDirectory()), "root.pem")
    file.write_text(given.root_certificate, encoding="utf-8")
    return str(file)


def _refused(message: str) -> Reply:
    for words, seen, cure, question in _REFUSALS:
        if words in message:
            return Reply("failed", seen, cure, f"postgresql_{question}", nameless=words == _NO_NAME)
    if 'database "' in message and "does not exist" in message:
        return failed("there is no such database", "Make it; the next steps print the SQL.", "postgresql_database")
    return failed("it refuses", "Mend what it says, or the answer.", quoted=message.rpartition("failed: ")[2])


def _role_troubles(given: ExternalPostgresql, seen: _Seen) -> Iterator[Reply]:
    if seen.migrated:
        return
    if not seen.superuser and seen.version <= NEWEST_OLD_VERSION:
        yield failed(
            f"up to version {NEWEST_OLD_VERSION} only a superuser can migrate",
            "Use PostgreSQL 16 or newer, or make the role a superuser until it has been migrated.",
            "postgresql_host",
        )
    elif not seen.superuser and not seen.prepared:
        yield failed(
            "the role has not both CREATEROLE and BYPASSRLS, which the migration needs",
            f'As a superuser: ALTER ROLE "{given.user}" CREATEROLE BYPASSRLS;',
            "postgresql_prepared",
        )
    if not seen.makes_tables:
        yield failed(
            "the role may not make tables in the schema public",
            f'As a superuser: ALTER DATABASE "{given.database}" OWNER TO "{given.user}";',
            "postgresql_database",
        )
    if not seen.role_exists:
        yield failed(
            f"there is no role {ROLE}, of which the migration speaks",
            f'Use a user of that name, or as a superuser: CREATE ROLE "{ROLE}";',
            "postgresql_user",
        )


def _vector_troubles(given: ExternalPostgresql, found: tuple[str, str | None] | None) -> Iterator[Reply]:
    if found is None:
        yield failed(
            "the extension pgvector is not installed on its machine",
            "Install it there (Debian's postgresql-NN-pgvector), or choose another vector store.",
            "vector_backend",
        )
    elif found[1] is None:
        yield failed(
            f"the extension pgvector {found[0]} is not made in the database yet",
            f'As a superuser, in "{given.database}": CREATE EXTENSION vector;',
            "postgresql_database",
        )
