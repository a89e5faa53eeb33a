"""The Aeterna server, what runs before it, and what it reads from its environment."""

from collections.abc import Sequence

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.operations import Operations, TracingOn
from aeterna_nb.config.secrets import AwsKey, Secrets
from aeterna_nb.config.setup import Server
from aeterna_nb.generate import images
from aeterna_nb.generate.compose.addresses import MACHINE_HOSTS, url_seen_from_container
from aeterna_nb.generate.compose.llm import AWS_IDENTITY
from aeterna_nb.generate.compose.parts import Part, Service, completed, from_env, health, healthy, long_running, one_off

PORT = 8080
USER = "1000:1000"
"""The image's user (docs/facts/aeterna-server.md#image)."""
DATA = "/var/lib/aeterna"
# The server ends unless this folder exists, and the image does not have it (docs/facts/aeterna-server.md#image).
CONFIG_FOLDER = "/app/config"
# The graph store looks this name up at every start. Refused at once it costs nothing; where packets are dropped it
# would cost two minutes (docs/facts/aeterna-server.md#graph-store).
REFUSED = {"extensions.duckdb.org": "127.0.0.1"}


def server(config: SetupConfig, database: Part, backing: Sequence[Part]) -> Part:
    """The server, its migration and the preparation of its volume; `backing` are the parts that it uses besides."""
    if config.server is None or config.operations is None or config.secrets is None:
        raise ValueError("no server runs here in this mode")
    image = images.server(config.server.version)
    environment = {
        **_own(config, config.operations),
        **_features(config.server),
        **_key(config.secrets),
        **_central(config),
        **database.environment,
    }
    mounts = dict(database.mounts)
    for part in backing:
        environment |= part.environment
        mounts |= part.mounts
    waits_for = [name for part in (database, *backing) for name in part.waits_for]
    return Part(
        services={
            "prepare": _prepare(image),
            "migrate": _migrate(image, database),
            "aeterna": {
                **long_running(image, environment=environment, **mounts),
                "depends_on": healthy(*waits_for) | completed("prepare", "migrate"),
                "ports": [f"127.0.0.1:{PORT}:{PORT}"],
                "volumes": [f"data:{DATA}"],
                "tmpfs": ["/tmp", f"{CONFIG_FOLDER}:uid=1000,gid=1000"],
                "extra_hosts": {**REFUSED, **MACHINE_HOSTS, **database.hosts},
                # The image's own check always fails (docs/facts/aeterna-server.md#image).
                "healthcheck": health(
                    "curl", "--fail", "--silent", "--output", "/dev/null", f"http://127.0.0.1:{PORT}/ready"
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


def _migrate(image: str, database: Part) -> Service:
    """Brings the database up to date. A second run finds nothing to do (docs/facts/aeterna-server.md#roles)."""
    return {
        **one_off(image, command=["admin", "migrate", "up"]),
        "environment": {**database.environment, "RUST_LOG": "info"},
        **database.mounts,
        **({"depends_on": healthy(*database.waits_for)} if database.waits_for else {}),
        "extra_hosts": {**MACHINE_HOSTS, **database.hosts},
        "tmpfs": ["/tmp"],
        **_confined(database.mounts),
    }


def _confined(mounts: object) -> Service:
    settings: Service = {"cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
    # Compose copies configs and secrets of this kind into the container, and refuses where its files are read-only.
    return settings if mounts else {"read_only": True, **settings}


def _own(config: SetupConfig, operations: Operations) -> dict[str, str | None]:
    variables: dict[str, str | None] = {
        "AETERNA_DEPLOYMENT_MODE": str(config.mode),
        "AETERNA_CONFIG_PATH": CONFIG_FOLDER,
        "AETERNA_KNOWLEDGE_REPO_PATH": f"{DATA}/knowledge",
        "AETERNA_BACKUP_LOCAL_DIR": f"{DATA}/exports",
        "GR_DATABASE_PATH": f"{DATA}/graph.duckdb",
        "RUST_LOG": operations.log_level,
        # For a later server: this version writes text and sends no traces (docs/facts/aeterna-server.md#observation).
        "LOG_FORMAT": operations.log_format,
    }
    if isinstance(operations.tracing, TracingOn):
        variables |= {
            "OTEL_EXPORTER_OTLP_ENDPOINT": url_seen_from_container(operations.tracing.endpoint),
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "OTEL_SERVICE_NAME": "aeterna",
        }
    return variables


def _features(server: Server) -> dict[str, str]:
    flags = {"CCA": server.feature_cca, "RADKIT": server.feature_radkit, "RLM": server.feature_rlm}
    return {f"AETERNA_FEATURE_{name}": str(flag).lower() for name, flag in flags.items()}


def _key(secrets: Secrets) -> dict[str, str | None]:
    if isinstance(secrets.kms, AwsKey):
        key_arn = secrets.kms.key_arn
        return {"AETERNA_KMS_PROVIDER": "aws", "AETERNA_KMS_AWS_KEY_ARN": key_arn, "AWS_REGION": None, **AWS_IDENTITY}
    return {"AETERNA_KMS_PROVIDER": "local", "AETERNA_LOCAL_KMS_KEY": from_env("KMS_KEY")}


def _central(config: SetupConfig) -> dict[str, str]:
    if config.hybrid is None or config.central is None:
        return {"AETERNA_SYNC_ENABLED": "false"}
    return {
        "AETERNA_REMOTE_GOVERNANCE_URL": url_seen_from_container(config.central.url),
        "AETERNA_SYNC_ENABLED": str(bool(config.hybrid.sync_layers)).lower(),
        "SY_SYNC_INTERVAL_SECONDS": str(config.hybrid.sync_interval),
    }
