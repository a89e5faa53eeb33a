{{/* Rules across keys. Every broken one is listed in one failure, with what to set. */}}

{{- define "aeterna.validate" -}}
{{- $problems := list -}}
{{- range list "mode" "postgresql" "cache" "vector" "llm" "opal" "operations" "resources" "credentials" -}}
{{- $problems = concat $problems (fromJson (include (printf "aeterna.validate.%s" .) $)).items -}}
{{- end -}}
{{- if $problems -}}
{{- fail (printf "\n\nThese values cannot work:\n  - %s\n" (join "\n  - " $problems)) -}}
{{- end -}}
{{- end -}}

{{- define "aeterna.validate.mode" -}}
{{- $p := list -}}
{{- if not (regexMatch "^[a-z]" (include "aeterna.fullname" .)) -}}
{{- $p = append $p (printf "The name %q begins with a digit, which names of Services may not. Set fullnameOverride, or choose another release name." (include "aeterna.fullname" .)) -}}
{{- end -}}
{{- if and (ne .Values.mode "local") (not .Values.central.url) -}}
{{- $p = append $p (printf "Mode %s needs the address of the central server. Set central.url." .Values.mode) -}}
{{- end -}}
{{- if and (ne .Values.mode "local") (eq .Values.central.auth.method "oauth2") -}}
{{- range list "clientId" "tokenUrl" -}}
{{- if not (index $.Values.central.auth.oauth2 .) -}}
{{- $p = append $p (printf "OAuth2 needs central.auth.oauth2.%s." .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.mode "remote" -}}
{{- range list "cnpg" "dragonfly" "valkey" "qdrant" "weaviate" "mongodb" -}}
{{- if (index $.Values .).enabled -}}
{{- $p = append $p (printf "Mode remote runs no server, so nothing needs the subchart %s. Set %s.enabled to false." . .) -}}
{{- end -}}
{{- end -}}
{{- if .Values.ingress.enabled -}}
{{- $p = append $p "Mode remote runs no server, so an Ingress leads nowhere. Set ingress.enabled to false." -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.postgresql" -}}
{{- $p := list -}}
{{- if include "aeterna.runsServer" . -}}
{{- with .Values.postgresql -}}
{{- if eq .type "external" -}}
{{- if not .external.host -}}
{{- $p = append $p "An external PostgreSQL needs its host. Set postgresql.external.host." -}}
{{- end -}}
{{- if and (hasPrefix "verify-" .external.sslMode) (not .external.rootCertificate.value) (not .external.rootCertificate.existingSecret) -}}
{{- $p = append $p (printf "TLS mode %s needs the certificate of the authority. Set postgresql.external.rootCertificate, or sslMode to require." .external.sslMode) -}}
{{- end -}}
{{- if $.Values.cnpg.enabled -}}
{{- $p = append $p "PostgreSQL is external, so nothing needs the operator. Set cnpg.enabled to false, or postgresql.type to cnpg." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.backup -}}
{{- if .enabled -}}
{{- if and (eq .destination "s3") (not .s3.bucket) -}}
{{- $p = append $p "Backups to S3 need a bucket. Set backup.s3.bucket." -}}
{{- end -}}
{{- if and (eq .destination "gcs") (not .gcs.bucket) -}}
{{- $p = append $p "Backups to Google Cloud Storage need a bucket. Set backup.gcs.bucket." -}}
{{- end -}}
{{- if and (eq .destination "azure") (not (and .azure.storageAccount .azure.container)) -}}
{{- $p = append $p "Backups to Azure need backup.azure.storageAccount and backup.azure.container." -}}
{{- end -}}
{{- $keys := list .s3.accessKeyId .s3.secretAccessKey -}}
{{- $given := 0 -}}
{{- range $keys -}}{{- if or .value .existingSecret .key -}}{{- $given = add1 $given -}}{{- end -}}{{- end -}}
{{- if and (eq .destination "s3") (eq (int $given) 1) -}}
{{- $p = append $p "Of the two S3 keys only one is given. Set backup.s3.accessKeyId and backup.s3.secretAccessKey, or neither." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.cache" -}}
{{- $p := list -}}
{{- if include "aeterna.runsServer" . -}}
{{- $type := .Values.cache.type -}}
{{- if and (eq $type "external") (not .Values.cache.external.host) -}}
{{- $p = append $p "An external cache needs its host. Set cache.external.host." -}}
{{- end -}}
{{- if and (ne $type "dragonfly") .Values.dragonfly.enabled -}}
{{- $p = append $p (printf "The cache is %s, so nothing needs Dragonfly's operator. Set dragonfly.enabled to false, or cache.type to dragonfly." $type) -}}
{{- end -}}
{{- if and (ne $type "valkey") .Values.valkey.enabled -}}
{{- $p = append $p (printf "The cache is %s, so nothing needs Valkey. Set valkey.enabled to false, or cache.type to valkey." $type) -}}
{{- end -}}
{{- if and (eq $type "valkey") (not .Values.valkey.enabled) -}}
{{- $p = append $p "The cache is valkey, and Valkey is not installed. Set valkey.enabled to true." -}}
{{- end -}}
{{- if and (eq .Values.mode "hybrid") (eq $type "dragonfly") (lt (int64 .Values.hybrid.cacheSizeMiB) 256) -}}
{{- $p = append $p "Dragonfly needs a local cache of at least 256 MiB. Raise hybrid.cacheSizeMiB, or set cache.type to valkey." -}}
{{- end -}}
{{- $wanted := printf "maxmemory %dmb" (int64 .Values.hybrid.cacheSizeMiB) -}}
{{- if and (eq .Values.mode "hybrid") (eq $type "valkey") (not (contains $wanted (default "" .Values.valkey.valkeyConfig))) -}}
{{- $p = append $p (printf "The local cache is %d MiB, and Valkey is not told so. Put the line %q into valkey.valkeyConfig." (int64 .Values.hybrid.cacheSizeMiB) $wanted) -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.vector" -}}
{{- $p := list -}}
{{- if include "aeterna.runsServer" . -}}
{{- $v := .Values.vector -}}
{{- $bundled := dict "qdrant" (and (eq $v.backend "qdrant") (not $v.qdrant.host)) "weaviate" (and (eq $v.backend "weaviate") (not $v.weaviate.host)) -}}
{{- range $name, $needed := $bundled -}}
{{- if and $needed (not (index $.Values $name).enabled) -}}
{{- $p = append $p (printf "The vector store is %s, and neither its host nor the subchart is given. Set vector.%s.host, or %s.enabled to true." $name $name $name) -}}
{{- else if and (not $needed) (index $.Values $name).enabled -}}
{{- $p = append $p (printf "Nothing uses the %s that would be installed. Set %s.enabled to false." $name $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.mongodb.enabled (not (include "aeterna.mongodb.bundled" .)) -}}
{{- $p = append $p "Nothing uses the MongoDB operator that would be installed. Set mongodb.enabled to false." -}}
{{- end -}}
{{- if and $v.qdrant.snapshots.enabled (not .Values.qdrant.enabled) -}}
{{- $p = append $p "Snapshots are taken of the Qdrant that is installed here, and none is. Set vector.qdrant.snapshots.enabled to false." -}}
{{- end -}}
{{- if and $v.qdrant.snapshots.enabled (not (dig "snapshotPersistence" "enabled" false .Values.qdrant)) -}}
{{- $p = append $p "Snapshots need a disk, or they go with the pod. Set qdrant.snapshotPersistence.enabled to true." -}}
{{- end -}}
{{- if eq $v.backend "pinecone" -}}
{{- range list "indexName" "environment" -}}
{{- if not (index $v.pinecone .) -}}
{{- $p = append $p (printf "Pinecone needs vector.pinecone.%s." .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $v.backend "vertex-ai") (not $v.vertexAi.project) -}}
{{- $p = append $p "Vertex AI needs vector.vertexAi.project." -}}
{{- end -}}
{{- if and (eq $v.backend "databricks") (not $v.databricks.workspaceUrl) -}}
{{- $p = append $p "Databricks needs vector.databricks.workspaceUrl." -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.llm" -}}
{{- $p := list -}}
{{- if include "aeterna.runsServer" . -}}
{{- with .Values.llm -}}
{{- if eq .provider "google" -}}
{{- range list "project" "location" -}}
{{- if not (index $.Values.llm.google .) -}}
{{- $p = append $p (printf "Google needs llm.google.%s." .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq .provider "bedrock") (not .bedrock.region) -}}
{{- $p = append $p "Bedrock needs llm.bedrock.region." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.opal" -}}
{{- $p := list -}}
{{- if include "aeterna.runsServer" . -}}
{{- with .Values.opal -}}
{{- if and (eq $.Values.mode "hybrid") $.Values.hybrid.offlineCedar (not .enabled) -}}
{{- $p = append $p "Deciding offline needs OPAL, which feeds the Cedar agent. Set opal.enabled to true, or hybrid.offlineCedar to false." -}}
{{- end -}}
{{- if .enabled -}}
{{- if and (eq .policy.source "configmap") (not .policy.policies) -}}
{{- $p = append $p "Agents get ready only with a policy. Set opal.policy.policies, or opal.policy.source to git." -}}
{{- end -}}
{{- if and .auth.publicKey.value (not (or .auth.privateKey.value .auth.privateKey.existingSecret)) -}}
{{- $p = append $p "The public key needs its private key. Set opal.auth.privateKey as well." -}}
{{- end -}}
{{- if and (eq .policy.source "git") (not .policy.git.url) -}}
{{- $p = append $p "Policies from git need opal.policy.git.url." -}}
{{- end -}}
{{- $overSsh := and .policy.git.url (not (regexMatch "^(https?|git)://" .policy.git.url)) -}}
{{- if and (eq .policy.source "git") $overSsh (not (include "aeterna.hasCredential" (dict "root" $ "key" "opal-policy-ssh-key"))) -}}
{{- $p = append $p "A policy repository with an SSH address needs an SSH key. Set opal.policy.git.sshKey, or an https address." -}}
{{- end -}}
{{- if and .fetcher.enabled (not (and .fetcher.image.repository (or .fetcher.image.tag .fetcher.image.digest))) -}}
{{- $p = append $p "No image of the fetcher is published. Set opal.fetcher.image.repository and tag to the one you built, or opal.fetcher.enabled to false." -}}
{{- end -}}
{{- if and .fetcher.enabled (not .fetcher.tenant) -}}
{{- $p = append $p "The fetcher answers for one tenant. Set opal.fetcher.tenant." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.operations" -}}
{{- $p := list -}}
{{- if include "aeterna.runsServer" . -}}
{{- with .Values -}}
{{- if and .ingress.enabled (not .ingress.host) -}}
{{- $p = append $p "An Ingress needs a host name. Set ingress.host." -}}
{{- end -}}
{{- if and .ingress.enabled (ne .mode "local") (eq (lower .ingress.host) (lower (include "aeterna.central.host" $))) -}}
{{- $p = append $p "The Ingress has the host name of the central server. Set ingress.host to a name of its own." -}}
{{- end -}}
{{- if and .ingress.enabled .ingress.tls.enabled (not (or .ingress.tls.secretName .ingress.tls.clusterIssuer .ingress.tls.issuer)) -}}
{{- $p = append $p "TLS needs a certificate. Set ingress.tls.clusterIssuer for cert-manager, or ingress.tls.secretName to a Secret that exists." -}}
{{- end -}}
{{- if and .ingress.tls.clusterIssuer .ingress.tls.issuer -}}
{{- $p = append $p "A certificate comes from one issuer. Set ingress.tls.clusterIssuer or ingress.tls.issuer, not both." -}}
{{- end -}}
{{- if and .httpRoute.enabled (not .httpRoute.parentRefs) -}}
{{- $p = append $p "An HTTPRoute belongs to a Gateway. Set httpRoute.parentRefs." -}}
{{- end -}}
{{- if and .hpa.enabled (gt (int64 .hpa.minReplicas) (int64 .hpa.maxReplicas)) -}}
{{- $p = append $p "The most replicas are fewer than the fewest. Raise hpa.maxReplicas, or lower hpa.minReplicas." -}}
{{- end -}}
{{- if and .hpa.enabled (eq (int64 .hpa.targetCPUPercent) 0) (eq (int64 .hpa.targetMemoryPercent) 0) -}}
{{- $p = append $p "An autoscaler needs something to go by. Set hpa.targetCPUPercent or hpa.targetMemoryPercent." -}}
{{- end -}}
{{- if and .hpa.enabled .vpa.enabled (ne .vpa.updateMode "Off") -}}
{{- $p = append $p "Two autoscalers would work against each other. Set vpa.updateMode to Off, or hpa.enabled to false." -}}
{{- end -}}
{{- if and .pdb.enabled (eq (toString .pdb.minAvailable) "") (eq (toString .pdb.maxUnavailable) "") -}}
{{- $p = append $p "A disruption budget needs a number. Set pdb.minAvailable or pdb.maxUnavailable." -}}
{{- end -}}
{{- if and .pdb.enabled (ne (toString .pdb.minAvailable) "") (ne (toString .pdb.maxUnavailable) "") -}}
{{- $p = append $p "A disruption budget takes one number. Set pdb.minAvailable or pdb.maxUnavailable to \"\"." -}}
{{- end -}}
{{- $own := fromYaml (include "aeterna.environment.own" $) -}}
{{- range $name := keys .extra.variables | sortAlpha -}}
{{- if hasKey $own $name -}}
{{- $p = append $p (printf "The chart sets %s by other values. Take it out of extra.variables." $name) -}}
{{- end -}}
{{- end -}}
{{- if and (eq .kms.provider "aws") (not .kms.awsKeyArn) -}}
{{- $p = append $p "AWS KMS needs the key's ARN. Set kms.awsKeyArn." -}}
{{- end -}}
{{- if and (eq .auth.backend "cedar") (not .auth.cedar.policies) -}}
{{- $p = append $p "Cedar needs policies. Set auth.cedar.policies." -}}
{{- end -}}
{{- if and .tracing.enabled (not .tracing.endpoint) -}}
{{- $p = append $p "Traces need a collector. Set tracing.endpoint." -}}
{{- end -}}
{{- $disk := .knowledge.persistence -}}
{{- $several := or .hpa.enabled (gt (int64 .replicaCount) 1) -}}
{{- if and $disk.enabled $several (not $disk.existingClaim) (not (has "ReadWriteMany" $disk.accessModes)) -}}
{{- $p = append $p "Several replicas share one volume only with ReadWriteMany. Set knowledge.persistence.accessModes, or one replica." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.resources" -}}
{{- $p := list -}}
{{- if include "aeterna.runsServer" . -}}
{{- with .Values -}}
{{- $places := dict "resources" .resources "migration.resources" .migration.resources "backup.resources" .backup.resources "postgresql.cnpg.resources" .postgresql.cnpg.resources "vector.mongodb.resources" .vector.mongodb.resources "vector.qdrant.snapshots.resources" .vector.qdrant.snapshots.resources "opal.server.resources" .opal.server.resources "opal.agent.resources" .opal.agent.resources "opal.fetcher.resources" .opal.fetcher.resources -}}
{{- range list "cnpg" "valkey" "qdrant" "weaviate" "mongodb" -}}
{{- if (index $.Values .).enabled -}}
{{- $_ := set $places (printf "%s.resources" .) (default dict (index $.Values .).resources) -}}
{{- end -}}
{{- end -}}
{{- range $place := keys $places | sortAlpha -}}
{{- $resources := index $places $place -}}
{{- range $name, $limit := default dict $resources.limits -}}
{{- $request := dig "requests" $name "" $resources -}}
{{- if and $request (lt (float64 (include "aeterna.quantity" $limit)) (float64 (include "aeterna.quantity" $request))) -}}
{{- $p = append $p (printf "%s.limits.%s is less than the request. Raise it, or lower %s.requests.%s." $place $name $place $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}

{{- define "aeterna.validate.credentials" -}}
{{- $p := list -}}
{{- with .Values.secrets -}}
{{- if and (eq .provider "external-secrets") (not .externalSecrets.store.name) -}}
{{- $p = append $p "External Secrets needs a store. Set secrets.externalSecrets.store.name." -}}
{{- end -}}
{{- end -}}
{{- range (fromJson (include "aeterna.credentials" .)).items -}}
{{- $where := fromYaml (include "aeterna.credential" (dict "root" $ "item" .)) -}}
{{- if and .required (eq $where.source "none") -}}
{{- $p = append $p (printf "%s is missing. Set its value, or existingSecret and key (its own key would be %q)." .path .key) -}}
{{- end -}}
{{- if and (eq .key "kms-key") .given.value -}}
{{- if ne (len (b64dec .given.value)) 32 -}}
{{- $p = append $p "kms.localKey.value must be 32 bytes in base64, as `openssl rand -base64 32` prints them." -}}
{{- end -}}
{{- end -}}
{{- if and (eq .key "mongodb-password") .given.value (not (regexMatch "^[A-Za-z0-9._~-]+$" .given.value)) -}}
{{- $p = append $p "vector.mongodb.password.value stands in a URL: use letters, digits and . _ ~ - only." -}}
{{- end -}}
{{- end -}}
{{- toJson (dict "items" $p) -}}
{{- end -}}
