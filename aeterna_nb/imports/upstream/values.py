"""The values of the server project's own charts, old and new, and what each becomes.

Of the chart `aeterna` both forms are here, with subcharts (0.1) and without (0.8), and what the project's wizard and
its smaller charts call the same things. A row counts for all that lies below it; of several the longest.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.imports.lists import TOLERATIONS
from aeterna_nb.imports.upstream.readings import (
    first_host,
    ingress_annotations,
    layers,
    more_than_one,
    of_list,
    policies,
    seconds,
    tls_secret,
)
from aeterna_nb.imports.upstream.rows import Row, Translated, ask_for, below, choose, no, to, translated, words
from aeterna_nb.imports.upstream.stores import ALWAYS, FETCHER, OWN_SECRET, SIZE, STORES
from aeterna_nb.reading.leaves import KeyPath, Leaves

INGRESS = {
    "enabled": to("ingress"),
    "className": to("ingress_class"),
    "annotations": Row(ingress_annotations),
    "hosts": Row(first_host, rest=more_than_one),
    "tls": Row(tls_secret, weak=True, rest=more_than_one),
}
LOGGING = {"level": to("log_level"), "format": to("log_format", read=words(pretty="text"))}
TRACING = {
    "enabled": to("tracing"),
    "endpoint": to("tracing_endpoint"),
    "samplingRate": no(),
    "samplingRatio": no(),
}
PDB = {"enabled": to("pdb"), "minAvailable": to("pdb_min_available")}
VPA = {
    "enabled": to("vpa"),
    "updateMode": no(Sentence("It only recommends.")),
    "minAllowed": no(Sentence("It only recommends.")),
    "maxAllowed": no(Sentence("It only recommends.")),
}
SERVICE_MONITOR = {
    "enabled": to("service_monitor"),
    "interval": to("service_monitor_interval", read=seconds),
    "scrapeTimeout": no(),
    "labels": no(),
    "metricRelabelings": no(),
    "relabelings": no(),
}
CENTRAL = {
    "url": to("central_url"),
    "auth": to("central_auth", read=words(apikey="api-key", serviceaccount="service-account")),
    "apiKey": to("central_api_key"),
    "existingSecret": OWN_SECRET,
    "secretKey": OWN_SECRET,
}
IMAGE = {"repository": no(), "registry": no(), "tag": no(), "pullPolicy": no()}
OPAL_PART = {"replicaCount": no(), "httpPort": no(), "resources": SIZE, "logLevel": no(), **below("image", IMAGE)}
BROADCAST = no(Sentence("The channel between OPAL's servers follows from the rest."))

TABLE: dict[str, Row] = {
    "deploymentMode": to("mode"),
    **below("central", CENTRAL),
    "namespace": to("namespace"),
    # The server.
    "aeterna.mode": to("mode", weak=True),
    **below("aeterna.central", CENTRAL),
    "aeterna.hybrid.localCacheSizeMb": to("local_cache_size"),
    "aeterna.hybrid.offlineCedar": to("offline_cedar"),
    "aeterna.hybrid.syncIntervalSecs": to("sync_interval"),
    "aeterna.enabled": ask_for('It follows from "{question}".', "mode"),
    "aeterna.replicaCount": to("replicas"),
    "aeterna.replicas": to("replicas"),
    "aeterna.image.repository": no(),
    "aeterna.image.tag": to("server_version"),
    "aeterna.image.pullPolicy": no(),
    **dict.fromkeys(
        (
            "aeterna.imagePullSecrets",
            "aeterna.nameOverride",
            "aeterna.fullnameOverride",
            "aeterna.name",
            "aeterna.serviceAccount.create",
            "aeterna.serviceAccount.automount",
            "aeterna.serviceAccount.name",
            "aeterna.podAnnotations",
            "aeterna.podLabels",
            "aeterna.podSecurityContext",
            "aeterna.securityContext",
            "aeterna.service",
            "aeterna.livenessProbe",
            "aeterna.readinessProbe",
            "aeterna.startupProbe",
            "aeterna.autoscaling.targetMemoryUtilizationPercentage",
            "aeterna.affinity",
            "aeterna.topologySpreadConstraints",
            "aeterna.metrics.scrapeTimeout",
            "aeterna.features.reflective",
            "aeterna.features.eventSourcingEnabled",
        ),
        no(),
    ),
    "aeterna.serviceAccount.annotations": to("service_account_annotations"),
    "aeterna.nodeSelector": to("node_selector"),
    "aeterna.tolerations": of_list(TOLERATIONS),
    **below("aeterna.ingress", INGRESS),
    **below("ingress", INGRESS),
    "aeterna.resources": SIZE,
    "aeterna.autoscaling.enabled": to("hpa"),
    "aeterna.autoscaling.minReplicas": to("hpa_min_replicas"),
    "aeterna.autoscaling.maxReplicas": to("hpa_max_replicas"),
    "aeterna.autoscaling.targetCPUUtilizationPercentage": to("hpa_target_cpu"),
    **below("aeterna.autoscaling.vpa", VPA),
    **below("aeterna.pdb", PDB),
    **below("podDisruptionBudget", PDB),
    **below("verticalPodAutoscaler", VPA),
    "aeterna.metrics.enabled": ALWAYS,
    "aeterna.metrics.port": ALWAYS,
    "aeterna.metrics.path": ALWAYS,
    "aeterna.metrics.scrapeInterval": to("service_monitor_interval", read=seconds, weak=True),
    **below("observability.tracing", TRACING),
    **below("aeterna.otel", TRACING),
    **below("observability.logging", LOGGING),
    **below("aeterna.logging", LOGGING),
    **below("observability.serviceMonitor", SERVICE_MONITOR),
    **below("serviceMonitor", SERVICE_MONITOR),
    "aeterna.features.cca": to("feature_cca"),
    "aeterna.features.radkit": to("feature_radkit"),
    "aeterna.features.rlm": to("feature_rlm"),
    **STORES,
    # OPAL.
    "opal.enabled": to("opal"),
    **below("opal.server", OPAL_PART),
    "opal.server.replicaCount": to("opal_replicas"),
    "opal.server.masterToken": to("opal_master_token"),
    "opal.server.broadcastPort": no(),
    "opal.server.redis": BROADCAST,
    "opal.server.policyRepoUrl": Row(policies),
    "opal.server.policyRepo": OWN_SECRET,
    "opal.server.affinity": no(),
    **below("opal.cedarAgent", OPAL_PART),
    "opal.cedarAgent.enabled": to("opal", weak=True),
    "opal.cedarAgent.oidcPort": no(),
    **below("opal.fetcher", OPAL_PART),
    "opal.fetcher.enabled": FETCHER,
    "opal.cedar": no(),
    **below("opalServer", OPAL_PART),
    "opalServer.enabled": to("opal"),
    "opalServer.replicaCount": to("opal_replicas"),
    "opalServer.redis": BROADCAST,
    "opalServer.statisticsEnabled": no(),
    "opalServer.podAntiAffinity": no(),
    "opalServer.pdb": no(),
    **below("cedarAgent", OPAL_PART),
    "cedarAgent.enabled": to("opal", weak=True),
    "cedarAgent.tolerations": no(),
    **below("opalFetcher", OPAL_PART),
    "opalFetcher.enabled": FETCHER,
    "secrets.masterToken": to("opal_master_token"),
    "secrets.clientToken": to("opal_client_token"),
    "secrets.broadcastUri": BROADCAST,
    # The language model.
    "llm.provider": to("llm"),
    "llm.openai.apiKey": to("openai_api_key"),
    "llm.openai.existingSecret": OWN_SECRET,
    "llm.openai.model": to("openai_model"),
    "llm.openai.embeddingModel": to("openai_embedding_model"),
    "llm.anthropic.apiKey": to("anthropic_api_key"),
    "llm.anthropic.existingSecret": OWN_SECRET,
    "llm.anthropic.model": to("anthropic_model"),
    "llm.ollama.host": to("ollama_host"),
    "llm.ollama.model": to("ollama_model"),
    "llm.ollama.embeddingModel": to("ollama_embedding_model"),
    "llm.google.projectId": to("google_project"),
    "llm.google.location": to("google_location"),
    "llm.google.model": to("google_model"),
    "llm.google.embeddingModel": to("google_embedding_model"),
    "llm.google.existingSecret": no(Sentence("The server signs in to Google with the identity of the pod.")),
    "llm.google.secretKey": no(Sentence("The server signs in to Google with the identity of the pod.")),
    "llm.google.wifTokenAudience": no(),
    "llm.google.wifTokenFile": no(),
    "llm.bedrock.region": to("bedrock_region"),
    "llm.bedrock.model": to("bedrock_model"),
    "llm.bedrock.embeddingModel": to("bedrock_embedding_model"),
    # What encrypts, where secrets are, what is kept.
    "kms.provider": to("kms"),
    "kms.aws.keyArn": to("kms_key_arn"),
    "kms.aws.auth": no(),
    "kms.aws.roleArn": ask_for(
        'Write it as eks.amazonaws.com/role-arn into "{question}".', "service_account_annotations"
    ),
    "kms.aws.existingSecret": OWN_SECRET,
    "kms.aws.accessKeyIdKey": OWN_SECRET,
    "kms.aws.secretAccessKeyKey": OWN_SECRET,
    "kms.local.generate": ALWAYS,
    "kms.local.existingSecret": OWN_SECRET,
    "kms.local.secretKey": OWN_SECRET,
    "secrets.provider": to("secret_provider"),
    "secrets.externalSecrets.enabled": choose("secret_provider", "external-secrets"),
    "secrets.externalSecrets.refreshInterval": no(),
    "secrets.externalSecrets.secretStoreRef.name": to("external_secrets_store"),
    "secrets.externalSecrets.secretStoreRef.kind": to("external_secrets_store_kind"),
    "secrets.externalSecrets.remoteRefs": ask_for(
        'One entry in the store holds every credential: "{question}".', "external_secrets_remote_key"
    ),
    "sync.enabled": Row(lambda value: {} if value is True else {"sync_layers": ()}),
    "sync.interval": to("sync_interval", read=seconds),
    "sync.memoryLayers": Row(layers, weak=True),
    "sync.batchSize": no(),
    "sync.retryAttempts": no(),
    "sync.retryDelay": no(),
    "backup.enabled": to("backup"),
    "backup.schedule": to("backup_schedule"),
    "backup.retentionDays": to("backup_retention_days"),
    "backup.retention": to("backup_retention_days"),
    "backup.destination.type": to("backup_target"),
    "backup.destination.s3.bucket": to("backup_s3_bucket"),
    "backup.destination.s3.region": to("backup_s3_region"),
    "backup.destination.s3.endpoint": to("backup_s3_endpoint"),
    "backup.destination.s3.accessKeyId": to("backup_s3_access_key_id"),
    "backup.destination.s3.existingSecret": OWN_SECRET,
    "backup.destination.s3.secretKey": OWN_SECRET,
    "backup.destination.gcs.bucket": to("backup_gcs_bucket"),
    "backup.destination.gcs.serviceAccountSecret": OWN_SECRET,
    "backup.destination.azure.container": to("backup_azure_container"),
    "backup.destination.azure.storageAccountSecret": OWN_SECRET,
    "backup.verify": no(),
    # Reach and storage.
    "networkPolicy.enabled": to("network_policy"),
    "security.networkPolicy.enabled": to("network_policy"),
    "global.storageClass": to("storage_class"),
    "global.imageRegistry": no(),
    "global.imagePullSecrets": no(),
    **dict.fromkeys(
        (
            "githubOrgSync",
            "k8sAuth",
            "vault",
            "tenantConfigProvider",
            "pluginAuth",
            "defaultTenantId",
            "adminUi",
            "adminBootstrap",
            "gitProviderConnections",
            "knowledgeRepo",
            "migration",
            "okta",
            "codesearch",
            "connectionSecret",
            "openbao",
        ),
        no(),
    ),
}
"""Every setting of theirs, by its place, and what it becomes."""

TOP_KEYS = {key.partition(".")[0] for key in TABLE}
"""What no row lies below is named once, however much is in it."""

TELLING: Mapping[str, tuple[str, ...]] = {
    "deploymentMode": ("local", "hybrid", "remote"),
    "vectorBackend.type": (),
    "vectorStore.type": (),
    "postgresql.bundled": (),
    "central.apiKey": (),
    "central.auth": ("apiKey", "oauth2", "serviceAccount"),
    **dict.fromkeys(
        (
            "aeterna",
            "githubOrgSync",
            "tenantConfigProvider",
            "adminBootstrap",
            "gitProviderConnections",
            "knowledgeRepo",
        ),
        (),
    ),
    **dict.fromkeys(("pluginAuth", "codesearch", "opal.cedarAgent", "opalServer", "opalFetcher", "openbao"), ()),
}
"""Settings that no other chart has, with the values that tell where the name alone does not."""


def knows_all(said: Leaves) -> bool:
    """Whether every setting of a file is the project's."""
    return all(_row_above(path) is not None for path in said)


def tells_upstream(said: Leaves) -> int:
    """How many settings of a file are the project's; none where nothing in it is known to be."""
    known = [path for path in said if _row_above(path) is not None]
    return len(known) if any(_telling(path, said[path]) for path in known) else 0


def _telling(path: KeyPath, value: Any) -> bool:
    for depth in range(1, len(path) + 1):
        wanted = TELLING.get(".".join(path[:depth]))
        if wanted is not None and (not wanted or value in wanted):
            return True
    return False


def _row_above(path: KeyPath) -> Row | None:
    keys = (".".join(path[:depth]) for depth in range(len(path), 0, -1))
    return next((TABLE[key] for key in keys if key in TABLE), None)


def values_answers(tree: Mapping[str, Any]) -> Translated:
    """What the values of one of their charts say. Settings that are empty say nothing."""
    return translated(_settings(tree, ()), "kubernetes")


def _settings(tree: Mapping[str, Any], path: KeyPath) -> Iterator[tuple[KeyPath, Any, Row | None]]:
    for key, value in tree.items():
        here = (*path, str(key))
        row = TABLE.get(".".join(here))
        if row is not None and row.read is not None and value not in ("", None, {}, []):
            yield here, value, row
        elif isinstance(value, Mapping) and (path or here[0] in TOP_KEYS):
            yield from _settings(value, here)
        elif value not in ("", None, []):
            yield here, value, _row_above(here)
