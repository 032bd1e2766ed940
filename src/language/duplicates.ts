// Finds chunks that say the same word for word, except for typography, articles and typing slips.

/** Bands of a fingerprint, after its first number, and rows per band. */
const bandCount = 8
const rowsPerBand = 4
/** Entries to compare per bucket, the newest: a template with a thousand names must not slow down every search. */
const maxBucketSize = 16

const none: readonly number[] = []

export interface DuplicateIndex {
  /** Finds an added text that says the same; null without one, or when the text has no words. */
  find (text: string, print?: Fingerprint): { key: number } | null
  /** Adds a text by its fingerprint: about half a kilobyte, whatever the length of the text. */
  add (print: Fingerprint, key: number): void
  readonly size: number
}

/**
 * Nine numbers, 36 bytes. Texts that say the same share at least one at the same position, except for a few in a
 * thousand; texts that share one mostly say the same: `sameText` decides.
 */
export type Fingerprint = Uint32Array

/**
 * Creates an index of the texts of one company, to be filled from stored fingerprints.
 * @param textOf returns a text that was added; undefined when it was removed since
 */
export function createDuplicateIndex (textOf: (key: number) => string | undefined): DuplicateIndex {
  /** As long as there are no more than fit into one bucket, they are compared one by one. */
  let few: { print: Fingerprint, key: number }[] | null = []
  let buckets: Map<number, number | number[]>[] = []
  let size = 0

  function candidates (i: number, band: number): readonly number[] {
    if (few) return few.some(({ print }) => print[i] === band) ? few.flatMap(({ print, key }) => print[i] === band ? [key] : []) : none
    const keys = buckets[i]!.get(band)
    return typeof keys === 'number' ? [keys] : keys ?? none
  }

  function addToBuckets (print: Fingerprint, key: number): void {
    for (const [i, band] of print.entries()) {
      const bucket = buckets[i]!
      const keys = bucket.get(band)
      if (keys === undefined) bucket.set(band, key)
      else bucket.set(band, [...(typeof keys === 'number' ? [keys] : keys), key].slice(-maxBucketSize))
    }
  }

  return {
    find (text, print = fingerprint(text)) {
      const asked = new Set<number>()
      let words: string[] | undefined
      for (let i = 0; i < print.length; i++) {
        for (const key of candidates(i, print[i]!)) {
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
      size++
      if (few) {
        few.push({ print, key })
        if (few.length <= maxBucketSize) return
        buckets = Array.from(print, () => new Map())
        for (const one of few) addToBuckets(one.print, one.key)
        few = null
      } else addToBuckets(print, key)
    },
    get size () { return size }
  }
}

/**
 * Computes the fingerprint of a text: the hash of all its words in order, then MinHash in bands. MinHash: A. Broder, "On the
 * resemblance and containment of documents" (1997), over pairs of neighbouring words; bands of rows: Leskovec,
 * Rajaraman and Ullman, "Mining of Massive Datasets", 3.4. Two texts with the share J of pairs in common share a band
 * with the probability 1 − (1 − J⁴)⁸: 0.9998 at J = 0.9. Figures and codes go into every number, so that price lists
 * that differ in one figure share none.
 */
export function fingerprint (text: string): Fingerprint {
  const words = canonicalWords(text)
  const least = new Uint32Array(bandCount * rowsPerBand).fill(0xffffffff)
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
  const print = new Uint32Array(bandCount + 1)
  print[0] = all
  for (let band = 0; band < bandCount; band++) {
    let hash = figures
    for (let row = 0; row < rowsPerBand; row++) hash = mixed(hash ^ least[band * rowsPerBand + row]!)
    print[band + 1] = hash
  }
  return print
}

/** Tells whether two texts say the same, word by word, except for articles and one typing slip in every 25 words. */
export function sameText (a: string, b: string): boolean {
  return sameWords(canonicalWords(a), canonicalWords(b))
}

function sameWords (a: string[], b: string[]): boolean {
  if (a.length !== b.length) return false
  let slips = Math.floor(a.length / 25)
  return a.every((word, i) => word === b[i] || (slips-- > 0 && isSlip(word, b[i]!)))
}

/** Matches figures with sign and separators, words with their inner signs, and each sign that carries meaning. */
const meaningful = new RegExp(
  String.raw`(?<![\p{L}\p{N}])[-−]?\p{N}+(?:[.,:/×x'’-]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:[#+]+(?!\p{L}))?|\|\||!(?=[\p{L}_=(])|` +
  String.raw`[^\s\p{L}\p{M}\p{N}\p{Cc}\p{Cf}.,;:!?…'"’‘‚“”„«»‹›()[\]{}#*_` + '`' + String.raw`|•·–—‐‑-]`,
  'gu'
)

/** Only articles: "a" may be a vitamin, "un" a number, "l" a size, and any other short word may reverse the meaning. */
const articles = new Set('the le la les du des de el los las del der die das dem den'.split(' '))

function canonicalWords (text: string): string[] {
  const words = text.normalize('NFC').match(meaningful) ?? []
  // A unit keeps its case: 5 mW are not 5 MW.
  const isUnit = (word: string, i: number) => i > 0 && word.length <= 3 && /\p{N}$/u.test(words[i - 1]!)
  return words.map((word, i) => isUnit(word, i) ? word : word.toLowerCase()).filter(word => !articles.has(word))
}

/** Tells whether a word may be misspelt without becoming another: only letters of an alphabet, six or more. */
function isSlippery (word: string): boolean {
  return word.length >= 6 && /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]+$/u.test(word)
}

/**
 * Tells whether two words differ by one extra letter or only by accents. Excludes an extra letter at the start ("légal"
 * and "illégal") and one letter replaced by another ("prescrire" and "proscrire").
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

/** Hashes a word with FNV-1a, 32 bits, over UTF-16 units. */
function hashOf (word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return hash
}

/** Mixes the bits of a number, like MurmurHash3's finalizer. */
function mixed (value: number): number {
  let hash = value + 0x9e3779b9 | 0
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b)
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35)
  return (hash ^ hash >>> 16) >>> 0
}

/** h(x) = ax + b modulo 2³², a odd. Stored fingerprints depend on these. */
const multipliers = Int32Array.from({ length: bandCount * rowsPerBand }, (_, i) => mixed(i) | 1)
const addends = Int32Array.from({ length: bandCount * rowsPerBand }, (_, i) => mixed(i + 1000))
