// Embeds many documents in steps short enough for a question to go in between.

import type { EmbeddedText } from './embedder.ts'
import type { Job } from './queue.ts'
import { pieces } from './windows.ts'
import type { Window } from './windows.ts'

/** How long one step should hold the thread, ms. A question that comes meanwhile waits for its end. */
const STEP_MS = 30
/** Characters whose windows are found in one step: some 15 ms of tokenizing. */
const SPLIT_CHARS = 8_000
/** A title is read with every window of its document: what is longer than this is no title. */
const TITLE_CHARS = 300

/** The thread's speed, learned from each step and shared by all jobs. */
export interface Pace {
  msPerToken: number
}

export interface PassageJob extends Job {
  /** The vectors of each document, in order: its title's, then those of its windows. */
  readonly vectors: Promise<Float32Array[][]>
  /** Windows to be embedded, and about how many documents to be split. */
  waiting (): number
  /** Rejects `vectors`; the steps that are left do nothing. */
  cancel (reason: unknown): void
}

interface Placed extends Window { of: number, at: number }

/**
 * Makes the job of some documents. A window is read with the title before it.
 * Batches hold windows of like length (padding is paid for as if it were text), and only as many as keep to STEP_MS:
 * on a CPU a batch is hardly faster than its texts one by one, so there is nothing to gain from larger ones.
 */
export function createPassageJob ({ documents, split, embed, pace }: {
  documents: readonly EmbeddedText[]
  split: (texts: string[]) => Promise<Window[][]>
  embed: (texts: string[]) => Promise<Float32Array[]>
  pace: Pace
}): PassageJob {
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array[][]>()
  // A cancelled job whose caller has left must not end the process.
  promise.catch(() => {})
  const windows: Placed[] = []
  const titles: (Window | undefined)[] = []
  const counts = new Array<number>(documents.length).fill(0)
  const vectors: Float32Array[][] = documents.map(() => [])
  const unsplit = partsOf(documents)
  let next = unsplit.next()
  let splitting = 0
  let ended = false

  async function splitSome (): Promise<void> {
    const some: Part[] = []
    for (let room = SPLIT_CHARS; !next.done && (some.length === 0 || next.value.text.length <= room); next = unsplit.next()) {
      room -= next.value.text.length
      some.push(next.value)
    }
    splitting = some.length
    const found = await split(some.map(({ text }) => text))
    splitting = 0
    for (const [i, { of, isTitle, text }] of some.entries()) {
      if (isTitle) {
        titles[of] = { text, tokens: found[i]!.reduce((sum, { tokens }) => sum + tokens, 0) }
        place(of, titles[of])
      } else {
        for (const window of found[i]!) if (window.text !== '') place(of, underTitle(titles[of], window))
      }
    }
    if (!next.done) return
    // A document of white space has no window yet, and is owed one.
    for (const [of, count] of counts.entries()) if (count === 0) place(of, { text: '', tokens: 1 })
    // Taken from the end: the longest first.
    windows.sort((one, other) => one.tokens - other.tokens)
  }

  function place (of: number, window: Window): void {
    windows.push({ ...window, of, at: counts[of]!++ })
  }

  async function embedSome (): Promise<void> {
    const longest = Math.max(1, windows.at(-1)!.tokens)
    const fitting = Math.max(1, Math.floor(STEP_MS / (pace.msPerToken * longest)))
    const batch = windows.splice(-fitting)
    const begun = performance.now()
    const found = await embed(batch.map(({ text }) => text))
    const msPerToken = (performance.now() - begun) / (longest * batch.length)
    pace.msPerToken += (msPerToken - pace.msPerToken) / 8
    for (const [i, { of, at }] of batch.entries()) vectors[of]![at] = found[i]!
  }

  return {
    vectors: promise,
    waiting: () => ended ? 0 : windows.length + splitting + (next.done ? 0 : documents.length - next.value.of),

    async step () {
      if (ended) return false
      try {
        if (!next.done) await splitSome()
        else if (windows.length > 0) await embedSome()
        if (!next.done || windows.length > 0) return true
        resolve(vectors)
      } catch (error) {
        reject(error)
      }
      ended = true
      return false
    },

    cancel (reason) {
      ended = true
      reject(reason)
    }
  }
}

interface Part { of: number, isTitle: boolean, text: string }

function * partsOf (documents: readonly EmbeddedText[]): Generator<Part, undefined> {
  for (const [of, { title, text }] of documents.entries()) {
    const short = title.trim().slice(0, TITLE_CHARS)
    if (short) yield { of, isTitle: true, text: short }
    for (const piece of pieces(text, SPLIT_CHARS)) yield { of, isTitle: false, text: piece }
  }
}

function underTitle (title: Window | undefined, window: Window): Window {
  return title ? { text: `${title.text}\n${window.text}`, tokens: title.tokens + window.tokens } : window
}
