// Reads the settings of the service; nothing else reads the environment.
import { existsSync } from 'node:fs'
import envSchema from 'env-schema'
import { ConfigSchema, type Config } from './config-schema.ts'
import { checkSettings, keyNames, readModelNames } from './config-checks.ts'
import { readHeaders } from './llm/headers.ts'
import { allowedValues, cleanValue, isOfPlatform, readEnvFile, readFolder } from './setting-values.ts'
import type { Kind } from './setting-values.ts'
import { suggestName } from './suggest-name.ts'

export type { Config }

/** Defaults of the low-memory profile. */
const lowMemory: Partial<Config> = {
  MAX_DOCS_CHARS: 1200,
  MAX_HISTORY_CHARS: 800,
  ANSWER_CACHE_MAX_BYTES: 8_388_608,
  SEARCH_CACHE_MAX_BYTES: 8_388_608,
  EMBEDDING_MODELS: 'all-MiniLM-L6-v2',
  EMBEDDING_CACHE_MAX: 500,
  SQLITE_OPEN_COMPANIES: 10,
  VECTOR_MEMORY_MAX_BYTES: 8_388_608,
  ANSWERS_MAX_LIVE: 500,
}

/** Defaults of the quality profile, for a language model with a context of 16,000 tokens and more. */
const quality: Partial<Config> = {
  SEARCH_PASSAGES: 12,
  NGRAM_MAX: 40,
  MAX_DOCS_CHARS: 24_000,
  MAX_HISTORY_CHARS: 12_000,
  LLM_MAX_TOKENS: 1024,
  COMPRESSION: 'conservative',
}

/** Profiles that change defaults; what is set wins. */
const profiles: Partial<Record<Config['PROFILE'], Partial<Config>>> = { 'low-memory': lowMemory, quality }

const kinds = ConfigSchema.properties as Record<string, Kind>
const keys = new Set(Object.keys(kinds))
/** Settings that an empty value switches off, instead of restoring the default. */
const emptyMeansNone = new Set(['SAMPLES_DIR', 'MODELS_HUB_URL'])

/**
 * Reads `.env` (when there is one) and the environment, which wins. An empty value means the default, or "none" where
 * the setting says so. Throws an Error that names the key when a value is invalid, or a key in `.env` unknown.
 */
export function loadConfig (environment: NodeJS.ProcessEnv = process.env, envFile = '.env'): Config {
  const file = existsSync(envFile) ? readEnvFile(envFile, keys) : {}
  for (const key of Object.keys(file)) {
    if (!keys.has(key)) throw new Error(`${envFile}: unknown setting ${key}${suggestName(key, keys)}`)
  }
  return makeConfig({ ...file, ...proxies(environment), ...settingsIn(environment) })
}

/** Returns the variables of the environment that are settings. */
function settingsIn (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([key, value]) => keys.has(key) && !isOfPlatform(key, value)))
}

/** Returns the proxies that are named in lower case, as many programs read them. */
function proxies ({ http_proxy: http, https_proxy: https, no_proxy: no }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const named = Object.entries({ HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: no })
  return Object.fromEntries(named.filter(([, value]) => value !== undefined))
}

/** Completes settings with their defaults; ignores keys that are not settings. */
export function makeConfig (given: Record<string, unknown>): Config {
  const data = Object.fromEntries(
    Object.entries(given)
      .filter(([key]) => keys.has(key))
      .map(([key, value]) => [key, writtenAs(key, cleanValue(key, value, kinds[key]!))])
      .filter(([key, value]) => value !== undefined && (value !== '' || emptyMeansNone.has(String(key))))
  )
  const profile = profiles[data.PROFILE as Config['PROFILE']] ?? {}
  return checkSettings(checkEach({ ...profile, ...data }))
}

/**
 * Returns the value as this setting is used: people write brackets around an IPv6 address, leave out a proxy's scheme, and copy
 * "Bearer" with a key.
 */
function writtenAs (key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (key === 'HOST') return value.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (key === 'EMBEDDING_MODELS') return readModelNames(value)
  if (key.endsWith('_DIR')) return readFolder(key, value)
  // Copied out of the header that it is sent in.
  if (keyNames.includes(key)) return value.replace(/^Bearer\s+/i, '')
  return ['HTTP_PROXY', 'HTTPS_PROXY'].includes(key) && /^[^/]+:\d+\/?$/.test(value) ? `http://${value}` : value
}

function checkEach (data: Record<string, unknown>): Config {
  try {
    return envSchema<Config>({ schema: ConfigSchema, data, env: false, dotenv: false })
  } catch (error) {
    const [problem] = (error as { errors?: { instancePath: string; message?: string }[] }).errors ?? []
    const key = problem?.instancePath.slice(1) ?? ''
    throw new Error(`setting ${key} ${problem?.message ?? (error as Error).message}${allowedValues(kinds[key] ?? {})}`)
  }
}

/** Returns the proxies through which other servers are reached. */
export function proxySettings ({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: Config) {
  return { httpProxy: HTTP_PROXY, httpsProxy: HTTPS_PROXY, noProxy: NO_PROXY }
}

/** Returns the proxies as variables for programs that are started, which do not read `.env`. */
function proxyVariables ({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: Config): NodeJS.ProcessEnv {
  const variables = { HTTP_PROXY, HTTPS_PROXY: HTTPS_PROXY || HTTP_PROXY, NO_PROXY }
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
}

/** The variables that a program started by this one is given: the user's proxy, credentials and PATH among them. */
export const inheritedEnvironment: NodeJS.ProcessEnv = process.env

/** Returns the embedder's settings, the same for all that create one. */
export function embedderSettings (config: Config) {
  return {
    models: config.EMBEDDING_MODELS.split(',').map(model => model.trim()).filter(Boolean),
    dtype: config.EMBEDDING_DTYPE,
    scripts: config.EMBEDDING_SCRIPTS,
    threads: config.EMBEDDING_THREADS,
    modelsDir: config.MODELS_DIR,
    hubUrl: config.MODELS_HUB_URL,
    proxy: proxySettings(config),
    environment: { ...inheritedEnvironment, ...proxyVariables(config) },
  }
}

/** Returns the language model's settings. */
export function modelSettings (config: Config) {
  return {
    api: config.LLM_API,
    primary: { url: config.LLM_URL, model: config.LLM_MODEL, apiKey: config.LLM_API_KEY, headers: readHeaders(config.LLM_HEADERS) },
    fallback: { url: config.LLM_FALLBACK_URL, model: config.LLM_FALLBACK_MODEL, apiKey: config.LLM_FALLBACK_API_KEY },
    proxy: proxySettings(config),
    connectTimeoutMs: config.LLM_CONNECT_TIMEOUT_SECONDS * 1000,
    firstTokenTimeoutMs: config.LLM_FIRST_TOKEN_SECONDS * 1000,
    silenceTimeoutMs: config.LLM_TIMEOUT_SECONDS * 1000,
    poolSize: config.LLM_POOL_SIZE,
    queueTimeoutMs: config.LLM_QUEUE_SECONDS * 1000,
    keepAlive: config.LLM_KEEP_ALIVE,
    retries: config.LLM_RETRIES,
  }
}
