// Embeds many documents in steps short enough for a question to go in between.

import type { EmbeddedText } from './embedder.ts'
import type { Job } from './queue.ts'
import { splitSections } from './windows.ts'
import type { Window } from './windows.ts'

/** How long one step should occupy the thread, ms. A question that arrives during it waits for its end. */
const stepMs = 30
/** Characters split into windows in one step: about 15 ms of tokenizing. */
const splitChars = 8_000
/** The part of a title that is used: the model reads it again with every window of its document. */
const maxTitleChars = 300

/** The thread's speed, measured at each step and shared by all jobs. */
export interface EmbeddingSpeed {
  msPerToken: number
}

export interface PassageJob extends Job {
  /** Resolves to the vectors of each document, in order: its title's, then those of its windows. */
  readonly vectors: Promise<Float32Array[][]>
  /** Counts the windows to embed, plus roughly the documents to split. */
  countWaiting (): number
  /** Rejects `vectors`; the remaining steps do nothing. */
  cancel (reason: unknown): void
}

/** A window with its document's number, and its own number in the document. */
interface NumberedWindow extends Window { document: number, n: number }

/**
 * Creates a job for some documents. The model reads each window with the title before it.
 * Batches hold windows of similar length, because padding costs as much as text, and only as many as fit into stepMs:
 * on a CPU a batch is hardly faster than its texts one by one, so larger ones gain nothing.
 */
export function createPassageJob ({ documents, split, embed, speed }: {
  documents: readonly EmbeddedText[]
  split: (texts: string[]) => Promise<Window[][]>
  embed: (texts: string[]) => Promise<Float32Array[]>
  speed: EmbeddingSpeed
}): PassageJob {
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array[][]>()
  // A cancelled job whose caller is gone must not end the process.
  promise.catch(() => {})
  const windows: NumberedWindow[] = []
  const titles: (Window | undefined)[] = []
  const counts = new Array<number>(documents.length).fill(0)
  const vectors: Float32Array[][] = documents.map(() => [])
  const unsplit = textsOf(documents)
  let next = unsplit.next()
  let splitting = 0
  let hasEnded = false

  async function splitSome (): Promise<void> {
    const some: DocumentText[] = []
    let charsLeft = splitChars
    for (; !next.done && (some.length === 0 || next.value.text.length <= charsLeft); next = unsplit.next()) {
      charsLeft -= next.value.text.length
      some.push(next.value)
    }
    splitting = some.length
    const found = await split(some.map(({ text }) => text))
    splitting = 0
    for (const [i, { document, isTitle, text }] of some.entries()) {
      if (isTitle) {
        titles[document] = { text, tokens: found[i]!.reduce((sum, { tokens }) => sum + tokens, 0) }
        addWindow(document, titles[document])
      } else {
        for (const window of found[i]!) if (window.text !== '') addWindow(document, underTitle(titles[document], window))
      }
    }
    if (!next.done) return
    // Every document needs a vector, also one of white space only.
    for (const [document, count] of counts.entries()) if (count === 0) addWindow(document, { text: '', tokens: 1 })
    // embedSome takes from the end: the longest first.
    windows.sort((one, other) => one.tokens - other.tokens)
  }

  function addWindow (document: number, window: Window): void {
    windows.push({ ...window, document, n: counts[document]!++ })
  }

  async function embedSome (): Promise<void> {
    const longest = Math.max(1, windows.at(-1)!.tokens)
    const fitting = Math.max(1, Math.floor(stepMs / (speed.msPerToken * longest)))
    const batch = windows.splice(-fitting)
    const startedAt = performance.now()
    const found = await embed(batch.map(({ text }) => text))
    const msPerToken = (performance.now() - startedAt) / (longest * batch.length)
    speed.msPerToken += (msPerToken - speed.msPerToken) / 8
    for (const [i, { document, n }] of batch.entries()) vectors[document]![n] = found[i]!
  }

  return {
    vectors: promise,
    countWaiting: () => hasEnded ? 0 : windows.length + splitting + (next.done ? 0 : documents.length - next.value.document),

    async step () {
      if (hasEnded) return false
      try {
        if (!next.done) await splitSome()
        else if (windows.length > 0) await embedSome()
        if (!next.done || windows.length > 0) return true
        resolve(vectors)
      } catch (error) {
        reject(error)
      }
      hasEnded = true
      return false
    },

    cancel (reason) {
      hasEnded = true
      reject(reason)
    }
  }
}

/** A document's title, or a section of its text. */
interface DocumentText { document: number, isTitle: boolean, text: string }

function * textsOf (documents: readonly EmbeddedText[]): Generator<DocumentText, undefined> {
  for (const [document, { title, text }] of documents.entries()) {
    const short = title.trim().slice(0, maxTitleChars)
    if (short) yield { document, isTitle: true, text: short }
    for (const section of splitSections(text, splitChars)) yield { document, isTitle: false, text: section }
  }
}

function underTitle (title: Window | undefined, window: Window): Window {
  return title ? { text: `${title.text}\n${window.text}`, tokens: title.tokens + window.tokens } : window
}
