// Merges neighbouring chunks of a document into one passage, and passages with the same text into one.
import { LRUCache } from 'lru-cache'
import { createDuplicateIndex, fingerprint, type Fingerprint } from '../language/duplicates.ts'
import { headingSeparator } from '../language/passage-lines.ts'
import type { FoundPassage, Place } from '../types.ts'

const maxPlaces = 5
/** Characters that are compared at a seam: more than a chunk ever repeats. */
const seamChars = 8192
/** A shorter overlap of two chunks is not a repeated sentence. */
const leastRepeated = 12

/**
 * Returns the passages, best first. Neighbouring chunks of one document (`document`, `n`) become one passage, in reading
 * order and without repeated text, with the rank and the id of the better one. Of passages with the same text, the weaker
 * one becomes a place of the better one; for whole documents the titles must be the same too.
 * @param maxChars the longest text of a merged passage; 0 = neighbours stay apart
 */
export function mergeNeighbours (passages: readonly FoundPassage[], maxChars: number): FoundPassage[] {
  const runs: FoundPassage[][] = []
  const elsewhere = new Map<FoundPassage, Place[]>()
  const kept: FoundPassage[] = []
  const said = createDuplicateIndex(key => kept[key] && saidBy(kept[key]))
  for (const passage of passages) {
    const text = saidBy(passage)
    const print = printOf(text)
    const twin = said.find(text, print)
    if (twin) {
      const better = kept[twin.key]!
      elsewhere.set(better, [...elsewhere.get(better) ?? [], placeOf(passage), ...passage.places ?? []])
      continue
    }
    let run = [passage]
    // At most two, the better one first.
    const joined = runs.filter(other => follows(other.at(-1)!, passage) || follows(passage, other[0]!)).filter(other => {
      if (sizeOf(run) + sizeOf(other) > maxChars) return false
      run = [...run, ...other].sort((a, b) => a.n! - b.n!)
      return true
    })
    if (joined.length > 0) {
      runs[runs.indexOf(joined[0]!)] = run
      if (joined[1]) runs.splice(runs.indexOf(joined[1]), 1)
    } else runs.push(run)
    said.add(print, kept.push(passage) - 1)
  }
  return runs.map(run => {
    const best = kept.find(passage => run.includes(passage))!
    return merged(run, best, run.flatMap(passage => [...passage.places ?? [], ...elsewhere.get(passage) ?? []]))
  })
}

/** The fingerprints of the passages found last: many questions find the same ones. Bounded by the characters of their texts. */
const knownPrints = new LRUCache<string, Fingerprint>({ maxSize: 2_000_000, sizeCalculation: (_, text) => text.length + 100 })

function printOf (text: string): Fingerprint {
  let print = knownPrints.get(text)
  if (!print) knownPrints.set(text, print = fingerprint(text))
  return print
}

/** Returns the text to compare. A chunk is the same under any title, as it is for the stores, which keep it once. */
function saidBy ({ document, title, heading = '', fields, text }: FoundPassage): string {
  return [document === undefined ? title : '', heading, ...fields.flat(), text].join('\n')
}

function placeOf ({ title, url, heading, page }: FoundPassage): Place {
  return { title, url, ...(heading === undefined ? {} : { heading }), ...(page === undefined ? {} : { page }) }
}

function follows (before: FoundPassage, after: FoundPassage): boolean {
  return before.document !== undefined && before.document === after.document && before.index === after.index && before.n! + 1 === after.n
}

function sizeOf (run: FoundPassage[]): number {
  return run.reduce((sum, { text }) => sum + text.length, 0)
}

function merged (run: FoundPassage[], best: FoundPassage, also: Place[]): FoundPassage {
  if (run.length === 1 && also.length === 0) return { ...best }
  const own = new Set(run.map(passage => JSON.stringify(placeOf(passage))))
  const places = unique(also).filter(place => !own.has(JSON.stringify(place))).slice(0, maxPlaces)
  const { places: _, heading, page, ...rest } = best
  if (run.length === 1) return { ...best, ...(places.length > 0 ? { places } : {}) }

  const similarities = run.flatMap(({ similarity }) => similarity ?? [])
  const paths = run.map(pathOf)
  const shared = paths.reduce((shared, path) => shared.slice(0, commonLength(shared, path)))
  const first = run[0]!
  return {
    ...rest,
    text: textOf(run, paths.map(path => path.slice(shared.length).join(headingSeparator)), shared.at(-1) ?? ''),
    fields: unique(run.flatMap(({ fields }) => fields)),
    ...(shared.length > 0 ? { heading: shared.join(headingSeparator) } : {}),
    ...(first.page === undefined ? {} : { page: first.page }),
    similarity: similarities.length > 0 ? Math.max(...similarities) : null,
    stems: ` ${[...new Set(run.flatMap(({ stems }) => stems.split(' ').filter(Boolean)))].join(' ')} `,
    matched: [...new Set(run.flatMap(({ matched }) => matched))].sort((a, b) => a - b),
    ...(places.length > 0 ? { places } : {}),
  }
}

function pathOf ({ heading }: FoundPassage): string[] {
  return heading === undefined ? [] : heading.split(headingSeparator)
}

function commonLength (a: string[], b: string[]): number {
  const differs = a.findIndex((heading, i) => heading !== b[i])
  return differs === -1 ? a.length : differs
}

function unique<T> (values: T[]): T[] {
  return [...new Map(values.map(value => [JSON.stringify(value), value])).values()]
}

/**
 * Joins the text of a run. Where the heading below the shared ones changes, it is put in front of the line it belongs to.
 * @param above shown where, after such a heading, there is none
 */
function textOf (run: FoundPassage[], headings: string[], above: string): string {
  return run.reduce((text, passage, i) => {
    if (i > 0 && headings[i] === headings[i - 1]) return text + continuation(text, passage.text)
    const heading = headings[i] || (i > 0 ? above : '')
    return `${text}${i > 0 ? '\n\n' : ''}${heading === '' ? '' : `${heading} — `}${passage.text}`
  }, '')
}

/** Returns the text that a chunk adds to the one before it. */
function continuation (before: string, after: string): string {
  const rows = repeatedHeader(before, after)
  if (rows > 0) return `\n${after.slice(rows)}`
  const repeated = repeatedLength(before.slice(-seamChars), after.slice(0, seamChars))
  if (repeated > 0) return after.slice(repeated)
  const inSentence = /[\p{Ll}\p{N},]$/u.test(before) && /^\p{Ll}/u.test(after)
  return (inSentence ? ' ' : '\n') + after
}

/** Returns where the rows start, if `after` continues the table at the end of `before` under the same header; otherwise 0. */
function repeatedHeader (before: string, after: string): number {
  const [header, rule = ''] = after.split('\n', 2) as [string, string?]
  if (!header.includes('|')) return 0
  const [table] = before.slice(before.lastIndexOf('\n\n') + 1).trimStart().split('\n', 1) as [string]
  if (!table.endsWith(header)) return 0
  const end = header.length + 1 + (/^[\s|:+=-]+$/.test(rule) ? rule.length + 1 : 0)
  return end < after.length ? end : 0
}

/**
 * Returns the length of the longest end of `before` that `after` starts with, at word boundaries; 0 when it is short.
 * Linear (D. Knuth, J. Morris and V. Pratt, "Fast Pattern Matching in Strings", 1977).
 */
function repeatedLength (before: string, after: string): number {
  // shorter[k]: the longest proper prefix of after[0..k] that is its suffix too.
  const shorter = new Uint16Array(after.length)
  const next = (length: number, character: string) => {
    let k = length
    while (k > 0 && (k === after.length || after[k] !== character)) k = shorter[k - 1]!
    return k < after.length && after[k] === character ? k + 1 : 0
  }
  for (let i = 1, k = 0; i < after.length; i++) shorter[i] = k = next(k, after[i]!)
  let length = 0
  for (let i = 0; i < before.length; i++) length = next(length, before[i]!)
  while (length >= leastRepeated) {
    if (!inWord(before, before.length - length) && !inWord(after, length)) return length
    length = shorter[length - 1]!
  }
  return 0
}

/** Tells whether an offset splits a word. */
function inWord (text: string, at: number): boolean {
  return /^[\p{L}\p{N}]{2}$/u.test(text.slice(Math.max(0, at - 1), at + 1))
}
