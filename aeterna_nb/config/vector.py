"""The store in which memories are found by meaning: one of seven."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr

from aeterna_nb import ports
from aeterna_nb.config.ask import ALWAYS, Ask, Lookup, Presence, Section, when
from aeterna_nb.config.types import Host, Line, Port, Quantity, Secret, SecretDocument, Url

EXTERNAL_QDRANT = when(qdrant_host=Presence.GIVEN)
EXTERNAL_WEAVIATE = when(weaviate_host=Presence.GIVEN)


class Qdrant(Section):
    """Qdrant, bundled unless a host is given."""

    prefix: ClassVar[str] = "qdrant"
    title: ClassVar[str] = "Qdrant"
    note: ClassVar[str] = "Bundled, or yours. Works without an account anywhere."
    backend: Literal["qdrant"]
    host: Annotated[
        Host | None,
        Ask(
            label="Host of your own Qdrant",
            help="Leave it empty to have Qdrant installed here.",
            example="qdrant.example.com",
        ),
    ] = None
    port: Annotated[
        Port, Ask(label="gRPC port of Qdrant", help="The server speaks gRPC to it.", when=EXTERNAL_QDRANT)
    ] = ports.QDRANT_GRPC
    tls: Annotated[
        bool, Ask(label="Does your Qdrant speak TLS?", help="https instead of http.", when=EXTERNAL_QDRANT)
    ] = True
    api_key: Annotated[
        Secret | None,
        Ask(
            label="API key of Qdrant",
            help="Leave it empty if it asks for none.",
            when=EXTERNAL_QDRANT,
            makeable="Give the same to Qdrant, as its service.api_key.",
        ),
    ] = None
    replicas: Annotated[
        int,
        Field(ge=1, le=21),
        Ask(
            label="Qdrant nodes",
            help="Three or more survive the loss of one.",
            when=when(target=("kubernetes",), qdrant_host=Presence.ABSENT),
        ),
    ] = 1
    storage: Annotated[
        Quantity,
        Ask(
            label="Disk for each Qdrant node",
            help="About 10 GiB hold a million memories.",
            when=when(target=("kubernetes",), qdrant_host=Presence.ABSENT),
        ),
    ] = "10Gi"
    snapshots: Annotated[
        bool,
        Ask(
            label="Take snapshots of Qdrant each night?",
            help="They lie on a second disk of the same size beside each node; the last seven are kept.",
            when=when(target=("kubernetes",), qdrant_host=Presence.ABSENT),
            advanced=True,
        ),
    ] = False


class Pgvector(Section):
    """The PostgreSQL that is there anyway, with the pgvector extension."""

    prefix: ClassVar[str] = "pgvector"
    title: ClassVar[str] = "pgvector"
    note: ClassVar[str] = "In the PostgreSQL that is there anyway. Nothing more to run."
    backend: Literal["pgvector"]
    schema_name: Annotated[
        Line, Ask(label="Schema", help="Where the table of vectors lies.", name="pgvector_schema", advanced=True)
    ] = "public"
    table: Annotated[Line, Ask(label="Table", help="The table of vectors.", advanced=True)] = "vectors"


class Pinecone(Section):
    """Pinecone's service."""

    prefix: ClassVar[str] = "pinecone"
    title: ClassVar[str] = "Pinecone"
    note: ClassVar[str] = "A service outside; needs an account and internet access."
    backend: Literal["pinecone"]
    index_name: Annotated[
        Line, Ask(label="Pinecone index", help="The index must exist already.", example="aeterna-memories")
    ]
    environment: Annotated[
        Line,
        Ask(label="Pinecone environment", help="As Pinecone's console shows it.", example="us-east-1-aws"),
    ]
    api_key: Annotated[
        Secret | None, Ask(label="Pinecone API key", help="Kept in the secrets file only.", needed=ALWAYS)
    ] = None


class Weaviate(Section):
    """Weaviate, bundled unless a host is given."""

    prefix: ClassVar[str] = "weaviate"
    title: ClassVar[str] = "Weaviate"
    note: ClassVar[str] = "Bundled, or yours. Several tenants can share one store."
    backend: Literal["weaviate"]
    host: Annotated[
        Host | None,
        Ask(
            label="Host of your own Weaviate",
            help="Leave it empty to have Weaviate installed here.",
            example="weaviate.example.com",
        ),
    ] = None
    port: Annotated[
        Port, Ask(label="HTTP port of Weaviate", help="443 with TLS as a rule.", when=EXTERNAL_WEAVIATE)
    ] = 443
    tls: Annotated[
        bool,
        Ask(label="Does your Weaviate speak TLS?", help="https instead of http.", when=EXTERNAL_WEAVIATE),
    ] = True
    api_key: Annotated[
        Secret | None,
        Ask(
            label="API key of Weaviate",
            help="Leave it empty if it asks for none.",
            when=EXTERNAL_WEAVIATE,
            makeable="Give the same to Weaviate, among its AUTHENTICATION_APIKEY_ALLOWED_KEYS.",
        ),
    ] = None
    class_name: Annotated[
        Line,
        Ask(label="Weaviate class", help="The collection that holds memories.", name="weaviate_class", advanced=True),
    ] = "AeternaMemory"
    replicas: Annotated[
        int,
        Field(ge=1, le=21),
        Ask(
            label="Weaviate nodes",
            help="Three or more survive the loss of one.",
            when=when(target=("kubernetes",), weaviate_host=Presence.ABSENT),
        ),
    ] = 1
    storage: Annotated[
        Quantity,
        Ask(
            label="Disk for each Weaviate node",
            help="About 10 GiB hold a million memories.",
            when=when(target=("kubernetes",), weaviate_host=Presence.ABSENT),
        ),
    ] = "10Gi"


def _port_in_uri(lookup: Lookup) -> int:
    uri = lookup("mongodb_uri")
    text = uri.get_secret_value() if isinstance(uri, SecretStr) else str(uri or "")
    # Only behind the last @: before it, or without one, digits behind a colon may be a password.
    found = re.search(r"@[^@,/?]*:(\d{1,5})(?:[,/?][^@]*)?$", text) if text.startswith("mongodb://") else None
    port = int(found[1]) if found else ports.MONGODB
    return port if 1 <= port <= 65535 else ports.MONGODB


class MongoDb(Section):
    """MongoDB, bundled unless a connection URI is given."""

    prefix: ClassVar[str] = "mongodb"
    title: ClassVar[str] = "MongoDB"
    note: ClassVar[str] = "Bundled, or Atlas. Searching by meaning needs Atlas."
    backend: Literal["mongodb"]
    uri: Annotated[
        Secret | None,
        Ask(
            label="Connection URI of MongoDB Atlas",
            help="Leave it empty to have MongoDB installed here. Kept in the secrets file only.",
        ),
    ] = None
    external: Annotated[
        bool,
        Ask(
            label="Use a MongoDB of your own?",
            help="Follows from the URI; say yes where the URI lies in a Secret that exists.",
            derive=lambda lookup: lookup("mongodb_uri") is not None,
        ),
    ] = False
    port: Annotated[
        Port,
        Ask(
            label="Port of your MongoDB",
            help="Network policies let the server out to it. Follows from the URI.",
            derive=_port_in_uri,
            when=when(target=("kubernetes",), mongodb_external=(True,)),
            advanced=True,
        ),
    ] = ports.MONGODB
    database: Annotated[Line, Ask(label="MongoDB database", help="Made if it is missing.")] = "aeterna"
    collection: Annotated[Line, Ask(label="MongoDB collection", help="Holds the vectors.", advanced=True)] = "vectors"
    index: Annotated[
        Line, Ask(label="Vector index", help="The search index in Atlas.", name="mongodb_vector_index", advanced=True)
    ] = "vector_index"
    replicas: Annotated[
        Literal[1, 3, 5],
        Ask(
            label="MongoDB nodes",
            help="Three survive the loss of one.",
            when=when(target=("kubernetes",), mongodb_external=(False,)),
        ),
    ] = 1
    storage: Annotated[
        Quantity,
        Ask(
            label="Disk for each MongoDB node",
            help="About 10 GiB hold a million memories.",
            when=when(target=("kubernetes",), mongodb_external=(False,)),
        ),
    ] = "10Gi"


class WorkloadIdentity(Section):
    """The pod's own Google identity."""

    prefix: ClassVar[str] = "vertex_ai"
    title: ClassVar[str] = "Workload identity"
    note: ClassVar[str] = "The platform vouches for what runs there; no key is stored."
    method: Literal["workload-identity"] = "workload-identity"


class ServiceAccountJson(Section):
    """A key file of a Google service account."""

    prefix: ClassVar[str] = "vertex_ai"
    title: ClassVar[str] = "Service account key"
    note: ClassVar[str] = "A JSON key file, kept in the secrets file and mounted into the pod."
    method: Literal["service-account"]
    service_account: Annotated[
        SecretDocument | None,
        Ask(
            label="Service account key (JSON)",
            help="The whole file as Google gave it.",
            needed=ALWAYS,
            document=True,
        ),
    ] = None


class VertexAi(Section):
    """Google's Vertex AI Vector Search."""

    prefix: ClassVar[str] = "vertex_ai"
    title: ClassVar[str] = "Vertex AI"
    note: ClassVar[str] = "Google's Vector Search; needs a project."
    backend: Literal["vertex-ai"]
    project: Annotated[Line, Ask(label="Google Cloud project", help="The project's ID.", example="my-project-123")]
    region: Annotated[Line, Ask(label="Region", help="Where the index lies.")] = "us-central1"
    endpoint: Annotated[
        Line | None,
        Ask(
            label="Index endpoint",
            help="The endpoint's resource name or number.",
            example="projects/1/locations/us-central1/indexEndpoints/2",
        ),
    ] = None
    deployed_index: Annotated[Line | None, Ask(label="Deployed index", help="The ID it was deployed under.")] = None
    credentials: Annotated[
        WorkloadIdentity | ServiceAccountJson,
        Field(discriminator="method"),
        Ask(
            label="How does the server sign in to Google?",
            help="Workload identity needs no key.",
            name="vertex_ai_credentials",
        ),
    ] = WorkloadIdentity()


class Databricks(Section):
    """Databricks Vector Search."""

    prefix: ClassVar[str] = "databricks"
    title: ClassVar[str] = "Databricks"
    note: ClassVar[str] = "Mosaic AI Vector Search in your workspace."
    backend: Literal["databricks"]
    workspace_url: Annotated[
        Url,
        Ask(
            label="Workspace address",
            help="As in a browser.",
            example="https://dbc-1234.cloud.databricks.com",
        ),
    ]
    token: Annotated[Secret | None, Ask(label="Access token", help="Kept in the secrets file only.", needed=ALWAYS)] = (
        None
    )
    catalog: Annotated[Line, Ask(label="Catalog", help="The Unity Catalog catalog.")] = "main"
    schema_name: Annotated[Line, Ask(label="Schema", help="The schema in that catalog.", name="databricks_schema")] = (
        "aeterna"
    )


Vector = Qdrant | Pgvector | Pinecone | Weaviate | MongoDb | VertexAi | Databricks
