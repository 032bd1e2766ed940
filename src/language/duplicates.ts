// Finds chunks that say the same, word for word, but for typography, articles and slips of the pen.

/** Bands of a fingerprint, after its first number; rows of a band. */
const BANDS = 8
const ROWS = 4
/** Of one band's bucket, the newest are looked at: a template with a thousand names must not make every search long. */
const BUCKET = 16

export interface DuplicateIndex {
  /** A text that was added and says the same; null when there is none, or when the text has no words. */
  find (text: string, print?: Fingerprint): { key: number } | null
  /** Remembers a text by its fingerprint: about half a kilobyte, however long the text is. */
  add (print: Fingerprint, key: number): void
  readonly size: number
}

/**
 * Nine numbers, 36 bytes. Texts that say the same have at least one in common, in the same place, but for a few in a
 * thousand; texts that have one in common mostly say the same: `sameText` decides.
 */
export type Fingerprint = Uint32Array

/**
 * An index of the texts of one company, to be filled from stored fingerprints.
 * @param textOf a text that was added; undefined when it is gone since
 */
export function createDuplicateIndex (textOf: (key: number) => string | undefined): DuplicateIndex {
  const buckets = Array.from({ length: BANDS + 1 }, () => new Map<number, number | number[]>())
  let size = 0
  return {
    find (text, print = fingerprint(text)) {
      const asked = new Set<number>()
      let words: string[] | undefined
      for (const [i, band] of print.entries()) {
        const keys = buckets[i]!.get(band)
        for (const key of typeof keys === 'number' ? [keys] : keys ?? []) {
          if (asked.has(key)) continue
          asked.add(key)
          const other = textOf(key)
          if (other === undefined) continue
          words ??= canonicalWords(text)
          if (words.length > 0 && sameWords(words, canonicalWords(other))) return { key }
        }
      }
      return null
    },
    add (print, key) {
      for (const [i, band] of print.entries()) {
        const bucket = buckets[i]!
        const keys = bucket.get(band)
        if (keys === undefined) bucket.set(band, key)
        else bucket.set(band, [...(typeof keys === 'number' ? [keys] : keys), key].slice(-BUCKET))
      }
      size++
    },
    get size () { return size }
  }
}

/**
 * The fingerprint of a text: the hash of all its words in order, then MinHash in bands. MinHash: A. Broder, "On the
 * resemblance and containment of documents" (1997), over pairs of neighbouring words; bands of rows: Leskovec,
 * Rajaraman and Ullman, "Mining of Massive Datasets", 3.4. Two texts with the share J of pairs in common share a band
 * with the probability 1 − (1 − J⁴)⁸: 0.9998 at J = 0.9. Figures and codes go into every number, so that price lists
 * that differ in one figure share none.
 */
export function fingerprint (text: string): Fingerprint {
  const words = canonicalWords(text)
  const least = new Uint32Array(BANDS * ROWS).fill(0xffffffff)
  let all = 0
  let figures = 0
  let before = 0
  for (const word of words) {
    const hash = hashOf(word)
    all = mixed(all ^ hash)
    if (/\p{N}/u.test(word)) figures = mixed(figures ^ hash)
    const pair = mixed(before ^ hash)
    before = Math.imul(hash, 31)
    for (let i = 0; i < least.length; i++) {
      const value = Math.imul(pair, multipliers[i]!) + addends[i]! >>> 0
      if (value < least[i]!) least[i] = value
    }
  }
  const print = new Uint32Array(BANDS + 1)
  print[0] = all
  for (let band = 0; band < BANDS; band++) {
    let hash = figures
    for (let row = 0; row < ROWS; row++) hash = mixed(hash ^ least[band * ROWS + row]!)
    print[band + 1] = hash
  }
  return print
}

/** Whether two texts say the same: word by word but for articles, and one slip of the pen in every 25 words. */
export function sameText (a: string, b: string): boolean {
  return sameWords(canonicalWords(a), canonicalWords(b))
}

function sameWords (a: string[], b: string[]): boolean {
  if (a.length !== b.length) return false
  let slips = Math.floor(a.length / 25)
  return a.every((word, i) => word === b[i] || (slips-- > 0 && isSlip(word, b[i]!)))
}

/** Figures with their sign and separators, words with what stands in them, and each sign that carries a meaning. */
const meaningful = /(?<![\p{L}\p{N}])[-−]?\p{N}+(?:[.,:/×x'’-]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:[#+]+(?!\p{L}))?|\|\||!(?=[\p{L}_=(])|[^\s\p{L}\p{M}\p{N}\p{Cc}\p{Cf}.,;:!?…'"’‘‚“”„«»‹›()[\]{}#*_`|•·–—‐‑-]/gu

/** Articles alone: "a" may be a vitamin, "un" a number, "l" a size, and every other short word may turn a sentence round. */
const articles = new Set('the le la les du des de el los las del der die das dem den'.split(' '))

function canonicalWords (text: string): string[] {
  const words = text.normalize('NFC').match(meaningful) ?? []
  // A unit keeps its case: 5 mW are not 5 MW.
  const isUnit = (word: string, i: number) => i > 0 && word.length <= 3 && /\p{N}$/u.test(words[i - 1]!)
  return words.map((word, i) => isUnit(word, i) ? word : word.toLowerCase()).filter(word => !articles.has(word))
}

/** Whether a word may be misspelt without becoming another: letters alone, six or more, of an alphabet. */
function isSlippery (word: string): boolean {
  return word.length >= 6 && /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]+$/u.test(word)
}

/**
 * One letter more or less, or other accents. Neither at the beginning ("légal" and "illégal") nor one letter for
 * another ("prescrire" and "proscrire").
 */
function isSlip (a: string, b: string): boolean {
  if (!isSlippery(a) || !isSlippery(b)) return false
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.length === long.length) return bare(a) === bare(b)
  if (long.length - short.length > 1) return false
  let same = 0
  while (same < short.length && short[same] === long[same]) same++
  return same > 0 && short.slice(same) === long.slice(same + 1)
}

function bare (word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '')
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function hashOf (word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return hash
}

/** MurmurHash3's finalizer. */
function mixed (value: number): number {
  let hash = value + 0x9e3779b9 | 0
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b)
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35)
  return (hash ^ hash >>> 16) >>> 0
}

/** h(x) = ax + b modulo 2³², a odd. Stored fingerprints depend on these. */
const multipliers = Int32Array.from({ length: BANDS * ROWS }, (_, i) => mixed(i) | 1)
const addends = Int32Array.from({ length: BANDS * ROWS }, (_, i) => mixed(i + 1000))
