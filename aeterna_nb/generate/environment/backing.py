"""Variables about PostgreSQL and the cache."""

from collections.abc import Callable

from aeterna_nb import ports
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.cache import Dragonfly, ExternalRedis, Valkey
from aeterna_nb.config.postgresql import CloudNativePg, ExternalPostgresql
from aeterna_nb.generate.addresses import database_name, in_url
from aeterna_nb.generate.dotenv import HOST_VARIABLE, from_env
from aeterna_nb.generate.environment.seen import host_seen, in_containers
from aeterna_nb.generate.environment.variable import Given, Holds, Value, Variable

DATABASE_SERVICE = "postgresql"
ROLE = "aeterna"
"""The one role of a bundled database, which migrates and serves (docs/facts/aeterna-server.md#roles)."""
CERTIFICATE = "/etc/aeterna/postgresql-ca.crt"


def of_postgresql(external: Callable[[SetupConfig, ExternalPostgresql], Given], bundled: Given = None) -> Value:
    """A value that follows from an external PostgreSQL; `bundled` is that of the container under Compose."""

    def given(config: SetupConfig) -> Given:
        match config.postgresql:
            case ExternalPostgresql() as server:
                return external(config, server)
            case CloudNativePg() if in_containers(config):
                return bundled
        return None

    return given


def database_host(config: SetupConfig, server: ExternalPostgresql) -> str:
    """The host of an external PostgreSQL as its clients write it."""
    return database_name(host_seen(config, server.host))


DATABASE_HOST = of_postgresql(database_host, DATABASE_SERVICE)
DATABASE_PORT = of_postgresql(lambda _, server: server.port, ports.POSTGRESQL)
DATABASE_NAME_OF = of_postgresql(lambda _, server: server.database, ROLE)
DATABASE_USER = of_postgresql(lambda _, server: server.user, ROLE)


def database_url(config: SetupConfig) -> Given:
    """The database as a URL without the password, which its readers take from `PGPASSWORD`."""
    user, host, port, name = (part(config) for part in (DATABASE_USER, DATABASE_HOST, DATABASE_PORT, DATABASE_NAME_OF))
    return None if host is None else f"postgresql://{user}@{host}:{port}/{name}"


HOST_OF_POSTGRESQL, PORT_OF_POSTGRESQL = "the host of PostgreSQL", "the port of PostgreSQL"
NAME_OF_DATABASE, USER_OF_DATABASE = "the database", "the database user"
ADDRESS_OF_POSTGRESQL = "the address of PostgreSQL"
# The password is PGPASSWORD, the one variable that takes any character (docs/facts/aeterna-server.md#postgresql).
DATABASE = (
    Variable("PG_HOST", HOST_OF_POSTGRESQL, DATABASE_HOST, holds=Holds.HOST, port="PG_PORT"),
    Variable("PG_PORT", PORT_OF_POSTGRESQL, DATABASE_PORT),
    Variable("PG_DATABASE", NAME_OF_DATABASE, DATABASE_NAME_OF),
    Variable("PG_USERNAME", USER_OF_DATABASE, DATABASE_USER),
    Variable(
        "PGPASSWORD",
        "the password of the database",
        secret="postgresql_password",
        from_secret=lambda config: config.postgresql is not None,
    ),
    Variable("PGSSLMODE", "TLS to the database", of_postgresql(lambda _, server: server.tls)),
    Variable(
        "PGSSLROOTCERT",
        "the certificate of the database",
        of_postgresql(
            lambda config, server: (
                CERTIFICATE if in_containers(config) and server.root_certificate is not None else None
            )
        ),
    ),
)


def of_redis(external: Callable[[SetupConfig, ExternalRedis], Given], bundled: bool | int | None = None) -> Value:
    """A value that follows from an external Redis; `bundled` is that of the container under Compose."""

    def given(config: SetupConfig) -> Given:
        match config.cache:
            case ExternalRedis() as server:
                return external(config, server)
            case Dragonfly() | Valkey() if in_containers(config):
                return bundled
        return None

    return given


def redis_host(config: SetupConfig, server: ExternalRedis) -> str:
    """The host of an external Redis as its clients write it."""
    return in_url(host_seen(config, server.host))


def _cache_host(config: SetupConfig) -> Given:
    match config.cache:
        case ExternalRedis(password=None) as server:
            return redis_host(config, server)
        case ExternalRedis():
            # A password stands before the host, so that is in `.env` as well (docs/facts/aeterna-server.md#redis).
            return from_env(HOST_VARIABLE) if in_containers(config) else None
        case Dragonfly() | Valkey() as bundled if in_containers(config):
            return bundled.type
    return None


HOST_OF_REDIS = "the host of Redis"
CACHE = (
    Variable("RD_HOST", HOST_OF_REDIS, _cache_host, holds=Holds.HOST, port="RD_PORT"),
    Variable("RD_PORT", "the port of Redis", of_redis(lambda _, server: server.port, ports.REDIS)),
    Variable("RD_DB", "the number of the Redis database", of_redis(lambda _, server: server.database, 0)),
)
