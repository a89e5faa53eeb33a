"""The vector store: a container, the PostgreSQL that is there anyway, or a service elsewhere."""

from aeterna_nb import ports
from aeterna_nb.config.vector import MongoDb, Qdrant, ServiceAccountJson, Vector, VertexAi, Weaviate
from aeterna_nb.generate import images
from aeterna_nb.generate.compose.parts import Part, Service, health, long_running
from aeterna_nb.generate.dotenv import from_env
from aeterna_nb.generate.environment.vector import GOOGLE_KEY

# bash alone, since the image has neither curl nor wget.
ASK_QDRANT = (
    f"exec 3<>/dev/tcp/127.0.0.1/{ports.QDRANT_HTTP}"
    r" && printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3"
    ' && read -r _ status _ <&3 && [ "$status" = 200 ]'
)


def vector_store(vector: Vector) -> Part:
    """The vector store's part."""
    match vector:
        case Qdrant(host=None):
            return _bundled("qdrant", _qdrant())
        case Weaviate(host=None):
            return _bundled("weaviate", _weaviate())
        case MongoDb(external=False):
            return _bundled("mongodb", _mongodb())
        case VertexAi(credentials=ServiceAccountJson()):
            return Part(
                mounts={"secrets": [GOOGLE_KEY]},
                secrets={GOOGLE_KEY: {"environment": "VERTEX_AI_SERVICE_ACCOUNT"}},
            )
        case _:
            return Part()


def _bundled(backend: str, service: Service) -> Part:
    return Part(waits_for=(backend,), services={backend: service}, volumes=(backend,))


def _qdrant() -> Service:
    return long_running(
        images.QDRANT,
        environment={"QDRANT__TELEMETRY_DISABLED": "true"},
        volumes=["qdrant:/qdrant/storage"],
        healthcheck=health("bash", "-c", ASK_QDRANT),
    )


def _weaviate() -> Service:
    return long_running(
        images.WEAVIATE,
        command=["--host", "0.0.0.0", "--port", str(ports.WEAVIATE), "--scheme", "http"],
        environment={
            "PERSISTENCE_DATA_PATH": "/var/lib/weaviate",
            # A node knows its data by this name, which must not change with the container.
            "CLUSTER_HOSTNAME": "weaviate",
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
            "AUTHENTICATION_APIKEY_ENABLED": "true",
            "AUTHENTICATION_APIKEY_USERS": "aeterna",
            "AUTHENTICATION_APIKEY_ALLOWED_KEYS": from_env("WEAVIATE_API_KEY"),
            "DEFAULT_VECTORIZER_MODULE": "none",
            "DISABLE_TELEMETRY": "true",
        },
        volumes=["weaviate:/var/lib/weaviate"],
        healthcheck=health("wget", "-q", "-O", "/dev/null", f"http://127.0.0.1:{ports.WEAVIATE}/v1/.well-known/ready"),
    )


def _mongodb() -> Service:
    return long_running(
        images.MONGODB,
        environment={
            "MONGO_INITDB_ROOT_USERNAME": "aeterna",
            "MONGO_INITDB_ROOT_PASSWORD": from_env("MONGODB_PASSWORD"),
            "PERCONA_TELEMETRY_DISABLE": "1",
        },
        volumes=["mongodb:/data/db"],
        # While the image prepares an empty volume, MongoDB answers on loopback only, so the service's name is asked.
        healthcheck=health(
            "mongosh",
            "--quiet",
            f"mongodb://mongodb:{ports.MONGODB}/",
            "--eval",
            "db.adminCommand('ping').ok || quit(1)",
        ),
        stop_grace_period="1m",
    )
