// Compares words that may be misspelled: one edit apart, and long enough to be sure.

// Shorter words have too many neighbours; a figure or a code is never a misspelling of another.
const minLength = 4
const maxLength = 30

export function isCorrectable (word: string): boolean {
  return word.length >= minLength && word.length < maxLength && !/\p{N}/u.test(word)
}

/** Tells whether at most one insertion, deletion, replacement or swap of neighbours turns `a` into `b`. */
export function withinOneEdit (a: string, b: string): boolean {
  if (a === b) return true
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let i = 0
  while (i < short.length && short[i] === long[i]) i++
  if (short.length < long.length) return short.slice(i) === long.slice(i + 1)
  return short.slice(i + 1) === long.slice(i + 1) ||
    (short[i] === long[i + 1] && short[i + 1] === long[i] && short.slice(i + 2) === long.slice(i + 2))
}

/** A shorter word that is not the documents' is more likely another word than a misspelt one. */
const surelyLong = 5

/**
 * Tells whether a word of a question is likely another one misspelt, one edit away. A short one may lack a letter, have one
 * too many or two swapped, but another letter makes another word: "Chef" is not "Chen".
 */
export function isLikelyMisspelt (asked: string, word: string): boolean {
  if (!withinOneEdit(asked, word)) return false
  if (asked === word || asked.length >= surelyLong) return true
  return asked[0] === word[0] && (asked.length !== word.length || [...asked].sort().join('') === [...word].sort().join(''))
}

/** Names are corrected only when they are long: most short ones differ from another name by a letter. */
const longName = 7

/** Tells whether a word of a question may be corrected at all. */
export function mayBeCorrected ({ folded, isName }: { folded: string, isName?: boolean }): boolean {
  return isCorrectable(folded) && (isName !== true || folded.length >= longName)
}
