"""The vector store: a container, the PostgreSQL that is there anyway, or a service elsewhere.

The server's variables are those of its library; the default server version reads none of them yet
(docs/facts/aeterna-server.md#vector-stores).
"""

from aeterna_nb.config.postgresql import Postgresql
from aeterna_nb.config.vector import (
    Databricks,
    MongoDb,
    Pgvector,
    Pinecone,
    Qdrant,
    ServiceAccountJson,
    Vector,
    VertexAi,
    Weaviate,
)
from aeterna_nb.generate import images
from aeterna_nb.generate.compose.addresses import in_url, seen_from_container, url_seen_from_container
from aeterna_nb.generate.compose.parts import Part, Reference, Service, from_env, health, long_running
from aeterna_nb.generate.compose.postgresql import database_url

GOOGLE_KEY = "vertex-ai-service-account"

# bash alone, since the image has neither curl nor wget.
ASK_QDRANT = (
    "exec 3<>/dev/tcp/127.0.0.1/6333"
    r" && printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3"
    ' && read -r _ status _ <&3 && [ "$status" = 200 ]'
)


def vector_store(vector: Vector, postgresql: Postgresql) -> Part:
    """The vector store's part."""
    match vector:
        case Qdrant():
            return _qdrant(vector)
        case Weaviate():
            return _weaviate(vector)
        case MongoDb():
            return _mongodb(vector)
        case Pgvector(schema_name=schema, table=table):
            url = database_url(postgresql)
            return _elsewhere("pgvector", {"PGVECTOR_URL": url, "PGVECTOR_SCHEMA": schema, "PGVECTOR_TABLE": table})
        case Pinecone(index_name=index, environment=environment):
            return _elsewhere(
                "pinecone",
                {
                    "PINECONE_API_KEY": from_env("PINECONE_API_KEY"),
                    "PINECONE_INDEX_NAME": index,
                    "PINECONE_ENVIRONMENT": environment,
                },
            )
        case VertexAi():
            return _vertex_ai(vector)
        case Databricks(workspace_url=url, catalog=catalog, schema_name=schema):
            return _elsewhere(
                "databricks",
                {
                    "DATABRICKS_HOST": url_seen_from_container(url),
                    "DATABRICKS_TOKEN": from_env("DATABRICKS_TOKEN"),
                    "DATABRICKS_CATALOG": catalog,
                    "DATABRICKS_SCHEMA": schema,
                },
            )


def _elsewhere(backend: str, variables: dict[str, str]) -> Part:
    return Part(environment={"VECTOR_BACKEND": backend, **variables})


def _bundled(backend: str, variables: dict[str, str], service: Service) -> Part:
    return Part(
        environment={"VECTOR_BACKEND": backend, **variables},
        waits_for=(backend,),
        services={backend: service},
        volumes=(backend,),
    )


def _url(host: str, port: int, tls: bool) -> str:
    return f"{'https' if tls else 'http'}://{in_url(seen_from_container(host))}:{port}"


def _qdrant(qdrant: Qdrant) -> Part:
    if qdrant.host is not None:
        variables = {"QDRANT_URL": _url(qdrant.host, qdrant.port, qdrant.tls)}
        if qdrant.api_key is not None:
            variables["QDRANT_API_KEY"] = from_env("QDRANT_API_KEY")
        return _elsewhere("qdrant", variables)
    service = long_running(
        images.QDRANT,
        environment={"QDRANT__TELEMETRY_DISABLED": "true"},
        volumes=["qdrant:/qdrant/storage"],
        healthcheck=health("bash", "-c", ASK_QDRANT),
    )
    return _bundled("qdrant", {"QDRANT_URL": "http://qdrant:6334"}, service)


def _weaviate(weaviate: Weaviate) -> Part:
    variables = {"WEAVIATE_CLASS": weaviate.class_name}
    if weaviate.host is not None:
        variables["WEAVIATE_URL"] = _url(weaviate.host, weaviate.port, weaviate.tls)
        if weaviate.api_key is not None:
            variables["WEAVIATE_API_KEY"] = from_env("WEAVIATE_API_KEY")
        return _elsewhere("weaviate", variables)
    service = long_running(
        images.WEAVIATE,
        command=["--host", "0.0.0.0", "--port", "8080", "--scheme", "http"],
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
        healthcheck=health("wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/v1/.well-known/ready"),
    )
    variables |= {"WEAVIATE_URL": "http://weaviate:8080", "WEAVIATE_API_KEY": from_env("WEAVIATE_API_KEY")}
    return _bundled("weaviate", variables, service)


def _mongodb(mongodb: MongoDb) -> Part:
    variables = {
        "MONGODB_DATABASE": mongodb.database,
        "MONGODB_COLLECTION": mongodb.collection,
        "MONGODB_VECTOR_INDEX": mongodb.index,
    }
    if mongodb.external:
        return _elsewhere("mongodb", {"MONGODB_URI": from_env("MONGODB_URI"), **variables})
    service = long_running(
        images.MONGODB,
        environment={
            "MONGO_INITDB_ROOT_USERNAME": "aeterna",
            "MONGO_INITDB_ROOT_PASSWORD": from_env("MONGODB_PASSWORD"),
            "PERCONA_TELEMETRY_DISABLE": "1",
        },
        volumes=["mongodb:/data/db"],
        # While the image prepares an empty volume, MongoDB answers on loopback only, so the service's name is asked.
        healthcheck=health(
            "mongosh", "--quiet", "mongodb://mongodb:27017/", "--eval", "db.adminCommand('ping').ok || quit(1)"
        ),
        stop_grace_period="1m",
    )
    uri = Reference(f"mongodb://aeterna:{from_env('MONGODB_PASSWORD')}@mongodb:27017/?authSource=admin")
    return _bundled("mongodb", {"MONGODB_URI": uri, **variables}, service)


def _vertex_ai(vertex_ai: VertexAi) -> Part:
    variables = {"VECTOR_BACKEND": "vertex_ai", "GCP_PROJECT_ID": vertex_ai.project}
    variables["VERTEX_AI_LOCATION"] = vertex_ai.region
    if vertex_ai.endpoint is not None:
        variables["VERTEX_AI_INDEX_ENDPOINT"] = vertex_ai.endpoint
    if vertex_ai.deployed_index is not None:
        variables["VERTEX_AI_DEPLOYED_INDEX_ID"] = vertex_ai.deployed_index
    if not isinstance(vertex_ai.credentials, ServiceAccountJson):
        return Part(environment=variables)
    return Part(
        environment={**variables, "GOOGLE_APPLICATION_CREDENTIALS": f"/run/secrets/{GOOGLE_KEY}"},
        mounts={"secrets": [GOOGLE_KEY]},
        secrets={GOOGLE_KEY: {"environment": "VERTEX_AI_SERVICE_ACCOUNT"}},
    )
