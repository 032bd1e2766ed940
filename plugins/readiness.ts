// Knows at any time whether questions can be answered: every part is probed apart, in the background.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createPartMonitor, type PartMonitor, type PartState } from '../src/async/part-monitor.ts'
import { findWriteProblem } from '../src/backends/sqlite/data-directory.ts'
import type { Store } from '../src/backends/sqlite/thread.ts'

export interface Readiness {
  ready: boolean
  /** Missing parts: part → reason. */
  waiting: Record<string, string>
  /** Parts that work with less than configured: part → reason. The service is ready all the same. */
  degraded: Record<string, string>
  parts: Record<string, PartReport>
}

export interface PartReport {
  state: 'ok' | 'degraded' | 'waiting'
  /** Since when it has been ok, or has not been, ISO 8601. */
  since: string
  last_failure?: { at: string, reason: string }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns the state of every part, within a few dozen milliseconds whatever hangs. */
    readiness (): Promise<Readiness>
  }
}

/** The longest wait for probes: parts that are near answer within it, and for the others their last known state is told. */
const waitMs = 25
/** The same at the start, which a part that hangs must not hold for long. */
const firstWaitMs = 1000
/** Anyone may ask for the state, and the disk is written to each time that it is probed. */
const writeMs = 2000
/** Lost turns are told for this long. */
const lostTurnsMs = 3_600_000
/** Turns that wait longer than this to be written are told, s. */
const lateTurnsSeconds = 2

/** Without these parts no question can be answered. Those whose state is still unknown count as missing. */
const neededParts: ReadonlySet<string> = new Set(['search', 'prompts', 'samples'])

export default fp(async (app: FastifyInstance) => {
  const { config, engine, profileStore, store } = app
  const samples = { loaded: false, problem: null as string | null }
  app.samplesLoaded.then(problem => Object.assign(samples, { loaded: true, problem }))

  const monitor = createPartMonitor({
    probes: {
      search: () => engine.unavailable(),
      prompts: () => profileStore.unavailable(),
      store: async () => await store.unavailable() ?? findFileProblems(store),
      data_directory: atMostEvery(writeMs, () => findWriteProblem(config.DATA_DIR)),
      conversations: () => findConversationProblem(app),
    },
    onRound (observe) {
      observe('samples', samples.loaded ? samples.problem : 'the sample companies are being loaded')
      observe('model', findModelProblem(app))
      if (app.redis) observe('redis', withPrefix('answers and rate limits are not shared', app.redis.stats().problem))
      observeEmbedding(app, observe)
    },
  })

  /** Tells whether questions can be answered while the part fails. */
  function isNeeded (part: string): boolean {
    // Profiles that were read once remain usable for another day.
    if (part === 'prompts') return app.profiles.stats().size === 0
    if (part === 'samples') return !samples.loaded
    if (part.startsWith('embedding ')) return isLoadingFirst(app, part.slice('embedding '.length))
    return neededParts.has(part)
  }

  app.decorate('readiness', async () => {
    await monitor.refresh(waitMs)
    const readiness: Readiness = { ready: true, waiting: {}, degraded: {}, parts: {} }
    if (app.isClosing()) readiness.waiting.service = 'shutting down'
    for (const [part, known] of monitor.states()) {
      const { waiting, degraded } = readiness
      const problem = known.state === 'unknown' && neededParts.has(part) ? 'its state is not known yet' : known.reason
      if (problem !== null) (isNeeded(part) ? waiting : degraded)[part] = problem
      readiness.parts[part] = reportOf(known, problem === null ? 'ok' : isNeeded(part) ? 'waiting' : 'degraded')
    }
    readiness.ready = Object.keys(readiness.waiting).length === 0
    return readiness
  })
  app.addHook('onReady', () => monitor.start(firstWaitMs))
  app.addHook('onClose', async () => monitor.close())
}, {
  name: 'readiness',
  dependencies: ['config', 'http', 'backends', 'profiles', 'models', 'search', 'conversations', 'documents'],
})

function reportOf ({ since, lastFailure }: PartState, state: PartReport['state']): PartReport {
  const time = (ms: number) => new Date(ms).toISOString()
  return {
    state,
    since: time(since),
    ...(lastFailure && { last_failure: { at: time(lastFailure.at), reason: lastFailure.reason } }),
  }
}

/** Returns a probe that repeats its last result for a while. */
function atMostEvery (ms: number, probe: () => Promise<string | null>): () => Promise<string | null> {
  let last: { at: number, result: Promise<string | null> } | undefined
  return () => {
    if (!last || performance.now() - last.at >= ms) last = { at: performance.now(), result: probe() }
    return last.result
  }
}

function withPrefix (prefix: string, reason: string | null): string | null {
  return reason === null ? null : `${prefix}: ${reason}`
}

/** Returns which files cannot be used, or are locked by another process; null when none is. */
function findFileProblems ({ locked, damaged }: Store): string | null {
  const locks = locked().map(({ company, seconds }) => `${company === '' ? 'keys.sqlite' : company} (for ${seconds} s)`)
  const damages = damaged()
  const problems = [
    ...(damages.length === 0 ? [] : [`files that are damaged or cannot be read, to be restored or deleted: ${damages.join(', ')}`]),
    ...(locks.length === 0 ? [] : [`another process has locked files, so what is written to them waits: ${locks.join(', ')}`]),
  ]
  return problems.length === 0 ? null : problems.join('; ')
}

function findModelProblem ({ model }: FastifyInstance): string | null {
  const { ready, reason } = model.stats()
  return reason ?? (ready ? null : 'the language model is not warm yet')
}

/** Observes the embedding models: without one, search is by words; while the only one is being loaded, there is no answer. */
function observeEmbedding ({ embedder }: FastifyInstance, observe: PartMonitor['observe']): void {
  const { models } = embedder.stats()
  const isAnyReady = models.some(({ state }) => state === 'ready')
  const without = isAnyReady ? 'another model is used' : 'search is by words only'
  for (const { id, state, fetching, reason } of models) {
    const problem = state === 'unavailable'
      ? `${without}: ${reason}`
      : fetching && isAnyReady
        ? `${without}: it is being fetched`
        : state === 'loading' ? 'the model is being loaded' : null
    observe(`embedding ${id}`, problem)
  }
}

function isLoadingFirst ({ embedder }: FastifyInstance, id: string): boolean {
  const { models } = embedder.stats()
  const isAnyReady = models.some(({ state }) => state === 'ready')
  return models.some(model => model.id === id && model.state === 'loading' && !(model.fetching && isAnyReady))
}

/** Returns why conversations are not read, are written late or have been lost; null when all is well. */
async function findConversationProblem ({ conversations }: FastifyInstance): Promise<string | null> {
  const unavailable = await conversations.unavailable()
  const { unwritten, unwritten_seconds: late, lost, last_lost_at: lostAt } = conversations.stats()
  const problems = [
    ...(unavailable === null ? [] : [`questions are answered without what was said before: ${unavailable}`]),
    ...(late < lateTurnsSeconds ? [] : [`${unwritten} turns have waited to be written for up to ${late} s`]),
    ...(lostAt === null || Date.now() - Date.parse(lostAt) > lostTurnsMs ? [] : [`${lost} turns were lost, the last one at ${lostAt}`]),
  ]
  return problems.length === 0 ? null : problems.join('; ')
}
