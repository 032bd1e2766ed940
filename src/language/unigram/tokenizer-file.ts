// Reads a tokenizer.json without holding its vocabulary as objects: hundreds of thousands of them cost 100 MB and more.

/** The contents of a tokenizer.json; the vocabulary of its model is empty. */
export interface TokenizerFile {
  model?: { type?: string, unk_id?: number, byte_fallback?: boolean }
  normalizer?: unknown
  pre_tokenizer?: unknown
  added_tokens?: { id: number, content: string }[]
}

const [quote, backslash, open, close] = ['"', '\\', '[', ']'].map((sign) => sign.charCodeAt(0)) as [number, number, number, number]

/**
 * Parses the file and yields the vocabulary's `[piece, score]` entries one by one. Entries of another kind of
 * vocabulary, an object, are part of `file`.
 */
export function parseTokenizerFile (bytes: Buffer): { file: TokenizerFile, entries: () => Generator<[piece: string, score: number]> } {
  const list = findVocabulary(bytes)
  if (!list) return { file: JSON.parse(bytes.toString('utf8')), entries: function * () {} }
  const rest = `${bytes.toString('utf8', 0, list.start)}[]${bytes.toString('utf8', list.end)}`
  return { file: JSON.parse(rest), entries: () => readEntries(bytes, list.start) }
}

/** Finds the list of the vocabulary. A piece in it cannot look like its name: it would be followed by a comma. */
function findVocabulary (bytes: Buffer): { start: number, end: number } | null {
  for (let at = bytes.indexOf('"vocab"'); at >= 0; at = bytes.indexOf('"vocab"', at + 1)) {
    const head = /^"vocab"\s*:\s*\[/.exec(bytes.toString('latin1', at, at + 100))
    if (!head) continue
    const start = at + head[0].length - 1
    let end = start
    for (const { end: last } of lists(bytes, start)) end = last
    return { start, end: bytes.indexOf(']', end) + 1 }
  }
  return null
}

function * readEntries (bytes: Buffer, start: number): Generator<[piece: string, score: number]> {
  for (const list of lists(bytes, start)) yield JSON.parse(bytes.toString('utf8', list.start, list.end))
}

/** Yields the limits of each list in the list at `start`. */
function * lists (bytes: Buffer, start: number): Generator<{ start: number, end: number }> {
  let depth = 0
  let first = start
  let inString = false
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (inString) {
      if (byte === backslash) at++
      else if (byte === quote) inString = false
    } else if (byte === quote) {
      inString = true
    } else if (byte === open) {
      if (++depth === 2) first = at
    } else if (byte === close) {
      if (--depth === 0) return
      if (depth === 1) yield { start: first, end: at + 1 }
    }
  }
  throw new Error('tokenizer.json is incomplete')
}
