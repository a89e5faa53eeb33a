{{/*
The environment of the server's pods, all of it, in one place: plain settings (a ConfigMap), and references to Secrets.
The names are those that the server reads. Some are set for a later server: the vector store's, OTEL_* and LOG_FORMAT.
*/}}

{{- define "aeterna.environment.plain" -}}
{{- include "aeterna.environment.own" . }}
{{- range $name, $value := .Values.extra.variables }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* What the chart's own values are about. */}}
{{- define "aeterna.environment.own" -}}
{{- include "aeterna.environment.database" . }}
{{- include "aeterna.environment.cache" . }}
RUST_LOG: {{ .Values.logging.level | quote }}
LOG_FORMAT: {{ .Values.logging.format | quote }}
AETERNA_DEPLOYMENT_MODE: {{ .Values.mode | quote }}
AETERNA_K8S_NAMESPACE: {{ .Release.Namespace | quote }}
AETERNA_CONFIG_PATH: "/app/config"
AETERNA_KNOWLEDGE_REPO_PATH: "/var/lib/aeterna/knowledge"
{{- with .Values.knowledge.repositoryUrl }}
AETERNA_KNOWLEDGE_REPO_URL: {{ . | quote }}
AETERNA_KNOWLEDGE_REPO_BRANCH: {{ $.Values.knowledge.branch | quote }}
{{- end }}
AETERNA_KMS_PROVIDER: {{ .Values.kms.provider | quote }}
{{- if eq .Values.kms.provider "aws" }}
AETERNA_KMS_AWS_KEY_ARN: {{ .Values.kms.awsKeyArn | quote }}
{{- end }}
GR_ENABLED: {{ .Values.graph.enabled | quote }}
GR_DATABASE_PATH: {{ .Values.graph.databasePath | quote }}
AETERNA_FEATURE_CCA: {{ .Values.features.cca | quote }}
AETERNA_FEATURE_RADKIT: {{ .Values.features.radkit | quote }}
AETERNA_FEATURE_RLM: {{ .Values.features.rlm | quote }}
AETERNA_FEATURE_REFLECTIVE: {{ .Values.features.reflective | quote }}
{{- include "aeterna.environment.auth" . }}
{{- include "aeterna.environment.central" . }}
{{- include "aeterna.environment.llm" . }}
{{- include "aeterna.environment.vector" . }}
{{- include "aeterna.environment.tracing" . }}
{{- end -}}

{{/* What the migration needs as well. The password is PGPASSWORD, the one variable that takes any character. */}}
{{- define "aeterna.environment.database" }}
PG_HOST: {{ include "aeterna.postgresql.host" . | quote }}
PG_PORT: {{ include "aeterna.postgresql.port" . | quote }}
PG_DATABASE: {{ include "aeterna.postgresql.database" . | quote }}
PG_USERNAME: {{ include "aeterna.postgresql.user" . | quote }}
{{- if eq .Values.postgresql.type "external" }}
PGSSLMODE: {{ .Values.postgresql.external.sslMode | quote }}
{{- if include "aeterna.rootCertificate" . }}
PGSSLROOTCERT: "/etc/aeterna/postgresql/ca.crt"
{{- end }}
{{- end }}
{{- end -}}

{{/* With a password the address is put together from the Secret, see "aeterna.environment.secret". */}}
{{- define "aeterna.environment.cache" }}
{{- if not (include "aeterna.cache.hasPassword" .) }}
RD_HOST: {{ include "aeterna.cache.host" . | quote }}
{{- end }}
RD_PORT: {{ include "aeterna.cache.port" . | quote }}
RD_DB: {{ int64 .Values.cache.database | quote }}
{{- end -}}

{{- define "aeterna.environment.auth" }}
{{- if eq .Values.auth.backend "cedar" }}
AETERNA_AUTH_BACKEND: "cedar"
AETERNA_CEDAR_POLICY_TEXT: {{ .Values.auth.cedar.policies | quote }}
AETERNA_CEDAR_SCHEMA_TEXT: {{ .Values.auth.cedar.schema | quote }}
{{- end }}
{{- with .Values.auth.plugin }}
AETERNA_PLUGIN_AUTH_ENABLED: {{ .enabled | quote }}
{{- if and .enabled .defaultTenantId }}
AETERNA_DEFAULT_TENANT_ID: {{ .defaultTenantId | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "aeterna.environment.central" }}
{{- if eq .Values.mode "hybrid" }}
AETERNA_REMOTE_GOVERNANCE_URL: {{ .Values.central.url | quote }}
AETERNA_CENTRAL_URL: {{ .Values.central.url | quote }}
AETERNA_CENTRAL_AUTH: {{ .Values.central.auth.method | quote }}
AETERNA_SYNC_ENABLED: {{ .Values.hybrid.syncEnabled | quote }}
SY_SYNC_INTERVAL_SECONDS: {{ int64 .Values.hybrid.syncIntervalSeconds | quote }}
{{- else }}
AETERNA_SYNC_ENABLED: "false"
{{- end }}
{{- end -}}

{{/* `anthropic` and `ollama` end the server at boot: the first waits for a later one, the second speaks OpenAI's API. */}}
{{- define "aeterna.environment.llm" }}
{{- with .Values.llm }}
{{- if eq .provider "openai" }}
AETERNA_LLM_PROVIDER: "openai"
AETERNA_OPENAI_MODEL: {{ .openai.model | quote }}
AETERNA_OPENAI_EMBEDDING_MODEL: {{ .openai.embeddingModel | quote }}
{{- with .openai.baseUrl }}
AETERNA_OPENAI_BASE_URL: {{ . | quote }}
{{- end }}
{{- else if eq .provider "ollama" }}
AETERNA_LLM_PROVIDER: "openai"
AETERNA_OPENAI_MODEL: {{ .ollama.model | quote }}
AETERNA_OPENAI_EMBEDDING_MODEL: {{ .ollama.embeddingModel | quote }}
AETERNA_OPENAI_BASE_URL: {{ printf "%s/v1" (.ollama.host | trimSuffix "/" | trimSuffix "/v1") | quote }}
OPENAI_API_KEY: "ollama"
{{- else if eq .provider "google" }}
AETERNA_LLM_PROVIDER: "google"
AETERNA_GOOGLE_PROJECT_ID: {{ .google.project | quote }}
AETERNA_GOOGLE_LOCATION: {{ .google.location | quote }}
AETERNA_GOOGLE_MODEL: {{ .google.model | quote }}
AETERNA_GOOGLE_EMBEDDING_MODEL: {{ .google.embeddingModel | quote }}
{{- else if eq .provider "bedrock" }}
AETERNA_LLM_PROVIDER: "bedrock"
AETERNA_BEDROCK_REGION: {{ .bedrock.region | quote }}
AETERNA_BEDROCK_MODEL: {{ .bedrock.model | quote }}
AETERNA_BEDROCK_EMBEDDING_MODEL: {{ .bedrock.embeddingModel | quote }}
{{- else }}
AETERNA_LLM_PROVIDER: "none"
{{- end }}
{{- end }}
{{- end -}}

{{- define "aeterna.environment.vector" }}
{{- with .Values.vector }}
VECTOR_BACKEND: {{ .backend | replace "-" "_" | quote }}
EMBEDDING_DIMENSION: {{ int64 .embeddingDimension | quote }}
{{- if eq .backend "qdrant" }}
QDRANT_URL: {{ include "aeterna.qdrant.url" $ | quote }}
QDRANT_COLLECTION_PREFIX: {{ .qdrant.collectionPrefix | quote }}
{{- else if eq .backend "pgvector" }}
PGVECTOR_URL: {{ include "aeterna.postgresql.url" $ | quote }}
PGVECTOR_SCHEMA: {{ .pgvector.schema | quote }}
PGVECTOR_TABLE: {{ .pgvector.table | quote }}
{{- else if eq .backend "pinecone" }}
PINECONE_INDEX_NAME: {{ .pinecone.indexName | quote }}
PINECONE_ENVIRONMENT: {{ .pinecone.environment | quote }}
{{- else if eq .backend "weaviate" }}
WEAVIATE_URL: {{ include "aeterna.weaviate.url" $ | quote }}
WEAVIATE_CLASS: {{ .weaviate.className | quote }}
{{- else if eq .backend "mongodb" }}
MONGODB_DATABASE: {{ .mongodb.database | quote }}
MONGODB_COLLECTION: {{ .mongodb.collection | quote }}
MONGODB_VECTOR_INDEX: {{ .mongodb.vectorIndex | quote }}
{{- else if eq .backend "vertex-ai" }}
GCP_PROJECT_ID: {{ .vertexAi.project | quote }}
VERTEX_AI_LOCATION: {{ .vertexAi.region | quote }}
{{- with .vertexAi.endpoint }}
VERTEX_AI_INDEX_ENDPOINT: {{ . | quote }}
{{- end }}
{{- with .vertexAi.deployedIndex }}
VERTEX_AI_DEPLOYED_INDEX_ID: {{ . | quote }}
{{- end }}
{{- else if eq .backend "databricks" }}
DATABRICKS_HOST: {{ .databricks.workspaceUrl | quote }}
DATABRICKS_CATALOG: {{ .databricks.catalog | quote }}
DATABRICKS_SCHEMA: {{ .databricks.schema | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "aeterna.environment.tracing" }}
{{- with .Values.tracing }}
{{- if .enabled }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ .endpoint | quote }}
OTEL_EXPORTER_OTLP_PROTOCOL: {{ .protocol | quote }}
OTEL_SERVICE_NAME: {{ .serviceName | quote }}
OTEL_TRACES_SAMPLER: "parentbased_traceidratio"
OTEL_TRACES_SAMPLER_ARG: {{ divf .samplingPercent 100 | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Variables from Secrets, as a list for `env:`. A variable stands before one that is put together from it. */}}
{{- define "aeterna.environment.secret" -}}
{{- include "aeterna.environment.databasePassword" . }}
{{- range (fromJson (include "aeterna.credentials" .)).items }}
{{- $whole := and (eq .env "REDIS_PASSWORD") $.Values.cache.password.value }}
{{- if and .env (ne .env "PGPASSWORD") (not $whole) }}
{{- $where := fromYaml (include "aeterna.credential" (dict "root" $ "item" .)) }}
{{- if ne $where.source "none" }}
{{ include "aeterna.environment.reference" (dict "env" .env "where" $where) }}
{{- end }}
{{- end }}
{{- end }}
{{- if include "aeterna.cache.hasPassword" . }}
- name: "RD_HOST"
{{- if .Values.cache.password.value }}
  valueFrom:
    secretKeyRef:
      name: {{ include "aeterna.fullname" . | quote }}
      key: "redis-host"
{{- else }}
  value: {{ printf ":$(REDIS_PASSWORD)@%s" (include "aeterna.cache.host" .) | quote }}
{{- end }}
{{- end }}
{{- if include "aeterna.mongodb.bundled" . }}
- name: "MONGODB_URI"
  value: {{ printf "mongodb://aeterna:$(MONGODB_PASSWORD)@%s/%s?replicaSet=rs0&authSource=admin" (include "aeterna.mongodb.hosts" .) .Values.vector.mongodb.database | quote }}
{{- end }}
{{- with include "aeterna.googleCredentials" . }}
- name: "GOOGLE_APPLICATION_CREDENTIALS"
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "aeterna.environment.reference" -}}
- name: {{ .env | quote }}
  valueFrom:
    secretKeyRef:
      name: {{ .where.name | quote }}
      key: {{ .where.key | quote }}
{{- end -}}

{{/* PGPASSWORD, for the server, the migration, and whatever else signs in to PostgreSQL. */}}
{{- define "aeterna.environment.databasePassword" -}}
{{- $where := fromYaml (include "aeterna.databasePassword" .) }}
{{- include "aeterna.environment.reference" (dict "env" "PGPASSWORD" "where" $where) }}
{{- end -}}

{{/* Where the password of the database role is, as YAML: name, key. */}}
{{- define "aeterna.databasePassword" -}}
{{- if eq .Values.postgresql.type "external" -}}
{{- range (fromJson (include "aeterna.credentials" .)).items -}}
{{- if eq .key "postgresql-password" -}}
{{- include "aeterna.credential" (dict "root" $ "item" .) -}}
{{- end -}}
{{- end -}}
{{- else -}}
{{- with .Values.postgresql.cnpg.password -}}
{{- if .existingSecret -}}
{{- toYaml (dict "name" .existingSecret "key" (default "password" .key)) -}}
{{- else -}}
{{- toYaml (dict "name" (include "aeterna.postgresql.authSecret" $) "key" "password") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The Secret of CloudNativePG's owner role: ours when a password is given, else the operator's `<cluster>-app`. */}}
{{- define "aeterna.postgresql.authSecret" -}}
{{- with .Values.postgresql.cnpg.password -}}
{{- if .existingSecret -}}
{{- .existingSecret -}}
{{- else if .value -}}
{{- include "aeterna.nameWith" (dict "root" $ "suffix" "pg-auth") -}}
{{- else -}}
{{- include "aeterna.postgresql.cluster" $ }}-app
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" where the cache asks for a password. */}}
{{- define "aeterna.cache.hasPassword" -}}
{{- range (fromJson (include "aeterna.credentials" .)).items -}}
{{- if eq .key "redis-password" -}}
{{- if ne (fromYaml (include "aeterna.credential" (dict "root" $ "item" .))).source "none" }}true{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" where a root certificate for PostgreSQL is mounted. */}}
{{- define "aeterna.rootCertificate" -}}
{{- with .Values.postgresql.external.rootCertificate -}}
{{- if and (eq $.Values.postgresql.type "external") (or .value .existingSecret) }}true{{ end -}}
{{- end -}}
{{- end -}}

{{/* Path of Google's key file; empty where the pods use workload identity. */}}
{{- define "aeterna.googleCredentials" -}}
{{- $files := list -}}
{{- range (fromJson (include "aeterna.credentials" .)).items -}}
{{- if and .file (ne (fromYaml (include "aeterna.credential" (dict "root" $ "item" .))).source "none") -}}
{{- $files = append $files .file -}}
{{- end -}}
{{- end -}}
{{- with $files -}}
/etc/aeterna/credentials/{{ first . }}
{{- end -}}
{{- end -}}
