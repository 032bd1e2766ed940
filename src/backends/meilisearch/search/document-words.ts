// The words of a document as the ranking looks them up: how often it holds a stem, and where.

/** Words are numbered in their order: those of the title and the headings first, then those of the text and the facts. */
export interface DocumentWords {
  titleLength: number
  textLength: number
  /** The different stems, numbered. */
  numbers: ReadonlyMap<string, number>
  /** 512 bits, one of them set for each stem: nearly all stems that the document does not hold are told without a look-up. */
  signature: Int32Array
  /**
   * For each number where its places begin, and where those in the text do, and where the last one's end. Then come the places
   * themselves, of each stem in order: one array, since each has a cost of its own.
   */
  places: Uint16Array | Uint32Array
}

/** As many as V8 keeps in its own heap. */
const signatureBits = 512
const signatureLength = signatureBits / 32

/** Returns a stem's bit in signatures. */
function signatureBit (stem: string): number {
  let hash = 0
  for (let i = 0; i < stem.length; i++) hash = (Math.imul(hash, 31) + stem.charCodeAt(i)) | 0
  return (hash ^ (hash >>> 15)) & (signatureBits - 1)
}

/** Creates a function that returns a stem's number in each of the documents, -1 = it is not there. */
export function numbersIn (documents: readonly { words: DocumentWords }[]): (stem: string) => Int32Array {
  // Side by side in memory, since each is asked for each stem.
  const signatures = new Int32Array(signatureLength * documents.length)
  documents.forEach(({ words }, i) => { signatures.set(words.signature, i * signatureLength) })
  return stem => {
    const bit = signatureBit(stem)
    const mask = 1 << (bit & 31)
    const numbers = new Int32Array(documents.length).fill(-1)
    for (let i = 0, at = bit >> 5; i < numbers.length; i++, at += signatureLength) {
      if ((signatures[at]! & mask) !== 0) numbers[i] = documents[i]!.words.numbers.get(stem) ?? -1
    }
    return numbers
  }
}

/** Returns where the places of a stem begin in a title or in a text, by its number. */
function placesFrom ({ places }: DocumentWords, number: number, inTitle: boolean): number {
  return places[2 * number + (inTitle ? 0 : 1)]!
}

/** Returns where they end. */
function placesTo ({ places }: DocumentWords, number: number, inTitle: boolean): number {
  return places[2 * number + (inTitle ? 1 : 2)]!
}

/** Returns how often a title or a text holds a stem, by its number. */
export function timesIn (words: DocumentWords, number: number, inTitle: boolean): number {
  return placesTo(words, number, inTitle) - placesFrom(words, number, inTitle)
}

/** Reads the stems of a title with its headings, and of a text with its facts. */
export function readWords (title: readonly string[], text: readonly string[]): DocumentWords {
  const numbers = new Map<string, number>()
  const signature = new Int32Array(signatureLength)
  const times: number[] = []
  const own = [...title, ...text].map(stem => {
    let number = numbers.get(stem)
    if (number === undefined) {
      numbers.set(stem, number = times.push(0) - 1)
      const bit = signatureBit(stem)
      signature[bit >> 5]! |= 1 << (bit & 31)
    }
    times[number]!++
    return number
  })
  const head = 2 * times.length + 1
  const size = head + own.length
  const places = size < 0x10000 ? new Uint16Array(size) : new Uint32Array(size)
  let at = head
  times.forEach((count, number) => {
    places[2 * number] = places[2 * number + 1] = at
    at += count
  })
  places[2 * times.length] = at
  const next = times.map((_, number) => places[2 * number]!)
  own.forEach((number, place) => {
    places[next[number]!++] = place
    if (place < title.length) places[2 * number + 1]!++
  })
  return { titleLength: title.length, textLength: text.length, numbers, signature, places }
}

/** Returns every stem in order, each surrounded by spaces. */
export function stemsInOrder (words: DocumentWords): string {
  const stems = new Array<string>(words.titleLength + words.textLength)
  for (const [stem, number] of words.numbers) {
    const end = placesTo(words, number, false)
    for (let i = placesFrom(words, number, true); i < end; i++) stems[words.places[i]!] = stem
  }
  return ` ${stems.join(' ')} `
}

/** Tells whether a document holds the stems one after another. */
export function holdsRow (words: DocumentWords, stems: readonly string[]): boolean {
  const rows: ReturnType<typeof placesOf>[] = []
  for (const stem of stems) {
    const number = words.numbers.get(stem)
    if (number === undefined) return false
    rows.push(placesOf(words, number))
  }
  return rows[0]!.some(first => rows.every((places, i) => places.includes(first + i)))
}

function placesOf (words: DocumentWords, number: number): Uint16Array | Uint32Array {
  return words.places.subarray(placesFrom(words, number, true), placesTo(words, number, false))
}

/** What `countNear` works on: kept, since it is called for each n-gram and document. */
const merged: number[] = []
const source: number[] = []
const next: number[] = []

/**
 * Counts, for each of two and more stems, its places that have a place of every other stem near them.
 * @param numbers the stems' numbers; `near` gets a count for each
 * @param gap the most words between two of them
 */
export function countNear (words: DocumentWords, numbers: readonly number[], inTitle: boolean, gap: number, near: Int32Array): void {
  const { places } = words
  const kinds = numbers.length
  let size = 0
  for (let kind = 0; kind < kinds; kind++) {
    near[kind] = 0
    next[kind] = placesFrom(words, numbers[kind]!, inTitle)
  }
  for (;;) {
    let first = -1
    for (let kind = 0; kind < kinds; kind++) {
      if (next[kind]! >= placesTo(words, numbers[kind]!, inTitle)) continue
      if (first < 0 || places[next[kind]!]! < places[next[first]!]!) first = kind
    }
    if (first < 0) break
    merged[size] = places[next[first]!++]!
    source[size++] = first
  }
  // The window from `first` to `last`: those in it that were counted already are below `counted`.
  let last = -1
  let counted = 0
  for (let first = 0; first < size; first++) {
    while (last + 1 < size && merged[last + 1]! - merged[first]! <= gap + 1) last++
    let held = 0
    for (let i = first; i <= last; i++) held |= 1 << source[i]!
    if (held !== (1 << kinds) - 1) continue
    for (let i = Math.max(first, counted); i <= last; i++) near[source[i]!]!++
    counted = last + 1
  }
}
