"""Where secrets come from."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render, environment, one
from tests.chart.judge import faults

STORE = {
    "secrets": {
        "provider": "external-secrets",
        "externalSecrets": {"store": {"name": "vault", "kind": "ClusterSecretStore"}, "remoteKey": "aeterna"},
    }
}
OPENAI = {"llm": {"provider": "openai"}}


def test_the_readme_lists_the_key_of_every_credential() -> None:
    chart = Path(__file__).parents[2] / "charts" / "aeterna"
    table = (chart / "README.md").read_text().split("### Keys of credentials", 1)[1].split("\n## ", 1)[0]
    listed = {
        key for row in table.splitlines() if row.startswith("| `") for key in re.findall(r"`(.+?)`", row.split("|")[1])
    }
    declared = (chart / "templates" / "_credentials.tpl").read_text()
    assert listed == set(re.findall(r'append \$items \(dict "key" "(.+?)"', declared))


@pytest.mark.parametrize("version", ["external-secrets.io/v1", "external-secrets.io/v1beta1"])
def test_external_secrets_fill_what_the_pods_read_and_the_chart_stores_nothing(version: str, render: Render) -> None:
    api = {"secrets": {"externalSecrets": {"apiVersion": version}}}
    manifests = render(choices.merged(STORE, OPENAI, choices.DATABASES["external"], NO_PASSWORD, api))
    assert not [item for item in manifests if item["kind"] == "Secret"]
    assert faults(manifests) == []
    filled = one(manifests, "ExternalSecret", "aeterna-external")["spec"]
    assert filled["secretStoreRef"] == {"name": "vault", "kind": "ClusterSecretStore"}
    assert {item["secretKey"]: item["remoteRef"] for item in filled["data"]} == {
        key: {"key": "aeterna", "property": key} for key in ("kms-key", "postgresql-password", "openai-api-key")
    }
    variables = environment(manifests, one(manifests, "Deployment", "aeterna"))
    assert variables["OPENAI_API_KEY"] == {"name": "aeterna-external", "key": "openai-api-key"}


NO_PASSWORD = {"postgresql": {"external": {"password": {"value": ""}}}}


def test_a_credential_may_lie_elsewhere_in_the_store(render: Render) -> None:
    data = {"secrets": {"externalSecrets": {"data": {"openai-api-key": {"key": "team/openai", "property": "key"}}}}}
    filled = one(render(choices.merged(STORE, OPENAI, data)), "ExternalSecret", "aeterna-external")["spec"]["data"]
    found = {item["secretKey"]: item["remoteRef"] for item in filled}
    assert found["openai-api-key"] == {"key": "team/openai", "property": "key"}
    assert found["kms-key"] == {"key": "aeterna", "property": "kms-key"}


def test_weaviates_key_is_filled_where_its_subchart_looks(render: Render) -> None:
    values = choices.merged(STORE, {"vector": {"backend": "weaviate"}}, choices.VECTORS["weaviate"])
    values = choices.merged(values, {"vector": {"weaviate": {"apiKey": {"value": "", "key": "weaviate-api-key"}}}})
    filled = one(render(values), "ExternalSecret", "aeterna-weaviate-api-key")["spec"]["data"]
    assert filled == [
        {
            "secretKey": "AUTHENTICATION_APIKEY_ALLOWED_KEYS",
            "remoteRef": {"key": "aeterna", "property": "weaviate-api-key"},
        }
    ]


@pytest.mark.parametrize(
    ("path", "parts", "variable"),
    [
        ("llm.openai.apiKey", {"llm": {"provider": "openai"}}, "OPENAI_API_KEY"),
        ("kms.localKey", {}, "AETERNA_LOCAL_KMS_KEY"),
        ("postgresql.external.password", choices.DATABASES["external"], "PGPASSWORD"),
        ("postgresql.cnpg.password", {}, "PGPASSWORD"),
        ("vector.qdrant.apiKey", choices.VECTORS["qdrant-external"], "QDRANT_API_KEY"),
        ("vector.pinecone.apiKey", choices.VECTORS["pinecone"], "PINECONE_API_KEY"),
        ("vector.weaviate.apiKey", choices.VECTORS["weaviate-external"], "WEAVIATE_API_KEY"),
        ("vector.mongodb.uri", choices.VECTORS["mongodb-external"], "MONGODB_URI"),
        ("vector.mongodb.password", choices.VECTORS["mongodb"], "MONGODB_PASSWORD"),
        ("vector.databricks.token", choices.VECTORS["databricks"], "DATABRICKS_TOKEN"),
        ("cache.password", choices.CACHES["redis"], "REDIS_PASSWORD"),
        ("auth.plugin.jwtSecret", {"auth": {"plugin": {"enabled": True}}}, "AETERNA_PLUGIN_AUTH_JWT_SECRET"),
    ],
)
def test_every_credential_may_lie_in_a_secret_that_exists(
    path: str, parts: dict[str, Any], variable: str, render: Render
) -> None:
    values: dict[str, Any] = {"existingSecret": "theirs", "key": "their-key"}
    for step in reversed(path.split(".")):
        values = {step: values}
    manifests = render(choices.merged(choices.KEY, parts, values))
    variables = environment(manifests, one(manifests, "Deployment", "aeterna"))
    assert variables[variable] == {"name": "theirs", "key": "their-key"}


def test_a_redis_password_in_a_secret_that_exists_is_put_into_the_host(render: Render) -> None:
    password = {"cache": {"password": {"existingSecret": "theirs"}}}
    manifests = render(choices.merged(choices.KEY, choices.CACHES["redis"], password))
    container = one(manifests, "Deployment", "aeterna")["spec"]["template"]["spec"]["containers"][0]
    order = [item["name"] for item in container["env"]]
    assert order.index("REDIS_PASSWORD") < order.index("RD_HOST")
    assert environment(manifests, one(manifests, "Deployment", "aeterna"))["RD_HOST"] == (
        ":$(REDIS_PASSWORD)@r.example.com"
    )


def test_a_certificate_and_key_files_are_mounted(render: Render) -> None:
    tls = {"postgresql": {"external": {"sslMode": "verify-full", "rootCertificate": {"value": "PEM"}}}}
    values = choices.merged(choices.KEY, choices.DATABASES["external"], tls, choices.VECTORS["vertex-ai"])
    manifests = render(values)
    assert faults(manifests) == []
    variables = environment(manifests, one(manifests, "Deployment", "aeterna"))
    assert variables["PGSSLROOTCERT"] == "/etc/aeterna/postgresql/ca.crt"
    assert variables["GOOGLE_APPLICATION_CREDENTIALS"] == "/etc/aeterna/credentials/vertex-ai.json"
    assert one(manifests, "ConfigMap", "aeterna-pg-ca")["data"] == {"ca.crt": "PEM"}
