// Writes the documents of a task's files into their index, and removes those that the files no longer contain.
import { CodedError, coded } from '../errors.ts'
import type { CutDocument, CutOptions } from '../ingest/cut.ts'
import type { ReaderPool } from '../ingest/reader-pool.ts'
import type { DocumentStore } from '../documents/store.ts'
import type { IndexedDocument } from '../documents/document.ts'
import type { CompanyProfile } from '../types.ts'
import { readAhead } from '../async/read-ahead.ts'
import { retry } from '../async/retry.ts'
import { countChunks, findProblem, isFaultOfFile, nameDocument, noteRejection, noteRejectedError, noteWarnings } from './documents.ts'
import { parseKey, type ParseCache } from './parse-cache.ts'
import type { Spool } from './spool.ts'
import type { Task, TaskFile } from './task.ts'

export interface TaskWriter {
  /**
   * Does the work of a task and counts the results in it. Throws a coded error, or the signal's reason; documents already
   * written stay.
   * @param turn `next` is called before each further file: other companies may have their turn. `onRead` is called after the last
   * one: only writes are still to be waited for.
   */
  write (task: Task, signal: AbortSignal, turn?: WriterTurn): Promise<void>
}

export interface WriterTurn {
  next (): Promise<void>
  onRead (): void
}

export interface TaskWriterOptions {
  spool: Spool
  parseCache: ParseCache
  reading: ReaderPool
  documents: DocumentStore
  /** Returns the company's profile; null for an unknown company. */
  profile (company: string): Promise<CompanyProfile | null>
  cut: CutOptions
  /** Names the current way to count tokens: documents that were cut with another count are cut again. */
  counting (): string
  /** The pause before a retry after a temporary failure; it doubles each time. */
  retryMs?: number
}

const maxTries = 6
/** The most chunks and documents written at once; with Meilisearch each write is a task of its own. */
const chunksAtOnce = 500
const documentsAtOnce = 1000
/** The most ids of a file's documents that are looked up at once to find those that are gone. */
const pageSize = 500

interface FileDocument { file: TaskFile, document: IndexedDocument }
/** The index that a task writes into, as its first write found it. */
interface WrittenIndex { generation?: string | undefined }
interface Batch { file: TaskFile, documents: IndexedDocument[], ids?: ReadonlySet<string> }

export function createTaskWriter ({
  spool, parseCache, reading, documents, profile, cut, counting, retryMs = 1000,
}: TaskWriterOptions): TaskWriter {
  async function write (task: Task, signal: AbortSignal, turn: WriterTurn = { next: async () => {}, onRead () {} }): Promise<void> {
    const company = await retried(() => profile(task.company), signal)
    if (!company) throw coded('UNKNOWN_COMPANY')
    if (!Object.hasOwn(company.indexes, task.index)) throw coded('UNKNOWN_INDEX')
    /** Documents that are read but not yet written, and the files that end with them. */
    let waiting: FileDocument[] = []
    let chunks = 0
    let finished: { name: string; ids: ReadonlySet<string> }[] = []
    const index: WrittenIndex = {}
    const flush = async () => {
      await put(task, company, index, waiting, signal)
      waiting = []
      chunks = 0
      for (const { name, ids } of finished) await prune(task, name, ids, signal)
      finished = []
    }
    // The next ones are read while these are written.
    for await (const { file, documents, ids } of readAhead(read(task, company, signal, turn), countChunks, 2 * chunksAtOnce)) {
      for (const document of documents) waiting.push({ file, document })
      chunks += countChunks({ documents })
      if (ids) finished.push({ name: file.name, ids })
      if (chunks >= chunksAtOnce || waiting.length >= documentsAtOnce) await flush()
    }
    await flush()
    // Not those of other companies: one of them may be reading a file that takes long.
    await parseCache.settled(task.company)
    // The task's files are removed when it ends, so their documents must survive a power cut by then.
    await retried(() => documents.settle(task.company), signal)
  }

  /**
   * Yields the documents of a task's files in batches. The last batch of each file has the ids of all its documents, unless
   * one was rejected.
   */
  async function * read (
    task: Task, company: CompanyProfile, signal: AbortSignal, turn: WriterTurn
  ): AsyncGenerator<Batch> {
    for (const [n, file] of task.files.entries()) {
      if (n > 0) await turn.next()
      const ids = new Set<string>()
      let refused = false
      try {
        for await (const batch of batchesOf(task, company, file, n, signal)) {
          const documents: IndexedDocument[] = []
          for (const document of batch) {
            const problem = findProblem(document, file)
            if (problem !== null) {
              refused = true
              const message = `The item was rejected: ${problem.replace(/\.$/, '')}.`
              noteRejection(task, { file: file.name, document: document.id, code: 'ITEM_REJECTED', reason: problem, message })
              continue
            }
            noteWarnings(task, file, document)
            const named = nameDocument(document, file)
            ids.add(named.id)
            documents.push(named)
          }
          yield { file, documents }
        }
      } catch (error) {
        if (!isFaultOfFile(error)) throw error
        refused = true
        noteRejectedError(task, file, '', error)
      }
      // A rejected item may be any of the documents that the index has from this file, so none is removed.
      if (file.name !== '' && !refused) yield { file, documents: [], ids }
    }
    turn.onRead()
  }

  /** Yields the documents of a file, from the cache or by reading it. */
  async function * batchesOf (
    task: Task,
    company: CompanyProfile,
    file: TaskFile,
    n: number,
    signal: AbortSignal
  ): AsyncGenerator<CutDocument[]> {
    const mapping = company.indexes[task.index]!
    const key = parseKey(file, mapping, { ...cut, counting: counting(), language: company.language })
    let given = 0
    if (parseCache.has(task.company, key)) {
      try {
        for await (const batch of parseCache.read(task.company, key)) {
          signal.throwIfAborted()
          yield batch
          given++
        }
        return
      } catch (error) {
        signal.throwIfAborted()
        // The entry is damaged. Documents already yielded stay: reading the file yields the same ones again.
        parseCache.remove(task.company, key)
        if (given > 0 && file.known) throw error
      }
    }
    if (file.known) throw coded('FILE_UNKNOWN')
    const about = { name: file.name, mapping, language: company.language, ...(file.type ? { type: file.type } : {}) }
    yield * parseCache.store(task.company, key, reading.cutMany(spool.open(task, n), about, cut, signal))
  }

  async function put (
    task: Task, company: CompanyProfile, index: WrittenIndex, list: FileDocument[], signal: AbortSignal
  ): Promise<void> {
    if (list.length === 0) return
    const fileOf = (id: string) => list.find(({ document }) => document.id === id)?.file ?? list[0]!.file
    try {
      const all = list.map(({ document }) => document)
      const counts = await retried(() => documents.put(company, task.index, all, signal), signal)
      const { written, unchanged, evicted, rejected = [], generation } = counts
      // The task starts again, and writes what is missing.
      if (generation !== (index.generation ??= generation)) throw coded('INDEX_DELETED')
      task.written += written
      task.unchanged += unchanged
      task.evicted += evicted
      for (const { id, reason, message } of rejected) {
        noteRejection(task, { file: fileOf(id).name, document: id, code: 'ITEM_REJECTED', reason, message })
      }
      const refused = new Set(rejected.map(({ id }) => id))
      for (const {
        file, document: { id, chunks },
      } of list) {
        if (refused.has(id)) continue
        task.chunks += chunks!.length
        for (const { tokens } of chunks!) task.tokens += tokens
        if (file.pinned) await retried(() => documents.pin(task.company, task.index, id, true), signal)
      }
    } catch (error) {
      if (!isFaultOfFile(error)) throw error
      // One of them is not acceptable: written one by one, only that one is rejected.
      if (list.length === 1) noteRejectedError(task, list[0]!.file, list[0]!.document.id, error)
      else for (const one of list) await put(task, company, index, [one], signal)
    }
  }

  /** Removes the documents that an earlier version of the file had. */
  async function prune (task: Task, name: string, ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    // A file that is one document has no items; documents whose ids look like its items belong to other files.
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

  /** Repeats a few times an action that may succeed in a moment. */
  function retried<T> (action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return retry(action, {
      retries: maxTries - 1, firstMs: retryMs, signal, isRetryable: error => error instanceof CodedError && error.retryable,
    })
  }

  return { write }
}
