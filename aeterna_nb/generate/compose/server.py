"""The Aeterna server, and what runs before it."""

from collections.abc import Sequence

from aeterna_nb import ports
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate import images
from aeterna_nb.generate.addresses import MACHINE_HOSTS
from aeterna_nb.generate.compose.parts import Part, Service, completed, health, healthy, long_running, one_off
from aeterna_nb.generate.environment.backing import DATABASE
from aeterna_nb.generate.environment.server import CONFIG_FOLDER, DATA, extra, in_compose
from aeterna_nb.generate.pods import extra_hosts

USER = "1000:1000"
"""The image's user (docs/facts/aeterna-server.md#image)."""
# The graph store looks this name up at every start. Refused at once it costs nothing; where packets are dropped it
# would cost two minutes (docs/facts/aeterna-server.md#graph-store).
REFUSED = {"extensions.duckdb.org": "127.0.0.1"}


def server(config: SetupConfig, database: Part, backing: Sequence[Part]) -> Part:
    """The server, its migration and the preparation of its volume; `backing` are the parts that it uses besides."""
    if config.server is None:
        raise ValueError("no server runs here in this mode")
    image = images.server(config.server.version)
    mounts = {key: value for part in (database, *backing) for key, value in part.mounts.items()}
    waits_for = [name for part in (database, *backing) for name in part.waits_for]
    return Part(
        services={
            "prepare": _prepare(image),
            "migrate": _migrate(image, config, database),
            "aeterna": {
                **long_running(image, environment={**in_compose(config), **extra(config)}, **mounts),
                "depends_on": healthy(*waits_for) | completed("prepare", "migrate"),
                "ports": [f"127.0.0.1:{ports.AETERNA}:{ports.AETERNA}"],
                "volumes": [f"data:{DATA}"],
                "tmpfs": ["/tmp", f"{CONFIG_FOLDER}:uid=1000,gid=1000"],
                "extra_hosts": {**REFUSED, **MACHINE_HOSTS, **extra_hosts(config), **database.hosts},
                # The image's own check always fails (docs/facts/aeterna-server.md#image).
                "healthcheck": health(
                    "curl", "--fail", "--silent", "--output", "/dev/null", f"http://127.0.0.1:{ports.AETERNA}/ready"
                ),
                **_confined(mounts),
            },
        },
        volumes=("data",),
    )


def _prepare(image: str) -> Service:
    """Gives the new volume, which belongs to root, to the server's user."""
    return one_off(
        image,
        user="0:0",
        network_mode="none",
        entrypoint=["chown", USER, DATA],
        volumes=[f"data:{DATA}"],
        read_only=True,
        cap_drop=["ALL"],
        cap_add=["CHOWN"],
    )


def _migrate(image: str, config: SetupConfig, database: Part) -> Service:
    """Brings the database up to date. A second run finds nothing to do (docs/facts/aeterna-server.md#roles)."""
    return {
        **one_off(image, command=["admin", "migrate", "up"]),
        "environment": {**in_compose(config, DATABASE), "RUST_LOG": "info"},
        **database.mounts,
        **({"depends_on": healthy(*database.waits_for)} if database.waits_for else {}),
        "extra_hosts": {**MACHINE_HOSTS, **extra_hosts(config), **database.hosts},
        "tmpfs": ["/tmp"],
        **_confined(database.mounts),
    }


def _confined(mounts: object) -> Service:
    settings: Service = {"cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
    # Compose copies configs and secrets of this kind into the container, and refuses where its files are read-only.
    return settings if mounts else {"read_only": True, **settings}
