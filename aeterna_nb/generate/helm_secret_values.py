"""`values.secret.yaml`: the secrets, and nothing else, at their places in the chart's values."""

from collections.abc import Mapping
from typing import Any

from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.reading.texts import check_plain
from aeterna_nb.reading.yaml_tree import mapping

HEADER = "# Secrets of the chart aeterna. For your eyes only: keep this file out of git.\n"

PLACES: dict[str, tuple[str, ...]] = {
    "central_api_key": ("central", "auth", "apiKey"),
    "central_client_secret": ("central", "auth", "oauth2", "clientSecret"),
    "kms_key": ("kms", "localKey"),
    "postgresql_password": ("postgresql", "external", "password"),
    "redis_password": ("cache", "password"),
    "qdrant_api_key": ("vector", "qdrant", "apiKey"),
    "pinecone_api_key": ("vector", "pinecone", "apiKey"),
    "weaviate_api_key": ("vector", "weaviate", "apiKey"),
    "mongodb_password": ("vector", "mongodb", "password"),
    "mongodb_uri": ("vector", "mongodb", "uri"),
    "vertex_ai_service_account": ("vector", "vertexAi", "credentials"),
    "databricks_token": ("vector", "databricks", "token"),
    "openai_api_key": ("llm", "openai", "apiKey"),
    "anthropic_api_key": ("llm", "anthropic", "apiKey"),
    "opal_policy_ssh_key": ("opal", "policy", "git", "sshKey"),
    "opal_private_key": ("opal", "auth", "privateKey"),
    "opal_public_key": ("opal", "auth", "publicKey"),
    "opal_master_token": ("opal", "auth", "masterToken"),
    "opal_client_token": ("opal", "auth", "clientToken"),
    "backup_s3_access_key_id": ("backup", "s3", "accessKeyId"),
    "backup_s3_secret_access_key": ("backup", "s3", "secretAccessKey"),
    "backup_gcs_credentials": ("backup", "gcs", "credentials"),
    "backup_azure_storage_key": ("backup", "azure", "storageKey"),
}
"""Where each secret, by question's name, stands in the chart's values (a `Credential` of the values' model)."""


def put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set the value at a path, making the mappings on the way."""
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree[path[-1]] = value


def helm_secret_values(secrets: Mapping[str, str]) -> dict[str, Any]:
    """The chart's values that hold these secrets (by question's name)."""
    tree: dict[str, Any] = {}
    for name, value in secrets.items():
        put(tree, (*PLACES[name], "value"), value)
    return tree


def values_secret_yaml(secrets: Mapping[str, str]) -> str:
    """The text of `values.secret.yaml`."""
    return HEADER + yaml_text(helm_secret_values(secrets))


def secrets_in(tree: Mapping[str, Any]) -> dict[str, str]:
    """The secrets, by question's name, that a tree of values holds: the way back from `helm_secret_values`."""
    found: dict[str, str] = {}
    for name, path in PLACES.items():
        here: Any = tree
        for part in (*path, "value"):
            here = here.get(part) if isinstance(here, Mapping) else None
        if isinstance(here, str) and here:
            found[name] = here
    return found


def read_secret_values(text: str, named: str) -> dict[str, str]:
    """The secrets, by question's name, in a text of `values.secret.yaml`, each as it is written. Raises Unreadable."""
    found = secrets_in(mapping(text, named))
    check_secrets(found, named)
    return found


def check_secrets(secrets: Mapping[str, str], named: str) -> None:
    """Raises Unreadable, with its place in the chart's values, for a secret that is a reference."""
    for name, value in secrets.items():
        check_plain(value, named, ".".join(PLACES[name]))
