{{/*
The migration, and how the server waits for it: the Job writes down in the database for which image it is done, and the
server's pods look there. So nothing asks the API server, and install, upgrade, rollback and `helm template` are alike.
*/}}

{{/* A Job cannot be changed, so whatever changes in it makes another one; and each upgrade tries again. */}}
{{- define "aeterna.migration.name" -}}
{{- $try := ternary .Release.Revision 1 .Release.IsUpgrade -}}
{{- $hash := printf "%s %d" (include "aeterna.migration.spec" .) (int64 $try) | sha256sum | trunc 6 -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" (printf "migrate-%s" $hash)) -}}
{{- end -}}

{{- define "aeterna.migration.spec" -}}
backoffLimit: {{ int64 .Values.migration.backoffLimit }}
activeDeadlineSeconds: {{ int64 .Values.migration.activeDeadlineSeconds }}
parallelism: 1
completions: 1
ttlSecondsAfterFinished: {{ int64 .Values.migration.ttlSecondsAfterFinished }}
template:
  metadata:
    labels:
      {{- include "aeterna.labels" (dict "root" . "component" "migration") | nindent 6 }}
    {{- with .Values.migration.podAnnotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    {{- include "aeterna.pullSecrets" . | nindent 4 }}
    restartPolicy: Never
    serviceAccountName: {{ include "aeterna.serviceAccountName" . | quote }}
    automountServiceAccountToken: false
    enableServiceLinks: false
    {{- include "aeterna.hostAliases" . | nindent 4 }}
    securityContext:
      {{- toYaml .Values.podSecurityContext | nindent 6 }}
    initContainers:
      - name: migrate
        image: {{ include "aeterna.image" (dict "root" . "image" .Values.image) | quote }}
        imagePullPolicy: {{ .Values.image.pullPolicy }}
        args: ["admin", "migrate", "up"]
        env:
          {{- range $name, $value := fromYaml (include "aeterna.environment.database" .) }}
          - name: {{ $name | quote }}
            value: {{ $value | quote }}
          {{- end }}
          - name: RUST_LOG
            value: {{ default .Values.logging.level .Values.migration.logLevel | quote }}
          - name: AETERNA_CONFIG_PATH
            value: "/tmp"
          {{- include "aeterna.environment.databasePassword" . | nindent 10 }}
        terminationMessagePolicy: FallbackToLogsOnError
        resources:
          {{- toYaml .Values.migration.resources | nindent 10 }}
        securityContext:
          {{- toYaml .Values.securityContext | nindent 10 }}
        volumeMounts:
          - name: tmp
            mountPath: /tmp
          {{- include "aeterna.rootCertificate.mount" . | nindent 10 }}
    containers:
      - name: record
        {{- include "aeterna.migration.psql" (dict "root" . "script" "aeterna.migration.record") | nindent 8 }}
    volumes:
      {{- include "aeterna.tmpVolume" . | nindent 6 }}
      {{- include "aeterna.rootCertificate.volume" . | nindent 6 }}
    {{- include "aeterna.placement" (dict "root" .) | nindent 4 }}
{{- end -}}

{{/* The container that keeps a pod of the server back, with its name. */}}
{{- define "aeterna.migration.wait" -}}
- name: wait-for-migration
  {{- include "aeterna.migration.psql" (dict "root" . "script" "aeterna.migration.waiting") | nindent 2 }}
{{- end -}}

{{/* A container that runs a script with psql (root, script); its name stands before. */}}
{{- define "aeterna.migration.psql" -}}
image: {{ include "aeterna.backup.image" .root | quote }}
imagePullPolicy: {{ .root.Values.backup.image.pullPolicy }}
command:
  {{- toYaml (list "sh" "-c" (include .script .root)) | nindent 2 }}
env:
  {{- include "aeterna.backup.environment" .root | nindent 2 }}
  - name: PGCONNECT_TIMEOUT
    value: "5"
  - name: IMAGE
    value: {{ include "aeterna.image" (dict "root" .root "image" .root.Values.image) | quote }}
terminationMessagePolicy: FallbackToLogsOnError
resources:
  {{- include "aeterna.smallResources" .root | nindent 2 }}
securityContext:
  {{- toYaml .root.Values.securityContext | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- include "aeterna.rootCertificate.mount" .root | nindent 2 }}
{{- end -}}

{{- define "aeterna.migration.record" -}}
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set image="$IMAGE" <<'SQL'
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS _aeterna_chart_migrations (image text PRIMARY KEY, migrated_at timestamptz NOT NULL);
INSERT INTO _aeterna_chart_migrations VALUES (:'image', now()) ON CONFLICT (image) DO UPDATE SET migrated_at = now();
SQL
{{- end -}}

{{/* psql ends with 2 where it got no connection, and with 3 where the table is not there yet. */}}
{{- define "aeterna.migration.waiting" -}}
end=$(($(date +%s) + {{ int64 .Values.migration.waitSeconds }}))
echo "Waiting until a Job has migrated the database for $IMAGE."
while :; do
  answer="$(echo "SELECT 'migrated' FROM _aeterna_chart_migrations WHERE image = :'image'" |
    psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --set image="$IMAGE" 2>&1)"
  status=$?
  test "$answer" = migrated && exit 0
  test "$(date +%s)" -ge "$end" && break
  sleep 1
done
if test $status -eq 2; then
  echo "PostgreSQL at $PGHOST:$PGPORT does not let the server in: $(echo "$answer" | tail -n 1)"
else
  echo "The database is not migrated for $IMAGE after {{ int64 .Values.migration.waitSeconds }} s. The Job says why: kubectl --namespace {{ .Release.Namespace }} logs --all-containers --selector app.kubernetes.io/instance={{ .Release.Name }},app.kubernetes.io/component=migration"
fi
exit 1
{{- end -}}
