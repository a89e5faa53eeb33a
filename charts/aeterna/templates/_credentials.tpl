{{/*
Every credential that these values need or may have, as JSON: {"items": [...]}. Each item says
  key        its key in a Secret
  env        the variable that the server's pods read it from; empty for those that they do not read
  file       the file that the pods find it in, instead of a variable
  path       where it stands in the values, for messages
  given      the credential of the values: value, existingSecret, key
  required   whether the pods cannot do without
  make       how it is made when nobody gives it: "key32", "password", "rsa", or "" for never
  component  which Secret of this chart holds it
*/}}
{{- define "aeterna.credentials" -}}
{{- $items := list -}}
{{- $v := .Values -}}
{{- if include "aeterna.runsServer" . -}}
{{- if eq $v.kms.provider "local" -}}
{{- $items = append $items (dict "key" "kms-key" "env" "AETERNA_LOCAL_KMS_KEY" "path" "kms.localKey" "given" $v.kms.localKey "required" true "make" "key32" "component" "server") -}}
{{- end -}}
{{- if eq $v.postgresql.type "external" -}}
{{- $items = append $items (dict "key" "postgresql-password" "env" "PGPASSWORD" "path" "postgresql.external.password" "given" $v.postgresql.external.password "required" true "component" "server") -}}
{{- end -}}
{{- $items = append $items (dict "key" "redis-password" "env" "REDIS_PASSWORD" "path" "cache.password" "given" $v.cache.password "component" "server") -}}
{{- if $v.auth.plugin.enabled -}}
{{- $items = append $items (dict "key" "plugin-auth-jwt-secret" "env" "AETERNA_PLUGIN_AUTH_JWT_SECRET" "path" "auth.plugin.jwtSecret" "given" $v.auth.plugin.jwtSecret "required" true "make" "password" "component" "server") -}}
{{- end -}}
{{- $items = concat $items (fromJson (include "aeterna.credentials.llm" .)).items -}}
{{- $items = concat $items (fromJson (include "aeterna.credentials.vector" .)).items -}}
{{- $items = concat $items (fromJson (include "aeterna.credentials.backup" .)).items -}}
{{- $items = concat $items (fromJson (include "aeterna.credentials.opal" .)).items -}}
{{- end -}}
{{- if ne $v.mode "local" -}}
{{- if eq $v.central.auth.method "api-key" -}}
{{- $items = append $items (dict "key" "central-api-key" "env" "AETERNA_CENTRAL_API_KEY" "path" "central.auth.apiKey" "given" $v.central.auth.apiKey "component" "central") -}}
{{- else if eq $v.central.auth.method "oauth2" -}}
{{- $items = append $items (dict "key" "central-client-secret" "env" "" "path" "central.auth.oauth2.clientSecret" "given" $v.central.auth.oauth2.clientSecret "required" true "component" "central") -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $items) -}}
{{- end -}}

{{- define "aeterna.credentials.llm" -}}
{{- $items := list -}}
{{- with .Values.llm -}}
{{- if eq .provider "openai" -}}
{{- $items = append $items (dict "key" "openai-api-key" "env" "OPENAI_API_KEY" "path" "llm.openai.apiKey" "given" .openai.apiKey "required" true "component" "server") -}}
{{- else if eq .provider "anthropic" -}}
{{- $items = append $items (dict "key" "anthropic-api-key" "env" "" "path" "llm.anthropic.apiKey" "given" .anthropic.apiKey "component" "server") -}}
{{- else if eq .provider "google" -}}
{{- $items = append $items (dict "key" "google-credentials" "env" "" "file" "google.json" "path" "llm.google.credentials" "given" .google.credentials "component" "server") -}}
{{- else if eq .provider "bedrock" -}}
{{- $items = append $items (dict "key" "bedrock-access-key-id" "env" "AWS_ACCESS_KEY_ID" "path" "llm.bedrock.accessKeyId" "given" .bedrock.accessKeyId "component" "server") -}}
{{- $items = append $items (dict "key" "bedrock-secret-access-key" "env" "AWS_SECRET_ACCESS_KEY" "path" "llm.bedrock.secretAccessKey" "given" .bedrock.secretAccessKey "component" "server") -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $items) -}}
{{- end -}}

{{- define "aeterna.credentials.vector" -}}
{{- $items := list -}}
{{- with .Values.vector -}}
{{- if eq .backend "qdrant" -}}
{{- $items = append $items (dict "key" "qdrant-api-key" "env" "QDRANT_API_KEY" "path" "vector.qdrant.apiKey" "given" .qdrant.apiKey "component" "server") -}}
{{- else if eq .backend "pinecone" -}}
{{- $items = append $items (dict "key" "pinecone-api-key" "env" "PINECONE_API_KEY" "path" "vector.pinecone.apiKey" "given" .pinecone.apiKey "required" true "component" "server") -}}
{{- else if eq .backend "weaviate" -}}
{{- if .weaviate.host -}}
{{- $items = append $items (dict "key" "weaviate-api-key" "env" "WEAVIATE_API_KEY" "path" "vector.weaviate.apiKey" "given" .weaviate.apiKey "component" "server") -}}
{{- else -}}
{{- $items = append $items (dict "key" "AUTHENTICATION_APIKEY_ALLOWED_KEYS" "env" "WEAVIATE_API_KEY" "path" "vector.weaviate.apiKey" "given" .weaviate.apiKey "required" true "make" "password" "component" "weaviate") -}}
{{- end -}}
{{- else if eq .backend "mongodb" -}}
{{- if include "aeterna.mongodb.bundled" $ -}}
{{- $items = append $items (dict "key" "mongodb-password" "env" "MONGODB_PASSWORD" "path" "vector.mongodb.password" "given" .mongodb.password "required" true "make" "password" "component" "server") -}}
{{- else -}}
{{- $items = append $items (dict "key" "mongodb-uri" "env" "MONGODB_URI" "path" "vector.mongodb.uri" "given" .mongodb.uri "required" true "component" "server") -}}
{{- end -}}
{{- else if eq .backend "vertex-ai" -}}
{{- $items = append $items (dict "key" "vertex-ai-service-account" "env" "" "file" "vertex-ai.json" "path" "vector.vertexAi.credentials" "given" .vertexAi.credentials "component" "server") -}}
{{- else if eq .backend "databricks" -}}
{{- $items = append $items (dict "key" "databricks-token" "env" "DATABRICKS_TOKEN" "path" "vector.databricks.token" "given" .databricks.token "required" true "component" "server") -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $items) -}}
{{- end -}}

{{- define "aeterna.credentials.opal" -}}
{{- $items := list -}}
{{- with .Values.opal -}}
{{- if .enabled -}}
{{- $items = append $items (dict "key" "opal-private-key" "env" "" "path" "opal.auth.privateKey" "given" .auth.privateKey "required" true "make" "rsa" "component" "opal") -}}
{{- $items = append $items (dict "key" "opal-public-key" "env" "" "path" "opal.auth.publicKey" "given" .auth.publicKey "component" "opal") -}}
{{- $items = append $items (dict "key" "opal-master-token" "env" "" "path" "opal.auth.masterToken" "given" .auth.masterToken "required" true "make" "password" "component" "opal") -}}
{{- $items = append $items (dict "key" "opal-client-token" "env" "" "path" "opal.auth.clientToken" "given" .auth.clientToken "component" "opal") -}}
{{- if eq .policy.source "git" -}}
{{- $items = append $items (dict "key" "opal-policy-ssh-key" "env" "" "path" "opal.policy.git.sshKey" "given" .policy.git.sshKey "component" "opal") -}}
{{- $items = append $items (dict "key" "opal-policy-webhook-secret" "env" "" "path" "opal.policy.git.webhookSecret" "given" .policy.git.webhookSecret "component" "opal") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $items) -}}
{{- end -}}

{{- define "aeterna.credentials.backup" -}}
{{- $items := list -}}
{{- with .Values.backup -}}
{{- if .enabled -}}
{{- if eq .destination "s3" -}}
{{- $items = append $items (dict "key" "backup-s3-access-key-id" "env" "" "path" "backup.s3.accessKeyId" "given" .s3.accessKeyId "component" "backup") -}}
{{- $items = append $items (dict "key" "backup-s3-secret-access-key" "env" "" "path" "backup.s3.secretAccessKey" "given" .s3.secretAccessKey "component" "backup") -}}
{{- else if eq .destination "gcs" -}}
{{- $items = append $items (dict "key" "backup-gcs-credentials" "env" "" "path" "backup.gcs.credentials" "given" .gcs.credentials "component" "backup") -}}
{{- else -}}
{{- $items = append $items (dict "key" "backup-azure-storage-key" "env" "" "path" "backup.azure.storageKey" "given" .azure.storageKey "component" "backup") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $items) -}}
{{- end -}}

{{/* Name of the chart's own Secret of a component. Weaviate's subchart cannot follow a release, so that one is fixed. */}}
{{- define "aeterna.ownSecret" -}}
{{- if eq .component "server" -}}
{{- include "aeterna.fullname" .root -}}
{{- else if eq .component "weaviate" -}}
aeterna-weaviate-api-key
{{- else -}}
{{- include "aeterna.nameWith" (dict "root" .root "suffix" .component) -}}
{{- end -}}
{{- end -}}

{{/*
Where a credential comes from (root, item), as YAML: source, name, key.
source is "existing", "own" (this chart stores or makes it), "external" (an ExternalSecret fills it), or "none".
*/}}
{{- define "aeterna.credential" -}}
{{- $given := .item.given -}}
{{- $secrets := .root.Values.secrets -}}
{{- $own := include "aeterna.ownSecret" (dict "root" .root "component" .item.component) -}}
{{- $wanted := or .item.required (ne $given.key "") -}}
{{- $remote := or (hasKey $secrets.externalSecrets.data .item.key) (and $wanted $secrets.externalSecrets.remoteKey) -}}
{{- if $given.existingSecret -}}
{{- toYaml (dict "source" "existing" "name" $given.existingSecret "key" (default .item.key $given.key)) -}}
{{- else if $given.value -}}
{{- toYaml (dict "source" "own" "name" $own "key" .item.key) -}}
{{- else if and (eq $secrets.provider "existing") $wanted $secrets.existingSecret -}}
{{- toYaml (dict "source" "existing" "name" $secrets.existingSecret "key" (default .item.key $given.key)) -}}
{{- else if and (eq $secrets.provider "external-secrets") $remote -}}
{{- toYaml (dict "source" "external" "name" (ternary $own (printf "%s-external" $own) (eq .item.component "weaviate")) "key" .item.key) -}}
{{- else if and .item.required .item.make (eq $secrets.provider "helm") -}}
{{- toYaml (dict "source" "own" "name" $own "key" .item.key) -}}
{{- else -}}
{{- toYaml (dict "source" "none" "name" "" "key" "") -}}
{{- end -}}
{{- end -}}

{{/* The value of a credential that this chart stores (root, item), in base64: given, kept from the cluster, or made. */}}
{{- define "aeterna.credentialData" -}}
{{- $own := include "aeterna.ownSecret" (dict "root" .root "component" .item.component) -}}
{{- $kept := dig "data" .item.key "" (lookup "v1" "Secret" .root.Release.Namespace $own | default dict) -}}
{{- if .item.given.value -}}
{{- .item.given.value | b64enc -}}
{{- else if $kept -}}
{{- $kept -}}
{{- else if eq .item.make "key32" -}}
{{- randBytes 32 | b64enc -}}
{{- else if eq .item.make "rsa" -}}
{{- /* Of Helm's generators only this one makes 2048 bits; 4096 take seconds at each render. */ -}}
{{- (genSelfSignedCert "opal" nil nil 36500).Key | b64enc -}}
{{- else -}}
{{- printf "a%s" (randAlphaNum 39) | b64enc -}}
{{- end -}}
{{- end -}}

{{/* `data:` of the Secret of a component (root, component); empty when the chart stores nothing there. */}}
{{- define "aeterna.secretData" -}}
{{- range (fromJson (include "aeterna.credentials" .root)).items -}}
{{- if eq .component $.component -}}
{{- $where := fromYaml (include "aeterna.credential" (dict "root" $.root "item" .)) -}}
{{- if eq $where.source "own" }}
{{ .key }}: {{ include "aeterna.credentialData" (dict "root" $.root "item" .) | quote }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A hash over every credential as it is given: pods restart when one changes, and not because one was made. */}}
{{- define "aeterna.credentialsChecksum" -}}
{{- include "aeterna.credentials" . | sha256sum -}}
{{- end -}}

{{/* A variable from a credential (root, key, env); nothing where there is none. */}}
{{- define "aeterna.secretVariable" -}}
{{- range (fromJson (include "aeterna.credentials" .root)).items -}}
{{- if eq .key $.key -}}
{{- $where := fromYaml (include "aeterna.credential" (dict "root" $.root "item" .)) -}}
{{- if ne $where.source "none" }}
{{ include "aeterna.environment.reference" (dict "env" $.env "where" $where) }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" where a credential is there (root, key). */}}
{{- define "aeterna.hasCredential" -}}
{{- range (fromJson (include "aeterna.credentials" .root)).items -}}
{{- if and (eq .key $.key) (ne (fromYaml (include "aeterna.credential" (dict "root" $.root "item" .))).source "none") }}true{{ end -}}
{{- end -}}
{{- end -}}
