// Splits a text into windows that fit an embedding model.

/** The longest window, in tokens of the model, without the special ones. */
export const maxWindowTokens = 120

export interface Window {
  /** A slice of the text, trimmed. */
  text: string
  /** Its length in tokens. */
  tokens: number
}

interface Span { start: number, end: number, tokens: number }

// The end of a sentence: closing marks and white space after a stop, a line break, or an East Asian stop.
const sentenceEnd = /[.!?;:…]["'’”»)\]]*\s+|\n|[。！？；]/g
// A longer "word" is cut before its tokens are counted: tokenizers are slow on megabytes without a space.
const maxWordChars = 480

/**
 * Splits a text into windows, in order, at least one. Together they hold all of it except white space between them.
 * A window takes whole sentences while they fit in `max` tokens. A longer sentence is cut between words, and a word
 * of more than `max` tokens (or 480 characters) between characters, so that every window fits.
 * @param count counts the tokens of a text. It need not be additive: each window is counted as a whole.
 */
export function splitWindows (text: string, count: (text: string) => number, max = maxWindowTokens): Window[] {
  const windows: Window[] = []
  let open: Span | undefined

  const close = () => {
    if (open) emit(open)
    open = undefined
  }
  const emit = (span: Span) => {
    const slice = text.slice(span.start, span.end)
    const tokens = count(slice)
    // Too many only when the tokenizer counts fewer tokens in two parts than in the whole.
    const parts = tokens > max ? halves(text, span) : []
    if (parts.length > 1) parts.forEach(emit)
    else windows.push({ text: slice, tokens })
  }
  const add = (span: Span) => {
    if (open && open.tokens + span.tokens > max) close()
    open = open ? { start: open.start, end: span.end, tokens: open.tokens + span.tokens } : span
  }
  const counted = (start: number, end: number): Span => ({ start, end, tokens: count(text.slice(start, end)) })

  for (const [start, end] of sentences(text)) {
    const sentence = end - start > max * maxWordChars ? undefined : counted(start, end)
    if (sentence && sentence.tokens <= max) {
      add(sentence)
      continue
    }
    close()
    for (const word of words(text, start, end)) add(counted(...word))
  }
  close()
  return windows.length > 0 ? windows : [{ text: '', tokens: 0 }]
}

function * sentences (text: string): Generator<[start: number, end: number]> {
  let start = 0
  for (const match of text.matchAll(sentenceEnd)) {
    yield * trimmed(text, start, match.index + match[0].length)
    start = match.index + match[0].length
  }
  yield * trimmed(text, start, text.length)
}

function * words (text: string, start: number, end: number): Generator<[start: number, end: number]> {
  for (const match of text.slice(start, end).matchAll(/\S+/g)) {
    let from = start + match.index
    const to = from + match[0].length
    while (to - from > maxWordChars) {
      const cut = betweenCharacters(text, from + maxWordChars)
      yield [from, cut]
      from = cut
    }
    yield [from, to]
  }
}

function * trimmed (text: string, start: number, end: number): Generator<[start: number, end: number]> {
  const slice = text.slice(start, end)
  const from = start + slice.length - slice.trimStart().length
  const to = start + slice.trimEnd().length
  if (from < to) yield [from, to]
}

/** Cuts a span in two at the white space nearest its middle, or in the middle where there is none. */
function halves (text: string, span: Span): Span[] {
  const middle = span.start + Math.ceil((span.end - span.start) / 2)
  const slice = text.slice(span.start, span.end)
  const before = slice.slice(0, middle - span.start).search(/\s\S*$/)
  const cut = before > 0 ? span.start + before : betweenCharacters(text, middle)
  return [...trimmed(text, span.start, cut), ...trimmed(text, cut, span.end)]
    .map(([start, end]) => ({ start, end, tokens: 0 }))
}

/** Returns `at`, or one less where a cut there would split a surrogate pair. */
function betweenCharacters (text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}

/**
 * Cuts a long text into sections of at most `max` characters, at white space where possible, so that no single call
 * of splitWindows takes long. The sections together are the whole text.
 */
export function * splitSections (text: string, max: number): Generator<string> {
  let start = 0
  while (text.length - start > max) {
    const slice = text.slice(start, start + max)
    const gap = [slice.lastIndexOf('\n'), slice.lastIndexOf('. ') + 1, slice.lastIndexOf(' ')].find((at) => at > max / 2)
    const cut = gap === undefined ? betweenCharacters(text, start + max) : start + gap
    yield text.slice(start, cut)
    start = cut
  }
  yield text.slice(start)
}
