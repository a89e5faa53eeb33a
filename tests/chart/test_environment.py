"""The variables that the server's pods get: those that it requires, and none that nothing reads."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Manifest, Render, environment, one

README = Path(__file__).parents[2] / "charts" / "aeterna" / "README.md"

ALWAYS = {
    *("PG_HOST", "PG_PORT", "PG_DATABASE", "PG_USERNAME", "PGPASSWORD", "RD_HOST", "RD_PORT", "RUST_LOG"),
    *("AETERNA_KMS_PROVIDER", "AETERNA_KNOWLEDGE_REPO_PATH", "AETERNA_CONFIG_PATH", "AETERNA_DEPLOYMENT_MODE"),
}
"""Without these the server ends, finds nothing or stays silent (docs/facts/aeterna-server.md#required-environment)."""

# What a choice requires besides (docs/facts/aeterna-server.md, by the headings of each part).
REQUIRED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "hybrid": (choices.MODES["hybrid"], {"AETERNA_REMOTE_GOVERNANCE_URL"}),
    "kms-local": ({"kms": {"provider": "local"}}, {"AETERNA_LOCAL_KMS_KEY"}),
    "kms-aws": ({"kms": {"provider": "aws", "awsKeyArn": "arn:aws:kms:x"}}, {"AETERNA_KMS_AWS_KEY_ARN"}),
    "openai": (choices.LLMS["openai"], {"AETERNA_LLM_PROVIDER", "OPENAI_API_KEY"}),
    "ollama": (choices.LLMS["ollama"], {"AETERNA_LLM_PROVIDER", "OPENAI_API_KEY", "AETERNA_OPENAI_BASE_URL"}),
    "google": (
        choices.LLMS["google"],
        {f"AETERNA_GOOGLE_{name}" for name in ("PROJECT_ID", "LOCATION", "MODEL", "EMBEDDING_MODEL")},
    ),
    "bedrock": (
        choices.LLMS["bedrock"],
        {f"AETERNA_BEDROCK_{name}" for name in ("REGION", "MODEL", "EMBEDDING_MODEL")},
    ),
    "cedar": (
        {"auth": {"backend": "cedar", "cedar": {"policies": "permit(principal, action, resource);"}}},
        {"AETERNA_AUTH_BACKEND", "AETERNA_CEDAR_POLICY_TEXT", "AETERNA_CEDAR_SCHEMA_TEXT"},
    ),
    "plugin-auth": (
        {"auth": {"plugin": {"enabled": True, "defaultTenantId": "t"}}},
        {"AETERNA_PLUGIN_AUTH_ENABLED", "AETERNA_PLUGIN_AUTH_JWT_SECRET", "AETERNA_DEFAULT_TENANT_ID"},
    ),
    "qdrant": (choices.VECTORS["qdrant"], {"VECTOR_BACKEND", "QDRANT_URL"}),
    "pinecone": (choices.VECTORS["pinecone"], {"PINECONE_API_KEY", "PINECONE_ENVIRONMENT", "PINECONE_INDEX_NAME"}),
    "mongodb": (choices.VECTORS["mongodb"], {"MONGODB_URI"}),
    "mongodb-external": (choices.VECTORS["mongodb-external"], {"MONGODB_URI"}),
    "vertex-ai": (
        choices.VECTORS["vertex-ai"],
        {"GCP_PROJECT_ID", "VERTEX_AI_INDEX_ENDPOINT", "VERTEX_AI_DEPLOYED_INDEX_ID", "GOOGLE_APPLICATION_CREDENTIALS"},
    ),
    "databricks": (choices.VECTORS["databricks"], {"DATABRICKS_HOST", "DATABRICKS_TOKEN"}),
    "tls": (
        choices.merged(
            choices.DATABASES["external"],
            {"postgresql": {"external": {"sslMode": "verify-full", "rootCertificate": {"value": "PEM"}}}},
        ),
        {"PGSSLMODE", "PGSSLROOTCERT"},
    ),
    "tracing": (
        {"tracing": {"enabled": True, "endpoint": "http://c:4317"}},
        {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME"},
    ),
}

READ = {
    *ALWAYS,
    *("PGSSLMODE", "PGSSLROOTCERT", "RD_DB", "GR_ENABLED", "GR_DATABASE_PATH", "AETERNA_K8S_NAMESPACE"),
    *(
        "AETERNA_LOCAL_KMS_KEY",
        "AETERNA_KMS_AWS_KEY_ARN",
        "AETERNA_KNOWLEDGE_REPO_URL",
        "AETERNA_KNOWLEDGE_REPO_BRANCH",
    ),
    *(f"AETERNA_FEATURE_{name}" for name in ("CCA", "RADKIT", "RLM", "REFLECTIVE")),
    *("AETERNA_AUTH_BACKEND", "AETERNA_CEDAR_POLICY_TEXT", "AETERNA_CEDAR_SCHEMA_TEXT"),
    *("AETERNA_PLUGIN_AUTH_ENABLED", "AETERNA_PLUGIN_AUTH_JWT_SECRET", "AETERNA_DEFAULT_TENANT_ID"),
    *("AETERNA_LLM_PROVIDER", "OPENAI_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"),
    *(f"AETERNA_OPENAI_{name}" for name in ("MODEL", "EMBEDDING_MODEL", "BASE_URL")),
    *REQUIRED["google"][1],
    *REQUIRED["bedrock"][1],
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
}
"""What the running server or one of its libraries reads (docs/facts/aeterna-server.md)."""


def for_a_later_server() -> set[str]:
    """The variables that the chart's README lists as set for a later server."""
    table = README.read_text().split("## Set for a later server", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"`([A-Z][A-Z0-9_]+)`", table))


def server_environment(manifests: list[Manifest]) -> dict[str, Any]:
    deployment = one(manifests, "Deployment", "aeterna")
    names = [item["name"] for item in deployment["spec"]["template"]["spec"]["containers"][0]["env"]]
    assert len(names) == len(set(names))
    return environment(manifests, deployment)


def unread(variables: dict[str, Any]) -> set[str]:
    """The variables that neither the server, nor a later one, nor another variable's value reads."""
    used = {
        name for value in variables.values() if isinstance(value, str) for name in re.findall(r"\$\((\w+)\)", value)
    }
    return variables.keys() - READ - for_a_later_server() - used


@pytest.mark.parametrize(("parts", "wanted"), REQUIRED.values(), ids=REQUIRED)
def test_a_choice_gives_the_server_each_variable_that_it_requires(
    parts: dict[str, Any], wanted: set[str], render: Render
) -> None:
    variables = server_environment(render(choices.merged(choices.KEY, parts)))
    assert variables.keys() >= ALWAYS | wanted
    assert all(variables[name] for name in variables)
    assert unread(variables) == set()


@pytest.mark.parametrize("values", choices.sample().values(), ids=choices.sample())
def test_no_mode_gives_the_server_a_variable_that_nothing_reads(values: dict[str, Any], render: Render) -> None:
    manifests = render(values)
    if values["mode"] == "remote":
        assert not [item for item in manifests if item["kind"] == "Deployment"]
        return
    variables = server_environment(manifests)
    assert variables.keys() >= ALWAYS
    assert unread(variables) == set()


def test_every_variable_that_is_listed_for_a_later_server_is_one_that_the_chart_sets(render: Render) -> None:
    parts = [choices.MODES["hybrid"], REQUIRED["tracing"][0]]
    given = {
        name
        for vector in choices.VECTORS.values()
        for name in server_environment(render(choices.merged(choices.KEY, *parts, vector)))
    }
    assert for_a_later_server() <= given
    assert not for_a_later_server() & READ


def test_the_migration_gets_the_database_and_nothing_that_it_does_not_read(render: Render) -> None:
    job = one(render(choices.merged(choices.KEY, choices.DATABASES["external"])), "Job")
    (migrate,) = job["spec"]["template"]["spec"]["initContainers"]
    assert {item["name"] for item in migrate["env"]} == {
        *("PG_HOST", "PG_PORT", "PG_DATABASE", "PG_USERNAME", "PGPASSWORD", "PGSSLMODE"),
        *("RUST_LOG", "AETERNA_CONFIG_PATH"),
    }
