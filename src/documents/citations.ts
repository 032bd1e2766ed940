// Records which passages answers cite, and writes them every few seconds: cited documents are the last to be evicted.
import { CodedError } from '../errors.ts'
import { onceForEach } from '../async/once-for-each.ts'
import { settlesWithin } from '../async/signals.ts'
import type { AnswerEvents } from '../types.ts'

export interface CitationRecorderOptions {
  /** Writes the passages that a company's answers cited, each once. */
  cite (company: string, passages: string[], at: number): Promise<void>
  /** How long a citation waits for others, in milliseconds. */
  flushMs: number
  /** The most passages that wait, over all companies. At this number they are written at once; later citations are dropped until then. */
  maxEntries: number
  /** Called when a company's write failed, and not again until one succeeds. After an error that may pass, it is tried again later. */
  onError (error: unknown, company: string): void
  /** Ms since 1970. */
  now? (): number
}

export interface CitationRecorder {
  /** Records the passages that a finished answer cites. Never throws. */
  record (company: string, events: AnswerEvents): void
  /** Writes the waiting citations; while a write is running, waits for that one instead. Never rejects. */
  flush (): Promise<void>
  /** Stops recording and writes everything, waiting `maxMs` at most. Never rejects. */
  close (maxMs: number): Promise<void>
}

export function createCitationRecorder ({ cite, flushMs, maxEntries, onError, now = Date.now }: CitationRecorderOptions): CitationRecorder {
  let waiting = new Map<string, Set<string>>()
  let entries = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let closed = false
  /** Companies whose last write failed, which has been reported. */
  const failing = new Set<string>()

  async function write (): Promise<void> {
    const at = now()
    const cited = waiting
    waiting = new Map()
    entries = 0
    for (const [company, passages] of cited) {
      try {
        await cite(company, [...passages], at)
        failing.delete(company)
      } catch (error) {
        if (!failing.has(company)) onError(error, company)
        failing.add(company)
        // A locked file, a full disk: they are written with the next ones.
        if (error instanceof CodedError && error.retryable) for (const passage of passages) add(company, passage)
      }
    }
  }

  function add (company: string, passage: string): void {
    if (entries >= maxEntries) return
    const known = waiting.get(company) ?? new Set()
    waiting.set(company, known)
    if (known.has(passage)) return
    known.add(passage)
    entries++
  }

  function flush (): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= write().finally(() => {
      writing = undefined
      schedule()
    })
    return writing
  }

  function schedule (): void {
    if (entries >= maxEntries) flush()
    else if (entries > 0) timer ??= setTimeout(flush, flushMs).unref()
  }

  return {
    record (company, events) {
      if (closed) return
      for (const passage of citedPassages(events)) add(company, passage)
      schedule()
    },
    flush,
    async close (maxMs) {
      closed = true
      // A running write does not include citations that came after its start.
      await settlesWithin(maxMs, Promise.resolve(writing).then(flush))
    },
  }
}

/** Returns the ids of the documents' passages that an answer cites; none when it failed or was not finished. */
export const citedPassages = onceForEach(readCited)

function readCited (events: AnswerEvents): string[] {
  const last = events.at(-1)
  if (last?.type !== 'finish' || last.finish_reason === 'stopped') return []
  const found = [...events].find(event => event.type === 'sources')
  // The id of a web page is its address.
  return (found?.sources ?? []).filter(({ n, id, index }) => last.citations.includes(n) && id.startsWith(`${index}/`)).map(({ id }) => id)
}
