{{- define "workbench.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "workbench.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "workbench.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "workbench.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "workbench.selectorLabels" -}}
app.kubernetes.io/name: {{ include "workbench.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "workbench.labels" -}}
{{ include "workbench.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "workbench.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "workbench.secret" -}}
{{- .Values.token.existingSecret | default (printf "%s-token" (include "workbench.fullname" . | trunc 57 | trimSuffix "-")) -}}
{{- end -}}

{{/* The path of the page, with a slash at its beginning and at its end. */}}
{{- define "workbench.base" -}}
{{- $path := .Values.baseUrl | trimAll "/" -}}
{{- if $path -}}/{{ $path }}/{{- else -}}/{{- end -}}
{{- end -}}

{{/* A question that costs nothing, for each probe. The name is one that the page always answers to. */}}
{{- define "workbench.probe" -}}
httpGet:
  path: {{ include "workbench.base" . }}robots.txt
  port: http
  httpHeaders:
    - name: Host
      value: localhost
timeoutSeconds: 5
{{- end -}}
