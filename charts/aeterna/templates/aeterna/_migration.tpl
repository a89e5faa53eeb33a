{{/* The migration's pod, alike in the Job of the install and the hook of an upgrade (root, password, certificate). */}}
{{- define "aeterna.migration.spec" -}}
backoffLimit: {{ int64 .root.Values.migration.backoffLimit }}
activeDeadlineSeconds: {{ int64 .root.Values.migration.activeDeadlineSeconds }}
parallelism: 1
completions: 1
{{- if .ttl }}
ttlSecondsAfterFinished: {{ int64 .root.Values.migration.ttlSecondsAfterFinished }}
{{- end }}
template:
  metadata:
    labels:
      {{- include "aeterna.labels" (dict "root" .root "component" "migration") | nindent 6 }}
    {{- with .root.Values.migration.podAnnotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    {{- include "aeterna.pullSecrets" .root | nindent 4 }}
    restartPolicy: Never
    serviceAccountName: {{ include "aeterna.serviceAccountName" .root | quote }}
    automountServiceAccountToken: false
    enableServiceLinks: false
    {{- include "aeterna.postgresql.hostAliases" .root | nindent 4 }}
    securityContext:
      {{- toYaml .root.Values.podSecurityContext | nindent 6 }}
    containers:
      - name: migrate
        image: {{ include "aeterna.image" (dict "root" .root "image" .root.Values.image) | quote }}
        imagePullPolicy: {{ .root.Values.image.pullPolicy }}
        args: ["admin", "migrate", "up"]
        env:
          {{- range $name, $value := fromYaml (include "aeterna.environment.database" .root) }}
          - name: {{ $name | quote }}
            value: {{ $value | quote }}
          {{- end }}
          - name: RUST_LOG
            value: {{ default .root.Values.logging.level .root.Values.migration.logLevel | quote }}
          - name: AETERNA_CONFIG_PATH
            value: "/tmp"
          {{- include "aeterna.environment.reference" (dict "env" "PGPASSWORD" "where" .password) | nindent 10 }}
        resources:
          {{- toYaml .root.Values.migration.resources | nindent 10 }}
        securityContext:
          {{- toYaml .root.Values.securityContext | nindent 10 }}
        volumeMounts:
          - name: tmp
            mountPath: /tmp
          {{- include "aeterna.rootCertificate.mount" .root | nindent 10 }}
    volumes:
      {{- include "aeterna.tmpVolume" .root | nindent 6 }}
      {{- .certificate | nindent 6 }}
    {{- with .root.Values.scheduling.nodeSelector }}
    nodeSelector:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .root.Values.scheduling.tolerations }}
    tolerations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end -}}

{{/* "true" where an upgrade's hook needs a Secret or a certificate that the release has not brought yet. */}}
{{- define "aeterna.migration.ownSecret" -}}
{{- $external := .Values.postgresql.external -}}
{{- if and (eq .Values.postgresql.type "external") (or (and $external.password.value (not $external.password.existingSecret)) (and $external.rootCertificate.value (not $external.rootCertificate.existingSecret))) }}true{{ end -}}
{{- end -}}
