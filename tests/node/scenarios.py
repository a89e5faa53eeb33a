"""What the wizard is asked to write for the real node."""

from collections.abc import Mapping
from typing import Any

from aeterna_nb.generate import images
from tests.outside import PASSWORD

Answers = Mapping[str, Any]

LOCAL: Answers = {
    "target": "kubernetes",
    "mode": "local",
    "namespace": "aeterna",
    "llm": "none",
    "network_policy": True,
    "vector_backend": "qdrant",
    "cache": "valkey",
    "postgresql": "cloudnative-pg",
    "opal": True,
}
EXTERNAL: Answers = {
    **LOCAL,
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "valkey.outside",
    "redis_password": PASSWORD,
    "postgresql": "external",
    "postgresql_host": "postgresql.outside",
    "postgresql_password": PASSWORD,
    "postgresql_tls": "disable",
    "opal": False,
}
SCENARIOS: Mapping[str, Answers] = {"local": LOCAL, "external": EXTERNAL}

TOOLS = images.OPAL_SERVER
"""An image with Python and git."""
