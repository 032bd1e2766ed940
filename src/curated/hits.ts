// Counts the answers that cite a curated one: in memory, written in batches, never on the way of an answer.
import { onceForEach } from '../async/once-for-each.ts'
import type { AnswerEvents } from '../types.ts'
import type { CuratedStore } from './store.ts'

export interface HitCounter {
  /** Counts what an answer cites. Costs an answer without a source nothing. */
  note (company: string, events: AnswerEvents): void
  /** Writes the counts. Never rejects. */
  flush (): Promise<void>
  close (): Promise<void>
}

/** The ids of curated answers; their documents have a mark and more after them. */
const curatedDocument = /^[^/]+\/((?:cur|gap)_[A-Za-z0-9_-]{1,61})(?:~|$)/
/** How long counts wait for others. */
const flushMs = 10_000
/** The most answers that are counted between two writes; the hits of further ones are lost. */
const maxWaiting = 1000

/** Returns the ids of the curated answers that an answer cites. */
const citedIn = onceForEach((events: AnswerEvents): ReadonlySet<string> => {
  const last = events.at(-1)
  const cited = new Set<string>()
  if (last?.type !== 'finish' || last.citations.length === 0) return cited
  for (const { n, id } of [...events].find(event => event.type === 'sources')?.sources ?? []) {
    const own = curatedDocument.exec(id)?.[1]
    if (own !== undefined && last.citations.includes(n)) cited.add(own)
  }
  return cited
})

export function createHitCounter ({ curated, onError }: {
  curated: Pick<CuratedStore, 'addHits'>
  onError (error: unknown, company: string): void
}): HitCounter {
  let waiting = new Map<string, Map<string, number>>()
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  function flush (): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = new Map()
    count = 0
    running = running.then(async () => {
      for (const [company, hits] of batch) {
        await curated.addHits(company, [...hits], Date.now()).catch(error => onError(error, company))
      }
    })
    return running
  }

  return {
    note (company, events) {
      for (const id of citedIn(events)) {
        const hits = waiting.get(company) ?? new Map<string, number>()
        if (!hits.has(id) && ++count > maxWaiting) return
        hits.set(id, (hits.get(id) ?? 0) + 1)
        waiting.set(company, hits)
        timer ??= setTimeout(flush, flushMs).unref()
      }
    },
    flush,
    close: flush,
  }
}
