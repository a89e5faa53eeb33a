{{/*
Names of the subcharts' objects. Their own rule leaves 63 characters, and then the name of the headless Service does not
fit, nor does the StatefulSet's into a label of its pods, which takes it with a hash of at most 11 characters. So what is
longer than 52 is cut here, and a hash keeps names apart.
*/}}

{{- define "aeterna.subchartFullname" -}}
{{- include "aeterna.fullnameFor" (dict "release" .root.Release.Name "alias" .alias "values" (index .root.Values .alias)) -}}
{{- end -}}

{{- define "aeterna.fullnameFor" -}}
{{- $name := default .alias .values.nameOverride -}}
{{- $full := ternary .release (printf "%s-%s" .release $name) (contains $name .release) -}}
{{- if .values.fullnameOverride -}}
{{- .values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if gt (len $full) 52 -}}
{{- printf "%s-%s" ($full | trunc 45 | trimSuffix "-") (sha256sum $full | trunc 6) -}}
{{- else -}}
{{- $full -}}
{{- end -}}
{{- end -}}

{{/* These take the place of the subcharts' own: of two definitions Helm keeps that of the chart above. */}}

{{- define "qdrant.fullname" -}}
{{- include "aeterna.fullnameFor" (dict "release" .Release.Name "alias" .Chart.Name "values" .Values) -}}
{{- end -}}

{{- define "valkey.fullname" -}}
{{- include "aeterna.fullnameFor" (dict "release" .Release.Name "alias" .Chart.Name "values" .Values) -}}
{{- end -}}
