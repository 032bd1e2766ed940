// Shows the tasks of uploads to the other instances, and theirs here: any instance may be asked about any upload.
import { LRUCache } from 'lru-cache'
import type { News } from '../instances/news.ts'
import type { Notes } from '../instances/notes.ts'
import { emptyCounts, type Task } from './task.ts'

export interface SharedTasks {
  /** Shows the state of a task of this instance. */
  show (task: Task): void
  /** Returns a task that another instance has shown; null when there is none. */
  get (company: string, id: string): Promise<Task | null>
  /** Lists the tasks that instances have shown. */
  list (company: string): Promise<{ id: string, isFinal: boolean }[]>
  /** Settles when a task of another instance has ended, or at once if there is none that runs. */
  whenEnded (company: string, id: string): Promise<void>
  /** Asks the instance that has a task to end it. Returns false when there is none that runs. */
  cancel (company: string, id: string): Promise<boolean>
  /** Forgets the tasks of a company. */
  erase (company: string): Promise<number>
  close (): void
}

/** Tasks of other instances whose end somebody has asked for. */
const maxAwaited = 10_000

/**
 * @param unfinished returns the tasks of this instance that have not ended
 * @param onCancel ends a task of this instance, if it has it
 */
export function createSharedTasks ({ notes, news, unfinished, onCancel }: {
  notes: Notes, news: News, unfinished (): Task[], onCancel (company: string, id: string): void,
}): SharedTasks {
  const awaited = new LRUCache<string, PromiseWithResolvers<void>>({ max: maxAwaited, dispose: ({ resolve }) => resolve() })
  news.on('task', name => {
    // Who waits asks again.
    if (name === null) awaited.clear()
    else awaited.delete(name)
  })
  news.on('cancel', name => {
    const [company, id] = (name ?? '').split('/')
    if (id !== undefined) onCancel(company!, id)
  })
  const nameOf = (company: string, id: string) => `${company}/${id}`
  const get = async (company: string, id: string) => {
    const text = await notes.read(company, id)
    return text === null ? null : readTask(text, id)
  }
  const runs = async (company: string, id: string) => (await get(company, id))?.endedAt === 0

  function show (task: Task): void {
    const { company, id, endedAt } = task
    const written = notes.write(company, { id, isFinal: endedAt > 0 }, JSON.stringify(task))
    if (endedAt > 0) written.then(() => news.tell('task', nameOf(company, id)))
  }
  notes.onLost(() => unfinished().forEach(show))

  return {
    show,
    get,
    list: notes.list,
    async whenEnded (company, id) {
      const name = nameOf(company, id)
      const waiter = awaited.get(name) ?? Promise.withResolvers<void>()
      // Before the look: it may end at that moment.
      awaited.set(name, waiter, { noDisposeOnSet: true })
      if (!await runs(company, id)) awaited.delete(name)
      await waiter.promise
    },
    async cancel (company, id) {
      if (!await runs(company, id)) return false
      news.tell('cancel', nameOf(company, id))
      return true
    },
    erase: notes.erase,
    close: () => notes.close(),
  }
}

/** Reads a task that may be of another release: what that does not know is none. Returns null when it cannot be read. */
function readTask (text: string, id: string): Task | null {
  try {
    const task = { ...emptyCounts(), error: null, ...JSON.parse(text) as Partial<Task> | null }
    return task.id === id && typeof task.createdAt === 'number' && Array.isArray(task.files) ? task as Task : null
  } catch {
    return null
  }
}

/** For an instance that is alone. */
export function createNoSharedTasks (): SharedTasks {
  return {
    show () {}, get: async () => null, list: async () => [], whenEnded: async () => {}, cancel: async () => false, erase: async () => 0,
    close () {},
  }
}
