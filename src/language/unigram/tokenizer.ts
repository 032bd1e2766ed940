// Splits text into the pieces of a unigram vocabulary (XLM-RoBERTa's and its relatives'), from compact typed arrays.

import { createTrieBuilder } from './piece-trie.ts'
import { parseTokenizerFile } from './tokenizer-file.ts'
import type { TokenizerFile } from './tokenizer-file.ts'

export interface UnigramTokenizer {
  /** The number of the padding piece. */
  readonly padding: number
  /** Returns the piece numbers of a text, between the start and end pieces, at most `maxTokens` in all. */
  encode (text: string, maxTokens: number): number[]
  /** Counts the pieces of a text, without the start and end. */
  count (text: string): number
  /** Tells whether it has a piece for at least half of a text's letters; true of a text without letters. */
  reads (text: string): boolean
}

/** Stands for a space, and before each word. */
const wordStart = '▁'
/** The unknown piece's score lies this far below the lowest one. */
const unknownPenalty = 10

/**
 * Creates the tokenizer of a `tokenizer.json`; returns null when the file describes another kind of tokenizer.
 * Special pieces written out in a text ("</s>") are text like any other.
 */
export function createUnigramTokenizer (bytes: Buffer): UnigramTokenizer | null {
  const { file, entries } = parseTokenizerFile(bytes)
  const { model, added_tokens: added = [] } = file
  if (model?.type !== 'Unigram' || model.unk_id === undefined || model.byte_fallback || !isXlmRoberta(file)) return null
  const special = new Map(added.map(({ id, content }) => [content, id]))
  const [start, end, padding] = ['<s>', '</s>', '<pad>'].map((content) => special.get(content))
  if (start === undefined || end === undefined || padding === undefined) return null

  const unknown = model.unk_id
  const specialIds = new Set(special.values())
  const builder = createTrieBuilder()
  const allScores: number[] = []
  for (const [piece, score] of entries()) {
    if (!specialIds.has(allScores.length)) builder.add(piece, allScores.length)
    allScores.push(score)
  }
  const trie = builder.build()
  const scores = Float32Array.from(allScores)
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty
  // The best way to each position of the word at hand: its score, the piece that leads there, and where that begins.
  let best = new Float64Array(64)
  let from = new Int32Array(64)
  let piece = new Int32Array(64)

  /** Appends the most likely pieces of one word (Viterbi). */
  function split (word: string, into: number[]): void {
    const { length } = word
    if (best.length <= length) {
      best = new Float64Array(2 * length)
      from = new Int32Array(2 * length)
      piece = new Int32Array(2 * length)
    }
    best.fill(-Infinity, 1, length + 1)
    best[0] = 0
    const reach = (at: number, to: number, id: number, score: number) => {
      if (best[at]! + score <= best[to]!) return
      best[to] = best[at]! + score
      from[to] = at
      piece[to] = id
    }
    for (let at = 0; at < length;) {
      const next = at + (word.codePointAt(at)! > 0xffff ? 2 : 1)
      let isKnown = false
      trie.match(word, at, (to, id) => {
        reach(at, to, id, scores[id]!)
        isKnown ||= to === next
      })
      if (!isKnown) reach(at, next, unknown, unknownScore)
      at = next
    }
    const first = into.length
    for (let at = length; at > 0; at = from[at]!) {
      // Neighbouring unknown characters are one unknown piece.
      if (piece[at] !== unknown || into.length === first || into.at(-1) !== unknown) into.push(piece[at]!)
    }
    reverse(into, first)
  }

  function pieces (text: string, most: number): number[] {
    const ids: number[] = []
    for (const [word] of normalize(text).matchAll(/\S+/g)) {
      split(word.startsWith(wordStart) ? word : wordStart + word, ids)
      if (ids.length >= most) break
    }
    return ids
  }

  function isPiece (letter: string): boolean {
    let isKnown = false
    trie.match(letter, 0, (end) => { isKnown ||= end === letter.length })
    return isKnown
  }

  return {
    padding,
    encode: (text, maxTokens) => [start, ...pieces(text, maxTokens - 2).slice(0, maxTokens - 2), end],
    count: (text) => pieces(text, Infinity).length,
    reads: (text) => {
      const letters = normalize(text).match(/\p{L}/gu) ?? []
      return 2 * letters.filter(isPiece).length >= letters.length
    }
  }
}

/** Tells whether the text is normalized by a map of characters (NFKC), then split at white space, as in XLM-RoBERTa. */
function isXlmRoberta ({ normalizer, pre_tokenizer: preTokenizer }: TokenizerFile): boolean {
  const types = (part: unknown): string[] => {
    if (typeof part !== 'object' || part === null) return []
    const { type, normalizers, pretokenizers } = part as { type?: string, normalizers?: unknown[], pretokenizers?: unknown[] }
    return [normalizers, pretokenizers].flatMap((list) => list ?? []).flatMap(types).concat(type === 'Sequence' || !type ? [] : type)
  }
  const ofNormalizer = types(normalizer)
  const ofPreTokenizer = types(preTokenizer)
  return ofNormalizer.includes('Precompiled') && ofNormalizer.every((type) => ['Precompiled', 'Replace', 'Strip'].includes(type)) &&
    ofPreTokenizer.includes('Metaspace') && ofPreTokenizer.every((type) => ['WhitespaceSplit', 'Metaspace'].includes(type))
}

/** Normalizes as SentencePiece's nmt_nfkc does: no control characters, one kind of space, NFKC except for "～". */
function normalize (text: string): string {
  const spaced = text
    // eslint-disable-next-line no-control-regex -- it removes control characters
    .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, '')
    .replace(/[\u200b-\u200f\u2581\ufffd]/g, ' ')
  return spaced.split('～').map((part) => part.normalize('NFKC')).join('～')
}

function reverse (list: number[], first: number): void {
  for (let i = first, j = list.length - 1; i < j; i++, j--) [list[i], list[j]] = [list[j]!, list[i]!]
}
