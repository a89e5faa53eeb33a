{{/* Names, labels, images. */}}

{{- define "aeterna.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "aeterna.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "aeterna.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "aeterna.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The full name with a suffix, at most `max` characters; what is cut is replaced by a hash, so that names stay apart. */}}
{{- define "aeterna.nameWith" -}}
{{- $full := include "aeterna.fullname" .root -}}
{{- $name := printf "%s-%s" $full .suffix -}}
{{- $max := int (default 63 .max) -}}
{{- if gt (len $name) $max -}}
{{- $room := int (sub $max (add (len .suffix) 8)) -}}
{{- printf "%s-%s-%s" ($full | trunc $room | trimSuffix "-") (sha256sum $full | trunc 6) .suffix -}}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{- define "aeterna.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels that select the pods of a component; no version, since selectors cannot change. */}}
{{- define "aeterna.selectorLabels" -}}
app.kubernetes.io/name: {{ include "aeterna.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component | quote }}
{{- end -}}

{{- define "aeterna.labels" -}}
{{- $own := fromYaml (include "aeterna.selectorLabels" .) -}}
{{- $_ := set $own "helm.sh/chart" (include "aeterna.chart" .root) -}}
{{- $_ := set $own "app.kubernetes.io/version" (.root.Chart.AppVersion | trunc 63) -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "aeterna" -}}
{{- toYaml (merge $own (deepCopy (default dict .labels)) (deepCopy .root.Values.commonLabels)) -}}
{{- end -}}

{{/* name, namespace, labels and annotations of an object: root, name, component, labels?, annotations?. */}}
{{- define "aeterna.metadata" -}}
name: {{ .name | quote }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "aeterna.labels" . | nindent 2 }}
{{- $annotations := merge (deepCopy (default dict .annotations)) (deepCopy .root.Values.commonAnnotations) }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Annotations of an object that outlives the release when asked to (the switch). */}}
{{- define "aeterna.kept" -}}
{{- if . -}}
helm.sh/resource-policy: keep
{{- else -}}
{}
{{- end -}}
{{- end -}}

{{- define "aeterna.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry -}}
{{- $tag := default .root.Chart.AppVersion .image.tag -}}
{{- $name := ternary (printf "%s/%s" $registry .image.repository) .image.repository (ne $registry "") -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $name .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name $tag -}}
{{- end -}}
{{- end -}}

{{/* CloudNativePG reads the version off the whole name; a mirror takes the place of its registry. */}}
{{- define "aeterna.postgresql.imageName" -}}
{{- $name := .Values.postgresql.cnpg.imageName -}}
{{- with .Values.global.imageRegistry -}}
{{- printf "%s/%s" . (regexReplaceAll "^[^/]*[.:][^/]*/" $name "") -}}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{- define "aeterna.pullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "aeterna.storageClass" -}}
{{- default .root.Values.global.storageClass .storage.storageClass -}}
{{- end -}}

{{- define "aeterna.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "aeterna.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* "true" where a server runs in this release. */}}
{{- define "aeterna.runsServer" -}}
{{- if ne .Values.mode "remote" }}true{{ end -}}
{{- end -}}

{{/* A quantity as a plain number, so that two can be compared: "1.5Gi" gives 1610612736. */}}
{{- define "aeterna.quantity" -}}
{{- $units := dict "" 1.0 "n" 1e-9 "u" 1e-6 "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 -}}
{{- $text := toString . -}}
{{- $unit := regexFind "([numkMGTPE]|[KMGTPE]i)?$" $text -}}
{{- mulf (trimSuffix $unit $text) (get $units $unit) -}}
{{- end -}}
