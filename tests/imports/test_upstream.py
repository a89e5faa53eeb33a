"""Files of the server's own project: each setting becomes the answer that means the same, or says why it does not.

The files in `upstream/` have the keys of the project's values files, of the chart with subcharts and without.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb.answers import Answers
from aeterna_nb.config.ask import Presence
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.helm_secret_values import put
from aeterna_nb.imports import Imported, read_files
from aeterna_nb.imports.upstream.compose import variables
from aeterna_nb.imports.upstream.values import TABLE
from aeterna_nb.questions import Question, by_name
from aeterna_nb.reading.leaves import dotted, leaves
from tests.samples import DETAILS

FOLDER = Path(__file__).parent / "upstream"

ANSWERED = """
mode: deploymentMode aeterna.mode
central_url: central.url aeterna.central.url
central_auth: central.auth aeterna.central.auth
central_api_key: central.apiKey aeterna.central.apiKey
namespace: namespace
local_cache_size: aeterna.hybrid.localCacheSizeMb
offline_cedar: aeterna.hybrid.offlineCedar
sync_interval: aeterna.hybrid.syncIntervalSecs sync.interval
replicas: aeterna.replicaCount aeterna.replicas
server_version: aeterna.image.tag
service_account_annotations: aeterna.serviceAccount.annotations
ingress: aeterna.ingress.enabled ingress.enabled
ingress_class: aeterna.ingress.className ingress.className
hpa: aeterna.autoscaling.enabled
hpa_min_replicas: aeterna.autoscaling.minReplicas
hpa_max_replicas: aeterna.autoscaling.maxReplicas
hpa_target_cpu: aeterna.autoscaling.targetCPUUtilizationPercentage
vpa: aeterna.autoscaling.vpa.enabled verticalPodAutoscaler.enabled
pdb: aeterna.pdb.enabled podDisruptionBudget.enabled
pdb_min_available: aeterna.pdb.minAvailable podDisruptionBudget.minAvailable
service_monitor_interval: aeterna.metrics.scrapeInterval observability.serviceMonitor.interval serviceMonitor.interval
tracing: observability.tracing.enabled aeterna.otel.enabled
tracing_endpoint: observability.tracing.endpoint aeterna.otel.endpoint
log_level: observability.logging.level aeterna.logging.level
log_format: observability.logging.format aeterna.logging.format
service_monitor: observability.serviceMonitor.enabled serviceMonitor.enabled
feature_cca: aeterna.features.cca
feature_radkit: aeterna.features.radkit
feature_rlm: aeterna.features.rlm
vector_backend: vectorBackend.type vectorBackend.qdrant.enabled vectorBackend.pgvector.enabled
  vectorBackend.pinecone.enabled vectorBackend.weaviate.enabled vectorBackend.mongodb.enabled
  vectorBackend.vertexai.enabled vectorBackend.vertexAi.enabled vectorBackend.databricks.enabled vectorStore.type
  vectorStore.qdrant.enabled vectorStore.pinecone.enabled vectorStore.vertexai.enabled vectorStore.databricks.enabled
  qdrant.enabled weaviate.enabled mongodb.enabled mongodb.percona.enabled
qdrant_host: vectorBackend.qdrant.external.host
qdrant_api_key: vectorBackend.qdrant.external.apiKey
pinecone_api_key: vectorBackend.pinecone.apiKey vectorStore.pinecone.apiKey
pinecone_environment: vectorBackend.pinecone.environment vectorStore.pinecone.environment
pinecone_index_name: vectorBackend.pinecone.indexName vectorStore.pinecone.indexName
weaviate_host: vectorBackend.weaviate.external.host
weaviate_api_key: vectorBackend.weaviate.external.apiKey
mongodb_uri: vectorBackend.mongodb.uri vectorBackend.mongodb.external.uri
vertex_ai_project: vectorBackend.vertexai.project vectorBackend.vertexai.projectId vectorBackend.vertexAi.project
  vectorBackend.vertexAi.projectId vectorStore.vertexai.project vectorStore.vertexai.projectId
vertex_ai_region: vectorBackend.vertexai.region vectorBackend.vertexAi.region vectorStore.vertexai.region
vertex_ai_endpoint: vectorBackend.vertexai.endpoint vectorBackend.vertexai.indexEndpoint
  vectorBackend.vertexAi.endpoint vectorBackend.vertexAi.indexEndpoint vectorStore.vertexai.endpoint
  vectorStore.vertexai.indexEndpoint
databricks_workspace_url: vectorBackend.databricks.workspaceUrl vectorStore.databricks.workspaceUrl
databricks_token: vectorBackend.databricks.token vectorStore.databricks.token
databricks_catalog: vectorBackend.databricks.catalog vectorStore.databricks.catalog
qdrant_replicas: qdrant.replicaCount
qdrant_storage: qdrant.persistence.size
storage_class: qdrant.persistence.storageClass valkey.dataStorage.className postgresql.storage.storageClass
  postgresql.cloudnativepg.storage.storageClass postgresql.cluster.storage.storageClass cnpg.storage.storageClass
  global.storageClass
qdrant_snapshots: qdrant.snapshots.enabled
mongodb_replicas: mongodb.percona.replsets.members
cache: cache.type cache.dragonfly.enabled cache.valkey.enabled cache.external.enabled redis.enabled dragonfly.enabled
  valkey.enabled
dragonfly_replicas: cache.dragonfly.replicas
valkey_memory: cache.valkey.maxmemory
redis_host: cache.external.host redis.host
redis_port: cache.external.port redis.port
redis_password: cache.external.password redis.password
postgresql: postgresql.bundled postgresql.enabled postgresql.cloudnativepg.enabled postgresql.cluster.enabled
  cnpg.enabled postgresql.external.enabled externalPostgresql.enabled
postgresql_host: postgresql.host postgresql.external.host externalPostgresql.host
postgresql_port: postgresql.port postgresql.external.port externalPostgresql.port
postgresql_database: postgresql.database postgresql.external.database externalPostgresql.database
postgresql_user: postgresql.username postgresql.external.username externalPostgresql.username
postgresql_password: postgresql.password postgresql.external.password externalPostgresql.password
postgresql_tls: postgresql.sslMode postgresql.external.sslMode externalPostgresql.sslMode
postgresql_instances: postgresql.instances postgresql.cloudnativepg.instances postgresql.cluster.instances
  cnpg.instances
postgresql_storage: postgresql.storage.size postgresql.primary.persistence.size postgresql.cloudnativepg.storage.size
  postgresql.cluster.storage.size cnpg.storage.size
backup: postgresql.backup.enabled postgresql.cloudnativepg.backup.enabled postgresql.cluster.backup.enabled
  cnpg.backup.enabled backup.enabled
backup_schedule: postgresql.backup.schedule postgresql.cloudnativepg.backup.schedule
  postgresql.cluster.backup.schedule cnpg.backup.schedule backup.schedule
backup_retention_days: postgresql.backup.retentionPolicy postgresql.cloudnativepg.backup.retentionPolicy
  postgresql.cluster.backup.retentionPolicy cnpg.backup.retentionPolicy backup.retentionDays backup.retention
backup_target: postgresql.backup.provider postgresql.cloudnativepg.backup.provider postgresql.cluster.backup.provider
  cnpg.backup.provider backup.destination.type
backup_s3_endpoint: postgresql.backup.endpointURL postgresql.cloudnativepg.backup.endpointURL
  postgresql.cluster.backup.endpointURL cnpg.backup.endpointURL backup.destination.s3.endpoint
opal: opal.enabled opal.cedarAgent.enabled opalServer.enabled cedarAgent.enabled
opal_replicas: opal.server.replicaCount opalServer.replicaCount
opal_master_token: opal.server.masterToken secrets.masterToken
opal_client_token: secrets.clientToken
llm: llm.provider
openai_api_key: llm.openai.apiKey
openai_model: llm.openai.model
openai_embedding_model: llm.openai.embeddingModel
anthropic_api_key: llm.anthropic.apiKey
anthropic_model: llm.anthropic.model
ollama_host: llm.ollama.host
ollama_model: llm.ollama.model
ollama_embedding_model: llm.ollama.embeddingModel
google_project: llm.google.projectId
google_location: llm.google.location
google_model: llm.google.model
google_embedding_model: llm.google.embeddingModel
bedrock_region: llm.bedrock.region
bedrock_model: llm.bedrock.model
bedrock_embedding_model: llm.bedrock.embeddingModel
kms: kms.provider
kms_key_arn: kms.aws.keyArn
secret_provider: secrets.provider secrets.externalSecrets.enabled
external_secrets_store: secrets.externalSecrets.secretStoreRef.name
external_secrets_store_kind: secrets.externalSecrets.secretStoreRef.kind
sync_layers: sync.enabled
backup_s3_bucket: backup.destination.s3.bucket
backup_s3_region: backup.destination.s3.region
backup_s3_access_key_id: backup.destination.s3.accessKeyId
backup_gcs_bucket: backup.destination.gcs.bucket
backup_azure_container: backup.destination.azure.container
network_policy: networkPolicy.enabled security.networkPolicy.enabled
"""
"""By question, the settings that say its answer and nothing else."""

LEADING = {
    "mode": "deploymentMode",
    "vector_backend": "vectorBackend.type",
    "cache": "cache.type",
    "postgresql": "postgresql.bundled",
    "llm": "llm.provider",
    "opal": "opal.enabled",
    "hpa": "aeterna.autoscaling.enabled",
    "pdb": "aeterna.pdb.enabled",
    "ingress": "aeterna.ingress.enabled",
    "tracing": "observability.tracing.enabled",
    "service_monitor": "observability.serviceMonitor.enabled",
    "backup": "backup.enabled",
    "backup_target": "backup.destination.type",
    "kms": "kms.provider",
    "secret_provider": "secrets.provider",
}
"""Where the choice stands on which a question depends."""

SPELLED: Mapping[Any, Any] = {"cloudnative-pg": True, "external-secrets": "external-secrets"}
OWN_WORDS: Mapping[str, tuple[Any, Any]] = {
    "central.auth": ("serviceAccount", "service-account"),
    "aeterna.central.auth": ("apikey", "api-key"),
    "aeterna.serviceAccount.annotations": ({"a.acme.test/b": True}, {"a.acme.test/b": "true"}),
    "sync.interval": ("2m", 120),
    "aeterna.metrics.scrapeInterval": ("25s", 25),
    "observability.serviceMonitor.interval": ("25s", 25),
    "serviceMonitor.interval": ("1m", 60),
    "observability.logging.format": ("pretty", "text"),
    "vectorBackend.type": ("vertexai", "vertex-ai"),
    "vectorStore.type": ("vertexai", "vertex-ai"),
    "cache.valkey.maxmemory": ("1gb", 1024),
    "postgresql.bundled": (False, "external"),
    "postgresql.backup.retentionPolicy": ("12d", 12),
    "postgresql.cloudnativepg.backup.retentionPolicy": ("12d", 12),
    "sync.enabled": (False, ()),
    **{
        key: (True, option)
        for key, option in {
            "vectorBackend.qdrant.enabled": "qdrant",
            "vectorBackend.pgvector.enabled": "pgvector",
            "vectorBackend.pinecone.enabled": "pinecone",
            "vectorBackend.weaviate.enabled": "weaviate",
            "vectorBackend.mongodb.enabled": "mongodb",
            "vectorBackend.vertexai.enabled": "vertex-ai",
            "vectorBackend.vertexAi.enabled": "vertex-ai",
            "vectorBackend.databricks.enabled": "databricks",
            "vectorStore.qdrant.enabled": "qdrant",
            "vectorStore.pinecone.enabled": "pinecone",
            "vectorStore.vertexai.enabled": "vertex-ai",
            "vectorStore.databricks.enabled": "databricks",
            "qdrant.enabled": "qdrant",
            "weaviate.enabled": "weaviate",
            "mongodb.enabled": "mongodb",
            "mongodb.percona.enabled": "mongodb",
            "cache.dragonfly.enabled": "dragonfly",
            "cache.valkey.enabled": "valkey",
            "cache.external.enabled": "external",
            "redis.enabled": "external",
            "dragonfly.enabled": "dragonfly",
            "valkey.enabled": "valkey",
            "postgresql.enabled": "cloudnative-pg",
            "postgresql.cloudnativepg.enabled": "cloudnative-pg",
            "postgresql.cluster.enabled": "cloudnative-pg",
            "cnpg.enabled": "cloudnative-pg",
            "postgresql.external.enabled": "external",
            "externalPostgresql.enabled": "external",
            "secrets.externalSecrets.enabled": "external-secrets",
        }.items()
    },
}
"""Settings with words of their own, and the answers that these mean."""

MORE: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "aeterna.ingress.annotations": (
        {"cert-manager.io/cluster-issuer": "acme", "x.acme.test/y": "z"},
        {
            "ingress_tls": "cert-manager",
            "ingress_cluster_issuer": "acme",
            "ingress_annotations": {"x.acme.test/y": "z"},
        },
    ),
    "ingress.annotations": ({"x.acme.test/y": 7}, {"ingress_annotations": {"x.acme.test/y": "7"}}),
    "aeterna.nodeSelector": ({"pool": "a", "ready": True}, {"node_selector": {"pool": "a", "ready": "true"}}),
    "aeterna.tolerations": (
        [
            {"key": "a", "operator": "Exists"},
            {"key": "b", "value": "c", "effect": "NoSchedule"},
            {"key": "b", "operator": "Equal", "value": "d"},
        ],
        {"tolerations": {"a": "", "b": "c:NoSchedule d"}},
    ),
    "aeterna.ingress.hosts": ([{"host": "a.acme.test", "paths": [{"path": "/"}]}], {"ingress_host": "a.acme.test"}),
    "ingress.hosts": ([{"host": "b.acme.test"}], {"ingress_host": "b.acme.test"}),
    "aeterna.ingress.tls": ([{"secretName": "own"}], {"ingress_tls": "secret", "ingress_tls_secret": "own"}),
    "ingress.tls": ([{"secretName": "own"}], {"ingress_tls": "secret", "ingress_tls_secret": "own"}),
    **dict.fromkeys(
        (
            f"{place}.serviceAccountKey"
            for place in ("vectorBackend.vertexai", "vectorBackend.vertexAi", "vectorStore.vertexai")
        ),
        (
            "{}",
            {
                "vector_backend": "vertex-ai",
                "vertex_ai_credentials": "service-account",
                "vertex_ai_service_account": "{}\n",
            },
        ),
    ),
    "vectorStore.port": (8443, {"weaviate_port": 8443}),
    "vectorStore.host": ("q.acme.test", {"qdrant_host": "q.acme.test"}),
    "postgresql.backup.destinationPath": (
        "s3://b/p/q",
        {"backup_target": "s3", "backup_s3_bucket": "b", "backup_s3_path": "p/q"},
    ),
    "postgresql.cloudnativepg.backup.destinationPath": ("gs://b", {"backup_target": "gcs", "backup_gcs_bucket": "b"}),
    "postgresql.cluster.backup.destinationPath": (
        "azure://c/p",
        {"backup_target": "azure", "backup_azure_container": "c", "backup_azure_path": "p"},
    ),
    "cnpg.backup.destinationPath": ("s3://b", {"backup_target": "s3", "backup_s3_bucket": "b"}),
    "secrets.databaseUrl": (
        "postgres://acme:p%40ss%2Fw@db.acme.test:6543/shop?sslmode=verify-full",
        {
            "postgresql": "external",
            "postgresql_host": "db.acme.test",
            "postgresql_port": 6543,
            "postgresql_database": "shop",
            "postgresql_user": "acme",
            "postgresql_password": "p@ss/w",
            "postgresql_tls": "verify-full",
        },
    ),
    "opal.server.policyRepoUrl": (
        "https://git.acme.test/p.git",
        {"opal_policy_source": "git", "opal_policy_repo_url": "https://git.acme.test/p.git"},
    ),
    "sync.memoryLayers": (
        {"working": True, "session": False, "episodic": True},
        {"sync_layers": ("working", "episodic")},
    ),
}
"""Settings that say more than one answer, or hold more than a value."""


def rows() -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """Each setting with a value and the answers that it means."""
    for line in re.split(r"\n(?! )", ANSWERED.strip()):
        name, keys = line.split(": ")
        for key in keys.split():
            value, answer = OWN_WORDS.get(key) or _sample(name)
            yield key, value, {name: answer}
    yield from ((key, value, says) for key, (value, says) in MORE.items())


def _sample(name: str) -> tuple[Any, Any]:
    question = by_name().get(name)
    if question is None or question.secret:
        secret = {"mongodb_uri": "mongodb://acme"}.get(name, f"acme-{name}")
        return secret, secret
    if question.kind == "boolean":
        return True, True
    if question.options:
        return question.options[-1].value, question.options[-1].value
    if question.kind == "integer":
        number = (question.default or question.minimum or 1) + 1
        return number, number
    if name.endswith("_endpoint"):
        return f"https://{name[:6]}.acme.test", f"https://{name[:6]}.acme.test"
    text = DETAILS.get(name) or question.default or question.example or f"acme-{name.replace('_', '-')}"
    return text, text


def tree_with(key: str, value: Any, question: Question | None) -> dict[str, Any]:
    """A file with one setting, and with the choices on which the question depends."""
    tree: dict[str, Any] = (
        {"deploymentMode": "local"} if question is None or question.name != "mode" else {"aeterna": {"name": "a"}}
    )
    for name, wanted in reversed(list(_conditions(question))):
        if name in LEADING and not key.startswith((LEADING[name], "postgresql.bundled.")):
            put(tree, tuple(LEADING[name].split(".")), SPELLED.get(wanted, False if name == "postgresql" else wanted))
    if key == "vectorStore.port":
        put(tree, ("vectorStore", "host"), "w.acme.test")
    put(tree, tuple(key.split(".")), value)
    return tree


def _conditions(question: Question | None) -> Iterator[tuple[str, Any]]:
    for condition in question.when if question else ():
        for name, wanted in condition.alternatives[0].items():
            if isinstance(wanted, tuple) and name != "target":
                yield from _conditions(by_name()[name])
                yield name, wanted[0]
            elif wanted is Presence.GIVEN:
                yield from _conditions(by_name()[name])


@pytest.mark.parametrize(("key", "value", "says"), [pytest.param(*row, id=row[0]) for row in rows()])
def test_a_setting_of_the_project_becomes_the_answer_that_means_the_same(
    key: str, value: Any, says: Mapping[str, Any]
) -> None:
    imported = read_files({"values.yaml": yaml_text(tree_with(key, value, by_name().get(list(says)[-1])))})
    said = {**imported.values, **imported.secrets}
    assert {name: said.get(name) for name in says} == says, imported.left


def test_every_row_of_the_table_is_tried_or_has_a_reason() -> None:
    tried = {key for key, _, _ in rows()}
    assert {key for key, row in TABLE.items() if row.read is not None} == tried
    assert all(row.reason for key, row in TABLE.items() if key not in tried)


def words(tree: Any) -> Iterator[str]:
    """Every key and value of a tree as text."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield str(key)
            yield from words(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from words(item)
    elif tree is not None:
        yield str(tree)


def figures(imported: Imported, tree: Mapping[str, Any]) -> tuple[int, int, int, int, int]:
    """Settings that say something; those that became answers, were listed, were lost; texts that were invented."""
    settings = {path for path, value in leaves(tree).items() if value not in ("", None, [])}
    listed = {left.path for left in imported.left}
    left = {path for path in settings if any(dotted(path[:depth]) in listed for depth in range(1, len(path) + 1))}
    keys = ((".".join(path[:depth]) for depth in range(len(path), 0, -1)) for path in settings - left)
    rows = [next((TABLE[key] for key in names if key in TABLE), None) for names in keys]
    lost = sum(row is None or row.read is None for row in rows)
    there = "\n".join(words(tree))
    texts = [
        text
        for name, value in imported.values.items()
        if by_name()[name].kind in ("text", "document", "mapping")
        for text in words(value if isinstance(value, Mapping) else [value])
    ]
    # The parts of an address stand in it; so does a namespace or a schedule as a whole.
    invented = sum(text not in there for text in texts)
    return len(settings), len(settings) - len(left) - lost, len(left), lost, invented


FIGURES: Mapping[str, tuple[int, int, int, int, int]] = {
    "new-aws": (57, 43, 14, 0, 0),
    "new-chart": (229, 34, 195, 0, 0),
    "new-external-secrets": (31, 24, 7, 0, 0),
    "new-hybrid": (62, 40, 22, 0, 0),
    "new-large": (55, 27, 28, 0, 0),
    "new-overlay": (16, 13, 3, 0, 0),
    "new-remote": (25, 9, 16, 0, 0),
    "new-secrets": (16, 16, 0, 0, 0),
    "old-chart": (248, 52, 196, 0, 0),
    "old-external": (58, 39, 19, 0, 0),
    "old-hybrid": (65, 43, 22, 0, 0),
    "old-production": (77, 40, 37, 0, 0),
    "opal-chart": (53, 12, 41, 0, 0),
    "prerequisites": (94, 14, 80, 0, 0),
}
"""By file: settings in, of these mapped, listed and lost; texts invented."""


def test_the_figures_over_all_files_of_the_project() -> None:
    assert [sum(column) for column in zip(*FIGURES.values(), strict=True)] == [1086, 406, 680, 0, 0]


@pytest.mark.parametrize("name", [path.stem for path in sorted(FOLDER.glob("*.yaml"))])
def test_nothing_in_a_file_of_the_project_is_lost_and_nothing_invented(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    imported = read_files({"values.yaml": text})
    answers = imported.laid_into(Answers())
    answers.config()
    assert figures(imported, yaml.safe_load(text)) == FIGURES[name]
    assert [name for name in imported.values if answers.rejected(name)] == []
    assert {left.file for left in imported.left} <= {"values.yaml"}


COMPOSE = """
services:
  db: {image: "postgres:17", environment: {POSTGRES_USER: acme, POSTGRES_PASSWORD: canary-61, POSTGRES_DB: acme}}
  vectors: {image: "qdrant/qdrant:v1", ports: ["6333:6333"]}
  store: {image: "redis:7"}
  server:
    image: ghcr.io/kikokikok/aeterna:v0.8.0-rc.8
    environment:
      - AETERNA_DEPLOYMENT_MODE=hybrid
      - AETERNA_REMOTE_GOVERNANCE_URL=https://central.acme.test
      - PG_HOST=pg.acme.test
      - PG_PORT=${PORT:-6432}
      - PGPASSWORD=canary-62
      - RD_HOST=store
      - VECTOR_BACKEND=qdrant
      - QDRANT_URL=http://vectors:6334
      - AETERNA_LLM_PROVIDER=openai
      - AETERNA_OPENAI_BASE_URL=https://llm.acme.test/v1
      - AETERNA_FEATURE_CCA=false
      - AETERNA_RETENTION_AUDIT_DAYS=9
  opal-server: {image: "permitio/opal-server:1", profiles: [opal], environment: {OPAL_AUTH_MASTER_TOKEN: canary-63}}
"""


def test_a_compose_file_with_the_server_is_read_by_its_variables_and_images() -> None:
    imported = read_files({"compose.yaml": COMPOSE})
    assert imported.values == {
        "target": "docker-compose",
        "server_version": "v0.8.0-rc.8",
        "mode": "hybrid",
        "central_url": "https://central.acme.test",
        "postgresql": "external",
        "postgresql_host": "pg.acme.test",
        "postgresql_port": 6432,
        "vector_backend": "qdrant",
        "llm": "openai",
        "openai_base_url": "https://llm.acme.test/v1",
        "feature_cca": False,
    }
    assert imported.secrets == {"postgresql_password": "canary-62"}
    left = {item.path: item.reason for item in imported.left}
    assert left["services.server.environment.AETERNA_RETENTION_AUDIT_DAYS"] == "No question asks for it."
    assert left["services.opal-server"].startswith("It only runs with a profile")
    assert left["services.store.image"] == "In its place Dragonfly or Valkey can be installed."
    assert left["services.vectors"] == "What else is in it is about the container alone."
    assert "canary" not in repr(imported)


def test_a_profile_that_is_named_is_read() -> None:
    imported = read_files({"compose.yaml": COMPOSE, ".env": "COMPOSE_PROFILES=opal\n"})
    assert imported.values["opal"] is True
    assert imported.secrets["opal_master_token"] == "canary-63"


@pytest.mark.parametrize("variable", variables(set()))
def test_each_variable_is_read_or_says_why_not(variable: str) -> None:
    text = yaml_text({"services": {"s": {"image": "x/aeterna:v0.7.0", "environment": {variable: "acme"}}}})
    imported = read_files({"compose.yaml": text})
    said = {**imported.values, **imported.secrets}.keys() - {"target", "server_version"}
    # These two only say that something is switched on.
    assert said or imported.left or variable in ("AETERNA_SYNC_ENABLED", "OPAL_INLINE_CEDAR_ENABLED")


def test_values_of_both_charts_at_once_are_read_as_those_of_this_one() -> None:
    files = {"values.yaml": "mode: local\ncache: {type: valkey}\n", "theirs.yaml": "deploymentMode: hybrid\n"}
    imported = read_files(files)
    assert imported.values["mode"] == "local"
    assert [(left.file, left.path) for left in imported.left if left.file == "theirs.yaml"] == [("theirs.yaml", "")]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("secrets.masterToken", "a template"),
        ("secrets.clientToken", "argocd-vault-plugin"),
        ("secrets.databaseUrl", "vals"),
        ("postgresql.external.host", "bank-vaults"),
        ("central.apiKey", "vals"),
    ],
)
def test_a_reference_is_no_value_wherever_it_stands(key: str, kind: str) -> None:
    text = {
        "vals": "ref+vault://kv/aeterna#it",
        "argocd-vault-plugin": "<path:kv/data/aeterna#it>",
        "bank-vaults": "vault:secret/data/aeterna#it",
        "a template": "{{ .Values.it }}",
    }[kind]
    tree: dict[str, Any] = {"deploymentMode": "hybrid"}
    put(tree, tuple(key.split(".")), text)
    imported = read_files({"values.yaml": yaml_text(tree)})
    assert imported.secrets == {}
    assert text not in imported.values.values()
    assert {left.path: left.reason for left in imported.left} == {
        key: f"This is a reference ({kind}); give the value that it stands for."
    }
