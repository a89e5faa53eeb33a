"""The container images that are installed, each pinned to one release."""

SERVER_REPOSITORY = "ghcr.io/kikokikok/aeterna"
"""The server's image; its tag is the answer `server_version`."""

POSTGRESQL = "pgvector/pgvector:0.8.0-pg17"
"""PostgreSQL 17 with pgvector; the server's migrations need 16 or newer (docs/facts/aeterna-server.md#roles)."""

DRAGONFLY = "docker.dragonflydb.io/dragonflydb/dragonfly:v1.39.0"
"""The default of the Dragonfly operator that the chart installs (docs/facts/subcharts.md#dragonfly-operator)."""

VALKEY = "docker.io/valkey/valkey:9.1.1"
"""The release that the Valkey subchart installs (docs/facts/subcharts.md#versions)."""

QDRANT = "docker.io/qdrant/qdrant:v1.12.0"
"""The release that the server's own Compose file uses (docs/facts/aeterna-server.md#compose-file-of-the-project)."""

WEAVIATE = "cr.weaviate.io/semitechnologies/weaviate:1.38.2"
"""The release that the Weaviate subchart installs (docs/facts/subcharts.md#versions)."""

MONGODB = "docker.io/percona/percona-server-mongodb:8.0.17-6"
"""The release that the Percona operator certifies (docs/facts/subcharts.md#percona-resource)."""

OPAL_SERVER = "docker.io/permitio/opal-server:0.9.6"
"""The newest stable release that was read (docs/facts/opal.md#images)."""

OPAL_CLIENT = "docker.io/permitio/opal-client-cedar:0.9.6"
"""OPAL client and Cedar agent; the same release as the server."""


def server(version: str) -> str:
    """The server's image with a tag such as `v0.8.0-rc.9`."""
    return f"{SERVER_REPOSITORY}:{version}"
