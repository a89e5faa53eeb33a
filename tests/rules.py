"""The rules across keys and answers: for each, what breaks it and what mends it, in the chart and in the workbench.

Both sides are tested from this one table: `tests/chart/test_validation.py` and `tests/config/test_rules.py`. A rule of
one side that the other one lacks says why, and the reason is tested.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.chart import choices
from tests.samples import DETAILS, HYBRID, LOCAL, OPENCODE_ONLY, REMOTE

Values = dict[str, Any]
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Fails:
    """The chart fails with a sentence that begins so, and renders once `cure` is laid over the values."""

    sentence: str
    broken: Values
    cure: Values


@dataclass(frozen=True)
class NoKey:
    """The chart has no such section, so its values cannot say it."""

    section: str


@dataclass(frozen=True)
class Told:
    """The workbench tells it at this question, and takes the answers once `cure` is laid over them."""

    question: str
    broken: Given
    cure: Given


@dataclass(frozen=True)
class Follows:
    """No answers break it, since these values follow from a choice: not even those that come closest."""

    answers: tuple[Given, ...]


@dataclass(frozen=True)
class Unbuildable(Follows):
    """No answers break it, and a configuration built by hand, with `tree` laid over `start`, is refused."""

    question: str
    start: Given
    tree: Values


@dataclass(frozen=True)
class NeverWritten:
    """No question writes these values, by their dotted paths."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One rule on both sides."""

    chart: Fails | NoKey
    workbench: Told | Follows | NeverWritten

    @property
    def name(self) -> str:
        """What to call it in a test."""
        return self.chart.sentence if isinstance(self.chart, Fails) else f"no section {self.chart.section}"


def options(base: Given, name: str, *values: Any) -> Follows:
    """The rule follows from the question `name`: its options, with every detail that they need."""
    return Follows(tuple({**DETAILS, **base, name: value} for value in values))


GIT_OVER_SSH = {**LOCAL, "opal_policy_source": "git", "opal_policy_repo_url": "git@git.example.com:policies.git"}
BACKUP: Given = {**LOCAL, "backup": True}
S3 = {**BACKUP, "backup_target": "s3", "backup_s3_bucket": "backups"}
S3_ELSEWHERE = {**S3, "secret_provider": "existing"}
MONGODB = {**LOCAL, "vector_backend": "mongodb"}
DATABASE = {**LOCAL, "postgresql": "external", "postgresql_host": "db.example.com", "postgresql_password": "p"}
OAUTH2 = {
    **HYBRID,
    "central_auth": "oauth2",
    "central_client_id": "c",
    "central_token_url": "https://login.example.com/token",
    "central_client_secret": "s",
}
GIT = {"opal": {"policy": {"source": "git", "git": {"url": "git@git.example.com:policies.git"}}}}
VERIFIED = choices.merged(choices.DATABASES["external"], {"postgresql": {"external": {"sslMode": "verify-full"}}})


def without(answers: Given, name: str) -> Given:
    """The answers without one of them."""
    return {key: value for key, value in answers.items() if key != name}


RULES: tuple[Rule, ...] = (
    # Names and modes.
    Rule(
        Fails('The name "1st" begins with a digit', {"fullnameOverride": "1st"}, {"fullnameOverride": "first"}),
        Told("release_name", {**LOCAL, "release_name": "1st"}, {"release_name": "first"}),
    ),
    Rule(
        Fails("Mode hybrid needs the address", {"mode": "hybrid"}, choices.CENTRAL),
        Told("central_url", without(HYBRID, "central_url"), {"central_url": "https://central.example.com"}),
    ),
    Rule(
        Fails(
            "OAuth2 needs central.auth.oauth2.clientId",
            {**choices.MODES["hybrid"], "central": {"url": "https://c", "auth": {"method": "oauth2"}}},
            {
                "central": {
                    "auth": {"oauth2": {"clientId": "c", "tokenUrl": "https://t", "clientSecret": {"value": "s"}}}
                }
            },
        ),
        Told("central_client_id", without(OAUTH2, "central_client_id"), OAUTH2),
    ),
    Rule(
        Fails(
            "central.auth.oauth2.clientSecret is missing",
            {
                **choices.MODES["hybrid"],
                "central": {
                    "url": "https://c",
                    "auth": {"method": "oauth2", "oauth2": {"clientId": "c", "tokenUrl": "https://t"}},
                },
            },
            {"central": {"auth": {"oauth2": {"clientSecret": {"existingSecret": "theirs"}}}}},
        ),
        Told("central_client_secret", without(OAUTH2, "central_client_secret"), OAUTH2),
    ),
    Rule(
        Fails(
            "Mode remote runs no server, so nothing needs the subchart valkey",
            {**choices.REMOTE, "valkey": {"enabled": True}},
            {"valkey": {"enabled": False}},
        ),
        options({**REMOTE, "vector_backend": "qdrant"}, "cache", "dragonfly", "valkey"),
    ),
    Rule(
        Fails(
            "Mode remote runs no server, so an Ingress leads nowhere",
            {**choices.REMOTE, "ingress": {"enabled": True}},
            {"ingress": {"enabled": False}},
        ),
        options(REMOTE, "ingress", True),
    ),
    # PostgreSQL and its backups.
    Rule(
        Fails(
            "An external PostgreSQL needs its host",
            {"postgresql": {"type": "external", "external": {"password": {"value": "p"}}}, "cnpg": {"enabled": False}},
            {"postgresql": {"external": {"host": "h"}}},
        ),
        Told("postgresql_host", without(DATABASE, "postgresql_host"), DATABASE),
    ),
    Rule(
        Fails(
            "PostgreSQL is external, so nothing needs the operator",
            {**choices.DATABASES["external"], "cnpg": {"enabled": True}},
            {"cnpg": {"enabled": False}},
        ),
        options(LOCAL, "postgresql", "external", "cloudnative-pg"),
    ),
    Rule(
        Fails(
            "TLS mode verify-full needs the certificate",
            VERIFIED,
            {"postgresql": {"external": {"rootCertificate": {"existingSecret": "ca"}}}},
        ),
        Told(
            "postgresql_root_certificate",
            {**DATABASE, "postgresql_tls": "verify-full"},
            {"postgresql_root_certificate": "-----BEGIN CERTIFICATE-----\n"},
        ),
    ),
    Rule(
        Fails(
            "postgresql.external.password is missing",
            choices.merged(choices.DATABASES["external"], {"postgresql": {"external": {"password": {"value": ""}}}}),
            {"postgresql": {"external": {"password": {"existingSecret": "theirs"}}}},
        ),
        Told("postgresql_password", without(DATABASE, "postgresql_password"), DATABASE),
    ),
    Rule(
        Fails("Backups to S3 need a bucket", {"backup": {"enabled": True}}, {"backup": {"s3": {"bucket": "b"}}}),
        Told("backup_s3_bucket", without(S3, "backup_s3_bucket"), S3),
    ),
    Rule(
        Fails(
            "Backups to Google Cloud Storage need a bucket",
            {"backup": {"enabled": True, "destination": "gcs"}},
            {"backup": {"gcs": {"bucket": "b"}}},
        ),
        Told("backup_gcs_bucket", {**BACKUP, "backup_target": "gcs"}, {"backup_gcs_bucket": "b"}),
    ),
    Rule(
        Fails(
            "Backups to Azure need backup.azure.storageAccount",
            {"backup": {"enabled": True, "destination": "azure"}},
            {"backup": {"azure": {"storageAccount": "a", "container": "c"}}},
        ),
        Told("backup_azure_account", {**BACKUP, "backup_target": "azure"}, {"backup_azure_account": "a"}),
    ),
    Rule(
        Fails(
            "Of the two S3 keys only one",
            {"backup": {"enabled": True, "s3": {"bucket": "b", "accessKeyId": {"value": "k"}}}},
            {"backup": {"s3": {"secretAccessKey": {"value": "s"}}}},
        ),
        Told(
            "backup_s3_secret_access_key",
            {**S3, "backup_s3_access_key_id": "AKIA"},
            {"backup_s3_secret_access_key": "word"},
        ),
    ),
    Rule(
        Fails(
            "Of the two S3 keys only one",
            {"backup": {"enabled": True, "s3": {"bucket": "b", "secretAccessKey": {"existingSecret": "theirs"}}}},
            {"backup": {"s3": {"accessKeyId": {"existingSecret": "theirs"}}}},
        ),
        Told(
            "backup_s3_secret_access_key",
            {**S3_ELSEWHERE, "existing_secret_keys": ("backup-s3-access-key-id",)},
            {"existing_secret_keys": ("backup-s3-access-key-id", "backup-s3-secret-access-key")},
        ),
    ),
    # The cache.
    Rule(
        Fails(
            "An external cache needs its host",
            {"cache": {"type": "external"}, "dragonfly": {"enabled": False}},
            {"cache": {"external": {"host": "h"}}},
        ),
        Told("redis_host", {**LOCAL, "cache": "external"}, {"redis_host": "redis.example.com"}),
    ),
    Rule(
        Fails(
            "The cache is external, so nothing needs Dragonfly's operator",
            {**choices.CACHES["redis"], "dragonfly": {"enabled": True}},
            {"dragonfly": {"enabled": False}},
        ),
        options(LOCAL, "cache", "external", "valkey", "dragonfly"),
    ),
    Rule(
        Fails(
            "The cache is dragonfly, so nothing needs Valkey",
            {"valkey": {"enabled": True}},
            {"valkey": {"enabled": False}},
        ),
        options(LOCAL, "cache", "dragonfly", "external"),
    ),
    Rule(
        Fails(
            "The cache is valkey, and Valkey is not installed",
            {**choices.CACHES["valkey"], "valkey": {"enabled": False}},
            {"valkey": {"enabled": True}},
        ),
        options(LOCAL, "cache", "valkey"),
    ),
    Rule(
        Fails(
            "Dragonfly needs a local cache of at least 256 MiB",
            {**choices.MODES["hybrid"], "hybrid": {"cacheSizeMiB": 255}},
            {"hybrid": {"cacheSizeMiB": 256}},
        ),
        Told("local_cache_size", {**HYBRID, "local_cache_size": 255}, {"local_cache_size": 256}),
    ),
    Rule(
        Fails(
            "The local cache is 128 MiB, and Valkey is not told so",
            {**choices.MODES["hybrid"], **choices.CACHES["valkey"], "hybrid": {"cacheSizeMiB": 128}},
            {"valkey": {"valkeyConfig": "maxmemory 128mb\n"}},
        ),
        options({**HYBRID, "cache": "valkey"}, "local_cache_size", 64, 128, 512),
    ),
    # The vector store.
    Rule(
        Fails(
            "The vector store is qdrant, and neither its host nor the subchart is given",
            {"qdrant": {"enabled": False}},
            {"qdrant": {"enabled": True}},
        ),
        options(LOCAL, "qdrant_host", None, "qdrant.example.com"),
    ),
    Rule(
        Fails(
            "Nothing uses the qdrant that would be installed",
            {"vector": {"backend": "pgvector"}},
            {"qdrant": {"enabled": False}},
        ),
        options(LOCAL, "vector_backend", "pgvector", "pinecone", "weaviate", "mongodb", "vertex-ai", "databricks"),
    ),
    Rule(
        Fails(
            "Nothing uses the MongoDB operator",
            choices.merged(choices.VECTORS["mongodb-external"], {"mongodb": {"enabled": True}}),
            {"mongodb": {"enabled": False}},
        ),
        Told(
            "mongodb_external",
            {**MONGODB, "mongodb_external": False, "mongodb_uri": "mongodb+srv://u:w@example.com"},
            {"mongodb_external": True},
        ),
    ),
    Rule(
        Fails(
            "vector.mongodb.uri is missing",
            {"vector": {"backend": "mongodb", "mongodb": {"uri": {"key": "uri"}}}, "qdrant": {"enabled": False}},
            {"vector": {"mongodb": {"uri": {"existingSecret": "theirs"}}}},
        ),
        Told(
            "mongodb_uri",
            {**MONGODB, "mongodb_external": True},
            {"mongodb_uri": "mongodb+srv://u:w@example.com"},
        ),
    ),
    Rule(
        Fails(
            "vector.mongodb.password.value stands in a URL",
            choices.merged(choices.VECTORS["mongodb"], {"vector": {"mongodb": {"password": {"value": "a@b"}}}}),
            {"vector": {"mongodb": {"password": {"value": "ab"}}}},
        ),
        Follows((MONGODB,)),
    ),
    Rule(
        Fails(
            "Snapshots are taken of the Qdrant that is installed here",
            {
                "qdrant": {"enabled": False},
                "vector": {"backend": "pgvector", "qdrant": {"snapshots": {"enabled": True}}},
            },
            {"vector": {"backend": "pgvector", "qdrant": {"snapshots": {"enabled": False}}}},
        ),
        options({**LOCAL, "qdrant_snapshots": True}, "qdrant_host", "qdrant.example.com", None),
    ),
    Rule(
        Fails(
            "Snapshots need a disk",
            {"vector": {"qdrant": {"snapshots": {"enabled": True}}}},
            {"qdrant": {"snapshotPersistence": {"enabled": True}}},
        ),
        options(LOCAL, "qdrant_snapshots", True),
    ),
    Rule(
        Fails(
            "Pinecone needs vector.pinecone.indexName",
            {**choices.VECTORS["pinecone"], "vector": {"backend": "pinecone", "pinecone": {"apiKey": {"value": "k"}}}},
            choices.VECTORS["pinecone"],
        ),
        Told(
            "pinecone_index_name",
            {**LOCAL, "vector_backend": "pinecone", "pinecone_environment": "e", "pinecone_api_key": "k"},
            {"pinecone_index_name": "i"},
        ),
    ),
    Rule(
        Fails(
            "vector.pinecone.apiKey is missing",
            choices.merged(choices.VECTORS["pinecone"], {"vector": {"pinecone": {"apiKey": {"value": ""}}}}),
            choices.VECTORS["pinecone"],
        ),
        Told(
            "pinecone_api_key",
            {**LOCAL, "vector_backend": "pinecone", "pinecone_environment": "e", "pinecone_index_name": "i"},
            {"pinecone_api_key": "k"},
        ),
    ),
    Rule(
        Fails(
            "Vertex AI needs vector.vertexAi.project",
            {"vector": {"backend": "vertex-ai"}, "qdrant": {"enabled": False}},
            choices.VECTORS["vertex-ai"],
        ),
        Told("vertex_ai_project", {**LOCAL, "vector_backend": "vertex-ai"}, {"vertex_ai_project": "p"}),
    ),
    Rule(
        Fails(
            "Databricks needs vector.databricks.workspaceUrl",
            {
                "vector": {"backend": "databricks", "databricks": {"token": {"value": "t"}}},
                "qdrant": {"enabled": False},
            },
            choices.VECTORS["databricks"],
        ),
        Told(
            "databricks_workspace_url",
            {**LOCAL, "vector_backend": "databricks", "databricks_token": "t"},
            {"databricks_workspace_url": "https://dbc.example.com"},
        ),
    ),
    # The language model.
    Rule(
        Fails("Google needs llm.google.project", {"llm": {"provider": "google"}}, choices.LLMS["google"]),
        Told("google_project", {**LOCAL, "llm": "google", "google_location": "l"}, {"google_project": "p"}),
    ),
    Rule(
        Fails("Bedrock needs llm.bedrock.region", {"llm": {"provider": "bedrock"}}, choices.LLMS["bedrock"]),
        Told("bedrock_region", {**LOCAL, "llm": "bedrock"}, {"bedrock_region": "eu-central-1"}),
    ),
    Rule(
        Fails("llm.openai.apiKey is missing", {"llm": {"provider": "openai"}}, choices.LLMS["openai"]),
        Told("openai_api_key", {**LOCAL, "llm": "openai"}, {"openai_api_key": "sk-1"}),
    ),
    # Authorization.
    Rule(
        Fails(
            "Deciding offline needs OPAL",
            {**choices.MODES["hybrid"], "opal": {"enabled": False}},
            {"hybrid": {"offlineCedar": False}},
        ),
        Unbuildable(
            answers=options({**HYBRID, "offline_cedar": True}, "opal", False, True).answers,
            question="offline_cedar",
            start=HYBRID,
            tree={"authorization": {"enabled": False}},
        ),
    ),
    Rule(
        Fails(
            "Agents get ready only with a policy",
            {"opal": {"policy": {"policies": {"permit-all.cedar": None}}}},
            {"opal": {"policy": {"policies": {"a.cedar": "permit(principal, action, resource);"}}}},
        ),
        NeverWritten(("opal.policy.policies",)),
    ),
    Rule(
        Fails(
            "Policies from git need opal.policy.git.url",
            {"opal": {"policy": {"source": "git"}}},
            {"opal": {"policy": {"git": {"url": "https://h/p.git"}}}},
        ),
        Told(
            "opal_policy_repo_url",
            {**LOCAL, "opal_policy_source": "git"},
            {"opal_policy_repo_url": "https://git.example.com/policies.git"},
        ),
    ),
    Rule(
        Fails(
            "A policy repository with an SSH address needs an SSH key",
            GIT,
            {"opal": {"policy": {"git": {"sshKey": {"existingSecret": "theirs"}}}}},
        ),
        Told("opal_policy_ssh_key", GIT_OVER_SSH, {"opal_policy_ssh_key": "-----BEGIN"}),
    ),
    Rule(
        Fails(
            "A policy repository with an SSH address needs an SSH key",
            choices.merged(GIT, {"opal": {"policy": {"git": {"url": "ssh://git@git.example.com/policies.git"}}}}),
            {"opal": {"policy": {"git": {"url": "https://git.example.com/policies.git"}}}},
        ),
        Told(
            "opal_policy_ssh_key",
            {**GIT_OVER_SSH, "opal_policy_repo_url": "ssh://git@git.example.com/policies.git"},
            {"opal_policy_repo_url": "git://git.example.com/policies.git"},
        ),
    ),
    Rule(
        Fails(
            "A policy repository with an SSH address needs an SSH key",
            choices.merged(GIT, {"secrets": {"provider": "existing", "existingSecret": "theirs"}}),
            {"opal": {"policy": {"git": {"sshKey": {"key": "opal-policy-ssh-key"}}}}},
        ),
        Told(
            "opal_policy_ssh_key",
            {**GIT_OVER_SSH, "secret_provider": "existing"},
            {"existing_secret_keys": ("opal-policy-ssh-key",)},
        ),
    ),
    Rule(
        Fails(
            "No image of the fetcher is published",
            {"opal": {"fetcher": {"enabled": True, "tenant": "t"}}},
            {"opal": {"fetcher": {"image": {"repository": "r", "tag": "1"}}}},
        ),
        Told(
            "opal_fetcher_image",
            {**LOCAL, "opal_data_source": "fetcher", "opal_fetcher_tenant": "t"},
            {"opal_fetcher_image": "registry.example.com/opal-fetcher:1.0"},
        ),
    ),
    Rule(
        Fails(
            "The fetcher answers for one tenant",
            {"opal": {"fetcher": {"enabled": True, "image": {"repository": "r", "tag": "1"}}}},
            {"opal": {"fetcher": {"tenant": "t"}}},
        ),
        Told(
            "opal_fetcher_tenant",
            {**LOCAL, "opal_data_source": "fetcher", "opal_fetcher_image": "registry.example.com/opal-fetcher:1.0"},
            {"opal_fetcher_tenant": "t"},
        ),
    ),
    Rule(
        Fails(
            "The public key needs its private key",
            {"opal": {"auth": {"privateKey": {"value": ""}, "publicKey": {"value": "p"}}}},
            {"opal": {"auth": {"privateKey": {"value": "p"}}}},
        ),
        options(LOCAL, "opal", True, False),
    ),
    # Reach.
    Rule(
        Fails("An Ingress needs a host name", {"ingress": {"enabled": True}}, {"ingress": {"host": "h"}}),
        Told("ingress_host", {**LOCAL, "ingress": True}, {"ingress_host": "aeterna.example.com"}),
    ),
    Rule(
        Fails(
            "The Ingress has the host name of the central server",
            {**choices.MODES["hybrid"], "ingress": {"enabled": True, "host": "Central.example.com"}},
            {"ingress": {"host": "aeterna.example.com"}},
        ),
        Told(
            "ingress_host",
            {**HYBRID, "ingress": True, "ingress_host": "central.example.com"},
            {"ingress_host": "aeterna.example.com"},
        ),
    ),
    Rule(
        Fails(
            "TLS needs a certificate",
            {"ingress": {"enabled": True, "host": "h", "tls": {"enabled": True}}},
            {"ingress": {"tls": {"secretName": "s"}}},
        ),
        options({**LOCAL, "ingress": True}, "ingress_tls", "none", "cert-manager", "secret"),
    ),
    Rule(
        Fails(
            "A certificate comes from one issuer",
            {"ingress": {"tls": {"issuer": "a", "clusterIssuer": "b"}}},
            {"ingress": {"tls": {"issuer": ""}}},
        ),
        NeverWritten(("ingress.tls.issuer",)),
    ),
    Rule(
        Fails(
            "An HTTPRoute belongs to a Gateway",
            {"httpRoute": {"enabled": True}},
            {"httpRoute": {"parentRefs": [{"name": "g"}]}},
        ),
        NeverWritten(("httpRoute.enabled",)),
    ),
    # Scaling.
    Rule(
        Fails(
            "The most replicas are fewer than the fewest",
            {"hpa": {"enabled": True, "minReplicas": 9, "maxReplicas": 8}},
            {"hpa": {"maxReplicas": 9}},
        ),
        Told(
            "hpa_max_replicas",
            {**LOCAL, "hpa": True, "hpa_min_replicas": 9, "hpa_max_replicas": 8},
            {"hpa_max_replicas": 9},
        ),
    ),
    Rule(
        Fails(
            "An autoscaler needs something to go by",
            {"hpa": {"enabled": True, "targetCPUPercent": 0}},
            {"hpa": {"targetMemoryPercent": 80}},
        ),
        Told("hpa_target_cpu", {**LOCAL, "hpa": True, "hpa_target_cpu": 0}, {"hpa_target_cpu": 1}),
    ),
    Rule(
        Fails(
            "Two autoscalers would work against each other",
            {"hpa": {"enabled": True}, "vpa": {"enabled": True, "updateMode": "Recreate"}},
            {"vpa": {"updateMode": "Off"}},
        ),
        NeverWritten(("vpa.updateMode",)),
    ),
    Rule(
        Fails(
            "A disruption budget needs a number",
            {"pdb": {"enabled": True, "maxUnavailable": ""}},
            {"pdb": {"minAvailable": 0}},
        ),
        options(LOCAL, "pdb", True),
    ),
    Rule(
        Fails(
            "A disruption budget takes one number",
            {"pdb": {"enabled": True, "minAvailable": 0}},
            {"pdb": {"maxUnavailable": ""}},
        ),
        options({**LOCAL, "pdb": True}, "pdb_min_available", 1, 3),
    ),
    Rule(
        Fails(
            "resources.limits.memory is less than the request",
            {"resources": {"requests": {"memory": "1.5Gi"}, "limits": {"memory": "1400M"}}},
            {"resources": {"limits": {"memory": "1536Mi"}}},
        ),
        options(LOCAL, "size", "small", "medium", "large"),
    ),
    Rule(
        Fails(
            "qdrant.resources.limits.cpu is less than the request",
            {"qdrant": {"resources": {"requests": {"cpu": "1500m"}, "limits": {"cpu": 1}}}},
            {"qdrant": {"resources": {"limits": {"cpu": "1.5"}}}},
        ),
        options({**LOCAL, "size": "large"}, "vector_backend", "qdrant", "weaviate", "mongodb"),
    ),
    # Keys, policies, traces, volumes.
    Rule(
        Fails("AWS KMS needs the key's ARN", {"kms": {"provider": "aws"}}, {"kms": {"awsKeyArn": "arn:aws:kms:x"}}),
        Told("kms_key_arn", {**LOCAL, "kms": "aws"}, {"kms_key_arn": "arn:aws:kms:eu-central-1:111122223333:key/1"}),
    ),
    Rule(
        Fails(
            "kms.localKey.value must be 32 bytes in base64", {"kms": {"localKey": {"value": "c2hvcnQ="}}}, choices.KEY
        ),
        Told(
            "kms_key",
            {**LOCAL, "kms_key": "c2hvcnQ="},
            {"kms_key": choices.KEY["kms"]["localKey"]["value"]},
        ),
    ),
    Rule(
        Fails(
            "The chart sets OTEL_SERVICE_NAME by other values",
            {
                "extra": {"variables": {"OTEL_SERVICE_NAME": "a", "AETERNA_OTHER": "1"}},
                "tracing": {"enabled": True, "endpoint": "http://collector:4317"},
            },
            {"tracing": {"enabled": False}},
        ),
        Follows((LOCAL, HYBRID)),
    ),
    Rule(
        Fails(
            "Cedar needs policies",
            {"auth": {"backend": "cedar"}},
            {"auth": {"cedar": {"policies": "permit(principal, action, resource);"}}},
        ),
        NeverWritten(("auth.backend",)),
    ),
    Rule(
        Fails(
            "Traces need a collector",
            {"tracing": {"enabled": True}},
            {"tracing": {"endpoint": "http://c:4317"}},
        ),
        options(LOCAL, "tracing", True),
    ),
    Rule(
        Fails(
            "Several replicas share one volume only with ReadWriteMany",
            {"replicaCount": 2, "knowledge": {"persistence": {"enabled": True}}},
            {"knowledge": {"persistence": {"accessModes": ["ReadWriteMany"]}}},
        ),
        NeverWritten(("knowledge.persistence.enabled",)),
    ),
    Rule(
        Fails(
            "External Secrets needs a store",
            {"secrets": {"provider": "external-secrets", "externalSecrets": {"remoteKey": "a"}}},
            {"secrets": {"externalSecrets": {"store": {"name": "s"}}}},
        ),
        options(LOCAL, "secret_provider", "external-secrets"),
    ),
    # What the chart knows nothing of.
    Rule(
        NoKey("opencode"),
        Told("opencode", {**OPENCODE_ONLY, "opencode": False}, {"opencode": True}),
    ),
)
