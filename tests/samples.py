"""Answers to test with: the smallest set for each choice, and the way to a configuration."""

import base64
from collections.abc import Mapping
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.config import SetupConfig
from aeterna_nb.questions import Question, questions

LOCAL: Mapping[str, Any] = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "dragonfly",
    "postgresql": "cloudnative-pg",
    "llm": "none",
}
HYBRID: Mapping[str, Any] = {
    **LOCAL,
    "mode": "hybrid",
    "central_url": "https://central.example.com",
    "central_auth": "api-key",
}
REMOTE: Mapping[str, Any] = {
    "target": "kubernetes",
    "mode": "remote",
    "central_url": "https://central.example.com",
    "central_auth": "api-key",
}
OPENCODE_ONLY: Mapping[str, Any] = {
    "target": "opencode-only",
    "central_url": "https://central.example.com",
    "central_auth": "api-key",
}

DETAILS: Mapping[str, Any] = {
    "central_client_id": "client-1",
    "central_token_url": "https://login.example.com/token",
    "central_client_secret": "central-client-secret",
    "pinecone_index_name": "memories",
    "pinecone_environment": "us-east-1-aws",
    "pinecone_api_key": "pinecone-key",
    "vertex_ai_project": "project-1",
    "vertex_ai_service_account": '{"type": "service_account"}',
    "databricks_workspace_url": "https://dbc.example.com",
    "databricks_token": "databricks-token",
    "redis_host": "redis.example.com",
    "postgresql_host": "db.example.com",
    "postgresql_password": "postgresql-password",
    "opal_policy_repo_url": "https://git.example.com/policies.git",
    "opal_fetcher_image": "registry.example.com/opal-fetcher:1.0",
    "opal_fetcher_tenant": "00000000-0000-0000-0000-000000000000",
    "opal_data_url": "https://data.example.com/entities",
    "openai_api_key": "openai-key",
    "google_project": "project-1",
    "google_location": "us-central1",
    "bedrock_region": "us-east-1",
    "ingress_host": "aeterna.example.com",
    "backup_target": "s3",
    "backup_s3_bucket": "backups",
    "backup_gcs_bucket": "backups",
    "backup_azure_account": "account",
    "kms_key_arn": "arn:aws:kms:eu-central-1:111122223333:key/1",
}
"""An answer for every question that has to be answered once its choice is made."""

KEY = base64.b64encode(bytes(range(32))).decode()


def answers(values: Mapping[str, Any], /, **more: Any) -> Answers:
    """Typed answers."""
    return Answers().with_values(Origin.TYPED, {**values, **more})


def configured(values: Mapping[str, Any], /, **more: Any) -> SetupConfig:
    """The configuration that typed answers give; the test fails if they give none."""
    config, findings = answers(values, **more).config()
    assert config is not None, findings
    return config


def complete(values: Mapping[str, Any], /, **more: Any) -> Answers:
    """Typed answers, and with them whatever has to be answered as well."""
    given = answers(values, **more)
    while missing := [question.name for question in given.missing() if question.name in DETAILS]:
        given = given.with_values(Origin.TYPED, {name: DETAILS[name] for name in missing})
    return given


def asked(name: str) -> Answers:
    """Answers with which the question `name` applies."""
    question = next(question for question in questions() if question.name == name)
    return answers(_leading_to(question))


def _leading_to(question: Question) -> dict[str, Any]:
    from aeterna_nb.config.ask import Presence
    from aeterna_nb.questions import by_name

    values: dict[str, Any] = {"target": "kubernetes"} if question.name != "target" else {}
    for condition in question.when:
        for name, wanted in condition.alternatives[0].items():
            if wanted is Presence.GIVEN:
                values = {**_leading_to(by_name()[name]), **values, name: "given.example.com"}
            elif isinstance(wanted, tuple):
                chosen = values[name] if values.get(name) in wanted else _preferred(wanted)
                values = {**_leading_to(by_name()[name]), **values, name: chosen}
    return values


def _preferred(wanted: tuple[Any, ...]) -> Any:
    return "kubernetes" if "kubernetes" in wanted else wanted[0]
