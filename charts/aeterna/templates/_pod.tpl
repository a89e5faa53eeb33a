{{/* What the pods of the server and its Jobs share. */}}

{{- define "aeterna.tmpVolume" -}}
- name: tmp
  emptyDir:
    sizeLimit: 1Gi
{{- end -}}

{{/* Of a container that runs for a moment. */}}
{{- define "aeterna.smallResources" -}}
requests:
  cpu: 10m
  memory: 32Mi
limits:
  memory: 128Mi
{{- end -}}

{{/* Volume with the certificate that PostgreSQL is checked against. */}}
{{- define "aeterna.rootCertificate.volume" -}}
{{- if include "aeterna.rootCertificate" . }}
{{- with .Values.postgresql.external.rootCertificate }}
- name: postgresql-ca
{{- if .existingSecret }}
  secret:
    secretName: {{ .existingSecret | quote }}
    items:
      - key: {{ default "ca.crt" .key | quote }}
        path: ca.crt
{{- else }}
  configMap:
    name: {{ include "aeterna.nameWith" (dict "root" $ "suffix" "pg-ca") | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Annotation by which pods restart with another certificate; one that lies elsewhere is not seen. */}}
{{- define "aeterna.rootCertificate.checksum" -}}
{{- if include "aeterna.rootCertificate" . }}
checksum/certificate: {{ .Values.postgresql.external.rootCertificate.value | sha256sum | quote }}
{{- end }}
{{- end -}}

{{- define "aeterna.rootCertificate.mount" -}}
{{- if include "aeterna.rootCertificate" . }}
- name: postgresql-ca
  mountPath: /etc/aeterna/postgresql
  readOnly: true
{{- end }}
{{- end -}}

{{/* Volume with the credentials that are files. */}}
{{- define "aeterna.credentialFiles.volume" -}}
{{- if include "aeterna.googleCredentials" . }}
- name: credentials
  projected:
    sources:
      {{- range (fromJson (include "aeterna.credentials" .)).items }}
      {{- $where := fromYaml (include "aeterna.credential" (dict "root" $ "item" .)) }}
      {{- if and .file (ne $where.source "none") }}
      - secret:
          name: {{ $where.name | quote }}
          items:
            - key: {{ $where.key | quote }}
              path: {{ .file | quote }}
      {{- end }}
      {{- end }}
{{- end }}
{{- end -}}

{{- define "aeterna.credentialFiles.mount" -}}
{{- if include "aeterna.googleCredentials" . }}
- name: credentials
  mountPath: /etc/aeterna/credentials
  readOnly: true
{{- end }}
{{- end -}}

{{/* Everything about the central server as files: a server that has no variables for it finds it there. */}}
{{- define "aeterna.central.volume" -}}
{{- if eq .Values.mode "hybrid" }}
- name: central
  projected:
    sources:
      - configMap:
          name: {{ include "aeterna.nameWith" (dict "root" . "suffix" "central") | quote }}
      {{- range (fromJson (include "aeterna.credentials" .)).items }}
      {{- $where := fromYaml (include "aeterna.credential" (dict "root" $ "item" .)) }}
      {{- if and (eq .component "central") (ne $where.source "none") }}
      - secret:
          name: {{ $where.name | quote }}
          items:
            - key: {{ $where.key | quote }}
              path: {{ .key | quote }}
      {{- end }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* Token of the pod's ServiceAccount for the central server. */}}
{{- define "aeterna.centralToken" -}}
{{- if and (eq .Values.mode "hybrid") (eq .Values.central.auth.method "service-account") }}true{{ end -}}
{{- end -}}

{{/* On which nodes a pod may run (root, tolerations?): as all do, besides with tolerations of its own. */}}
{{- define "aeterna.placement" -}}
{{- with .root.Values.scheduling.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat .root.Values.scheduling.tolerations (default list .tolerations) | uniq }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Affinity of a component (root, component, kind). */}}
{{- define "aeterna.podAntiAffinity" -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (dict "matchLabels" (fromYaml (include "aeterna.selectorLabels" (dict "root" .root "component" .component)))) -}}
{{- if eq .kind "required" -}}
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    {{- toYaml (list $term) | nindent 4 }}
{{- else if eq .kind "preferred" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    {{- toYaml (list (dict "weight" 100 "podAffinityTerm" $term)) | nindent 4 }}
{{- end -}}
{{- end -}}

{{/* Topology spread of a component (root, component, constraints), with the selector filled in where it is missing. */}}
{{- define "aeterna.topologySpread" -}}
{{- $selector := dict "matchLabels" (fromYaml (include "aeterna.selectorLabels" (dict "root" .root "component" .component))) -}}
{{- $filled := list -}}
{{- range .constraints -}}
{{- $filled = append $filled (merge (deepCopy .) (dict "labelSelector" $selector)) -}}
{{- end -}}
{{- toYaml $filled -}}
{{- end -}}

{{/* An HTTP probe on the server's API port (probe, path). */}}
{{- define "aeterna.probe" -}}
httpGet:
  path: {{ .path }}
  port: http
initialDelaySeconds: {{ int64 .probe.initialDelaySeconds }}
periodSeconds: {{ int64 .probe.periodSeconds }}
timeoutSeconds: {{ int64 .probe.timeoutSeconds }}
failureThreshold: {{ int64 .probe.failureThreshold }}
{{- end -}}

{{/* A PodDisruptionBudget that lets one pod go (root, name, component). */}}
{{- define "aeterna.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "aeterna.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "aeterna.selectorLabels" . | nindent 6 }}
{{- end -}}
