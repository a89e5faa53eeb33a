"""PostgreSQL: a container, or a server that exists."""

from aeterna_nb.config.postgresql import CloudNativePg, ExternalPostgresql, Postgresql
from aeterna_nb.generate import images
from aeterna_nb.generate.addresses import database_name, seen_from_container
from aeterna_nb.generate.compose.parts import Part, health, long_running
from aeterna_nb.generate.dotenv import from_env
from aeterna_nb.generate.environment.backing import CERTIFICATE, DATABASE_SERVICE, ROLE


def database(postgresql: Postgresql) -> Part:
    """The database's part: the container if it is bundled, or what reaching a server elsewhere takes."""
    match postgresql:
        case CloudNativePg():
            return Part(
                waits_for=(DATABASE_SERVICE,), services={DATABASE_SERVICE: _container()}, volumes=("postgresql",)
            )
        case ExternalPostgresql(host=host, root_certificate=certificate):
            seen = seen_from_container(host)
            called = database_name(seen)
            hosts = {called: seen} if called != seen else {}
            if certificate is None:
                return Part(hosts=hosts)
            return Part(
                hosts=hosts,
                mounts={"configs": [{"source": "postgresql-ca", "target": CERTIFICATE}]},
                configs={"postgresql-ca": {"content": certificate}},
            )


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
