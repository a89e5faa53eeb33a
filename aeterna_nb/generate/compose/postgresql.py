"""PostgreSQL: a container, or a server that exists."""

from aeterna_nb.config.postgresql import CloudNativePg, ExternalPostgresql, Postgresql
from aeterna_nb.generate import images
from aeterna_nb.generate.compose.addresses import database_name, seen_from_container
from aeterna_nb.generate.compose.parts import Part, from_env, health, long_running

SERVICE = "postgresql"
ROLE = "aeterna"
"""The bundled database's one role, a superuser by the image: it migrates (docs/facts/aeterna-server.md#roles)."""
CERTIFICATE = "/etc/aeterna/postgresql-ca.crt"


def database(postgresql: Postgresql) -> Part:
    """The database's part: variables for the server, the migration and the fetcher, and the container if bundled.

    The password is `PGPASSWORD`, the one variable that takes any character (docs/facts/aeterna-server.md#postgresql).
    """
    password: dict[str, str] = {"PGPASSWORD": from_env("POSTGRESQL_PASSWORD")}
    match postgresql:
        case CloudNativePg():
            return Part(
                environment=_address(SERVICE, 5432, ROLE, ROLE) | password,
                waits_for=(SERVICE,),
                services={SERVICE: _container()},
                volumes=("postgresql",),
            )
        case ExternalPostgresql(host=host, port=port, database=name, user=user):
            seen = seen_from_container(host)
            called = database_name(seen)
            hosts = {called: seen} if called != seen else {}
            address = _address(called, port, name, user) | password
            tls: dict[str, str] = {"PGSSLMODE": postgresql.tls}
            if postgresql.root_certificate is None:
                return Part(environment=address | tls, hosts=hosts)
            return Part(
                environment=address | tls | {"PGSSLROOTCERT": CERTIFICATE},
                hosts=hosts,
                mounts={"configs": [{"source": "postgresql-ca", "target": CERTIFICATE}]},
                configs={"postgresql-ca": {"content": postgresql.root_certificate}},
            )


def database_url(postgresql: Postgresql) -> str:
    """The address as a URL without the password, which its readers take from `PGPASSWORD`."""
    known = database(postgresql).environment
    return f"postgresql://{known['PG_USERNAME']}@{known['PG_HOST']}:{known['PG_PORT']}/{known['PG_DATABASE']}"


def _address(host: str, port: int, name: str, user: str) -> dict[str, str]:
    return {"PG_HOST": host, "PG_PORT": str(port), "PG_DATABASE": name, "PG_USERNAME": user}


def _container() -> dict[str, object]:
    return long_running(
        images.POSTGRESQL,
        environment={
            "POSTGRES_USER": ROLE,
            "POSTGRES_DB": ROLE,
            "POSTGRES_PASSWORD": from_env("POSTGRESQL_PASSWORD"),
        },
        volumes=["postgresql:/var/lib/postgresql/data"],
        # While the image prepares an empty volume, PostgreSQL answers on its socket only, so TCP is asked.
        healthcheck=health("pg_isready", "--host=127.0.0.1", f"--username={ROLE}", f"--dbname={ROLE}"),
        shm_size="128m",
        stop_grace_period="1m",
    )
