// Runs the tasks of uploads: the companies in turn, file by file, and the tasks of a company in order.
import { CodedError, asCoded, coded } from '../errors.ts'
import type { Spool } from './spool.ts'
import type { TaskWriter } from './task-writer.ts'
import { emptyCounts, type Task } from './task.ts'
import { createTurns } from './turns.ts'

export interface Runner {
  /** Queues a task that was accepted. */
  add (task: Task): void
  /** Starts to run the tasks. */
  start (): void
  /** Returns a task that has not ended. */
  get (company: string, id: string): Task | undefined
  list (company: string): Task[]
  /** Returns the tasks that have not ended. */
  unfinished (): Task[]
  /** Returns the tasks that are running. */
  running (): Task[]
  /** Settles when the task has ended, or at once if there is no such task. */
  whenEnded (company: string, id: string): Promise<void>
  /** Ends a task early; documents already written stay. Returns true if there was such a task. */
  cancel (company: string, id: string): boolean
  /** Ends all tasks of a company. Resolves when they have ended, with their number. */
  cancelAll (company: string): Promise<number>
  /** Tells if one more task of the company may wait, beside those that are on their way. */
  mayQueue (company: string, arriving: number): boolean
  stats (): { waiting: number, running: number, done: number, failed: number }
  /** Stops the tasks: those that have not ended continue at the next start. */
  close (): Promise<void>
}

export interface RunnerOptions {
  spool: Spool
  writer: TaskWriter
  /** The most companies that have a turn at once. */
  concurrency: number
  /**
   * How many tasks of one company may wait for their writes at once; 1 = each begins when the one before has ended. Tasks with
   * files of the same name never meet.
   */
  writesAtOnce?: number
  /** The most tasks of one company that may wait. */
  queueMax: number
  onEnded (task: Task): void
  /** Called when a task waits, starts or ends. */
  onChanged? (task: Task): void
  /** Called when the company has no more tasks. */
  onIdle (company: string): void
  onProblem (task: Task, error: unknown): void
  /** How long a turn lasts, ms. A file that takes longer goes on beside the next turn. */
  sliceMs?: number
  /** The pause before a task is started again that failed because a disk or a server was unavailable. */
  pauseMs?: number
  now?: () => number
}

/** A task that was started this often seems to crash the service each time, and is given up. */
const maxStarts = 100
const cancelled = { status: 'failed', error: { code: 'CANCELLED', message: 'It was cancelled.' } } as const
/** The most tasks of all companies that wait for their writes without a turn. */
const maxWriting = 32

interface Entry {
  task: Task
  abort: AbortController
  ended: PromiseWithResolvers<void>
  /** Set while it runs; `isRead` when only its writes are still to be waited for. */
  running?: { isRead: boolean, ended: Promise<void> }
}

export function createRunner (
  {
    spool, writer, concurrency, writesAtOnce = 1, queueMax, onEnded, onChanged = () => {}, onIdle, onProblem, sliceMs = 2000,
    pauseMs = 60_000, now = Date.now,
  }: RunnerOptions
): Runner {
  /** The tasks of each company, in the order in which they run; the companies in the order of their turn. */
  const queues = new Map<string, Entry[]>()
  const turns = createTurns({ concurrency, sliceMs, maxWriting: writesAtOnce > 1 ? maxWriting : 0 })
  /** Companies with a task that waits to be started again. */
  const paused = new Map<string, NodeJS.Timeout>()
  const counts = { done: 0, failed: 0 }
  const closing = new AbortController()
  let started = false

  function find (company: string, id: string): Entry | undefined {
    return queues.get(company)?.find(({ task }) => task.id === id)
  }

  function runNext (): void {
    if (!started) return
    for (const [company, entries] of queues) {
      if (closing.signal.aborted) return
      if (paused.has(company)) continue
      for (let entry; (entry = nextOf(entries)) !== undefined;) start(entry)
    }
  }

  /** Returns the task of a company that can begin now: the first one that has not begun, if nothing speaks against it. */
  function nextOf (entries: Entry[]): Entry | undefined {
    const at = entries.findIndex(({ running }) => !running)
    const next = entries[at]
    if (at <= 0) return next
    const before = entries.slice(0, at)
    const canBegin = at < writesAtOnce && before.every(({ task, running }) => running!.isRead && !touchSameDocuments(task, next!.task))
    return canBegin ? next : undefined
  }

  function start (entry: Entry): void {
    const ended = run(entry).finally(() => {
      delete entry.running
      if (closing.signal.aborted) return
      if (entry.task.endedAt > 0) return leave(entry)
      pause(entry.task.company)
      runNext()
    })
    entry.running = { isRead: false, ended }
  }

  function pause (company: string): void {
    if (paused.has(company)) return
    paused.set(company, setTimeout(() => {
      paused.delete(company)
      runNext()
    }, pauseMs))
  }

  function unpause (company: string): void {
    clearTimeout(paused.get(company))
    paused.delete(company)
  }

  /** Takes a task that has ended out of its queue. */
  function leave (entry: Entry): void {
    const { company } = entry.task
    const entries = queues.get(company)!
    entries.splice(entries.indexOf(entry), 1)
    if (entries.length === 0) {
      queues.delete(company)
      unpause(company)
      onIdle(company)
    }
    entry.ended.resolve()
    runNext()
  }

  /** Ends a task: one that runs ends itself, any other has nothing to wait for. */
  function abort (entry: Entry): void {
    const { task } = entry
    entry.abort.abort(new Error('cancelled'))
    if (entry.running) return
    // What it waited for is nothing that the tasks behind it need to wait for.
    if (task.error) unpause(task.company)
    Object.assign(task, { ...cancelled, startedAt: task.startedAt || now() })
    entry.running = { isRead: true, ended: end(task).then(() => leave(entry)) }
  }

  async function run (entry: Entry): Promise<void> {
    const { task, abort } = entry
    const signal = AbortSignal.any([abort.signal, closing.signal])
    const turn = turns.of(task.company, signal)
    // A task that is cancelled while it waits ends like any other.
    await turn.next().catch(() => {})
    Object.assign(task, { status: 'running', startedAt: now(), starts: task.starts + 1, error: null, ...emptyCounts() })
    try {
      if (task.starts > maxStarts) throw coded('INTERNAL', `It was started ${maxStarts} times.`)
      signal.throwIfAborted()
      await spool.update(task)
      onChanged(task)
      await writer.write(task, signal, {
        next: turn.next,
        onRead () {
          if (!turn.leave()) return
          entry.running!.isRead = true
          runNext()
        },
      })
      const nothing = task.written + task.unchanged === 0
      task.status = nothing && task.rejected > 0 ? 'failed' : 'done'
    } catch (error) {
      if (closing.signal.aborted) return
      // A disk or a server is at fault, not the upload: it was accepted, so it waits.
      if (!abort.signal.aborted && error instanceof CodedError && error.retryable && task.starts < maxStarts) {
        const { code, message } = error
        Object.assign(task, { status: 'queued', error: { code, message } })
        onChanged(task)
        onProblem(task, error)
        return
      }
      const { code, message } = asCoded(error)
      Object.assign(task, abort.signal.aborted ? cancelled : { status: 'failed', error: { code, message } })
      if (!abort.signal.aborted) onProblem(task, error)
    } finally {
      turn.end()
    }
    await end(task)
  }

  async function end (task: Task): Promise<void> {
    task.endedAt = now()
    counts[task.status as 'done' | 'failed']++
    // A full disk must not block the next task; this one runs again at the next start.
    await spool.end(task).catch(error => onProblem(task, error))
    onChanged(task)
    onEnded(task)
  }

  return {
    add (task) {
      const entry = { task, abort: new AbortController(), ended: Promise.withResolvers<void>() }
      const entries = queues.get(task.company)
      if (entries) entries.push(entry)
      else queues.set(task.company, [entry])
      onChanged(task)
      runNext()
    },
    start () {
      started = true
      runNext()
    },
    get: (company, id) => find(company, id)?.task,
    running: () => [...queues.values()].flat().filter(({ running }) => running).map(({ task }) => task),
    unfinished: () => [...queues.values()].flat().map(({ task }) => task),
    list: company => (queues.get(company) ?? []).map(({ task }) => task),
    whenEnded: async (company, id) => find(company, id)?.ended.promise,
    cancel (company, id) {
      const entry = find(company, id)
      if (!entry || entry.task.endedAt > 0) return false
      abort(entry)
      return true
    },
    async cancelAll (company) {
      const entries = [...queues.get(company) ?? []]
      for (const entry of entries) if (entry.task.endedAt === 0) abort(entry)
      await Promise.all(entries.map(({ ended }) => ended.promise))
      return entries.length
    },
    mayQueue: (company, arriving) => (queues.get(company)?.length ?? 0) + arriving < queueMax,
    stats: () => ({
      waiting: [...queues.values()].reduce((sum, { length }) => sum + length, 0) - turns.running, running: turns.running, ...counts,
    }),
    async close () {
      closing.abort(coded('SHUTTING_DOWN'))
      for (const timer of paused.values()) clearTimeout(timer)
      await Promise.all([...queues.values()].flat().map(({ running }) => running?.ended))
    },
  }
}

/** Tells if a file of one task may hold a document of the other one. */
function touchSameDocuments (one: Task, other: Task): boolean {
  return one.index === other.index &&
    one.files.some(({ name }) => other.files.some(file => isWithin(name, file.name) || isWithin(file.name, name)))
}

/** A list of documents has no name, and may hold any. */
function isWithin (name: string, folder: string): boolean {
  return folder === '' || name === folder || name.startsWith(`${folder}/`)
}
