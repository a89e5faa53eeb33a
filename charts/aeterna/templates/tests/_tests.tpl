{{/*
A pod of `helm test` (root, name, image, what, command, env?). It tries the command for a minute, since a network plugin may
let a new pod through only after a moment, and ends with an error that says `what` gave no answer.
*/}}
{{- define "aeterna.testPod" -}}
apiVersion: v1
kind: Pod
metadata:
  {{- include "aeterna.metadata" (dict "root" .root "name" (include "aeterna.nameWith" (dict "root" .root "suffix" (printf "test-%s" .name))) "component" "test" "annotations" (dict "helm.sh/hook" "test" "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded")) | nindent 2 }}
spec:
  {{- include "aeterna.pullSecrets" .root | nindent 2 }}
  restartPolicy: Never
  serviceAccountName: {{ include "aeterna.tests.account" .root | quote }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- include (ternary "aeterna.hostAliases" "aeterna.extraHostAliases" (eq .name "postgresql")) .root | nindent 2 }}
  securityContext:
    {{- toYaml .root.Values.podSecurityContext | nindent 4 }}
  containers:
    - name: test
      image: {{ .image | quote }}
      imagePullPolicy: IfNotPresent
      command:
        {{- toYaml (concat (list "sh" "-c" (include "aeterna.tests.try" .root) .what) .command) | nindent 8 }}
      {{- with .env }}
      env:
        {{- . | trim | nindent 8 }}
      {{- end }}
      resources:
        {{- include "aeterna.smallResources" .root | nindent 8 }}
      securityContext:
        {{- toYaml .root.Values.securityContext | nindent 8 }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- include "aeterna.rootCertificate.mount" .root | nindent 8 }}
  volumes:
    {{- include "aeterna.tmpVolume" .root | nindent 4 }}
    {{- include "aeterna.rootCertificate.volume" .root | nindent 4 }}
  {{- include "aeterna.placement" (dict "root" .root) | nindent 2 }}
{{- end -}}

{{- define "aeterna.tests.account" -}}
{{- include "aeterna.nameWith" (dict "root" . "suffix" "test") -}}
{{- end -}}

{{/* The server's image brings curl, which is all that most tests need. */}}
{{- define "aeterna.tests.image" -}}
{{- include "aeterna.image" (dict "root" . "image" .Values.image) -}}
{{- end -}}

{{- define "aeterna.tests.try" -}}
echo "Waiting for an answer from $0."
end=$(($(date +%s) + 60))
until "$@"; do
  if test "$(date +%s)" -ge "$end"; then
    echo "Within a minute no answer came from $0."
    exit 1
  fi
  sleep 2
done
{{- end -}}

{{/* curl that fails on an error status. */}}
{{- define "aeterna.tests.curl" -}}
{{- toYaml (list "curl" "--fail" "--silent" "--show-error" "--max-time" "5" .) -}}
{{- end -}}
