// Answers common questions in advance so that their answers are in the cache, again after each change of a company.
import { setTimeout as pause } from 'node:timers/promises'
import { unlessAborted } from '../async/signals.ts'
import { coded } from '../errors.ts'
import { normalizeQuestion } from '../language/normalize.ts'
import type { ProfileCache } from '../profiles/cache.ts'
import type { ProfileStore } from '../profiles/store.ts'
import type { SearchEngine } from '../search/engine.ts'
import type { CompanyProfile } from '../types.ts'
import type { Ask } from './ask.ts'
import type { CommonQuestion, CommonQuestions } from './common-questions.ts'

export interface WarmUpOptions {
  profiles: Pick<ProfileCache, 'get'>
  companies: ProfileStore['companies']
  engine: Pick<SearchEngine, 'version'>
  commonQuestions: Pick<CommonQuestions, 'top' | 'save'>
  ask: Ask
  /** Returns true while clients wait for answers: a warm-up gives way to them. */
  isBusy (): boolean
  /** The number of questions answered per company; 0 = none. */
  maxQuestions: number
  /** Stops everything. */
  signal: AbortSignal
  /** Called when `run` has warmed up a company. */
  onWarmed (warmed: WarmedCompany): void
  onProblem (problem: string, error: unknown, company?: string): void
}

/** The result of `POST /warm`. */
export interface WarmedCompany {
  company_id: string
  questions: number
  /** The numbers of questions answered now, found already answered, and failed. */
  answered: number
  already: number
  failed: number
}

export interface WarmUp {
  /** Answers a company's common questions in turn while no client is waiting. Throws UNKNOWN_COMPANY or the reason of a signal. */
  warm (company: string, signal?: AbortSignal): Promise<WarmedCompany>
  /** Warms up every company, and again each one that has changed, until the signal fires. Never rejects. */
  run (): Promise<void>
  /** Totals since the start. */
  stats (): { companies: number, answered: number, already: number, failed: number }
}

/** How often companies are checked for changes. */
const checkMs = 1000
/**
 * How long a change settles before a warm-up, except the first. A version that never settles (a Meilisearch that shows
 * none gets a new one every half minute) is warmed up once: its answers would not stay cached anyway.
 */
const settleMs = 60_000
/** The number of companies checked each time: thousands at once would be too many. */
const checksAtOnce = 20
const listMs = 60_000
const saveMs = 60_000
/** A common question gives way to clients' questions for at most this long; then it is asked anyway. */
const patienceMs = 5000
const busyCheckMs = 50

export function createWarmUp ({
  profiles,
  companies,
  engine,
  commonQuestions,
  ask,
  isBusy,
  maxQuestions,
  signal: closing,
  onWarmed,
  onProblem,
}: WarmUpOptions): WarmUp {
  const seen = new Map<string, { version: string; at: number }>()
  const warmed = new Map<string, string>()
  const counts = { companies: 0, answered: 0, already: 0, failed: 0 }
  let queue: string[] = []
  let listedAt = -Infinity

  /** Returns the profile's questions, then the most common ones, without duplicates. */
  async function questionsOf (profile: CompanyProfile): Promise<CommonQuestion[]> {
    const asked = await commonQuestions.top(profile.id, maxQuestions)
    const all = [...profile.commonQuestions.map(text => ({ text, language: null })), ...asked]
    return [...new Map(all.map(question => [normalizeQuestion(question.text, profile.language), question])).values()].slice(
      0,
      maxQuestions
    )
  }

  async function giveWay (signal: AbortSignal): Promise<void> {
    const until = performance.now() + patienceMs
    while (isBusy() && performance.now() < until) await pause(busyCheckMs, undefined, { signal, ref: false })
  }

  async function warmProfile (profile: CompanyProfile, signal: AbortSignal): Promise<WarmedCompany> {
    const questions = await questionsOf(profile)
    const done: WarmedCompany = { company_id: profile.id, questions: questions.length, answered: 0, already: 0, failed: 0 }
    for (const question of questions) {
      await giveWay(signal)
      signal.throwIfAborted()
      done[await answerOne(profile.id, question, signal)]++
    }
    counts.companies++
    for (const outcome of ['answered', 'already', 'failed'] as const) counts[outcome] += done[outcome]
    return done
  }

  async function answerOne (
    company: string,
    { text, language }: CommonQuestion,
    signal: AbortSignal
  ): Promise<'answered' | 'already' | 'failed'> {
    try {
      const reader = await ask({ company, user: '', message: text, language: language ?? undefined, isWarmUp: true })
      try {
        const last = (await unlessAborted(reader.all(), signal)).at(-1)
        if (reader.cache === 'hit') return 'already'
        return last?.type === 'finish' && !last.degraded ? 'answered' : 'failed'
      } finally {
        reader.close()
      }
    } catch (error) {
      signal.throwIfAborted()
      onProblem('a common question was not answered', error, company)
      return 'failed'
    }
  }

  /** Checks the next companies, and warms up those whose documents or profile have changed and settled. */
  async function checkSome (): Promise<void> {
    if (performance.now() - listedAt > listMs) {
      listedAt = performance.now()
      const all = await companies(AbortSignal.any([closing, AbortSignal.timeout(patienceMs)]))
      queue = [...new Set([...queue, ...all])]
    }
    for (const company of queue.splice(0, checksAtOnce)) {
      await check(company).catch(error => {
        if (!closing.aborted) onProblem('common questions were not checked', error, company)
      })
    }
  }

  async function check (company: string): Promise<void> {
    const profile = await profiles.get(company)
    if (!profile || (await questionsOf(profile)).length === 0) return
    const version = JSON.stringify([profile.version, await engine.version(profile), profile.commonQuestions])
    if (warmed.get(company) === version) return
    const before = seen.get(company)
    const hasSettled = before?.version === version && performance.now() - before.at >= (warmed.has(company) ? settleMs : 0)
    if (hasSettled) {
      warmed.set(company, version)
      onWarmed(await warmProfile(profile, closing))
    } else {
      if (before?.version !== version) seen.set(company, { version, at: performance.now() })
      queue.push(company)
    }
  }

  return {
    async warm (company, signal = closing) {
      const profile = await profiles.get(company)
      if (!profile) throw coded('UNKNOWN_COMPANY')
      return warmProfile(profile, AbortSignal.any([signal, closing]))
    },
    async run () {
      if (maxQuestions === 0) return
      let savedAt = performance.now()
      while (!closing.aborted) {
        await checkSome().catch(error => {
          if (!closing.aborted) onProblem('common questions were not checked', error)
        })
        if (performance.now() - savedAt > saveMs) {
          savedAt = performance.now()
          await commonQuestions.save()
        }
        await pause(checkMs, undefined, { signal: closing, ref: false }).catch(() => {})
      }
    },
    stats: () => counts,
  }
}
