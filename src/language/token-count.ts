// Counts the tokens of a text as the embedding model's own tokenizer does, fast enough for millions of them.
import { Tokenizer } from '@huggingface/tokenizers'

export { estimateTokens } from './estimate-tokens.ts'

export interface TokenCounter {
  /** Tokens of a text, the special ones that frame an input not counted. */
  count (text: string): number
  /** False when it is an estimate by characters. */
  exact: boolean
}

/** What a character is to BERT's pre-tokenizer; one of several bytes, and the control characters, are `other`. */
const SPACE = 0
const PUNCTUATION = 1
const PLAIN = 2
const OTHER = 3
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[ \t\n\r]/.test(character)) return SPACE
  if (/[A-Za-z0-9]/.test(character)) return PLAIN
  return /[!-~]/.test(character) ? PUNCTUATION : OTHER
})

/** A word's count is remembered: two generations of this many words, of 40 characters at most, in all at most 8 MB. */
const GENERATION = 32_768
const LONGEST_KEPT = 40

/**
 * A counter that is exact for the tokenizer of a `tokenizer.json`, parsed. BERT's (WordPiece, as of all-MiniLM-L6-v2,
 * E5 and BGE in English) counts millions of tokens a second; any other is asked itself, which takes ten times as long.
 * Throws when it is no tokenizer.
 */
export function createTokenCounter (tokenizerJson: unknown): TokenCounter {
  const tokenizer = new Tokenizer(tokenizerJson as object, {})
  const ask = (text: string) => tokenizer.tokenize(text).length
  const bert = bertSettings(tokenizerJson as TokenizerFile)
  return { exact: true, count: bert ? countByWord(bert, tokenizer.get_vocab(), ask) : ask }
}

interface TokenizerFile {
  model: { type?: string, continuing_subword_prefix?: string, max_input_chars_per_word?: number, fuse_unk?: boolean }
  normalizer: { type: string, clean_text?: boolean, handle_chinese_chars?: boolean, lowercase?: boolean } | null
  pre_tokenizer: { type: string } | null
  added_tokens: { content: string, special?: boolean, normalized?: boolean }[]
}

interface BertSettings {
  lowercase: boolean
  chinese: boolean
  prefix: string
  longestWord: number
  /** Finds what the counting by words would get wrong. */
  exception: RegExp
}

/** How BERT's tokenizer is set, when it is one whose words can be counted each by itself; undefined otherwise. */
function bertSettings ({ model, normalizer, pre_tokenizer, added_tokens }: TokenizerFile): BertSettings | undefined {
  const whole = model.type === 'WordPiece' && !model.fuse_unk && normalizer?.type === 'BertNormalizer' &&
    normalizer.clean_text && pre_tokenizer?.type === 'BertPreTokenizer' &&
    added_tokens.every(token => !(token.normalized ?? !token.special))
  if (!whole) return undefined
  const lowercase = normalizer.lowercase ?? false
  return {
    lowercase,
    chinese: normalizer.handle_chinese_chars ?? false,
    prefix: model.continuing_subword_prefix ?? '##',
    longestWord: model.max_input_chars_per_word ?? 100,
    // A written-out "[MASK]" is one token. A capital sigma has two small forms: which, its neighbours decide.
    exception: new RegExp([...added_tokens.map(({ content }) => content.replace(/\W/g, '\\$&')), ...(lowercase ? ['Σ'] : [])].join('|') || '(?!)')
  }
}

/**
 * White space, ASCII punctuation and Chinese characters part words whatever stands beside them, so the runs between
 * them can be counted each by itself. A run of ASCII letters and digits is one word; any other goes to the tokenizer.
 */
function countByWord (
  { lowercase, chinese, prefix, longestWord, exception }: BertSettings, vocabulary: Map<string, number>, ask: (text: string) => number
): (text: string) => number {
  let young = new Map<string, number>()
  let old = young

  function countRun (run: string, plain: boolean): number {
    const known = young.get(run)
    if (known !== undefined) return known
    const tokens = old.get(run) ?? (plain ? wordPieces(lowercase ? run.toLowerCase() : run) : ask(run))
    if (run.length <= LONGEST_KEPT) {
      if (young.size >= GENERATION) {
        old = young
        young = new Map()
      }
      young.set(ownCopy(run, plain ? 'latin1' : 'utf16le'), tokens)
    }
    return tokens
  }

  /** The longest piece of the vocabulary that the word begins with, then the same of the rest. One of unknown parts is one token. */
  function wordPieces (word: string): number {
    if (word.length > longestWord) return 1
    let tokens = 0
    for (let start = 0; start < word.length; tokens++) {
      let end = word.length
      const before = start > 0 ? prefix : ''
      while (end > start && !vocabulary.has(before + word.slice(start, end))) end--
      if (end === start) return 1
      start = end
    }
    return tokens
  }

  return text => {
    if (exception.test(text)) return ask(text)
    let tokens = 0
    let start = 0
    let plain = true
    for (let i = 0; i <= text.length; i++) {
      const code = i < text.length ? text.charCodeAt(i) : 32
      const ideograph = chinese && code >= 0x3400 && isIdeograph(code)
      const kind = ideograph ? PUNCTUATION : code < 128 ? kinds[code]! : OTHER
      if (kind >= PLAIN) {
        if (kind === OTHER) plain = false
        continue
      }
      if (i > start) tokens += countRun(text.slice(start, i), plain)
      if (kind === PUNCTUATION) tokens++
      start = i + 1
      plain = true
    }
    return tokens
  }
}

/** As the library has it: those beyond the first plane are left to it. */
function isIdeograph (code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || code <= 0x4dbf || (code >= 0xf900 && code <= 0xfaff)
}

/** A string of 13 characters or more that was cut out of another keeps all of that one in memory. */
function ownCopy (text: string, encoding: 'latin1' | 'utf16le'): string {
  return text.length < 13 ? text : Buffer.from(text, encoding).toString(encoding)
}
