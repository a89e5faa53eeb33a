{{/* Names and parts of OPAL. */}}

{{/* "true" where OPAL is part of the release. */}}
{{- define "aeterna.opal.enabled" -}}
{{- if and (include "aeterna.runsServer" .) .Values.opal.enabled }}true{{ end -}}
{{- end -}}

{{- define "aeterna.opal.server" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "opal-server" "max" 52) -}}
{{- end -}}

{{- define "aeterna.opal.agent" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "cedar-agent") -}}
{{- end -}}

{{- define "aeterna.opal.fetcher" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "opal-fetcher") -}}
{{- end -}}

{{- define "aeterna.opal.config" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "opal") -}}
{{- end -}}

{{- define "aeterna.opal.policies" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "opal-policies") -}}
{{- end -}}

{{/* "true" where several processes of the server have to talk to each other. */}}
{{- define "aeterna.opal.broadcasts" -}}
{{- with .Values.opal.server -}}
{{- if gt (mul (int64 .replicas) (int64 .workers)) 1 }}true{{ end -}}
{{- end -}}
{{- end -}}

{{/* "true" where the entities of the values are served by the server's pod. */}}
{{- define "aeterna.opal.servesEntities" -}}
{{- if not (or .Values.opal.data.url .Values.opal.fetcher.enabled) }}true{{ end -}}
{{- end -}}

{{/* Where agents get entities from, as OPAL wants it. For Cedar the destination is empty and the answer a list. */}}
{{- define "aeterna.opal.dataSources" -}}
{{- $entry := dict "topics" (list "policy_data") "dst_path" "" "save_method" "PUT" -}}
{{- with .Values.opal -}}
{{- if .data.url -}}
{{- $_ := set $entry "url" .data.url -}}
{{- with .data.headers -}}
{{- $_ := set $entry "config" (dict "headers" .) -}}
{{- end -}}
{{- else if .fetcher.enabled -}}
{{- $_ := set $entry "url" (printf "http://%s:8080/v1/all?tenant=%s" (include "aeterna.opal.fetcher" $) (urlquery .fetcher.tenant)) -}}
{{- $_ := set $entry "periodic_update_interval" 60 -}}
{{- else -}}
{{- $_ := set $entry "url" (printf "http://%s:7003/entities.json" (include "aeterna.opal.server" $)) -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "config" (dict "entries" (list $entry))) -}}
{{- end -}}

{{/* Traces of server and agents; OPAL speaks OTLP over gRPC only. */}}
{{- define "aeterna.opal.tracing" -}}
{{- with .Values.tracing -}}
{{- if and .enabled (eq .protocol "grpc") }}
- name: OPAL_ENABLE_OPENTELEMETRY_TRACING
  value: "true"
- name: OPAL_OPENTELEMETRY_OTLP_ENDPOINT
  value: {{ .endpoint | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* PostgreSQL without the password, which both OPAL's driver and the fetcher's take from PGPASSWORD. */}}
{{- define "aeterna.postgresql.url" -}}
{{- printf "postgresql://%s@%s:%s/%s" (include "aeterna.postgresql.user" .) (include "aeterna.postgresql.host" .) (include "aeterna.postgresql.port" .) (include "aeterna.postgresql.database" .) -}}
{{- end -}}

{{- define "aeterna.postgresql.signIn" -}}
{{- include "aeterna.environment.databasePassword" . }}
{{- if eq .Values.postgresql.type "external" }}
- name: PGSSLMODE
  value: {{ .Values.postgresql.external.sslMode | quote }}
{{- if include "aeterna.rootCertificate" . }}
- name: PGSSLROOTCERT
  value: "/etc/aeterna/postgresql/ca.crt"
{{- end }}
{{- end }}
{{- end -}}

{{/* Preferred anti-affinity over zones first, then over nodes (root, component). */}}
{{- define "aeterna.zoneAntiAffinity" -}}
{{- $selector := dict "matchLabels" (fromYaml (include "aeterna.selectorLabels" .)) -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: topology.kubernetes.io/zone
        labelSelector:
          {{- toYaml $selector | nindent 10 }}
    - weight: 50
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          {{- toYaml $selector | nindent 10 }}
{{- end -}}

{{/* An HTTP probe (path, port, failures). */}}
{{- define "aeterna.opal.probe" -}}
httpGet:
  path: {{ .path }}
  port: {{ .port }}
periodSeconds: 10
timeoutSeconds: 5
failureThreshold: {{ .failures }}
{{- end -}}

{{/* A ServiceAccount that can do nothing (root, name, component). */}}
{{- define "aeterna.opal.account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "aeterna.metadata" . | nindent 2 }}
automountServiceAccountToken: false
{{- end -}}
