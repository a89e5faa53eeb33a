"""The ports on which programs listen unless somebody says otherwise (docs/facts/subcharts.md#names)."""

AETERNA = 8080
"""The server's API; Compose publishes it on the machine under the same number."""
AETERNA_METRICS = 9090
CEDAR_AGENT = 8180
"""Decisions; the agent asks for no credential."""
KUBERNETES = 6443
"""The API server on its own machine (docs/facts/tools.md#kubernetes)."""
KUBERNETES_SERVICE = 443
"""The API server's Service in the cluster."""
MONGODB = 27017
"""Also where its URI names no other port."""
OPAL_CLIENT = 7000
OPAL_FETCHER = 8080
OPAL_SERVER = 7002
POSTGRESQL = 5432
QDRANT_GRPC = 6334
QDRANT_HTTP = 6333
REDIS = 6379
"""Redis and all that speak like it: Dragonfly and Valkey."""
WEAVIATE = 8080
"""HTTP; as a container listens, not as its subchart's Service does."""
