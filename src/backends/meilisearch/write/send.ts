// Sends documents to Meilisearch, a few requests at a time, and isolates those that it refuses.
import type { Task } from 'meilisearch'
import type { TargetIndex } from './index-settings.ts'
import type { MeilisearchAdmin } from '../admin.ts'
import { firstLine, hasStatus, reasonOf } from '../errors.ts'

/** A document to send: its JSON, and how to name it to people. */
export interface Line { at: string, id: string, json: string }

export interface Refusal { code: string, message: string }

export interface Sender {
  /**
   * Resolves when the lines are being sent, which starts when fewer than two requests are running. Throws on anything
   * that stops the whole load.
   */
  send (lines: Line[]): Promise<void>
  /** Resolves when everything has arrived. */
  drain (): Promise<void>
}

const maxTasks = 2
const maxBytes = 5_000_000
/** How many times a refused request is split in two to find the document that caused the refusal. */
const maxSplits = 200

/** @param onEnd called with each document sent or refused */
export function createSender ({ admin, index: { uid, primaryKey }, method = 'POST', signal, onEnd }: {
  admin: MeilisearchAdmin
  index: TargetIndex
  /** PUT adds to the documents that are there; POST replaces them. */
  method?: 'POST' | 'PUT'
  signal: AbortSignal
  onEnd: (lines: Line[], refusal: Refusal | null) => void
}): Sender {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | null = null
  let splits = 0

  /** Sends documents; when one is refused, sends the others without it. */
  async function deliver (lines: Line[]): Promise<void> {
    const refusal = await post(lines)
    if (refusal === null || lines.length === 1 || splits >= maxSplits) return onEnd(lines, refusal)
    splits++
    const half = Math.ceil(lines.length / 2)
    await deliver(lines.slice(0, half))
    await deliver(lines.slice(half))
  }

  /** Returns null when the documents are stored. Throws on errors that would affect other documents too. */
  async function post (lines: Line[]): Promise<Refusal | null> {
    let task: Task
    try {
      const body = lines.map(({ json }) => json).join('\n')
      task = await admin.runTask(method, `/indexes/${uid}/documents?${new URLSearchParams({ primaryKey })}`, body, signal)
    } catch (error) {
      if (!hasStatus(error, 400, 413)) throw error
      return reasonOf(error)
    }
    if (task.status === 'succeeded') return null
    const { code, type, message } = task.error ?? { code: task.status, type: '', message: 'The task was cancelled.' }
    if (type !== 'invalid_request' || code === 'index_not_found') throw new Error(`${code}: ${firstLine(message)}`)
    return { code, message: firstLine(message) }
  }

  function throwFailure (): void {
    if (failure) throw failure.error
  }

  return {
    async send (lines) {
      for (const some of packed(lines)) {
        while (running.size >= maxTasks) await Promise.race(running)
        throwFailure()
        const delivery = deliver(some).catch(error => { failure ??= { error } }).finally(() => running.delete(delivery))
        running.add(delivery)
      }
    },
    async drain () {
      await Promise.all(running)
      throwFailure()
    },
  }
}

/** Joins lines, in order, into bodies of at most `maxBytes`, or more for a single longer line. */
function packed (lines: Line[]): Line[][] {
  const bodies: Line[][] = []
  let bytes = Infinity
  for (const line of lines) {
    const own = Buffer.byteLength(line.json) + 1
    bytes += own
    if (bytes > maxBytes) {
      bodies.push([])
      bytes = own
    }
    bodies.at(-1)!.push(line)
  }
  return bodies
}
