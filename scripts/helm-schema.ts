// Writes the schema of the Helm chart's values: the chart's own, and every setting as the service itself checks it.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ConfigSchema } from '../src/config-schema.ts'

export const schemaFile = fileURLToPath(new URL('../deploy/helm/causerie/values.schema.json', import.meta.url))

type Schema = Record<string, unknown>

/** Fixed by the image and its volumes. */
export const fixedSettings = ['HOST', 'PORT', 'DATA_DIR', 'MODELS_DIR', 'PRINT_FIRST_KEY']

const text = { type: 'string' }
const flag = { type: 'boolean' }
const whole = (minimum: number, maximum?: number) => ({ type: 'integer', minimum, ...(maximum === undefined ? {} : { maximum }) })
const oneOf = (...values: string[]) => ({ type: 'string', enum: values })
const object = (properties: Schema) => ({ type: 'object', additionalProperties: false, properties })
const mapOf = (values: Schema) => ({ type: 'object', additionalProperties: values })
const list = (items: Schema) => ({ type: 'array', items })
const size = { type: 'string', pattern: '^[0-9]+(Mi|Gi|Ti)$' }
const name = { type: 'string', maxLength: 253 }

const kinds: Record<string, Schema> = JSON.parse(JSON.stringify(ConfigSchema.properties))

/** Tells whether a setting belongs into a Secret. */
export function isSecret (setting: string): boolean {
  return kinds[setting]!.type === 'string' && (/_(KEY|SECRET|HEADERS)$/.test(setting) || setting === 'REDIS_URL')
}

/** Tells whether a setting may be in a Secret: addresses can hold a password. */
const mayBeSecret = (setting: string) => isSecret(setting) || /_(URL|PROXY)$/.test(setting)

/** Returns the settings that fit, each with the values that the service accepts. */
function settings (fits: (setting: string) => boolean): Schema {
  const all = Object.entries(kinds).filter(([setting]) => !fixedSettings.includes(setting) && fits(setting))
  return object(Object.fromEntries(all.map(([setting, { type, enum: values, minimum, maximum }]) => [
    setting, Object.fromEntries(Object.entries({ type, enum: values, minimum, maximum }).filter(([, value]) => value !== undefined)),
  ])))
}

function makeSchema (): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: 'Written by scripts/helm-schema.ts from src/config-schema.ts.',
    ...object({
      mode: oneOf('embedded', 'shared'),
      replicas: whole(1, 1000),
      image: object({
        repository: { type: 'string', minLength: 1 }, tag: text, digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
        pullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
      }),
      imagePullSecrets: list(object({ name })),
      settings: settings(setting => !isSecret(setting)),
      secrets: object({ existing: name, values: settings(mayBeSecret) }),
      persistence: object({
        enabled: flag, size, storageClass: name, whenScaled: oneOf('Retain', 'Delete'), whenDeleted: oneOf('Retain', 'Delete'),
      }),
      modelsVolume: object({ enabled: flag, size }),
      resources: { type: 'object' },
      preStopSeconds: whole(0, 120),
      service: object({ type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer'), port: whole(1, 65_535), annotations: mapOf(text) }),
      ingress: object({ enabled: flag, className: name, annotations: mapOf(text), host: name, tlsSecret: name }),
      autoscaling: object({
        enabled: flag, minReplicas: whole(1, 1000), maxReplicas: whole(1, 1000), liveAnswers: whole(0, 100_000), cpu: whole(1, 10_000),
      }),
      podDisruptionBudget: object({ enabled: flag, maxUnavailable: { type: ['integer', 'string'] } }),
      networkPolicy: object({
        enabled: flag, from: list({ type: 'object' }), monitoringFrom: list({ type: 'object' }), ports: list(whole(1, 65_535)),
      }),
      metrics: object({
        serviceMonitor: flag, interval: { type: 'string', pattern: '^[0-9]+(ms|s|m)$' }, keySecret: object({ name, key: name }),
        rules: flag, dashboard: flag, labels: mapOf(text),
      }),
      podAnnotations: mapOf(text),
      podLabels: mapOf(text),
      nodeSelector: mapOf(text),
      tolerations: list({ type: 'object' }),
      affinity: { type: 'object' },
      priorityClassName: name,
      // Given to every chart by the one that includes it.
      global: { type: 'object' },
    }),
  }
}

/** Returns the file's content, with a line for each setting. */
export function schemaText (): string {
  const onOneLine = (text: string) => text.length > 160 ? text : text.replace(/\s*\n\s*/g, ' ')
  const text = JSON.stringify(makeSchema(), null, 2).replace(/\[[^[\]{}]*\]/g, onOneLine)
  return `${text.replace(/\{[^{}]*\}/g, onOneLine)}\n`
}

if (import.meta.main) {
  const written = schemaText()
  if (await readFile(schemaFile, 'utf8').catch(() => '') !== written) await writeFile(schemaFile, written)
}
