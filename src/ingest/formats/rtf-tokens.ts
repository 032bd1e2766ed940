// Splits RTF into its tokens: groups, control words and text.

export type RtfToken =
  | { kind: 'open' } | { kind: 'close' }
  | { kind: 'word', word: string, value: number | undefined }
  | { kind: 'symbol', symbol: string }
  /** Bytes of text, in the encoding of its font. */
  | { kind: 'text', bytes: Uint8Array }

const letters = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
const digits = (code: number) => code >= 48 && code <= 57
const [backslash, openBrace, closeBrace, quote] = [92, 123, 125, 39]

/** Yields the tokens of a file. Line ends are none; neighbouring `\'e9` and plain letters are one text. */
export function * rtfTokens (bytes: Uint8Array): Generator<RtfToken> {
  let text: number[] = []
  const taken = (): RtfToken => {
    const token: RtfToken = { kind: 'text', bytes: Uint8Array.from(text) }
    text = []
    return token
  }
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at]!
    if (code === 13 || code === 10 || code === 0) {
      at++
      continue
    }
    if (code === backslash && bytes[at + 1] === quote) {
      const value = Number.parseInt(String.fromCharCode(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0), 16)
      if (!Number.isNaN(value)) text.push(value)
      at += 4
      continue
    }
    if (code !== backslash && code !== openBrace && code !== closeBrace) {
      text.push(code)
      at++
      continue
    }
    if (text.length > 0) yield taken()
    if (code !== backslash) {
      yield { kind: code === openBrace ? 'open' : 'close' }
      at++
      continue
    }
    let end = at + 1
    if (!letters(bytes[end] ?? 0)) {
      yield { kind: 'symbol', symbol: String.fromCharCode(bytes[end] ?? 0) }
      at = end + 1
      continue
    }
    while (end < bytes.length && letters(bytes[end]!) && end - at < 33) end++
    const word = Buffer.from(bytes.subarray(at + 1, end)).toString('latin1')
    const from = end
    if (bytes[end] === 45) end++
    while (end < bytes.length && digits(bytes[end]!) && end - from < 12) end++
    const value = end > from ? Number(Buffer.from(bytes.subarray(from, end)).toString('latin1')) : undefined
    if (bytes[end] === 32) end++
    yield { kind: 'word', word, value: Number.isNaN(value) ? undefined : value }
    at = end
    // Binary content is of no use, and may hold anything.
    if (word === 'bin' && value !== undefined && value > 0) at += value
  }
  if (text.length > 0) yield taken()
}
