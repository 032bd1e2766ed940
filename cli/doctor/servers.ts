// Checks of the back ends that the settings name: can they be reached, may the keys do what they must, is the clock right.
import { request } from 'undici'
import { createAgent } from '../../src/async/agent.ts'
import { settlesWithin } from '../../src/async/signals.ts'
import { connectRedis } from '../../src/backends/redis/connection.ts'
import { createSupabase } from '../../src/backends/supabase/client.ts'
import { createSupabaseKeys } from '../../src/backends/supabase/keys.ts'
import { createSupabaseProfiles } from '../../src/backends/supabase/profiles.ts'
import { modelSettings, proxySettings, type Config } from '../../src/config.ts'
import { createModel } from '../../src/llm/create.ts'
import { checkKey, checkWriteKey } from '../meilisearch/check.ts'
import { checkMs, ok, problem, warning, type Finding } from './finding.ts'

/** A clock that is off by more is told; tokens of users and visitors allow less than a minute. */
const skewMs = 5000

export async function checkLanguageModel (config: Config): Promise<Finding> {
  const check = 'language model'
  if (config.LLM_URL === '') return ok(check, 'None: answers are extractive. LLM_URL names one.')
  const model = await createModel({ ...modelSettings(config), log: { warn () {} } })
  try {
    const begunAt = performance.now()
    if (!await settlesWithin(checkMs, model.warmUp())) throw new Error(`no answer within ${checkMs / 1000} s`)
    const { ready, reason } = model.stats()
    const took = `${Math.round(performance.now() - begunAt)} ms`
    return ready && reason === undefined
      ? ok(check, `${model.name} is loaded and answers (${took}).`)
      : problem(
        check, `${model.name} cannot be used: ${reason ?? 'it is not ready'}.`,
        'Check LLM_URL, LLM_MODEL and LLM_API_KEY; without it, questions fail with LLM_* errors.'
      )
  } finally {
    await model.close()
  }
}

export async function checkMeilisearch (config: Config): Promise<Finding[]> {
  const check = 'Meilisearch'
  const { MEILI_URL: url, MEILI_KEY: apiKey, MEILI_KEY_UID: apiKeyUid, MEILI_WRITE_KEY } = config
  if (url === '') return [ok(check, 'Not used: documents are in SQLite.')]
  const shared = { url, proxy: proxySettings(config), signal: AbortSignal.timeout(checkMs) }
  const rights = await checkKey({ ...shared, apiKey, apiKeyUid })
  const writing = MEILI_WRITE_KEY === '' ? [] : await checkWriteKey({ ...shared, apiKey: MEILI_WRITE_KEY })
  const bad = [...rights, ...writing].filter(({ ok }) => !ok)
  if (bad.length === 0) return [ok(check, `It answers, and its ${writing.length > 0 ? 'keys may' : 'key may'} do what they must.`)]
  return bad.map(({ right, means, required }) => (required ? problem : warning)(
    check, `${right}: ${means}.`, 'Make the key anew: causerie meili keys. Details: causerie meili check.'
  ))
}

export async function checkSupabase (config: Config): Promise<Finding> {
  const check = 'Supabase'
  if (config.SUPABASE_URL === '') return ok(check, 'Not used: profiles and keys are in SQLite.')
  const supabase = createSupabase({
    url: config.SUPABASE_URL, key: config.SUPABASE_KEY, timeoutMs: config.SUPABASE_TIMEOUT_MS, proxy: proxySettings(config),
  })
  try {
    const companies = await createSupabaseProfiles({ supabase }).companies(AbortSignal.timeout(checkMs))
    const keys = await createSupabaseKeys({ supabase }).list()
    return ok(check, `It answers: ${companies.length} companies, ${keys.length} keys.`)
  } finally {
    await supabase.close()
  }
}

export async function checkRedis (config: Config): Promise<Finding> {
  const check = 'Redis'
  if (config.REDIS_URL === '') return ok(check, 'Not used: answers, conversations and limits are this instance\'s own.')
  const redis = connectRedis({ url: config.REDIS_URL, prefix: config.REDIS_PREFIX, timeoutMs: config.REDIS_TIMEOUT_MS, onProblem () {} })
  try {
    await redis.started
    const { connected, problem: reason } = redis.stats()
    return connected
      ? ok(check, 'It answers.')
      : problem(check, `It cannot be used: ${reason}.`, 'Check REDIS_URL; until then instances share nothing.')
  } finally {
    redis.close()
  }
}

/** Compares this machine's clock with the servers'. */
export async function checkClock (config: Config): Promise<Finding> {
  const urls = [config.MEILI_URL, config.SUPABASE_URL.replace(/^postgrest\+/, ''), config.LLM_URL].filter(Boolean)
  const skews = (await Promise.all(urls.map(url => skewTo(url, config)))).flatMap(skew => skew ?? [])
  if (skews.length === 0) return ok('clock', `${new Date().toISOString()}; no server to compare it with.`)
  const worst = skews.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a)
  const text = `${Math.abs(Math.round(worst / 1000))} s ${worst > 0 ? 'ahead of' : 'behind'} a server's.`
  return Math.abs(worst) > skewMs
    ? warning('clock', `It is ${text}`, 'Set the clock by NTP: tokens of users expire too early or too late.')
    : ok('clock', 'It agrees with the servers\'.')
}

/** Returns how far this clock is ahead, ms; undefined when the server does not say. Its seconds are whole. */
async function skewTo (url: string, config: Config): Promise<number | undefined> {
  const agent = createAgent(url, { proxy: proxySettings(config), connectTimeoutMs: 3000, connections: 1 })
  try {
    const { headers, body } = await request(url, { dispatcher: agent, method: 'GET', headersTimeout: 3000, bodyTimeout: 3000 })
    await body.dump()
    const date = Date.parse(String(headers.date))
    return Number.isNaN(date) ? undefined : Date.now() - date - 500
  } catch {
    return undefined
  } finally {
    await agent.destroy()
  }
}
