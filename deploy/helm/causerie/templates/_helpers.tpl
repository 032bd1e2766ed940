{{- define "causerie.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "causerie.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "causerie.labels" -}}
{{ include "causerie.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "causerie.secretName" -}}
{{- .Values.secrets.existing | default (include "causerie.fullname" .) -}}
{{- end -}}

{{- define "causerie.hasSecrets" -}}
{{- if or .Values.secrets.existing .Values.secrets.values -}}true{{- end -}}
{{- end -}}

{{/* A setting as text. Helm reads numbers as floats, and would write large ones with an exponent. */}}
{{- define "causerie.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{- int64 . | toString | quote -}}
{{- else -}}
{{- toString . | quote -}}
{{- end -}}
{{- end -}}

{{- define "causerie.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Memory: the service at its most under load (docs/measured.md), and the process that reads a large file. CPU has no limit:
     a stream that is throttled stalls. */}}
{{- define "causerie.resources" -}}
{{- if .Values.resources -}}
{{- toYaml .Values.resources -}}
{{- else if eq (.Values.settings.PROFILE | default "production") "low-memory" -}}
requests: { cpu: 250m, memory: 512Mi }
limits: { memory: 1280Mi }
{{- else -}}
requests: { cpu: 500m, memory: 768Mi }
limits: { memory: 1536Mi }
{{- end -}}
{{- end -}}

{{/* After SIGTERM: a second in which /ready is 503, SHUTDOWN_SECONDS for running answers, five for closing, and some to spare. */}}
{{- define "causerie.graceSeconds" -}}
{{- add .Values.preStopSeconds 1 (.Values.settings.SHUTDOWN_SECONDS | default 10) 5 4 -}}
{{- end -}}

{{/* The ports in the addresses of the settings, and further ones, each once. */}}
{{- define "causerie.egressPorts" -}}
{{- $ports := list -}}
{{- $addresses := list -}}
{{- range $name := list "LLM_URL" "LLM_FALLBACK_URL" "MEILI_URL" "SUPABASE_URL" "WEB_SEARCH_URL" "WEBHOOK_URL" "OTEL_EXPORTER_OTLP_ENDPOINT" "HTTP_PROXY" "HTTPS_PROXY" "REDIS_URL" -}}
{{- $addresses = append $addresses (get $.Values.settings $name | default (get $.Values.secrets.values $name)) -}}
{{- end -}}
{{- if .Values.modelsVolume.enabled -}}
{{- $addresses = append $addresses (.Values.settings.MODELS_HUB_URL | default "https://huggingface.co") -}}
{{- end -}}
{{- range $address := compact $addresses -}}
{{- $url := urlParse (trimPrefix "postgrest+" $address) -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) -}}
{{- $ports = append $ports (int ($port | default (get (dict "http" "80" "redis" "6379" "rediss" "6379") $url.scheme | default "443"))) -}}
{{- end -}}
{{- if eq .Values.settings.WEB_SEARCH "brave" -}}
{{- $ports = append $ports 443 -}}
{{- end -}}
{{- if and .Values.secrets.existing (eq .Values.mode "shared") -}}
{{- $ports = append $ports 6379 -}}
{{- end -}}
{{- range .Values.networkPolicy.ports -}}
{{- $ports = append $ports (int .) -}}
{{- end -}}
{{- $ports | uniq | sortAlpha | join "," -}}
{{- end -}}

{{/* Refuses what cannot work, before anything is installed. */}}
{{- define "causerie.check" -}}
{{- if eq .Values.mode "shared" -}}
{{- range $name := list "MEILI_URL" "SUPABASE_URL" -}}
{{- if not (get $.Values.settings $name) -}}
{{- fail (printf "mode: shared needs settings.%s: instances share documents, profiles and keys only there. For one instance: mode: embedded" $name) -}}
{{- end -}}
{{- end -}}
{{- if not (or .Values.secrets.existing (get .Values.secrets.values "REDIS_URL")) -}}
{{- fail "mode: shared needs secrets.values.REDIS_URL, or secrets.existing with it: instances share answers and limits only there" -}}
{{- end -}}
{{- else if .Values.autoscaling.enabled -}}
{{- fail "autoscaling needs mode: shared: the documents of an embedded instance are known to it alone" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- fail "ingress.host is missing" -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor (not .Values.metrics.keySecret.name) -}}
{{- fail "metrics.keySecret.name is missing: /metrics asks for an admin key of all companies" -}}
{{- end -}}
{{- end -}}
