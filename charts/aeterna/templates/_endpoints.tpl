{{/* Where the backing services are, bundled or elsewhere. */}}

{{- define "aeterna.postgresql.cluster" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "pg" "max" 50) -}}
{{- end -}}

{{/* The server takes no IPv6 address of PostgreSQL, so one gets a name, which every pod that uses it is taught. */}}
{{- define "aeterna.postgresql.host" -}}
{{- if include "aeterna.postgresql.address" . -}}
postgresql.aeterna.internal
{{- else if eq .Values.postgresql.type "external" -}}
{{- .Values.postgresql.external.host -}}
{{- else -}}
{{- include "aeterna.postgresql.cluster" . }}-rw
{{- end -}}
{{- end -}}

{{/* The IPv6 address of an external PostgreSQL; empty where its host is anything else. */}}
{{- define "aeterna.postgresql.address" -}}
{{- if and (eq .Values.postgresql.type "external") (contains ":" .Values.postgresql.external.host) -}}
{{- include "aeterna.bareHost" .Values.postgresql.external.host -}}
{{- end -}}
{{- end -}}

{{/* An entry of `hostAliases` for whatever connects to PostgreSQL; empty where its name needs none. */}}
{{- define "aeterna.postgresql.hostAlias" -}}
{{- with include "aeterna.postgresql.address" . -}}
- ip: {{ . | quote }}
  hostnames:
    - {{ include "aeterna.postgresql.host" $ | quote }}
{{- end -}}
{{- end -}}

{{/* `hostAliases` of a pod that connects to PostgreSQL: its own, and those that were given. */}}
{{- define "aeterna.hostAliases" -}}
{{- $database := include "aeterna.postgresql.hostAlias" . }}
{{- if or $database .Values.extra.hostAliases }}
hostAliases:
  {{- with $database }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .Values.extra.hostAliases }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* `hostAliases` of a pod that does not connect to PostgreSQL. */}}
{{- define "aeterna.extraHostAliases" -}}
{{- with .Values.extra.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "aeterna.postgresql.port" -}}
{{- if eq .Values.postgresql.type "external" -}}
{{- int64 .Values.postgresql.external.port -}}
{{- else -}}
5432
{{- end -}}
{{- end -}}

{{- define "aeterna.postgresql.database" -}}
{{- ternary .Values.postgresql.external.database "aeterna" (eq .Values.postgresql.type "external") -}}
{{- end -}}

{{- define "aeterna.postgresql.user" -}}
{{- ternary .Values.postgresql.external.user "aeterna" (eq .Values.postgresql.type "external") -}}
{{- end -}}

{{/* The operator names StatefulSet and Service like the instance, and pods carry a label with a hash behind the name. */}}
{{- define "aeterna.dragonfly.name" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "dragonfly" "max" 52) -}}
{{- end -}}

{{- define "aeterna.cache.host" -}}
{{- if eq .Values.cache.type "external" -}}
{{- include "aeterna.urlHost" .Values.cache.external.host -}}
{{- else if eq .Values.cache.type "valkey" -}}
{{- include "aeterna.subchartFullname" (dict "root" . "alias" "valkey") -}}
{{- else -}}
{{- include "aeterna.dragonfly.name" . -}}
{{- end -}}
{{- end -}}

{{- define "aeterna.cache.port" -}}
{{- if eq .Values.cache.type "external" -}}
{{- int64 .Values.cache.external.port -}}
{{- else -}}
6379
{{- end -}}
{{- end -}}

{{- define "aeterna.qdrant.url" -}}
{{- with .Values.vector.qdrant -}}
{{- if .host -}}
{{- printf "%s://%s:%d" (ternary "https" "http" .tls) (include "aeterna.urlHost" .host) (int64 .port) -}}
{{- else -}}
http://{{ include "aeterna.subchartFullname" (dict "root" $ "alias" "qdrant") }}:6334
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "aeterna.weaviate.service" -}}
{{- dig "service" "name" "weaviate" .Values.weaviate -}}
{{- end -}}

{{- define "aeterna.weaviate.url" -}}
{{- with .Values.vector.weaviate -}}
{{- if .host -}}
{{- printf "%s://%s:%d" (ternary "https" "http" .tls) (include "aeterna.urlHost" .host) (int64 .port) -}}
{{- else -}}
http://{{ include "aeterna.weaviate.service" $ }}:80
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A host without the brackets in which an IPv6 address may be written. */}}
{{- define "aeterna.bareHost" -}}
{{- . | trimPrefix "[" | trimSuffix "]" -}}
{{- end -}}

{{/* An IPv6 address stands in brackets in a URL. */}}
{{- define "aeterna.urlHost" -}}
{{- if and (contains ":" .) (not (hasPrefix "[" .)) -}}
[{{ . }}]
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* Name and replica set together: 50 characters at most. */}}
{{- define "aeterna.mongodb.name" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "mongodb" "max" 45) -}}
{{- end -}}

{{/* "true" where the replica set is made here. */}}
{{- define "aeterna.mongodb.bundled" -}}
{{- $uri := .Values.vector.mongodb.uri -}}
{{- if and (eq .Values.vector.backend "mongodb") (not (or $uri.value $uri.existingSecret $uri.key)) }}true{{ end -}}
{{- end -}}

{{- define "aeterna.mongodb.hosts" -}}
{{- $name := include "aeterna.mongodb.name" . -}}
{{- $hosts := list -}}
{{- range $member := until (int .Values.vector.mongodb.size) -}}
{{- $hosts = append $hosts (printf "%s-rs0-%d.%s-rs0.%s.svc.%s:27017" $name $member $name $.Release.Namespace $.Values.clusterDomain) -}}
{{- end -}}
{{- join "," $hosts -}}
{{- end -}}

{{/* Memory for the cache's data in MiB. */}}
{{- define "aeterna.cache.memory" -}}
{{- ternary .Values.hybrid.cacheSizeMiB .Values.cache.dragonfly.maxMemoryMiB (eq .Values.mode "hybrid") | int64 -}}
{{- end -}}

{{/* Host of the central server, without scheme, port and path. */}}
{{- define "aeterna.central.host" -}}
{{- $host := (urlParse .Values.central.url).hostname -}}
{{- $host -}}
{{- end -}}
