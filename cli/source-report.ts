// Tells the service how a source does, for its console. The source goes on if the service does not listen.
import { createHash } from 'node:crypto'
import type { SourceReport } from '../src/sources/store.ts'
import { jsonBody, once, openService } from './service.ts'

type Figures = Pick<SourceReport, 'changed' | 'unchanged' | 'gone' | 'failed' | 'nextInSeconds'>
export type SourceState = Pick<SourceReport, 'state'> & Partial<Figures>

const maxProblems = 20
const silenceMs = 5000

/** @param identity as that of its state on this machine */
export function createSourceReport ({ url, env, company, kind, index, place, identity }: {
  url: string | undefined, env: NodeJS.ProcessEnv, company: string, kind: SourceReport['kind'], index: string, place: string
  identity: readonly string[]
}) {
  const service = openService({ url, env, scope: 'write', patience: once })
  const id = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24)
  const counts = { changed: 0, unchanged: 0, gone: 0, failed: 0 }
  let problems: string[] = []
  let last: Promise<void> = Promise.resolve()

  return {
    /** Counts what a line of the command says: `+` was sent, `-` was removed, `!` failed. */
    note (line: string): void {
      if (line.startsWith('+ ')) counts.changed++
      if (line.startsWith('- ')) counts.gone++
      if (!line.startsWith('! ')) return
      counts.failed++
      if (problems.length < maxProblems) problems.push(line.slice(2, 1000))
    },
    /** Begins to count anew. */
    reset (): void {
      Object.assign(counts, { changed: 0, unchanged: 0, gone: 0, failed: 0 })
      problems = []
    },
    /** Reports, after what was reported before. Never throws. */
    tell ({ nextInSeconds = null, ...state }: SourceState): Promise<void> {
      const body = {
        company_id: company, kind, index, place: place.slice(0, 2000), ...counts, ...state, problems, next_in_seconds: nextInSeconds,
      }
      last = last.then(() => service.ask('PUT', `/v1/sources/${id}`, { body: jsonBody(body), silenceMs })).then(() => {}, () => {})
      return last
    },
    close: () => service.close(),
  }
}
