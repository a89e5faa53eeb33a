{{/* Backups of the CloudNativePG cluster into object storage. */}}
{{- define "aeterna.backup.cnpg" -}}
retentionPolicy: {{ printf "%dd" (int64 .Values.backup.retentionDays) | quote }}
barmanObjectStore:
  {{- with .Values.backup }}
  {{- if eq .destination "s3" }}
  destinationPath: {{ printf "s3://%s/%s" .s3.bucket (trimAll "/" .s3.path) | quote }}
  {{- with .s3.endpoint }}
  endpointURL: {{ . | quote }}
  {{- end }}
  s3Credentials:
    {{- if or .s3.accessKeyId.value .s3.accessKeyId.existingSecret .s3.accessKeyId.key }}
    accessKeyId:
      {{- include "aeterna.backup.reference" (dict "root" $ "key" "backup-s3-access-key-id") | nindent 6 }}
    secretAccessKey:
      {{- include "aeterna.backup.reference" (dict "root" $ "key" "backup-s3-secret-access-key") | nindent 6 }}
    {{- else }}
    inheritFromIAMRole: true
    {{- end }}
  {{- else if eq .destination "gcs" }}
  destinationPath: {{ printf "gs://%s/%s" .gcs.bucket (trimAll "/" .gcs.path) | quote }}
  googleCredentials:
    {{- if or .gcs.credentials.value .gcs.credentials.existingSecret .gcs.credentials.key }}
    applicationCredentials:
      {{- include "aeterna.backup.reference" (dict "root" $ "key" "backup-gcs-credentials") | nindent 6 }}
    {{- else }}
    gkeEnvironment: true
    {{- end }}
  {{- else }}
  destinationPath: {{ printf "https://%s.blob.core.windows.net/%s/%s" .azure.storageAccount .azure.container (trimAll "/" .azure.path) | quote }}
  azureCredentials:
    {{- if or .azure.storageKey.value .azure.storageKey.existingSecret .azure.storageKey.key }}
    storageAccount:
      name: {{ include "aeterna.nameWith" (dict "root" $ "suffix" "backup-account") | quote }}
      key: storage-account
    storageKey:
      {{- include "aeterna.backup.reference" (dict "root" $ "key" "backup-azure-storage-key") | nindent 6 }}
    {{- else }}
    inheritFromAzureAD: true
    {{- end }}
  {{- end }}
  {{- end }}
  wal:
    compression: gzip
  data:
    compression: gzip
{{- end -}}

{{/* name and key of one of the backup's credentials (root, key). */}}
{{- define "aeterna.backup.reference" -}}
{{- range (fromJson (include "aeterna.credentials" .root)).items -}}
{{- if eq .key $.key -}}
{{- $where := fromYaml (include "aeterna.credential" (dict "root" $.root "item" .)) -}}
name: {{ $where.name | quote }}
key: {{ $where.key | quote }}
{{- end -}}
{{- end -}}
{{- end -}}
