from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.advice import SHAPES, check_advice, is_loopback
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name

BASE: dict[str, Any] = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "valkey",
    "postgresql": "cloudnative-pg",
    "llm": "none",
    "opal": False,
}
HYBRID = {"mode": "hybrid", "central_auth": "api-key"}
COMPOSE = {"target": "docker-compose"}
REDIS = {"cache": "external"}
VERIFIED = {"postgresql_tls": "verify-full", "postgresql_root_certificate": "-----BEGIN"}
DATABASE = {"postgresql": "external", "postgresql_host": "db.example.com", "postgresql_password": "canary-1"}
OPENAI = {"llm": "openai", "openai_api_key": "sk-canary-0123456789abcdef"}
PINECONE = {"vector_backend": "pinecone", "pinecone_index_name": "i", "pinecone_environment": "e"}
VERTEX = {"vector_backend": "vertex-ai", "vertex_ai_project": "p", "vertex_ai_credentials": "service-account"}
DATABRICKS = {"vector_backend": "databricks", "databricks_workspace_url": "https://d.example.com"}
BACKUP = {"backup": True, "backup_target": "s3", "backup_s3_bucket": "b"}
GCS = {"backup": True, "backup_target": "gcs", "backup_gcs_bucket": "b"}
GIT = {"opal": True, "opal_policy_source": "git", "opal_policy_repo_url": "git@git.example.com:p.git"}
QDRANT = {"qdrant_host": "q.example.com", "qdrant_api_key": "canary-2"}
INGRESS = {"ingress": True, "ingress_host": "a.example.com"}
KEY_FILE = '{"type": "service_account", "private_key": "canary"}'
LONG = "canary-0123456789abcdef"


def found(**answers: Any) -> list[Finding]:
    config, rejected = Answers().with_values(Origin.TYPED, {**BASE, **answers}).config()
    assert config is not None, rejected
    findings = check_advice(config)
    assert "canary" not in repr(findings)
    assert all(finding.severity == "warning" and finding.question in by_name() and finding.cure for finding in findings)
    return findings


def asked(**answers: Any) -> list[str]:
    return [finding.question for finding in found(**answers)]


def test_a_plain_installation_has_no_warning() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("question", "meant", "instead"),
    [
        # Loopback.
        ("redis_host", {**REDIS, "redis_host": "localhost"}, {**REDIS, "redis_host": "redis"}),
        ("redis_host", {**REDIS, "redis_host": "127.0.0.1"}, {**REDIS, "redis_host": "10.0.0.1"}),
        ("redis_host", {**REDIS, "redis_host": "::1"}, {**REDIS, "redis_host": "fd00::1"}),
        ("postgresql_host", {**DATABASE, "postgresql_host": "0.0.0.0"}, DATABASE),
        ("qdrant_host", {"qdrant_host": "localhost"}, {"qdrant_host": "q.example.com"}),
        ("ollama_host", {"llm": "ollama"}, {"llm": "ollama", "ollama_host": "http://models:11434"}),
        ("openai_base_url", {**OPENAI, "openai_base_url": "http://[::1]/v1"}, OPENAI),
        ("tracing_endpoint", {"tracing": True, "tracing_endpoint": "http://localhost:4317"}, {"tracing": True}),
        ("redis_host", {**COMPOSE, **REDIS, "redis_host": "localhost"}, {**COMPOSE, **REDIS, "redis_host": "10.0.0.1"}),
        ("ollama_host", {**COMPOSE, "llm": "ollama"}, {**COMPOSE, "llm": "ollama", "ollama_host": "http://models:1"}),
        # Plain http.
        (
            "central_url",
            {**HYBRID, "central_url": "http://c.example.com"},
            {**HYBRID, "central_url": "https://c.example.com"},
        ),
        ("openai_base_url", {**OPENAI, "openai_base_url": "http://g.example.com"}, OPENAI),
        (
            "databricks_workspace_url",
            {**DATABRICKS, "databricks_workspace_url": "http://d", "databricks_token": f"dapi{LONG}"},
            {**DATABRICKS, "databricks_token": f"dapi{LONG}"},
        ),
        (
            "backup_s3_endpoint",
            {**BACKUP, "backup_s3_endpoint": "http://s3"},
            {**BACKUP, "backup_s3_endpoint": "https://s3"},
        ),
        ("qdrant_tls", {**QDRANT, "qdrant_tls": False}, QDRANT),
        ("ingress_tls", INGRESS, {**INGRESS, "ingress_tls": "cert-manager"}),
        # Keys of an odd shape.
        ("openai_api_key", {**OPENAI, "openai_api_key": LONG}, OPENAI),
        (
            "openai_api_key",
            {**OPENAI, "openai_api_key": "sk-short"},
            {**OPENAI, "openai_api_key": "x", "openai_base_url": "https://g.example.com"},
        ),
        (
            "anthropic_api_key",
            {"llm": "anthropic", "anthropic_api_key": LONG},
            {"llm": "anthropic", "anthropic_api_key": f"sk-ant-{LONG}"},
        ),
        ("pinecone_api_key", {**PINECONE, "pinecone_api_key": LONG}, {**PINECONE, "pinecone_api_key": f"pcsk_{LONG}"}),
        (
            "databricks_token",
            {**DATABRICKS, "databricks_token": LONG},
            {**DATABRICKS, "databricks_token": f"dapi{LONG}"},
        ),
        (
            "mongodb_uri",
            {"vector_backend": "mongodb", "mongodb_uri": LONG},
            {"vector_backend": "mongodb", "mongodb_uri": "mongodb+srv://canary@c"},
        ),
        (
            "vertex_ai_service_account",
            {**VERTEX, "vertex_ai_service_account": "{}"},
            {**VERTEX, "vertex_ai_service_account": KEY_FILE},
        ),
        (
            "vertex_ai_service_account",
            {**VERTEX, "vertex_ai_service_account": LONG},
            {**VERTEX, "vertex_ai_service_account": KEY_FILE},
        ),
        (
            "backup_gcs_credentials",
            {**GCS, "backup_gcs_credentials": "[]"},
            {**GCS, "backup_gcs_credentials": KEY_FILE},
        ),
        (
            "opal_policy_ssh_key",
            {**GIT, "opal_policy_ssh_key": LONG},
            {**GIT, "opal_policy_ssh_key": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{LONG}"},
        ),
        (
            "backup_s3_access_key_id",
            {**BACKUP, "backup_s3_access_key_id": "canary", "backup_s3_secret_access_key": LONG},
            {**BACKUP, "backup_s3_access_key_id": LONG, "backup_s3_secret_access_key": LONG},
        ),
        # Budgets and autoscalers.
        ("pdb_min_available", {"pdb": True}, {"pdb": True, "replicas": 2}),
        (
            "pdb_min_available",
            {"pdb": True, "replicas": 3, "pdb_min_available": 3},
            {"pdb": True, "replicas": 3, "pdb_min_available": 2},
        ),
        ("pdb_min_available", {"pdb": True, "hpa": True, "hpa_min_replicas": 1}, {"pdb": True, "hpa": True}),
        ("hpa_max_replicas", {"hpa": True, "hpa_min_replicas": 1, "hpa_max_replicas": 1}, {"hpa": True}),
        # Compose has no pods.
        (
            "llm",
            {"target": "docker-compose", "llm": "google", "google_project": "p", "google_location": "l"},
            {"llm": "google", "google_project": "p", "google_location": "l"},
        ),
        # The database's TLS.
        ("postgresql_tls", {**DATABASE, "postgresql_tls": "disable"}, DATABASE),
        (
            "postgresql_tls",
            {**DATABASE, **VERIFIED, "postgresql_host": "fd00::5"},
            {**DATABASE, **VERIFIED},
        ),
        (
            "postgresql_root_certificate",
            {**COMPOSE, **DATABASE, "postgresql_tls": "verify-full"},
            {**COMPOSE, **DATABASE, "postgresql_tls": "verify-full", "postgresql_root_certificate": "-----BEGIN"},
        ),
    ],
)
def test_advice_is_given_where_it_applies_and_only_there(
    question: str, meant: dict[str, Any], instead: dict[str, Any]
) -> None:
    assert asked(**meant) == [question]
    assert question not in asked(**instead)


def test_a_loopback_address_means_another_thing_to_a_container_than_to_a_pod() -> None:
    answers = {**REDIS, "redis_host": "localhost"}
    (in_a_pod,), (in_a_container,) = found(**answers), found(**COMPOSE, **answers)
    assert "the pod itself" in in_a_pod.message
    assert "on Linux containers do not reach what listens on localhost alone" in in_a_container.message


def test_every_shape_belongs_to_a_secret() -> None:
    assert all(by_name()[shape.question].secret for shape in SHAPES)


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::"])
def test_addresses_of_the_machine_itself_are_loopback(host: str) -> None:
    assert is_loopback(host)


@given(host=st.ip_addresses().filter(lambda ip: not (ip.is_loopback or ip.is_unspecified)).map(str))
def test_other_addresses_are_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(("replicas", "words"), [(1, "The only pod must stay"), (2, "All of the 2 pods must stay")])
def test_pods_that_must_all_stay_are_counted(replicas: int, words: str) -> None:
    (finding,) = found(pdb=True, replicas=replicas, pdb_min_available=replicas)
    assert words in finding.message
