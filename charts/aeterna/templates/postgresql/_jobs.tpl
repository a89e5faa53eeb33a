{{/* Jobs around backups. */}}

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

{{- define "aeterna.backup.scratchName" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "pg-verify" "max" 50) -}}
{{- end -}}

{{/* Where dumps go, for the scripts. */}}
{{- define "aeterna.backup.destination" -}}
{{- with .Values.backup -}}
{{- $place := index $.Values.backup .destination -}}
- name: DESTINATION
  value: {{ .destination | quote }}
- name: BUCKET
  value: {{ ternary .azure.container (get $place "bucket") (eq .destination "azure") | quote }}
- name: PREFIX
  value: {{ printf "%s/aeterna-" (trimAll "/" $place.path) | quote }}
- name: RETENTION_DAYS
  value: {{ int64 .retentionDays | quote }}
{{- if eq .destination "s3" }}
- name: S3_REGION
  value: {{ .s3.region | quote }}
- name: S3_ENDPOINT
  value: {{ .s3.endpoint | quote }}
{{- include "aeterna.secretVariable" (dict "root" $ "key" "backup-s3-access-key-id" "env" "AWS_ACCESS_KEY_ID") }}
{{- include "aeterna.secretVariable" (dict "root" $ "key" "backup-s3-secret-access-key" "env" "AWS_SECRET_ACCESS_KEY") }}
{{- else if eq .destination "azure" }}
- name: AZURE_ACCOUNT
  value: {{ .azure.storageAccount | quote }}
{{- include "aeterna.secretVariable" (dict "root" $ "key" "backup-azure-storage-key" "env" "AZURE_STORAGE_KEY") }}
{{- else if include "aeterna.hasCredential" (dict "root" $ "key" "backup-gcs-credentials") }}
- name: GOOGLE_APPLICATION_CREDENTIALS
  value: /etc/aeterna/backup/credentials.json
{{- end }}
{{- end }}
{{- end -}}

{{/* A CronJob of one script (root, name, script, schedule). It runs as the image's own user: initdb wants its name. */}}
{{- define "aeterna.backup.cronJob" -}}
{{- $root := .root -}}
{{- $external := eq $root.Values.postgresql.type "external" -}}
{{- $key := and $external (eq $root.Values.backup.destination "gcs") (include "aeterna.hasCredential" (dict "root" $root "key" "backup-gcs-credentials")) -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "aeterna.metadata" (dict "root" $root "name" .name "component" "backup") | nindent 2 }}
spec:
  schedule: {{ .schedule | quote }}
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 2
      activeDeadlineSeconds: 14400
      template:
        metadata:
          labels:
            {{- include "aeterna.labels" (dict "root" $root "component" "backup" "labels" $root.Values.podLabels) | nindent 12 }}
        spec:
          {{- include "aeterna.pullSecrets" $root | nindent 10 }}
          restartPolicy: Never
          serviceAccountName: {{ include "aeterna.backup.name" $root | quote }}
          automountServiceAccountToken: {{ not $external }}
          enableServiceLinks: false
          {{- include "aeterna.hostAliases" $root | nindent 10 }}
          securityContext:
            {{- toYaml (merge (dict "runAsUser" 26 "runAsGroup" 26 "fsGroup" 26) (deepCopy $root.Values.podSecurityContext)) | nindent 12 }}
          containers:
            - name: backup
              image: {{ include "aeterna.backup.image" $root | quote }}
              imagePullPolicy: {{ $root.Values.backup.image.pullPolicy }}
              command: ["python3", {{ printf "/etc/aeterna/scripts/%s" .script | quote }}]
              env:
                - name: PYTHONDONTWRITEBYTECODE
                  value: "1"
                {{- if $external }}
                - name: WORK
                  value: /work
                {{- include "aeterna.backup.environment" $root | nindent 16 }}
                {{- include "aeterna.backup.destination" $root | nindent 16 }}
                {{- else }}
                - name: CLUSTER_FILE
                  value: /etc/aeterna/scripts/cluster.json
                - name: PAUSE
                  value: "10"
                - name: PATIENCE
                  value: "10800"
                {{- end }}
              resources:
                {{- toYaml $root.Values.backup.resources | nindent 16 }}
              securityContext:
                {{- toYaml $root.Values.securityContext | nindent 16 }}
              volumeMounts:
                - name: tmp
                  mountPath: /tmp
                - name: work
                  mountPath: /work
                - name: scripts
                  mountPath: /etc/aeterna/scripts
                  readOnly: true
                {{- include "aeterna.rootCertificate.mount" $root | nindent 16 }}
                {{- if $key }}
                - name: credentials
                  mountPath: /etc/aeterna/backup
                  readOnly: true
                {{- end }}
          volumes:
            {{- include "aeterna.tmpVolume" $root | nindent 12 }}
            - name: work
              emptyDir: {}
            - name: scripts
              configMap:
                name: {{ include "aeterna.nameWith" (dict "root" $root "suffix" "backup-scripts") | quote }}
            {{- include "aeterna.rootCertificate.volume" $root | nindent 12 }}
            {{- if $key }}
            {{- $where := fromYaml (include "aeterna.backup.reference" (dict "root" $root "key" "backup-gcs-credentials")) }}
            - name: credentials
              secret:
                secretName: {{ $where.name | quote }}
                items:
                  - key: {{ $where.key | quote }}
                    path: credentials.json
            {{- end }}
          {{- include "aeterna.placement" (dict "root" $root) | nindent 10 }}
{{- end -}}

{{/* The throwaway cluster that the newest backup is restored into. */}}
{{- define "aeterna.backup.scratchCluster" -}}
{{- $pg := .Values.postgresql.cnpg -}}
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  {{- include "aeterna.metadata" (dict "root" . "name" (include "aeterna.backup.scratchName" .) "component" "backup-verification") | nindent 2 }}
spec:
  instances: 1
  imageName: {{ include "aeterna.postgresql.imageName" . | quote }}
  {{- include "aeterna.pullSecrets" . | nindent 2 }}
  storage:
    size: {{ $pg.storage.size | quote }}
    {{- with include "aeterna.storageClass" (dict "root" . "storage" $pg.storage) }}
    storageClass: {{ . | quote }}
    {{- end }}
  resources:
    {{- toYaml $pg.resources | nindent 4 }}
  {{- with .Values.backup.serviceAccountAnnotations }}
  serviceAccountTemplate:
    metadata:
      annotations:
        {{- toYaml . | nindent 8 }}
  {{- end }}
  {{- with $pg.podLabels }}
  inheritedMetadata:
    labels:
      {{- toYaml . | nindent 6 }}
  {{- end }}
  bootstrap:
    recovery:
      source: origin
  externalClusters:
    - name: origin
      barmanObjectStore:
        serverName: {{ include "aeterna.postgresql.cluster" . | quote }}
        {{- (fromYaml (include "aeterna.backup.cnpg" .)).barmanObjectStore | toYaml | nindent 8 }}
{{- end -}}
