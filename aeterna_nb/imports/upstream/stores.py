"""Vector store, cache and PostgreSQL in the values of the server project's charts, and what each becomes."""

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.imports.upstream.readings import (
    POSTGRESQL,
    VECTOR,
    database,
    days,
    destination,
    mebibytes,
    service_account_key,
)
from aeterna_nb.imports.upstream.rows import Row, ask_for, below, choose, no, to

OWN_SECRET = ask_for(
    'Which Secret holds a credential follows from "{question}"; one Secret holds all of them.', "secret_provider"
)
SIZE = ask_for('Sizes follow from "{question}".', "size")
REST_PORT = Sentence("It is the port for REST; the server speaks gRPC to Qdrant.")
FETCHER = ask_for(
    'No image of the fetcher is published; once you have built one, answer "{question}".', "opal_data_source"
)
ALWAYS_AETERNA = no(Sentence("In a bundled database it is always aeterna."))
ALWAYS = no(Sentence("It can't be chosen."))

PINECONE = {
    "enabled": choose("vector_backend", "pinecone"),
    "apiKey": to("pinecone_api_key"),
    "environment": to("pinecone_environment"),
    "indexName": to("pinecone_index_name"),
    "existingSecret": OWN_SECRET,
}
VERTEX_AI = {
    "enabled": choose("vector_backend", "vertex-ai"),
    "project": to("vertex_ai_project"),
    "projectId": to("vertex_ai_project"),
    "region": to("vertex_ai_region"),
    "endpoint": to("vertex_ai_endpoint"),
    "indexEndpoint": to("vertex_ai_endpoint"),
    "serviceAccountKey": Row(service_account_key),
    "existingSecret": OWN_SECRET,
}
DATABRICKS = {
    "enabled": choose("vector_backend", "databricks"),
    "workspaceUrl": to("databricks_workspace_url"),
    "token": to("databricks_token"),
    "catalog": to("databricks_catalog"),
    "existingSecret": OWN_SECRET,
}
DATABASE_OUTSIDE = {
    "enabled": choose("postgresql", "external"),
    "host": to("postgresql_host"),
    "port": to("postgresql_port"),
    "database": to("postgresql_database"),
    "username": to("postgresql_user"),
    "password": to("postgresql_password"),
    "sslMode": to("postgresql_tls"),
    "existingSecret": OWN_SECRET,
    "existingSecretKey": OWN_SECRET,
    "secretKey": OWN_SECRET,
    "passwordKey": OWN_SECRET,
}
DATABASE_HERE = {
    "enabled": choose("postgresql", "cloudnative-pg"),
    "instances": to("postgresql_instances"),
    "storage.size": to("postgresql_storage"),
    "storage.storageClass": to("storage_class", weak=True),
    "imageName": no(),
    "resources": SIZE,
    "parameters": no(),
    "pg_hba": no(),
    "postgresql.parameters": no(),
    "postgresql.pg_hba": no(),
    "bootstrap": ALWAYS_AETERNA,
    "owner": ALWAYS_AETERNA,
    "pgvector.enabled": no(Sentence("It follows from the vector store.")),
    "backup.enabled": to("backup", weak=True),
    "backup.schedule": to("backup_schedule", weak=True),
    "backup.retentionPolicy": to("backup_retention_days", read=days, weak=True),
    "backup.provider": to("backup_target", weak=True),
    "backup.destinationPath": Row(destination, weak=True),
    "backup.endpointURL": to("backup_s3_endpoint", weak=True),
    "backup.s3Credentials": OWN_SECRET,
    "backup.googleCredentials": OWN_SECRET,
    "backup.azureCredentials": OWN_SECRET,
}
REDIS = {
    "enabled": choose("cache", "external"),
    "host": to("redis_host"),
    "port": to("redis_port"),
    "password": to("redis_password"),
    "existingSecret": OWN_SECRET,
    "secretKey": OWN_SECRET,
    "passwordKey": OWN_SECRET,
    "tls": no(Sentence("The server speaks to Redis without TLS.")),
}

STORES: dict[str, Row] = {
    # The vector store.
    "vectorBackend.type": to("vector_backend", read=VECTOR),
    "vectorBackend.qdrant.enabled": choose("vector_backend", "qdrant"),
    "vectorBackend.qdrant.bundled": ask_for('It follows from "{question}".', "qdrant_host"),
    "vectorBackend.qdrant.external.host": to("qdrant_host"),
    "vectorBackend.qdrant.external.port": no(REST_PORT),
    "vectorBackend.qdrant.external.apiKey": to("qdrant_api_key"),
    "vectorBackend.qdrant.external.existingSecret": OWN_SECRET,
    "vectorBackend.pgvector.enabled": choose("vector_backend", "pgvector"),
    **below("vectorBackend.pinecone", PINECONE),
    "vectorBackend.weaviate.enabled": choose("vector_backend", "weaviate"),
    "vectorBackend.weaviate.external.host": to("weaviate_host"),
    "vectorBackend.weaviate.external.apiKey": to("weaviate_api_key"),
    "vectorBackend.weaviate.external.existingSecret": OWN_SECRET,
    "vectorBackend.mongodb.enabled": choose("vector_backend", "mongodb"),
    "vectorBackend.mongodb.uri": to("mongodb_uri"),
    "vectorBackend.mongodb.external.uri": to("mongodb_uri"),
    "vectorBackend.mongodb.external.existingSecret": OWN_SECRET,
    **below("vectorBackend.vertexai", VERTEX_AI),
    **below("vectorBackend.vertexAi", VERTEX_AI),
    **below("vectorBackend.databricks", DATABRICKS),
    "vectorStore.type": to("vector_backend", read=VECTOR),
    "vectorStore.host": to("qdrant_host", "weaviate_host"),
    "vectorStore.port": to("weaviate_port", reason=REST_PORT),
    "vectorStore.existingSecret": OWN_SECRET,
    "vectorStore.apiKeyKey": OWN_SECRET,
    "vectorStore.qdrant.enabled": choose("vector_backend", "qdrant"),
    **below("vectorStore.pinecone", PINECONE),
    **below("vectorStore.vertexai", VERTEX_AI),
    **below("vectorStore.databricks", DATABRICKS),
    "qdrant": no(),
    "qdrant.enabled": choose("vector_backend", "qdrant"),
    "qdrant.replicaCount": to("qdrant_replicas"),
    "qdrant.persistence.enabled": ALWAYS,
    "qdrant.persistence.size": to("qdrant_storage"),
    "qdrant.persistence.storageClass": to("storage_class", weak=True),
    "qdrant.resources": SIZE,
    "qdrant.snapshots.enabled": to("qdrant_snapshots"),
    "qdrant.snapshots.schedule": no(Sentence("They are taken each night.")),
    "weaviate": no(),
    "weaviate.enabled": choose("vector_backend", "weaviate"),
    "mongodb": no(),
    "mongodb.enabled": choose("vector_backend", "mongodb"),
    "mongodb.percona.enabled": choose("vector_backend", "mongodb"),
    "mongodb.percona.replsets.members": to("mongodb_replicas"),
    "mongodb.percona.resources": SIZE,
    # The cache.
    "cache.type": to("cache"),
    "cache.dragonfly.enabled": choose("cache", "dragonfly"),
    "cache.dragonfly.replicas": to("dragonfly_replicas"),
    "cache.dragonfly.args": no(),
    "cache.valkey.enabled": choose("cache", "valkey"),
    "cache.valkey.maxmemory": to("valkey_memory", read=mebibytes),
    "cache.valkey.maxmemoryPolicy": no(),
    **below("cache.external", REDIS),
    **below("redis", REDIS),
    "dragonfly.enabled": choose("cache", "dragonfly"),
    "dragonfly.resources": SIZE,
    "valkey": no(),
    "valkey.enabled": choose("cache", "valkey"),
    "valkey.resources": SIZE,
    "valkey.dataStorage.className": to("storage_class", weak=True),
    # PostgreSQL.
    "postgresql.bundled": to("postgresql", read=POSTGRESQL.get),
    **below("postgresql", DATABASE_OUTSIDE | DATABASE_HERE),
    "postgresql.enabled": choose("postgresql", "cloudnative-pg"),
    "postgresql.auth": no(Sentence("The password of a bundled database is made for you.")),
    "postgresql.auth.database": ALWAYS_AETERNA,
    "postgresql.primary.persistence.enabled": ALWAYS,
    "postgresql.primary.persistence.size": to("postgresql_storage", weak=True),
    **below("postgresql.cloudnativepg", DATABASE_HERE),
    **below("postgresql.cluster", DATABASE_HERE),
    **below("cnpg", DATABASE_HERE),
    **below("postgresql.external", DATABASE_OUTSIDE),
    **below("externalPostgresql", DATABASE_OUTSIDE),
    "secrets.databaseUrl": Row(database),
}
"""The settings, by their places."""
