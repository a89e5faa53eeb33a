"""Rules across keys: each with values that break it, and with a change that mends them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.chart import choices

Values = dict[str, Any]

# Rule: values that break it, the beginning of the sentence, and what mends it.
RULES: list[tuple[Values, str, Values]] = [
    ({"fullnameOverride": "1st"}, 'The name "1st" begins with a digit', {"fullnameOverride": "first"}),
    ({"mode": "hybrid"}, "Mode hybrid needs the address", choices.CENTRAL),
    (
        {**choices.MODES["hybrid"], "central": {"url": "https://c", "auth": {"method": "oauth2"}}},
        "OAuth2 needs central.auth.oauth2.clientId",
        {"central": {"auth": {"oauth2": {"clientId": "c", "tokenUrl": "https://t", "clientSecret": {"value": "s"}}}}},
    ),
    ({**choices.REMOTE, "valkey": {"enabled": True}}, "Mode remote runs no server", {"valkey": {"enabled": False}}),
    (
        {**choices.REMOTE, "ingress": {"enabled": True}},
        "Mode remote runs no server, so an Ingress",
        {"ingress": {"enabled": False}},
    ),
    (
        {"postgresql": {"type": "external", "external": {"password": {"value": "p"}}}, "cnpg": {"enabled": False}},
        "An external PostgreSQL needs its host",
        {"postgresql": {"external": {"host": "h"}}},
    ),
    (
        {**choices.DATABASES["external"], "cnpg": {"enabled": True}},
        "PostgreSQL is external, so nothing needs the operator",
        {"cnpg": {"enabled": False}},
    ),
    (
        choices.merged(choices.DATABASES["external"], {"postgresql": {"external": {"sslMode": "verify-full"}}}),
        "TLS mode verify-full needs the certificate",
        {"postgresql": {"external": {"rootCertificate": {"existingSecret": "ca"}}}},
    ),
    (
        choices.merged(choices.DATABASES["external"], {"postgresql": {"external": {"password": {"value": ""}}}}),
        "postgresql.external.password is missing",
        {"postgresql": {"external": {"password": {"existingSecret": "theirs"}}}},
    ),
    ({"backup": {"enabled": True}}, "Backups to S3 need a bucket", {"backup": {"s3": {"bucket": "b"}}}),
    (
        {"backup": {"enabled": True, "destination": "gcs"}},
        "Backups to Google Cloud Storage need a bucket",
        {"backup": {"gcs": {"bucket": "b"}}},
    ),
    (
        {"backup": {"enabled": True, "destination": "azure"}},
        "Backups to Azure need",
        {"backup": {"azure": {"storageAccount": "a", "container": "c"}}},
    ),
    (
        {"backup": {"enabled": True, "s3": {"bucket": "b", "accessKeyId": {"value": "k"}}}},
        "Of the two S3 keys only one",
        {"backup": {"s3": {"secretAccessKey": {"value": "s"}}}},
    ),
    (
        {"cache": {"type": "external"}, "dragonfly": {"enabled": False}},
        "An external cache needs its host",
        {"cache": {"external": {"host": "h"}}},
    ),
    (
        {**choices.CACHES["redis"], "dragonfly": {"enabled": True}},
        "The cache is external, so nothing needs Dragonfly's operator",
        {"dragonfly": {"enabled": False}},
    ),
    ({"valkey": {"enabled": True}}, "The cache is dragonfly, so nothing needs Valkey", {"valkey": {"enabled": False}}),
    (
        {**choices.CACHES["valkey"], "valkey": {"enabled": False}},
        "The cache is valkey, and Valkey is not installed",
        {"valkey": {"enabled": True}},
    ),
    (
        {**choices.MODES["hybrid"], "hybrid": {"cacheSizeMiB": 128}},
        "Dragonfly needs a local cache of at least 256 MiB",
        {"hybrid": {"cacheSizeMiB": 256}},
    ),
    (
        {**choices.MODES["hybrid"], **choices.CACHES["valkey"], "hybrid": {"cacheSizeMiB": 128}},
        "The local cache is 128 MiB, and Valkey is not told so",
        {"valkey": {"valkeyConfig": "maxmemory 128mb\n"}},
    ),
    ({"qdrant": {"enabled": False}}, "The vector store is qdrant, and neither", {"qdrant": {"enabled": True}}),
    (
        {"vector": {"backend": "pgvector"}},
        "Nothing uses the qdrant that would be installed",
        {"qdrant": {"enabled": False}},
    ),
    ({"mongodb": {"enabled": True}}, "Nothing uses the MongoDB operator", {"mongodb": {"enabled": False}}),
    (
        {"qdrant": {"enabled": False}, "vector": {"backend": "pgvector", "qdrant": {"snapshots": {"enabled": True}}}},
        "Snapshots are taken of the Qdrant that is installed here",
        {"vector": {"backend": "pgvector", "qdrant": {"snapshots": {"enabled": False}}}},
    ),
    (
        {"vector": {"qdrant": {"snapshots": {"enabled": True}}}},
        "Snapshots need a disk",
        {"qdrant": {"snapshotPersistence": {"enabled": True}}},
    ),
    (
        {**choices.VECTORS["pinecone"], "vector": {"backend": "pinecone", "pinecone": {"apiKey": {"value": "k"}}}},
        "Pinecone needs vector.pinecone.indexName",
        choices.VECTORS["pinecone"],
    ),
    (
        {"vector": {"backend": "vertex-ai"}, "qdrant": {"enabled": False}},
        "Vertex AI needs vector.vertexAi.project",
        choices.VECTORS["vertex-ai"],
    ),
    (
        {"vector": {"backend": "databricks", "databricks": {"token": {"value": "t"}}}, "qdrant": {"enabled": False}},
        "Databricks needs vector.databricks.workspaceUrl",
        choices.VECTORS["databricks"],
    ),
    ({"llm": {"provider": "google"}}, "Google needs llm.google.project", choices.LLMS["google"]),
    ({"llm": {"provider": "bedrock"}}, "Bedrock needs llm.bedrock.region", choices.LLMS["bedrock"]),
    ({"llm": {"provider": "openai"}}, "llm.openai.apiKey is missing", choices.LLMS["openai"]),
    (
        {**choices.MODES["hybrid"], "opal": {"enabled": False}},
        "Deciding offline needs OPAL",
        {"hybrid": {"offlineCedar": False}},
    ),
    (
        {"opal": {"policy": {"source": "git"}}},
        "Policies from git need opal.policy.git.url",
        {"opal": {"policy": {"git": {"url": "https://h/p.git"}}}},
    ),
    (
        {"opal": {"policy": {"policies": {"permit-all.cedar": None}}}},
        "Agents get ready only with a policy",
        {"opal": {"policy": {"policies": {"a.cedar": "permit(principal, action, resource);"}}}},
    ),
    (
        {"opal": {"fetcher": {"enabled": True, "tenant": "t"}}},
        "No image of the fetcher is published",
        {"opal": {"fetcher": {"image": {"repository": "r", "tag": "1"}}}},
    ),
    (
        {"opal": {"fetcher": {"enabled": True, "image": {"repository": "r", "tag": "1"}}}},
        "The fetcher answers for one tenant",
        {"opal": {"fetcher": {"tenant": "t"}}},
    ),
    (
        {"opal": {"auth": {"privateKey": {"value": ""}, "publicKey": {"value": "p"}}}},
        "The public key needs its private key",
        {"opal": {"auth": {"privateKey": {"value": "p"}}}},
    ),
    ({"ingress": {"enabled": True}}, "An Ingress needs a host name", {"ingress": {"host": "h"}}),
    (
        {"ingress": {"enabled": True, "host": "h", "tls": {"enabled": True}}},
        "TLS needs a certificate",
        {"ingress": {"tls": {"secretName": "s"}}},
    ),
    (
        {"ingress": {"tls": {"issuer": "a", "clusterIssuer": "b"}}},
        "A certificate comes from one issuer",
        {"ingress": {"tls": {"issuer": ""}}},
    ),
    (
        {"httpRoute": {"enabled": True}},
        "An HTTPRoute belongs to a Gateway",
        {"httpRoute": {"parentRefs": [{"name": "g"}]}},
    ),
    (
        {"hpa": {"enabled": True, "minReplicas": 9}},
        "The most replicas are fewer than the fewest",
        {"hpa": {"maxReplicas": 9}},
    ),
    (
        {"hpa": {"enabled": True, "targetCPUPercent": 0}},
        "An autoscaler needs something to go by",
        {"hpa": {"targetMemoryPercent": 80}},
    ),
    (
        {"hpa": {"enabled": True}, "vpa": {"enabled": True, "updateMode": "Recreate"}},
        "Two autoscalers would work against each other",
        {"vpa": {"updateMode": "Off"}},
    ),
    (
        {"pdb": {"enabled": True, "maxUnavailable": ""}},
        "A disruption budget needs a number",
        {"pdb": {"minAvailable": 0}},
    ),
    (
        {"pdb": {"enabled": True, "minAvailable": 0}},
        "A disruption budget takes one number",
        {"pdb": {"maxUnavailable": ""}},
    ),
    ({"kms": {"provider": "aws"}}, "AWS KMS needs the key's ARN", {"kms": {"awsKeyArn": "arn:aws:kms:x"}}),
    (
        {"kms": {"localKey": {"value": "c2hvcnQ="}}},
        "kms.localKey.value must be 32 bytes in base64",
        choices.KEY,
    ),
    (
        {"auth": {"backend": "cedar"}},
        "Cedar needs policies",
        {"auth": {"cedar": {"policies": "permit(principal, action, resource);"}}},
    ),
    ({"tracing": {"enabled": True}}, "Traces need a collector", {"tracing": {"endpoint": "http://c:4317"}}),
    (
        {"replicaCount": 2, "knowledge": {"persistence": {"enabled": True}}},
        "Several replicas share one volume only with ReadWriteMany",
        {"knowledge": {"persistence": {"accessModes": ["ReadWriteMany"]}}},
    ),
    (
        {"secrets": {"provider": "external-secrets", "externalSecrets": {"remoteKey": "a"}}},
        "External Secrets needs a store",
        {"secrets": {"externalSecrets": {"store": {"name": "s"}}}},
    ),
    (
        choices.merged(choices.VECTORS["mongodb"], {"vector": {"mongodb": {"password": {"value": "a@b"}}}}),
        "vector.mongodb.password.value stands in a URL",
        {"vector": {"mongodb": {"password": {"value": "ab"}}}},
    ),
]


@pytest.mark.parametrize(("values", "sentence", "cure"), RULES, ids=[rule[1] for rule in RULES])
def test_a_broken_rule_is_told_and_its_cure_works(
    values: Values, sentence: str, cure: Values, problems: Callable[[Values], tuple[str, ...]]
) -> None:
    broken = choices.merged(choices.KEY, values)
    assert [problem for problem in problems(broken) if problem.startswith(sentence)], problems(broken)
    assert problems(choices.merged(broken, cure)) == ()


def test_all_broken_rules_are_told_at_once(problems: Callable[[Values], tuple[str, ...]]) -> None:
    values = choices.merged(choices.KEY, {"llm": {"provider": "bedrock"}, "kms": {"provider": "aws"}, "mode": "hybrid"})
    assert len(problems(values)) == 3


def test_every_rule_of_the_templates_has_a_case() -> None:
    from aeterna_nb import chart

    text = (chart.chart_folder() / "templates" / "_validate.tpl").read_text()
    assert text.count("$p = append $p") == len(RULES) - 1, "remote has its rule for subcharts once, and two cases"
