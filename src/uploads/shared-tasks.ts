// Shows the tasks of uploads to the other instances, and theirs here: any instance may be asked about any upload.
import { LRUCache } from 'lru-cache'
import type { News } from '../instances/news.ts'
import type { Notes } from '../instances/notes.ts'
import type { Task } from './task.ts'

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

/** @param onCancel ends a task of this instance, if it has it */
export function createSharedTasks (
  { notes, news, onCancel }: { notes: Notes, news: News, onCancel (company: string, id: string): void }
): SharedTasks {
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
    return text === null ? null : JSON.parse(text) as Task
  }
  const runs = async (company: string, id: string) => (await get(company, id))?.endedAt === 0

  return {
    show (task) {
      const { company, id, endedAt } = task
      const written = notes.write(company, { id, isFinal: endedAt > 0 }, JSON.stringify(task))
      if (endedAt > 0) written.then(() => news.tell('task', nameOf(company, id)))
    },
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

/** For an instance that is alone. */
export function createNoSharedTasks (): SharedTasks {
  return {
    show () {}, get: async () => null, list: async () => [], whenEnded: async () => {}, cancel: async () => false, erase: async () => 0,
    close () {},
  }
}
