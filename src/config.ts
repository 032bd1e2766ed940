// Reads the settings of the service; nothing else reads the environment.
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import envSchema from 'env-schema'
import { ConfigSchema, type Config } from './config-schema.ts'
import { readHeaders } from './llm/headers.ts'
import { isLoopback } from './loopback.ts'
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
  ANSWERS_MAX_LIVE: 500,
}

const keys = new Set(Object.keys(ConfigSchema.properties))
/** Settings that an empty value switches off, instead of restoring the default. */
const emptyMeansNone = new Set(['SAMPLES_DIR', 'MODELS_HUB_URL'])

/**
 * Reads `.env` (when there is one) and the environment, which wins. An empty value means the default, or "none" where
 * the setting says so. Throws an Error that names the key when a value is invalid, or a key in `.env` unknown.
 */
export function loadConfig (environment: NodeJS.ProcessEnv = process.env, envFile = '.env'): Config {
  const file = existsSync(envFile) ? parseEnv(readFileSync(envFile, 'utf8')) : {}
  for (const key of Object.keys(file)) {
    if (!keys.has(key)) throw new Error(`${envFile}: unknown setting ${key}${suggestName(key, keys)}`)
  }
  return makeConfig({ ...file, ...environment })
}

/**
 * Checks settings that depend on one another, which the schema cannot express. Throws an Error that names the key.
 */
function checkDependencies (config: Config): Config {
  const { MEILI_URL, MEILI_KEY, MEILI_KEY_UID, CHUNK_TOKENS, CHUNK_OVERLAP_TOKENS, WEB_SEARCH, WEB_SEARCH_URL, WEB_SEARCH_KEY } = config
  if (CHUNK_TOKENS > 256 && CHUNK_TOKENS < 512) throw new Error('setting CHUNK_TOKENS must be 256, or 512 to 4096')
  if (CHUNK_OVERLAP_TOKENS > CHUNK_TOKENS / 2) throw new Error('setting CHUNK_OVERLAP_TOKENS must be no more than half of CHUNK_TOKENS')
  if (WEB_SEARCH === 'searxng' && !URL.canParse(WEB_SEARCH_URL)) {
    throw new Error('setting WEB_SEARCH_URL is missing: the address of your SearXNG')
  }
  if (WEB_SEARCH === 'brave' && WEB_SEARCH_KEY === '') throw new Error('setting WEB_SEARCH_KEY is missing: the key of Brave\'s search API')
  try {
    readHeaders(config.LLM_HEADERS)
  } catch (error) {
    throw new Error(`setting LLM_HEADERS must look like "Name: value, Other: value", or be a JSON object: ${(error as Error).message}`)
  }
  if (MEILI_URL === '') return config
  const url = URL.parse(MEILI_URL)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error('setting MEILI_URL must be an address that starts with http:// or https://')
  }
  if (MEILI_KEY !== '' && MEILI_KEY_UID === '') {
    throw new Error('setting MEILI_KEY_UID is missing: `causerie meili keys` prints it beside the key')
  }
  if (MEILI_KEY === '' && !isLoopback(url.hostname)) {
    throw new Error('setting MEILI_KEY is missing: only a Meilisearch on this machine may be used without one')
  }
  return config
}

/** Completes settings with their defaults; ignores keys that are not settings. */
export function makeConfig (given: Record<string, unknown>): Config {
  const data = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => keys.has(key) && value !== undefined && (value !== '' || emptyMeansNone.has(key)))
  )
  const profile = data.PROFILE === 'low-memory' ? lowMemory : {}
  return checkDependencies(checkEach({ ...profile, ...data }))
}

function checkEach (data: Record<string, unknown>): Config {
  try {
    return envSchema<Config>({ schema: ConfigSchema, data, env: false, dotenv: false })
  } catch (error) {
    const [problem] =
      (error as { errors?: { instancePath: string; message?: string; params?: { allowedValues?: string[] } }[] }).errors ?? []
    const allowed = problem?.params?.allowedValues ? ` (${problem.params.allowedValues.join(', ')})` : ''
    throw new Error(`setting ${problem?.instancePath.slice(1) ?? ''} ${problem?.message ?? (error as Error).message}${allowed}`)
  }
}

/** Returns the embedder's settings, the same for all that create one. */
export function embedderSettings (config: Config) {
  return {
    models: config.EMBEDDING_MODELS.split(',').map(model => model.trim()).filter(Boolean),
    dtype: config.EMBEDDING_DTYPE,
    scripts: config.EMBEDDING_SCRIPTS,
    threads: config.EMBEDDING_THREADS,
    modelsDir: config.MODELS_DIR,
    hubUrl: config.MODELS_HUB_URL,
  }
}
