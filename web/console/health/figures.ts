// The service's own figures, read again every few seconds while someone looks.
import { signal } from '@preact/signals'
import { ApiError, addressOf, authorization, call, problemOf, type Problem } from '../api.ts'
import { maySee } from '../session.ts'
import type { Minute } from './curves.tsx'

export interface Quantiles { count: number, p50: number, p95: number, p99: number, max: number }
export interface Readiness { ready: boolean, waiting: Record<string, string>, degraded: Record<string, string> }
interface Cache { size: number, max?: number, hits: number, misses: number }

export interface Figures extends Readiness {
  version: string
  uptime_seconds: number
  memory_mb: number
  llm: { name: string, kind: string, ready: boolean, reason?: string, requests: number, retries: number, failures: number }
  embedding: {
    models: { id: string, state: string, reason?: string, load_ms: number }[]
    cache: Cache
    queue: { questions: number, passages: number }
  }
  search: { engine: string, searches?: number, failures?: number }
  prompts: Cache
  web_search?: Cache
  answers: {
    live: number
    readers: number
    kept: number
    kept_bytes: number
    kept_max_bytes: number
    hit_rate: number
  }
  last_hour: Minute[]
  latency_ms: Record<'prompt' | 'embed' | 'search' | 'first_token' | 'total', Quantiles>
}

export const readiness = signal<Readiness | null>(null)
export const figures = signal<Figures | null>(null)
export const problem = signal<Problem | null>(null)
/** When each trouble was first seen here. */
export const since = signal<ReadonlyMap<string, number>>(new Map())

const everyMs = 5000

/** Reads until the returned function is called. */
export function watch (): () => void {
  let timer = 0
  const read = async () => {
    try {
      if (maySee.figures.value) figures.value = await call<Figures>('stats')
      // 503 is an answer too: it says what is missing.
      const response = await fetch(addressOf('ready'), { headers: authorization() }).catch(() => {
        throw new ApiError('UNREACHABLE', 'Check that it runs and that you are online.', 0)
      })
      readiness.value = await response.json() as Readiness
      note(Object.keys({ ...readiness.value.waiting, ...readiness.value.degraded }))
      problem.value = null
    } catch (error) {
      problem.value = problemOf(error)
    }
    timer = window.setTimeout(read, everyMs)
  }
  read()
  return () => clearTimeout(timer)
}

function note (troubles: string[]): void {
  since.value = new Map(troubles.map(name => [name, since.value.get(name) ?? Date.now()]))
}
