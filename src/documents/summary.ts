// Summarizes a company's documents in their own sentences: those that represent most of the others.
import { sentencesOf } from '../language/spans.ts'
import { isStopWord, languages, tokens } from '../language/words.ts'
import { dot } from '../similarity.ts'

export interface SummaryChunk {
  text: string
  /** Of length one. Chunks are compared by words unless each has one of the same dimension. */
  vector?: Float32Array
  /** How often answers cited it: chunks that people ask about weigh more. */
  cited?: number
}

export interface SummaryOptions {
  maxTokens: number
  count: (text: string) => number
}

/** The most chunks that are read. If there are more, the often cited ones are taken first, then the others evenly. */
const maxChunks = 1000
/** The most chunks that all others are compared with. */
const maxMeasures = 250
/** Dimensions of a bag of words as a vector: the hash of a word chooses one. */
const bagDimensions = 256
const sentencesOfChunk = 4
/** Characters, a wide one counted as three: a shorter sentence says little by itself, a longer one is rarely one. */
const shortestSentence = 30
const longestSentence = 400
/** Tokens of the shortest sentence. */
const fewestTokens = 6
/** Two sentences that share this much of the shorter one's words count as the same. */
const alikeFrom = 0.6

interface Sentence {
  chunk: number
  n: number
  text: string
  words: Set<string>
  readable: boolean
}

/**
 * Returns whole sentences of the chunks, in their order, of at most `maxTokens` in all, a line for each chunk; '' when
 * none fits. The same chunks give the same summary. Takes less than a second, however many chunks there are.
 *
 * Chunks are taken greedily by their contribution to the coverage Σᵢ max(sim(i, j) : j taken), times 1 + ln(1 + cited)
 * (facility location; H. Lin and J. Bilmes, "A Class of Submodular Functions for Document Summarization", 2011): the
 * first is the most central one, each further one represents what those before it do not. Each in turn gives the
 * sentence nearest to the centre of its chunk (D. Radev and others, "Centroid-based summarization of multiple
 * documents", 2004), then of each the second, until the tokens are used up.
 */
export function summarize (chunks: readonly SummaryChunk[], { maxTokens, count }: SummaryOptions): string {
  const candidates = sample(chunks)
  const bags = candidates.map(({ text }) => contentWords(text))
  const weights = rarity(bags)
  const dimensions = candidates[0]?.vector?.length
  const vectors = dimensions && candidates.every(({ vector }) => vector?.length === dimensions)
    ? candidates.map(({ vector }) => vector!)
    : bags.map(bag => bagVector(bag, weights))
  const order = byCoverage(vectors, candidates.map(({ cited = 0 }) => 1 + Math.log1p(cited)), Math.ceil(maxTokens / fewestTokens))

  const ranked = order.map(chunk => bestSentences(candidates[chunk]!.text, chunk, bags[chunk]!, weights))
  const readable = ranked.map(list => list.filter(sentence => sentence.readable))
  const chosen = pick(readable.some(list => list.length > 0) ? readable : ranked, maxTokens, count)
  // Most tokenizers count a text as the sum of its sentences; with the others the last sentences may have to go.
  let summary = written(chosen)
  while (chosen.length > 0 && count(summary) > maxTokens) {
    chosen.pop()
    summary = written(chosen)
  }
  return summary
}

/** Takes the first sentence of each list, then the second of each, as far as the tokens go. */
function pick (ranked: Sentence[][], maxTokens: number, count: (text: string) => number): Sentence[] {
  const chosen: Sentence[] = []
  let left = maxTokens
  for (let round = 0; round < sentencesOfChunk; round++) {
    for (const list of ranked) {
      const sentence = list[round]
      if (!sentence || left < fewestTokens || chosen.some(other => alike(other.words, sentence.words))) continue
      const cost = count(sentence.text)
      if (cost > left) continue
      left -= cost
      chosen.push(sentence)
    }
  }
  return chosen
}

function written (chosen: Sentence[]): string {
  const inOrder = chosen.toSorted((a, b) => a.chunk - b.chunk || a.n - b.n)
  return inOrder.map(({ text, chunk }, i) => i === 0 ? text : (inOrder[i - 1]!.chunk === chunk ? ' ' : '\n') + text).join('')
}

function sample (chunks: readonly SummaryChunk[]): SummaryChunk[] {
  if (chunks.length <= maxChunks) return [...chunks]
  const cited = chunks.map((chunk, i) => [chunk.cited ?? 0, i] as const).filter(([times]) => times > 0)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, maxChunks / 4).map(([, i]) => i)
  const even = evenly(chunks.length, maxChunks - cited.length)
  return [...new Set([...cited, ...even])].sort((a, b) => a - b).map(i => chunks[i]!)
}

/** Returns `most` positions of `length`, evenly, or all of them. */
function evenly (length: number, most: number): number[] {
  const n = Math.min(length, most)
  return Array.from({ length: n }, (_, i) => Math.floor((i + 0.5) * length / n))
}

function contentWords (text: string): string[] {
  return tokens(text).filter(word => word.length > 1 && !languages.some(language => isStopWord(word, language)))
}

/** Weighs words by how few chunks contain them. */
function rarity (bags: string[][]): Map<string, number> {
  const holders = new Map<string, number>()
  for (const bag of bags) {
    for (const word of new Set(bag)) holders.set(word, (holders.get(word) ?? 0) + 1)
  }
  return new Map([...holders].map(([word, n]) => [word, Math.log(1 + bags.length / n)]))
}

function bagVector (bag: string[], weights: Map<string, number>): Float32Array {
  const vector = new Float32Array(bagDimensions)
  for (const word of bag) vector[hashOf(word) % bagDimensions]! += weights.get(word) ?? 0
  const length = Math.hypot(...vector) || 1
  return vector.map(value => value / length)
}

/** Returns the positions of at most `most` chunks, in the order in which each adds the most to the coverage. */
function byCoverage (vectors: Float32Array[], importance: number[], most: number): number[] {
  const measures = evenly(vectors.length, maxMeasures).map(i => vectors[i]!)
  const likeness = vectors.map(vector => Float32Array.from(measures, measure => Math.max(0, dot(vector, measure))))
  const covered = new Float32Array(measures.length)
  const left = new Set(vectors.keys())
  const order: number[] = []
  while (left.size > 0 && order.length < most) {
    let best = -1
    let highest = -1
    for (const i of left) {
      const gain = importance[i]! * added(likeness[i]!, covered)
      if (gain > highest) [best, highest] = [i, gain]
    }
    left.delete(best)
    order.push(best)
    for (const [j, value] of likeness[best]!.entries()) covered[j] = Math.max(covered[j]!, value)
  }
  return order
}

function added (likeness: Float32Array, covered: Float32Array): number {
  let sum = 0
  for (let j = 0; j < covered.length; j++) {
    if (likeness[j]! > covered[j]!) sum += likeness[j]! - covered[j]!
  }
  return sum
}

/** Returns the sentences of a chunk that are nearest to the whole chunk, the nearest first. */
function bestSentences (text: string, chunk: number, bag: string[], weights: Map<string, number>): Sentence[] {
  const times = new Map<string, number>()
  for (const word of bag) times.set(word, (times.get(word) ?? 0) + 1)
  const scored = [...sentencesOf(text, { start: 0, end: text.length })].map(({ start, end }, n) => {
    const sentence = text.slice(start, end).replace(/\s+/g, ' ')
    const words = new Set(contentWords(sentence))
    let product = 0
    let square = 0
    for (const word of words) {
      const weight = (weights.get(word) ?? 0) ** 2
      product += weight * (times.get(word) ?? 0)
      square += weight
    }
    return { chunk, n, text: sentence, words, readable: isReadable(sentence), score: product / (Math.sqrt(square) || 1) }
  })
  return scored.sort((a, b) => Number(b.readable) - Number(a.readable) || b.score - a.score || a.n - b.n).slice(0, sentencesOfChunk)
}

/** Rejects text that begins with a small letter or a sign, or does not end: a heading, an item or half a sentence. */
function isReadable (sentence: string): boolean {
  const width = sentence.length + 2 * (sentence.match(/[\u2e80-\uffdc]/g)?.length ?? 0)
  return width >= shortestSentence && width <= longestSentence && /^["'«“„¿¡(]*\s?[\p{Lu}\p{Lo}\p{N}]/u.test(sentence) &&
    /[.!?…。！？]["'’”»)\]]*$/.test(sentence)
}

function alike (a: Set<string>, b: Set<string>): boolean {
  return a.intersection(b).size > alikeFrom * Math.min(a.size, b.size)
}

/** Hashes a word with FNV-1a. */
function hashOf (word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
