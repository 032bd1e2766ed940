// Counts the tokens of a text: exactly like the embedding model's own tokenizer, fast enough for millions, or by an estimate.
import { Tokenizer } from '@huggingface/tokenizers'
import { copyOf } from './letters.ts'

/** Estimates the tokens of a text without a tokenizer: four letters per token, as in English; one letter in other scripts. */
export function estimateTokens (text: string): number {
  const wide = text.match(/[^\p{Script=Latin}\p{Script=Common}\p{M}]/gu)?.length ?? 0
  const white = text.match(/\s/g)?.length ?? 0
  return wide + Math.ceil((text.length - white - wide) / 4)
}

export interface TokenCounter {
  /** Counts the tokens of a text, without the special ones that frame an input. */
  count (text: string): number
  /** False when it is an estimate by characters. */
  exact: boolean
}

/** Class of each character in BERT's pre-tokenizer. Characters of several bytes and control characters are `other`. */
const space = 0
const punctuation = 1
const plain = 2
const other = 3
const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[ \t\n\r]/.test(character)) return space
  if (/[A-Za-z0-9]/.test(character)) return plain
  return /[!-~]/.test(character) ? punctuation : other
})

/** Words whose counts are cached, in each of two generations; of 40 characters at most, all of them take at most 8 MB. */
const cachedWords = 32_768
const longestCached = 40

/**
 * Creates a counter that is exact for the tokenizer of a parsed `tokenizer.json`. BERT's (WordPiece, as in
 * all-MiniLM-L6-v2 and the English E5 and BGE) counts millions of tokens a second. Any other tokenizer is run on every
 * text, which takes ten times as long. Throws when the file holds no tokenizer.
 */
export function createTokenCounter (tokenizerJson: unknown): TokenCounter {
  const tokenizer = new Tokenizer(tokenizerJson as object, {})
  const tokenize = (text: string) => tokenizer.tokenize(text).length
  const bert = bertSettings(tokenizerJson as TokenizerFile)
  return { exact: true, count: bert ? countByWord(bert, tokenizer.get_vocab(), tokenize) : tokenize }
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
  /** Matches texts that counting word by word would get wrong. */
  exception: RegExp
}

/** Returns the settings of a BERT tokenizer whose words can be counted one by one; undefined for any other. */
function bertSettings ({ model, normalizer, pre_tokenizer, added_tokens }: TokenizerFile): BertSettings | undefined {
  const isBert = model.type === 'WordPiece' && !model.fuse_unk && normalizer?.type === 'BertNormalizer' &&
    normalizer.clean_text && pre_tokenizer?.type === 'BertPreTokenizer' &&
    added_tokens.every(token => !(token.normalized ?? !token.special))
  if (!isBert) return undefined
  const lowercase = normalizer.lowercase ?? false
  // A written-out "[MASK]" is one token. A capital sigma has two small forms, and its neighbours decide which.
  const exceptions = [...added_tokens.map(({ content }) => content.replace(/\W/g, '\\$&')), ...(lowercase ? ['Σ'] : [])]
  return {
    lowercase,
    chinese: normalizer.handle_chinese_chars ?? false,
    prefix: model.continuing_subword_prefix ?? '##',
    longestWord: model.max_input_chars_per_word ?? 100,
    exception: new RegExp(exceptions.join('|') || '(?!)')
  }
}

/**
 * Counts word by word. White space, ASCII punctuation and Chinese characters separate words whatever their neighbours, so
 * the runs between them can be counted one by one. A run of ASCII letters and digits is one word; any other run goes to the tokenizer.
 */
function countByWord (
  { lowercase, chinese, prefix, longestWord, exception }: BertSettings, vocabulary: Map<string, number>, tokenize: (text: string) => number
): (text: string) => number {
  let young = new Map<string, number>()
  let old = young

  function countRun (run: string, isPlain: boolean): number {
    const known = young.get(run)
    if (known !== undefined) return known
    const tokens = old.get(run) ?? (isPlain ? countSubwords(lowercase ? run.toLowerCase() : run) : tokenize(run))
    if (run.length <= longestCached) {
      if (young.size >= cachedWords) {
        old = young
        young = new Map()
      }
      young.set(copyOf(run, isPlain ? 'latin1' : 'utf16le'), tokens)
    }
    return tokens
  }

  /** Takes the longest vocabulary entry at the start of a word, then of the rest. A word with unknown parts is one token. */
  function countSubwords (word: string): number {
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
    if (exception.test(text)) return tokenize(text)
    let tokens = 0
    let start = 0
    let isPlain = true
    for (let i = 0; i <= text.length; i++) {
      const code = i < text.length ? text.charCodeAt(i) : 32
      const ideograph = chinese && code >= 0x3400 && isIdeograph(code)
      const kind = ideograph ? punctuation : code < 128 ? asciiKinds[code]! : other
      if (kind >= plain) {
        if (kind === other) isPlain = false
        continue
      }
      if (i > start) tokens += countRun(text.slice(start, i), isPlain)
      if (kind === punctuation) tokens++
      start = i + 1
      isPlain = true
    }
    return tokens
  }
}

/** Agrees with the library on ideographs of the first plane; runs with others go to the tokenizer. */
function isIdeograph (code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || code <= 0x4dbf || (code >= 0xf900 && code <= 0xfaff)
}
