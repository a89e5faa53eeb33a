{{/* Parts of NetworkPolicies. */}}

{{/* The peer that means every pod of this chart in the release. */}}
{{- define "aeterna.network.release" -}}
podSelector:
  matchLabels:
    app.kubernetes.io/part-of: aeterna
    app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "aeterna.network.dns" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end -}}

{{/* An egress rule to a host outside (host, port): an address by itself; a name by its port alone, since policies know no names. */}}
{{- define "aeterna.network.outside" -}}
- ports:
    - port: {{ int64 .port }}
      protocol: TCP
  {{- $host := include "aeterna.bareHost" (default "" .host) }}
  {{- $bits := ternary "128" (ternary "32" "" (regexMatch "^[0-9]+(\\.[0-9]+){3}$" $host)) (contains ":" $host) }}
  {{- with $bits }}
  to:
    - ipBlock:
        cidr: {{ printf "%s/%s" $host . | quote }}
  {{- end }}
{{- end -}}

{{/* An egress rule to pods of this namespace (labels, ports). */}}
{{- define "aeterna.network.pods" -}}
- to:
    - podSelector:
        matchLabels:
          {{- toYaml .labels | nindent 10 }}
  ports:
    {{- range .ports }}
    - port: {{ int64 . }}
      protocol: TCP
    {{- end }}
{{- end -}}

{{/* Port of a URL: as given, or its scheme's. */}}
{{- define "aeterna.network.urlPort" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- if $port -}}
{{- $port -}}
{{- else -}}
{{- ternary "80" "443" (eq $url.scheme "http") -}}
{{- end -}}
{{- end -}}

{{- define "aeterna.network.outsideUrl" -}}
{{- include "aeterna.network.outside" (dict "host" (urlParse .).hostname "port" (include "aeterna.network.urlPort" .)) -}}
{{- end -}}

{{/* An egress rule to a git repository: by the port of its address, else by its scheme's. */}}
{{- define "aeterna.network.git" -}}
{{- if contains "://" . -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $usual := dict "https" 443 "http" 80 "git" 9418 -}}
{{- include "aeterna.network.outside" (dict "host" $url.hostname "port" (default (default 22 (get $usual $url.scheme)) $port)) -}}
{{- else -}}
{{- include "aeterna.network.outside" (dict "port" 22) -}}
{{- end -}}
{{- end -}}

{{/* An egress rule to where a cloud hands a pod its identity: metadata servers of AWS, Azure and Google, EKS Pod Identity. */}}
{{- define "aeterna.network.identity" -}}
- to:
    - ipBlock:
        cidr: 169.254.169.254/32
    - ipBlock:
        cidr: 169.254.170.23/32
  ports:
    - port: 80
      protocol: TCP
- to:
    - ipBlock:
        cidr: 169.254.169.252/32
  ports:
    - port: 988
      protocol: TCP
{{- end -}}

{{/* "true" where the server signs in at a cloud with the pod's own identity. */}}
{{- define "aeterna.network.serverHasIdentity" -}}
{{- $v := .Values -}}
{{- $model := or (and (eq $v.llm.provider "google") (not (include "aeterna.hasCredential" (dict "root" . "key" "google-credentials")))) (and (eq $v.llm.provider "bedrock") (not (include "aeterna.hasCredential" (dict "root" . "key" "bedrock-access-key-id")))) -}}
{{- $store := and (eq $v.vector.backend "vertex-ai") (not (include "aeterna.hasCredential" (dict "root" . "key" "vertex-ai-service-account"))) -}}
{{- if or $model $store (eq $v.kms.provider "aws") }}true{{ end -}}
{{- end -}}

{{/* Egress rules to where backups go. */}}
{{- define "aeterna.network.backups" -}}
{{- with .Values.backup -}}
{{- if and (eq .destination "s3") .s3.endpoint -}}
{{- include "aeterna.network.outsideUrl" .s3.endpoint -}}
{{- else -}}
{{- include "aeterna.network.outside" (dict "port" 443) -}}
{{- end -}}
{{- $key := get (dict "s3" "backup-s3-access-key-id" "gcs" "backup-gcs-credentials" "azure" "backup-azure-storage-key") .destination -}}
{{- if not (include "aeterna.hasCredential" (dict "root" $ "key" $key)) }}
{{ include "aeterna.network.identity" $ }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Egress rule to the API server: most plugins see the port of its own machine, some that of its Service. */}}
{{- define "aeterna.network.apiServer" -}}
- ports:
    {{- range .Values.networkPolicy.apiServerPorts }}
    - port: {{ int64 . }}
      protocol: TCP
    {{- end }}
{{- end -}}

{{/* Egress rule to the cache. */}}
{{- define "aeterna.network.cache" -}}
{{- if eq .Values.cache.type "external" -}}
{{- include "aeterna.network.outside" (dict "host" .Values.cache.external.host "port" .Values.cache.external.port) -}}
{{- else -}}
{{- include "aeterna.network.pods" (dict "labels" (fromYaml (include "aeterna.network.cacheLabels" .)) "ports" (list 6379)) -}}
{{- end -}}
{{- end -}}

{{/* Egress rules to the vector store. */}}
{{- define "aeterna.network.vector" -}}
{{- with include "aeterna.network.vectorPorts" . -}}
{{- include "aeterna.network.pods" (dict "labels" (fromYaml (include "aeterna.network.vectorLabels" $)) "ports" (fromYamlArray .)) -}}
{{- else -}}
{{- include "aeterna.network.vectorOutside" . -}}
{{- end -}}
{{- end -}}

{{/* Labels of the pods of bundled stores, as their operators and subcharts set them. */}}
{{- define "aeterna.network.postgresqlLabels" -}}
cnpg.io/cluster: {{ include "aeterna.postgresql.cluster" . | quote }}
{{- end -}}

{{- define "aeterna.network.cacheLabels" -}}
{{- if eq .Values.cache.type "valkey" -}}
app.kubernetes.io/name: {{ default "valkey" .Values.valkey.nameOverride | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- else -}}
app: {{ include "aeterna.dragonfly.name" . | quote }}
{{- end -}}
{{- end -}}

{{- define "aeterna.network.vectorLabels" -}}
{{- if eq .Values.vector.backend "qdrant" -}}
app.kubernetes.io/name: {{ default "qdrant" .Values.qdrant.nameOverride | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- else if eq .Values.vector.backend "weaviate" -}}
app: weaviate
{{- else -}}
app.kubernetes.io/instance: {{ include "aeterna.mongodb.name" . | quote }}
{{- end -}}
{{- end -}}

{{/* Ports of the bundled vector store, as YAML list; empty where it is outside. */}}
{{- define "aeterna.network.vectorPorts" -}}
{{- $v := .Values.vector -}}
{{- if and (eq $v.backend "qdrant") (not $v.qdrant.host) -}}
[6333, 6334]
{{- else if and (eq $v.backend "weaviate") (not $v.weaviate.host) -}}
[8080, 50051]
{{- else if include "aeterna.mongodb.bundled" . -}}
[27017]
{{- end -}}
{{- end -}}

{{/* Egress rule to PostgreSQL. */}}
{{- define "aeterna.network.postgresql" -}}
{{- if eq .Values.postgresql.type "external" -}}
{{- include "aeterna.network.outside" (dict "host" .Values.postgresql.external.host "port" .Values.postgresql.external.port) -}}
{{- else -}}
{{- include "aeterna.network.pods" (dict "labels" (fromYaml (include "aeterna.network.postgresqlLabels" .)) "ports" (list 5432)) -}}
{{- end -}}
{{- end -}}

{{/* Egress rules to the vector store outside. */}}
{{- define "aeterna.network.vectorOutside" -}}
{{- with .Values.vector -}}
{{- if eq .backend "qdrant" -}}
{{- include "aeterna.network.outside" (dict "host" .qdrant.host "port" .qdrant.port) -}}
{{- else if eq .backend "weaviate" -}}
{{- include "aeterna.network.outside" (dict "host" .weaviate.host "port" .weaviate.port) -}}
{{- else if eq .backend "mongodb" -}}
{{- include "aeterna.network.outside" (dict "port" .mongodb.port) -}}
{{- else if eq .backend "databricks" -}}
{{- include "aeterna.network.outsideUrl" .databricks.workspaceUrl -}}
{{- else if ne .backend "pgvector" -}}
{{- include "aeterna.network.outside" (dict "port" 443) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Egress rules to the language model. */}}
{{- define "aeterna.network.llm" -}}
{{- with .Values.llm -}}
{{- if and (eq .provider "openai") .openai.baseUrl -}}
{{- include "aeterna.network.outsideUrl" .openai.baseUrl -}}
{{- else if eq .provider "ollama" -}}
{{- include "aeterna.network.outsideUrl" .ollama.host -}}
{{- else if has .provider (list "openai" "google" "bedrock") -}}
{{- include "aeterna.network.outside" (dict "port" 443) -}}
{{- end -}}
{{- end -}}
{{- end -}}
