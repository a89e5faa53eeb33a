{{/* What the Jobs around an external PostgreSQL share. */}}

{{- define "aeterna.backup.image" -}}
{{- include "aeterna.image" (dict "root" . "image" .Values.backup.image) -}}
{{- end -}}

{{/* How psql, pg_dump and pg_restore find the database. */}}
{{- define "aeterna.backup.environment" -}}
- name: PGHOST
  value: {{ include "aeterna.postgresql.host" . | quote }}
- name: PGPORT
  value: {{ include "aeterna.postgresql.port" . | quote }}
- name: PGDATABASE
  value: {{ include "aeterna.postgresql.database" . | quote }}
- name: PGUSER
  value: {{ include "aeterna.postgresql.user" . | quote }}
{{ include "aeterna.postgresql.signIn" . }}
{{- end -}}

{{- define "aeterna.backup.name" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "backup" "max" 52) -}}
{{- end -}}
