// Works off the uploads: one company's after another, each company's in their order.
import { retry } from '../async/retry.ts'
import { CodedError, asCoded, coded } from '../errors.ts'
import type { CutDocument, CutOptions } from '../ingest/cut.ts'
import type { Reading } from '../ingest/reading.ts'
import type { DocumentStore } from '../documents/store.ts'
import type { IndexedDocument } from '../documents/document.ts'
import type { CompanyProfile } from '../types.ts'
import { ahead } from '../async/read-ahead.ts'
import { asNamed, isOfFile, noteRejection, problemOf, reject, weigh } from './documents.ts'
import { processedKey, type Processed } from './parse-cache.ts'
import type { Spool } from './spool.ts'
import { nothingDone, type Task, type TaskFile } from './task.ts'

export interface Runner {
  /** Takes up a task that was accepted. */
  add (task: Task): void
  /** Nothing runs before. */
  start (): void
  /** A task that has not ended. */
  get (company: string, id: string): Task | undefined
  list (company: string): Task[]
  /** Settles when the task has ended; at once when it is not there. */
  whenEnded (company: string, id: string): Promise<void>
  /** Ends a task before its time; what it wrote stays. @returns whether it was there */
  cancel (company: string, id: string): boolean
  /** Whether one more task of the company may wait. */
  hasRoom (company: string): boolean
  stats (): { waiting: number, running: number, done: number, failed: number }
  /** Lets go of the tasks: those that have not ended go on with the next start. */
  close (): Promise<void>
}

export interface RunnerOptions {
  spool: Spool
  processed: Processed
  reading: Reading
  documents: DocumentStore
  /** The company's; null when there is none. */
  profile (company: string): Promise<CompanyProfile | null>
  cut: CutOptions
  /** By what tokens are counted now: what was cut by another count is cut anew. */
  counting (): string
  /** Companies that are served at once. */
  concurrency: number
  /** Tasks of one company that may wait. */
  queueMax: number
  onEnded (task: Task): void
  /** None of the company's tasks is left. */
  onIdle (company: string): void
  onProblem (task: Task, error: unknown): void
  /** Before what failed for a moment is tried again; it doubles each time. */
  retryMs?: number
  /** Before a task that met a longer trouble, not its own, is begun again. */
  pauseMs?: number
  now?: () => number
}

/** A task that has not ended by then ends the service each time. */
const mostStarts = 100
const mostTries = 6
/** Written at once; with Meilisearch each such write is a task of its own. */
const mostPieces = 500
const mostDocuments = 1000
/** Ids of a file's documents looked at once, when those that are gone are searched for. */
const pageSize = 500

interface Entry {
  task: Task
  abort: AbortController
  ended: PromiseWithResolvers<void>
}

export function createRunner ({ spool, processed, reading, documents, profile, cut, counting, concurrency, queueMax, onEnded, onIdle, onProblem, retryMs = 1000, pauseMs = 60_000, now = Date.now }: RunnerOptions): Runner {
  /** The tasks of each company that has some, in the order in which they run; the companies in the order of their turn. */
  const queues = new Map<string, Entry[]>()
  const busy = new Map<string, Promise<void>>()
  /** Companies whose first task waits for better times. */
  const paused = new Map<string, NodeJS.Timeout>()
  const counts = { done: 0, failed: 0 }
  const closing = new AbortController()
  let started = false

  function find (company: string, id: string): Entry | undefined {
    return queues.get(company)?.find(({ task }) => task.id === id)
  }

  function next (): void {
    if (!started) return
    for (const [company, entries] of queues) {
      if (busy.size >= concurrency || closing.signal.aborted) return
      if (busy.has(company) || paused.has(company)) continue
      const entry = entries[0]!
      busy.set(company, run(entry).finally(() => {
        busy.delete(company)
        if (closing.signal.aborted) return
        if (entry.task.endedAt === 0) {
          paused.set(company, setTimeout(() => {
            paused.delete(company)
            next()
          }, pauseMs))
          return next()
        }
        entries.shift()
        // To the end of the line.
        queues.delete(company)
        if (entries.length > 0) queues.set(company, entries)
        else onIdle(company)
        entry.ended.resolve()
        next()
      }))
    }
  }

  async function run ({ task, abort }: Entry): Promise<void> {
    const signal = AbortSignal.any([abort.signal, closing.signal])
    Object.assign(task, { status: 'running', startedAt: now(), starts: task.starts + 1, error: null, ...nothingDone() })
    try {
      if (task.starts > mostStarts) throw coded('INTERNAL', `It was begun ${mostStarts} times.`)
      signal.throwIfAborted()
      await spool.update(task)
      await work(task, signal)
      await processed.settled()
      // Its files go now: what was made of them has to stay.
      await retried(() => documents.settle(task.company), signal)
      const nothing = task.written + task.unchanged === 0
      task.status = nothing && task.rejected > 0 ? 'failed' : 'done'
    } catch (error) {
      if (closing.signal.aborted) return
      // The fault of a disk or a server, not of what was sent: that it was accepted still holds.
      if (!abort.signal.aborted && error instanceof CodedError && error.retryable && task.starts < mostStarts) {
        const { code, message } = error
        Object.assign(task, { status: 'queued', error: { code, message } })
        onProblem(task, error)
        return
      }
      const { code, message } = abort.signal.aborted ? { code: 'CANCELLED', message: 'It was cancelled.' } : asCoded(error)
      Object.assign(task, { status: 'failed', error: { code, message } })
      if (!abort.signal.aborted) onProblem(task, error)
    }
    task.endedAt = now()
    counts[task.status as 'done' | 'failed']++
    // A full disk must not keep the next one from its turn; this one is done over at the next start then.
    await spool.end(task).catch(error => onProblem(task, error))
    onEnded(task)
  }

  async function work (task: Task, signal: AbortSignal): Promise<void> {
    const company = await retried(() => profile(task.company), signal)
    if (!company) throw coded('UNKNOWN_COMPANY')
    if (!Object.hasOwn(company.indexes, task.index)) throw coded('UNKNOWN_INDEX')
    /** What is read and not yet written, with the files that end with it. */
    let gathered: { file: TaskFile, document: IndexedDocument }[] = []
    let pieces = 0
    let whole: { name: string, ids: ReadonlySet<string> }[] = []
    const write = async () => {
      await put(task, company, gathered, signal)
      gathered = []
      pieces = 0
      for (const { name, ids } of whole) await prune(task, name, ids, signal)
      whole = []
    }
    // The next is read while this is written.
    for await (const { file, documents, ids } of ahead(read(task, company, signal), weigh, 2 * mostPieces)) {
      for (const document of documents) gathered.push({ file, document })
      pieces += weigh({ documents })
      if (ids) whole.push({ name: file.name, ids })
      if (pieces >= mostPieces || gathered.length >= mostDocuments) await write()
    }
    await write()
  }

  /** The documents of a task's files, in batches; with the last of each file the ids of all of them, when none was rejected. */
  async function * read (task: Task, company: CompanyProfile, signal: AbortSignal): AsyncGenerator<{ file: TaskFile, documents: IndexedDocument[], ids?: ReadonlySet<string> }> {
    for (const [n, file] of task.files.entries()) {
      const ids = new Set<string>()
      let refused = false
      try {
        for await (const batch of batchesOf(task, company, file, n, signal)) {
          const documents: IndexedDocument[] = []
          for (const document of batch) {
            const problem = problemOf(document, file)
            if (problem !== null) {
              refused = true
              noteRejection(task, { file: file.name, document: document.id, code: 'ITEM_REJECTED', reason: problem, message: `The item cannot be taken in: ${problem}.` })
              continue
            }
            const named = asNamed(document, file)
            ids.add(named.id)
            documents.push(named)
          }
          yield { file, documents }
        }
      } catch (error) {
        if (!isOfFile(error)) throw error
        refused = true
        reject(task, file, '', error)
      }
      // Of an item that was rejected it is not known which document it was.
      if (file.name !== '' && !refused) yield { file, documents: [], ids }
    }
  }

  /** What the file holds: as it was read before, or read now. */
  async function * batchesOf (task: Task, company: CompanyProfile, file: TaskFile, n: number, signal: AbortSignal): AsyncGenerator<CutDocument[]> {
    const mapping = company.indexes[task.index]!
    const key = processedKey(file, mapping, { ...cut, counting: counting() })
    let given = 0
    if (processed.has(task.company, key)) {
      try {
        for await (const batch of processed.read(task.company, key)) {
          signal.throwIfAborted()
          yield batch
          given++
        }
        return
      } catch (error) {
        signal.throwIfAborted()
        // It is damaged: nothing that has been put in has to be taken back, the file itself says the same.
        processed.drop(task.company, key)
        if (given > 0 && file.known) throw error
      }
    }
    if (file.known) throw coded('FILE_UNKNOWN')
    const about = { name: file.name, mapping, ...(file.type ? { type: file.type } : {}) }
    yield * processed.keep(task.company, key, reading.cutMany(spool.open(task, n), about, cut, signal))
  }

  async function put (task: Task, company: CompanyProfile, list: { file: TaskFile, document: IndexedDocument }[], signal: AbortSignal): Promise<void> {
    if (list.length === 0) return
    const fileOf = (id: string) => list.find(({ document }) => document.id === id)?.file ?? list[0]!.file
    try {
      const { written, unchanged, evicted, rejected = [] } = await retried(() => documents.put(company, task.index, list.map(({ document }) => document), signal), signal)
      task.written += written
      task.unchanged += unchanged
      task.evicted += evicted
      for (const { id, reason, message } of rejected) noteRejection(task, { file: fileOf(id).name, document: id, code: 'ITEM_REJECTED', reason, message })
      const refused = new Set(rejected.map(({ id }) => id))
      for (const { file, document: { id, chunks } } of list) {
        if (refused.has(id)) continue
        task.chunks += chunks!.length
        for (const { tokens } of chunks!) task.tokens += tokens
        if (file.pinned) await retried(() => documents.pin(task.company, task.index, id, true), signal)
      }
    } catch (error) {
      if (!isOfFile(error)) throw error
      // One of them cannot be taken: it alone is rejected.
      if (list.length === 1) reject(task, list[0]!.file, list[0]!.document.id, error)
      else for (const one of list) await put(task, company, [one], signal)
    }
  }

  /** Documents that an earlier version of the file had go. */
  async function prune (task: Task, name: string, ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    // A file that is one document has no items, and others may be called as if they were: leave those alone.
    if (ids.has(name)) return
    const gone = [name]
    const prefix = `${name}/`
    for (let after = ''; ;) {
      signal.throwIfAborted()
      const page = await retried(() => documents.list(task.company, task.index, { after, limit: pageSize, prefix }), signal)
      gone.push(...page.map(({ id }) => id).filter(id => !ids.has(id)))
      if (page.length < pageSize) break
      after = page.at(-1)!.id
    }
    task.removed += await retried(() => documents.remove(task.company, task.index, gone), signal)
  }

  /** Tries a few times what may succeed in a moment. */
  function retried<T> (action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return retry(action, { retries: mostTries - 1, firstMs: retryMs, signal, isRetryable: error => error instanceof CodedError && error.retryable })
  }

  return {
    add (task) {
      const entry = { task, abort: new AbortController(), ended: Promise.withResolvers<void>() }
      const entries = queues.get(task.company)
      if (entries) entries.push(entry)
      else queues.set(task.company, [entry])
      next()
    },
    start () {
      started = true
      next()
    },
    get: (company, id) => find(company, id)?.task,
    list: company => (queues.get(company) ?? []).map(({ task }) => task),
    whenEnded: async (company, id) => find(company, id)?.ended.promise,
    cancel (company, id) {
      const entry = find(company, id)
      if (!entry || entry.task.endedAt > 0) return false
      entry.abort.abort(new Error('cancelled'))
      return true
    },
    hasRoom: company => (queues.get(company)?.length ?? 0) < queueMax,
    stats: () => ({ waiting: [...queues.values()].reduce((sum, { length }) => sum + length, 0) - busy.size, running: busy.size, ...counts }),
    async close () {
      closing.abort(coded('SHUTTING_DOWN'))
      for (const timer of paused.values()) clearTimeout(timer)
      await Promise.all(busy.values())
    },
  }
}
