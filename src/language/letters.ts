// Unifies how letters are written: composed forms, invisible characters, ligatures and wide forms; folds accents.

/** Matches characters that are not seen and divide no words: soft hyphens, joiners, direction marks, byte order marks. */
// eslint-disable-next-line no-misleading-character-class -- the grapheme joiner is one of them
const invisible = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/
const allInvisible = new RegExp(invisible, 'g')
/** Matches a soft hyphen at the end of a line: the word continues in the next one. */
const softLineEnd = /\u00ad[^\S\n]*\n[^\S\n]*/g
/** Matches the space without width between the words of scripts that write no spaces. */
const unspaced = /(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b/g
/** Matches ligatures of printed texts ("ﬁ") and the wide and narrow forms of East Asian keyboards. */
const forms = /[\ufb00-\ufb06\uff01-\uff9f]+/g

/** Returns a text in one form: composed (NFC), without invisible characters, ligatures and wide forms. Keeps case and accents. */
export function plainLetters (text: string): string {
  let plain = text
  if (invisible.test(plain)) plain = plain.replace(softLineEnd, '').replace(unspaced, ' ').replace(allInvisible, '')
  plain = plain.normalize('NFC')
  return /[\ufb00-\uffff]/.test(plain) ? plain.replace(forms, found => found.normalize('NFKC')).normalize('NFC') : plain
}

/** Matches characters that are invisible in a stored text: soft hyphens, joiners without a meaning, byte order marks. */
const unread = /[\u00ad\u200b\u2060\ufeff]/
const allUnread = new RegExp(unread, 'g')
const ligatures = /[\ufb00-\ufb06]/g

/**
 * Returns a text as it is stored and shown: composed (NFC), without soft hyphens and other invisible characters, and without
 * ligatures. Everything that has a meaning stays, as in emoji and Persian.
 */
export function cleanText (text: string): string {
  let clean = text
  if (unread.test(clean)) clean = clean.replace(softLineEnd, '').replace(unspaced, ' ').replace(allUnread, '')
  return clean.normalize('NFC').replace(ligatures, found => found.normalize('NFKC'))
}

/** Removes accents and other marks: `é` → `e`, as FTS5's unicode61 with remove_diacritics 2 does; `œ` → `oe`, `ß` → `ss`. */
export function fold (text: string): string {
  // Most words are plain ASCII, and normalize is the expensive part.
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text)
    ? text
    : text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .replace(/[œæßøłđıµſςϐϑϕϖϰϱϵ]/g, letter => variants[letter]!)
}

/** Letters that decomposition leaves as they are: those typed in two ways, and those that FTS5 folds ("5 µm", a final sigma). */
const variants: Record<string, string> = {
  œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ı: 'i', µ: 'μ', ſ: 's', ς: 'σ', ϐ: 'β', ϑ: 'θ', ϕ: 'φ', ϖ: 'π', ϰ: 'κ', ϱ: 'ρ', ϵ: 'ε',
}

/** Writes `œ` and `æ` as two letters: stemmers count letters, and people type both forms. */
export function withoutLigatures (word: string): string {
  return /[œæ]/.test(word) ? word.replaceAll('œ', 'oe').replaceAll('æ', 'ae') : word
}

/** Copies a string: V8 keeps the whole text in memory for a slice of 13 characters or more. */
export function copyOf (text: string, encoding: 'latin1' | 'utf16le'): string {
  return text.length < 13 ? text : Buffer.from(text, encoding).toString(encoding)
}
