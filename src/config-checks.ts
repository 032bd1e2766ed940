// Checks the settings that a schema cannot check: addresses, and settings that need one another.
import { isIP } from 'node:net'
import type { Config } from './config-schema.ts'
import { defaultModelId, multilingualModelId, repositoryOf } from './embed/models.ts'
import { corsOrigins, readPathPrefix, trustedProxies } from './http-settings.ts'
import { readHeaders } from './llm/headers.ts'
import { isLoopback } from './loopback.ts'
import { readOtlpHeaders } from './tracing/headers.ts'

/** The settings that are web addresses, and the beginnings that they may have. */
const addresses: Partial<Record<keyof Config, string[]>> = {
  LLM_URL: ['http', 'https'],
  LLM_FALLBACK_URL: ['http', 'https'],
  MEILI_URL: ['http', 'https'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['http', 'https'],
  WEB_SEARCH_URL: ['http', 'https'],
  MODELS_HUB_URL: ['http', 'https'],
  WEBHOOK_URL: ['https', 'http'],
  SUPABASE_URL: ['https', 'http', 'postgrest+http', 'postgrest+https'],
  HTTP_PROXY: ['http', 'https', 'socks5'],
  HTTPS_PROXY: ['http', 'https', 'socks5'],
}

/** The settings that are keys of other servers, which travel in headers. */
export const keyNames: string[] = [
  'LLM_API_KEY', 'LLM_FALLBACK_API_KEY', 'MEILI_KEY', 'MEILI_WRITE_KEY', 'WEB_SEARCH_KEY', 'SUPABASE_KEY',
] satisfies (keyof Config)[]

/** Throws an Error that names the key, and quotes no value: it may be a secret. */
export function checkSettings (config: Config): Config {
  const { CHUNK_TOKENS, CHUNK_OVERLAP_TOKENS, WEB_SEARCH, WEB_SEARCH_URL, WEB_SEARCH_KEY } = config
  if (CHUNK_TOKENS > 256 && CHUNK_TOKENS < 512) throw new Error('setting CHUNK_TOKENS must be 256, or 512 to 4096')
  if (CHUNK_OVERLAP_TOKENS > CHUNK_TOKENS / 2) throw new Error('setting CHUNK_OVERLAP_TOKENS must be no more than half of CHUNK_TOKENS')
  if (!/^[A-Za-z_]{3,20}(?:\+[A-Za-z_]{3,20}){0,9}$/.test(config.OCR_LANGUAGES)) {
    throw new Error('setting OCR_LANGUAGES must be tesseract\'s names of languages, joined by +: fra+eng')
  }
  if (WEB_SEARCH === 'searxng' && WEB_SEARCH_URL === '') {
    throw new Error('setting WEB_SEARCH_URL is missing: the address of your SearXNG')
  }
  if (WEB_SEARCH === 'brave' && WEB_SEARCH_KEY === '') throw new Error('setting WEB_SEARCH_KEY is missing: the key of Brave\'s search API')
  for (const [key, schemes] of Object.entries(addresses)) checkAddress(key, String(config[key as keyof Config]), schemes)
  for (const key of keyNames) {
    // Blanks within are sent as they are: a master key of Meilisearch may have some.
    if (!/^[\x20-\x7e]*$/.test(String(config[key as keyof Config]))) {
      throw new Error(`setting ${key} has a line end or a letter that no header can carry; copy it again`)
    }
  }
  checkRedis(config.REDIS_URL)
  checkHost(config.HOST)
  if (trustedProxies(config.TRUST_PROXY) === null) {
    throw new Error('setting TRUST_PROXY must be true, false, a number of proxies, or their addresses, comma-separated: 10.0.0.0/8')
  }
  if (readPathPrefix(config.BASE_PATH) === null) throw new Error('setting BASE_PATH must be a path such as /assistant')
  if (corsOrigins(config.CORS_ORIGINS) === null) {
    throw new Error('setting CORS_ORIGINS must be origins such as https://shop.example, comma-separated, or *')
  }
  checkEmbedding(config)
  checkModel(config)
  checkTraceHeaders(config)
  checkMeilisearch(config)
  return config
}

/** The settings that do nothing without an address. */
const dependents: [address: keyof Config, settings: (keyof Config)[]][] = [
  ['LLM_URL', ['LLM_MODEL', 'LLM_API_KEY']],
  ['LLM_FALLBACK_URL', ['LLM_FALLBACK_MODEL', 'LLM_FALLBACK_API_KEY']],
  ['MEILI_URL', ['MEILI_KEY', 'MEILI_WRITE_KEY']],
  ['SUPABASE_URL', ['SUPABASE_KEY']],
  ['WEBHOOK_URL', ['WEBHOOK_SECRET']],
]

/** Returns what is set without effect, in sentences: the address may have been forgotten. */
export function idleSettings (config: Config): string[] {
  return dependents.filter(([address]) => config[address] === '').flatMap(([address, settings]) => {
    const idle = settings.filter(setting => config[setting] !== '')
    return idle.length === 0 ? [] : [`${idle.join(' and ')} ${idle.length === 1 ? 'does' : 'do'} nothing: ${address} is empty`]
  })
}

function checkAddress (key: string, value: string, schemes: string[]): void {
  if (value === '') return
  const scheme = schemes.find(scheme => value.toLowerCase().startsWith(`${scheme}://`))
  // A blank in it would be sent as %20, and the host of http://https://host is https.
  const isOne = !/\s|^[^/]*\/\/[^/]*:\/\//.test(value)
  if (scheme !== undefined && isOne && URL.canParse(value.slice(scheme.startsWith('postgrest+') ? 'postgrest+'.length : 0))) return
  const beginnings = schemes.map(scheme => `${scheme}://`)
  const starts = `${beginnings.slice(0, -1).join(', ')} or ${beginnings.at(-1)}`
  throw new Error(`setting ${key} must be an address that starts with ${starts}, without blanks`)
}

function checkRedis (value: string): void {
  if (value === '') return
  const url = URL.parse(value)
  const escaped = 'In a password, % is written %25, # is %23, / is %2F and @ is %40.'
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new Error(
      `setting REDIS_URL must look like redis://[user:password@]host[:port][/database], or rediss://… for TLS. ${escaped}`
    )
  }
  if (!/^(\/\d*)?$/.test(url.pathname)) throw new Error(`setting REDIS_URL: the database after the host must be a number. ${escaped}`)
  try {
    decodeURIComponent(url.username)
    decodeURIComponent(url.password)
  } catch {
    throw new Error(`setting REDIS_URL: the user or the password cannot be decoded. ${escaped}`)
  }
}

function checkHost (host: string): void {
  if (isIP(host) !== 0 || /^[\w.-]+$/.test(host)) return
  throw new Error('setting HOST must be an address of this machine, or a name of it, without a port')
}

/** Returns the names of embedding models, comma-separated, in the case in which they are known. */
export function readModelNames (value: string): string {
  const known = [defaultModelId, multilingualModelId]
  const names = value.split(/[\s,]+/).filter(Boolean)
  return names.map(name => known.find(model => model.toLowerCase() === name.toLowerCase()) ?? name).join(',')
}

function checkEmbedding ({ EMBEDDING_MODELS }: Config): void {
  try {
    EMBEDDING_MODELS.split(',').forEach(repositoryOf)
  } catch (error) {
    throw new Error(`setting EMBEDDING_MODELS must be names of models, comma-separated: ${(error as Error).message}`)
  }
}

function checkModel ({ LLM_HEADERS, LLM_KEEP_ALIVE }: Config): void {
  try {
    readHeaders(LLM_HEADERS)
  } catch (error) {
    throw new Error(`setting LLM_HEADERS must look like "Name: value, Other: value", or be a JSON object: ${(error as Error).message}`)
  }
  if (!/^-?(?:\d+|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/.test(LLM_KEEP_ALIVE)) {
    throw new Error('setting LLM_KEEP_ALIVE must be a duration like 60m or 1h30m, or seconds; -1 = for ever')
  }
}

function checkTraceHeaders ({ OTEL_EXPORTER_OTLP_HEADERS }: Config): void {
  try {
    readOtlpHeaders(OTEL_EXPORTER_OTLP_HEADERS)
  } catch (error) {
    throw new Error(`setting OTEL_EXPORTER_OTLP_HEADERS: ${(error as Error).message}`)
  }
}

function checkMeilisearch ({ MEILI_URL, MEILI_KEY, MEILI_KEY_UID }: Config): void {
  if (MEILI_URL === '') return
  if (MEILI_KEY !== '' && MEILI_KEY_UID === '') {
    throw new Error('setting MEILI_KEY_UID is missing: `causerie meili keys` prints it beside the key')
  }
  if (MEILI_KEY === '' && !isLoopback(new URL(MEILI_URL).hostname)) {
    throw new Error('setting MEILI_KEY is missing: only a Meilisearch on this machine may be used without one')
  }
}
