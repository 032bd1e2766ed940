// Remembers what was read of the texts that came last: many questions find the same passages, and several steps of an answer ask the same.

export interface RememberedTexts {
  /** The most characters of texts that are remembered, and about as many again of those that came before them. */
  maxChars: number
  /** A longer text is read each time. */
  longest?: number
  /** The texts are cut out of others, all of which they would keep in memory: copies of them are remembered. */
  isCut?: boolean
}

/** What a text takes beside its characters, in characters. */
const overhead = 100

/**
 * Wraps a function of a text, which always returns the same for it, and what it returns is not changed by anybody. Two maps
 * instead of a list by last use: a look-up costs a fraction.
 */
export function onceForText<R extends NonNullable<unknown> | null> (
  read: (text: string) => R, { maxChars, longest = maxChars / 10, isCut = false }: RememberedTexts
): (text: string) => R {
  let recent = new Map<string, R>()
  let before = new Map<string, R>()
  let chars = 0
  return text => {
    if (text.length > longest) return read(text)
    let found = recent.get(text)
    if (found !== undefined) return found
    found = before.get(text)
    if (found === undefined) found = read(text)
    recent.set(isCut ? copyOf(text) : text, found)
    chars += text.length + overhead
    if (chars > maxChars) {
      before = recent
      recent = new Map()
      chars = 0
    }
    return found
  }
}

/** Copies a text. A short one was copied when it was cut out. */
function copyOf (text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le')
}

/** Wraps a function of a text and its language in the same way. The bounds are those of each language. */
export function onceForTextIn<L extends string, R extends NonNullable<unknown> | null> (
  read: (text: string, language: L) => R, bounds: RememberedTexts
): (text: string, language: L) => R {
  const readers = new Map<L, (text: string) => R>()
  return (text, language) => {
    let reader = readers.get(language)
    if (!reader) readers.set(language, reader = onceForText(text => read(text, language), bounds))
    return reader(text)
  }
}
