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
    "opal_policy_source": "git",
    "opal_policy_repo_url": "http://git.outside:8000/policies.git",
    "opal_policy_polling_interval": 5,
}
EXTERNAL: Answers = {
    "target": "kubernetes",
    "mode": "local",
    "namespace": "aeterna",
    "llm": "none",
    "network_policy": True,
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "valkey.outside",
    "redis_password": PASSWORD,
    "postgresql": "external",
    "postgresql_host": "postgresql.outside",
    "postgresql_password": PASSWORD,
    "postgresql_tls": "disable",
    "opal": False,
    "replicas": 2,
    "pdb": True,
    "backup": True,
    "backup_target": "s3",
    "backup_s3_bucket": "backups",
    "backup_s3_endpoint": "http://store.outside:9000",
    "backup_s3_access_key_id": "a-key",
    "backup_s3_secret_access_key": PASSWORD,
}
HYBRID: Answers = {
    **LOCAL,
    "mode": "hybrid",
    "central_url": "http://central.outside:8080",
    "central_auth": "api-key",
    "central_api_key": PASSWORD,
    "vector_backend": "pgvector",
    "postgresql": "external",
    "postgresql_host": "postgresql.outside",
    "postgresql_password": PASSWORD,
    "postgresql_tls": "disable",
    "opal_policy_source": "configmap",
}
MIXED: Answers = {
    **LOCAL,
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "valkey.outside",
    "redis_password": PASSWORD,
    "opal": False,
}
SCENARIOS: Mapping[str, Answers] = {"local": LOCAL, "external": EXTERNAL, "hybrid": HYBRID, "mixed": MIXED}


def seen_from(answers: Answers, outside: str) -> dict[str, Any]:
    """The answers with the namespace that the servers outside have in truth."""
    return {
        name: value.replace(".outside", f".{outside}") if isinstance(value, str) else value
        for name, value in answers.items()
    }


TOOLS = images.OPAL_SERVER
"""An image with Python and git."""
