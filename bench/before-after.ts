// The service that this one replaces, improved step by step, and this one with each part switched off, on the same slow mocks.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  engineMs, improvements, latencies, modelReadsMs, oldNgrams, permits, reported, tokenMs, tokens, type OldQuestion,
} from './before/old.ts'
import { ask, type Asking, type Turn } from './before/turn.ts'
import type { Figure } from './figures.ts'
import { longQuestions, type MockOptions } from './meilisearch.ts'
import { searchingSettings } from './pipeline.ts'
import { createRunning, startChild, type Child } from './processes.ts'
import { profileFlags, type Options } from './stack.ts'

/** One of this service's parts that is off, the settings and the question by which it is. */
interface Part { off: string, settings?: object, asked?: object, keepsNothing?: boolean }

const parts: Part[] = [
  { off: '' },
  { off: 'embeddings', settings: { EMBEDDING_MODELS: 'none/none', MODELS_HUB_URL: '' } },
  { off: 'cache', settings: { ANSWER_CACHE_TTL_SECONDS: 0, SEARCH_CACHE_SECONDS: 0, EMBEDDING_CACHE_MAX: 0 }, keepsNothing: true },
  { off: 'preload', settings: { LLM_KEEP_ALIVE: '0' } },
  { off: 'n-grams cut', settings: { NGRAM_MAX: oldNgrams } },
  { off: 'pool', settings: { SEARCH_CONNECTIONS: 1, SEARCH_CONCURRENCY: 1 } },
  { off: 'prompt cache', settings: { PROMPT_CACHE_TTL_SECONDS: 0, PROMPT_STALE_SECONDS: 0 } },
  // The last one: its first token comes with its last.
  { off: 'streaming', asked: { stream: false } },
]

/** The settings of this service that matter here are its defaults; searching may take as long as it does with a part off. */
const defaults = { SEARCH_CACHE_SECONDS: 60, NGRAM_MAX: 20, SEARCH_TIMEOUT_MS: 60_000, PROMPT_CHECK_SECONDS: 0, LLM_API: 'ollama' }

/** Below this, a busy machine alone misses the goal: what the services compute counts many times. */
const leastScale = 0.5

export async function beforeAfter (options: Options): Promise<Figure[]> {
  const scale = options.scale ?? (options.quick ? 0.05 : 0.1)
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const { started, stop } = createRunning()
  const startMeili = () => started(startChild('meilisearch.ts', {
    searchMs: engineMs * scale, wayMs: (latencies.searchMs - engineMs) * scale, permits,
  } satisfies MockOptions))
  try {
    const slow = await started(startChild('before/upstreams.ts', { scale }))
    const questions = await longQuestions(2 * (improvements.length + 1 + parts.length))
    const old = await started(startChild('before/old-service.ts', {}))
    const before = await Promise.all([undefined, ...improvements].map(async (improvement, n) => {
      const body = (message: string): OldQuestion => ({
        message, model: `old-${n}`, meiliUrl: `http://127.0.0.1:${meili.port}`, upstreamUrl: `http://127.0.0.1:${slow.port}`,
        has: improvements.slice(0, n),
      })
      const meili = await startMeili()
      const asked = body(questions.pop()!)
      // The model and the prompt are in memory from the question before.
      if (asked.has.includes('preload')) await ask(old.port, '/', { ...body(questions.pop()!), maxTokens: 1 }).turn
      const turn = await ask(old.port, '/', asked).turn
      const again = asked.has.includes('cache') ? await ask(old.port, '/', asked).turn : turn
      return figureOf(improvement === undefined ? 'before: base' : `before: + ${improvement}`, turn, again, scale)
    }))
    const own = await measureOwn()
    return [
      { name: 'reported: before', value: reported.beforeS, unit: 's', note: 'of the whole answer' },
      ...before,
      { name: 'reported: wanted', value: reported.wantedS, unit: 's' },
      ...own,
    ]

    /** Asks each service as soon as the one before writes: searches do not overlap, and writing is waiting. */
    async function measureOwn (): Promise<Figure[]> {
      const meili = await startMeili()
      const services: Child[] = []
      for (const [n, { settings }] of parts.entries()) {
        const more = {
          ...defaults, LLM_MODEL: `own-${n}`, SUPABASE_URL: `postgrest+http://127.0.0.1:${slow.port}`, SUPABASE_KEY: 'key', ...settings,
        }
        const given = await searchingSettings(join(dir, `${n}`), `http://127.0.0.1:${slow.port}`, meili, more)
        services.push(await started(startChild('server.ts', { ...given, mayBeDegraded: true }, profileFlags(options))))
      }
      const askOwn = (n: number, message: string, more: object = {}) =>
        ask(services[n]!.port, '/chat', { company_id: 'bench', user_id: 'me', message, ...parts[n]!.asked, ...more })
      for (const [n] of parts.entries()) await askOwn(n, questions.pop()!, { max_tokens: 1 }).turn
      const running: { message: string, asking: Asking, searches: number }[] = []
      for (const [n] of parts.entries()) {
        await meili.ask('counts')
        const message = questions.pop()!
        const asking = askOwn(n, message)
        await asking.first
        running.push({ message, asking, searches: (await meili.ask<{ searches: number }>('counts')).searches })
      }
      const figures: Figure[] = []
      for (const [n, { off, keepsNothing }] of parts.entries()) {
        const { message, asking, searches } = running[n]!
        const turn = await asking.turn
        const again = keepsNothing ? turn : await askOwn(n, message, { user_id: 'other' }).turn
        figures.push({
          ...figureOf(off === '' ? 'this service' : `this service, no ${off}`, turn, again, scale, `; ${searches} searches`),
          ...(off === '' && scale >= leastScale ? { goal: { of: 'value', atMost: reported.wantedS } } : {}),
        })
      }
      return figures
    }
  } finally {
    await stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** The time that the model needs at least, once it is in memory. */
const modelMs = modelReadsMs + tokens * tokenMs

function figureOf (name: string, turn: Turn, again: Turn, scale: number, more = ''): Figure {
  assert.ok(turn.wholeMs >= modelMs * scale * 0.98, `${name}: faster than the model`)
  const seconds = (ms: number) => (ms / 1000 / scale).toFixed(1)
  const asNew = again === turn ? 'as new' : `${seconds(again.firstMs)} and ${seconds(again.wholeMs)} s`
  return {
    name: `${name}: first token`, value: turn.firstMs / 1000 / scale, unit: 's',
    note: `whole ${seconds(turn.wholeMs)} s, ${seconds(turn.wholeMs - modelMs * scale)} s beside the model's own; ` +
      `the same again: ${asNew}${more}`,
  }
}
