"""The vector store: which one, and where it is."""

from typing import Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.chart_values.backup import Schedule
from aeterna_nb.chart_values.base import (
    Credential,
    Image,
    Port,
    Positive,
    Resources,
    Section,
    Storage,
    resources,
)

Backend = Literal["qdrant", "pgvector", "pinecone", "weaviate", "mongodb", "vertex-ai", "databricks"]


class QdrantSnapshots(Section):
    """A CronJob that takes a snapshot of every collection on every node, for the subchart."""

    enabled: bool = False
    """Take them; `qdrant.snapshotPersistence.enabled` gives them a disk."""
    schedule: Schedule = "30 2 * * *"
    """When, as a cron expression of five fields."""
    keep: Positive = 7
    """Snapshots of each collection that are kept; older ones are removed."""
    resources: Resources = resources("20m", "32Mi", "128Mi")
    """Requests and limits; the Job runs in the server's image, which brings curl."""


class Qdrant(Section):
    """Qdrant: the subchart `qdrant`, or a server elsewhere."""

    host: str = ""
    """Host of a server elsewhere; empty means the subchart."""
    port: Port = ports.QDRANT_GRPC
    """gRPC port of the server elsewhere."""
    tls: bool = False
    """Speak TLS to the server elsewhere."""
    collection_prefix: str = "aeterna"
    """Prefix of the collections."""
    api_key: Credential = Credential()
    """API key. For the subchart its `additionalVolumes` must mount the Secret `aeterna-qdrant-config`."""
    snapshots: QdrantSnapshots = QdrantSnapshots()
    """Snapshots."""


class Pgvector(Section):
    """pgvector in the PostgreSQL of this release."""

    schema_: str = Field(default="public", alias="schema")
    """Schema of the table."""
    table: str = "vectors"
    """Table of the vectors."""


class Pinecone(Section):
    """Pinecone."""

    index_name: str = ""
    """Name of the index."""
    environment: str = ""
    """Environment, such as `us-east-1-aws`."""
    api_key: Credential = Credential()
    """API key."""


class Weaviate(Section):
    """Weaviate: the subchart `weaviate`, or a server elsewhere."""

    host: str = ""
    """Host of a server elsewhere; empty means the subchart."""
    port: Port = ports.WEAVIATE
    """HTTP port of the server elsewhere."""
    tls: bool = False
    """Speak TLS to the server elsewhere."""
    class_name: str = "AeternaMemory"
    """Class of the objects."""
    api_key: Credential = Credential()
    """API key; made once for the subchart when not given."""


class Mongodb(Section):
    """MongoDB: a replica set made by the operator of the subchart `mongodb`, or a server elsewhere."""

    uri: Credential = Credential()
    """Connection URI of a server elsewhere, Atlas for example; empty means the replica set."""
    port: Port = ports.MONGODB
    """Port of a server elsewhere, to which network policies let the server out; its hosts are in the URI."""
    database: str = "aeterna"
    """Database."""
    collection: str = "vectors"
    """Collection."""
    vector_index: str = "vector_index"
    """Name of the vector index."""
    size: Positive = 3
    """Members of the replica set; odd."""
    image: Image = Image(registry="docker.io", repository="percona/percona-server-mongodb", tag="8.0.17-6")
    """Image of the replica set."""
    storage: Storage = Storage()
    """Volume of each member."""
    resources: Resources = resources("300m", "512Mi", "1Gi")
    """Requests and limits of each member."""
    password: Credential = Credential()
    """Password of the user `aeterna`; made once when not given."""
    keep_on_uninstall: bool = False
    """Keep the replica set and its volumes when the release is uninstalled."""


class VertexAi(Section):
    """Vertex AI Vector Search."""

    project: str = ""
    """Google Cloud project."""
    region: str = "us-central1"
    """Region."""
    endpoint: str = ""
    """Index endpoint."""
    deployed_index: str = ""
    """Id of the deployed index."""
    credentials: Credential = Credential()
    """Service account key (JSON), mounted as a file; without one workload identity is used."""


class Databricks(Section):
    """Databricks Vector Search."""

    workspace_url: str = ""
    """Address of the workspace."""
    catalog: str = "main"
    """Catalog."""
    schema_: str = Field(default="aeterna", alias="schema")
    """Schema."""
    token: Credential = Credential()
    """Access token."""


class Vector(Section):
    """The vector store. The default server version installs and configures it, and does not use it yet."""

    backend: Backend = "qdrant"
    """Which store."""
    embedding_dimension: Positive = 1536
    """Length of an embedding."""
    qdrant: Qdrant = Qdrant()
    """Qdrant."""
    pgvector: Pgvector = Pgvector()
    """pgvector."""
    pinecone: Pinecone = Pinecone()
    """Pinecone."""
    weaviate: Weaviate = Weaviate()
    """Weaviate."""
    mongodb: Mongodb = Mongodb()
    """MongoDB."""
    vertex_ai: VertexAi = VertexAi()
    """Vertex AI."""
    databricks: Databricks = Databricks()
    """Databricks."""
