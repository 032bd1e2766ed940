// Answers common questions ahead: at start, and when a company's documents or profile have changed.
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { unlessAborted } from '../src/async/signals.ts'
import { normalizeQuestion } from '../src/language/normalize.ts'
import { coded } from '../src/errors.ts'
import type { CommonQuestion } from '../src/chat/frequent-questions.ts'
import type { CompanyProfile } from '../src/types.ts'

export interface Warmed {
  company_id: string
  questions: number
  /** Answered now, found answered already, and failed. */
  answered: number
  already: number
  failed: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers a company's common questions, one after the other, whenever nobody else asks. Throws UNKNOWN_COMPANY. */
    warm (company: string, signal?: AbortSignal): Promise<Warmed>
    warmStats (): object
  }
}

/** How often it is looked whether something has changed. */
const lookMs = 1000
/**
 * What has changed is left to settle for so long, but for the first time. A version that never settles (a Meilisearch
 * that shows none has a new one every half minute) is warmed once: its answers would not be kept anyway.
 */
const settleMs = 60_000
/** Companies looked at each time: a thousand of them must not be asked about at once. */
const looksAtOnce = 20
const listMs = 60_000
const saveMs = 60_000
/** How long a common question waits for those that are asked, at most; then it is asked all the same. */
const patienceMs = 5000
const idleMs = 50

export default fp(async (app: FastifyInstance) => {
  const { WARM_QUESTIONS, ANSWER_CACHE_TTL_SECONDS, ANSWER_CACHE_MAX_BYTES } = app.config
  // What is not kept need not be answered ahead.
  const most = ANSWER_CACHE_TTL_SECONDS === 0 || ANSWER_CACHE_MAX_BYTES === 0 ? 0 : WARM_QUESTIONS
  const closed = app.closingSignal
  const seen = new Map<string, { version: string, at: number }>()
  const warmed = new Map<string, string>()
  const counts = { companies: 0, answered: 0, already: 0, failed: 0 }
  let queue: string[] = []
  let listedAt = -Infinity
  let running: Promise<unknown> = Promise.resolve()

  async function questionsOf (profile: CompanyProfile): Promise<CommonQuestion[]> {
    const asked = await app.commonQuestions.top(profile.id, most)
    const all = [...profile.commonQuestions.map(text => ({ text, language: null })), ...asked]
    return [...new Map(all.map(question => [normalizeQuestion(question.text, profile.language), question])).values()].slice(0, most)
  }

  async function idle (signal: AbortSignal): Promise<void> {
    const until = performance.now() + patienceMs
    while (app.answers.stats().live > 0 && performance.now() < until) await pause(idleMs, undefined, { signal, ref: false })
  }

  async function warmProfile (profile: CompanyProfile, signal: AbortSignal): Promise<Warmed> {
    const questions = await questionsOf(profile)
    const done: Warmed = { company_id: profile.id, questions: questions.length, answered: 0, already: 0, failed: 0 }
    for (const { text, language } of questions) {
      await idle(signal)
      signal.throwIfAborted()
      done[await answerAhead(profile.id, text, language, signal)]++
    }
    counts.companies++
    for (const key of ['answered', 'already', 'failed'] as const) counts[key] += done[key]
    return done
  }

  async function answerAhead (company: string, message: string, language: string | null, signal: AbortSignal): Promise<'answered' | 'already' | 'failed'> {
    try {
      const reader = await app.ask({ company, user: '', message, language: language ?? undefined, ahead: true })
      try {
        const last = (await unlessAborted(reader.all(), signal)).at(-1)
        return reader.cache === 'hit' ? 'already' : last?.type === 'finish' && !last.degraded ? 'answered' : 'failed'
      } finally {
        reader.close()
      }
    } catch (error) {
      signal.throwIfAborted()
      app.log.warn({ err: error, company_id: company }, 'a common question was not answered ahead')
      return 'failed'
    }
  }

  /** Looks at some companies, and answers ahead for those whose documents or profile have changed and settled. */
  async function look (): Promise<void> {
    if (performance.now() - listedAt > listMs) {
      listedAt = performance.now()
      const all = await app.promptStore.companies(AbortSignal.any([closed, AbortSignal.timeout(patienceMs)]))
      queue = [...new Set([...queue, ...all])]
    }
    const turn = queue.splice(0, looksAtOnce)
    for (const company of turn) {
      await lookAt(company).catch(error => { if (!closed.aborted) app.log.warn({ err: error, company_id: company }, 'common questions were not looked at') })
    }
  }

  async function lookAt (company: string): Promise<void> {
    const profile = await app.prompts.get(company)
    if (!profile || (await questionsOf(profile)).length === 0) return
    const version = JSON.stringify([profile.version, await app.engine.version(profile), profile.commonQuestions])
    if (warmed.get(company) === version) return
    const before = seen.get(company)
    const settled = before?.version === version && performance.now() - before.at >= (warmed.has(company) ? settleMs : 0)
    if (settled) {
      warmed.set(company, version)
      const done = await warmProfile(profile, closed)
      app.log.info(done, 'common questions answered ahead')
    } else {
      if (before?.version !== version) seen.set(company, { version, at: performance.now() })
      queue.push(company)
    }
  }

  app.decorate('warmStats', () => counts)
  app.decorate('warm', async (company: string, signal: AbortSignal = closed) => {
    const profile = await app.prompts.get(company)
    if (!profile) throw coded('UNKNOWN_COMPANY')
    return warmProfile(profile, AbortSignal.any([signal, closed]))
  })

  app.addHook('onReady', async () => {
    if (most === 0) return
    running = (async () => {
      await unlessAborted(Promise.all([app.samplesLoaded, app.embedder.ready()]), closed).catch(() => {})
      let savedAt = performance.now()
      while (!closed.aborted) {
        await look().catch(error => { if (!closed.aborted) app.log.warn({ err: error }, 'common questions were not looked at') })
        if (performance.now() - savedAt > saveMs) {
          savedAt = performance.now()
          await app.commonQuestions.save()
        }
        await pause(lookMs, undefined, { signal: closed, ref: false }).catch(() => {})
      }
    })()
  })
  app.addHook('preClose', async () => {
    await running
    await app.commonQuestions.save()
  })
}, { name: 'warm', dependencies: ['http', 'answers', 'ingest'] })
