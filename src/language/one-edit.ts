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
  if (a.length > b.length) return withinOneEdit(b, a)
  if (b.length - a.length > 1) return false
  let i = 0
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  if (a.length < b.length) return endsAs(a, i, b, i + 1)
  return endsAs(a, i + 1, b, i + 1) || (a[i] === b[i + 1] && a[i + 1] === b[i] && endsAs(a, i + 2, b, i + 2))
}

/**
 * Tells whether two words are the same from a place in each to their ends, which are as far away. A question's word is compared
 * with thousands: parts cut out of them were half of the garbage of a search.
 */
function endsAs (a: string, from: number, b: string, at: number): boolean {
  while (from < a.length && a.charCodeAt(from) === b.charCodeAt(at)) {
    from++
    at++
  }
  return from >= a.length
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
  return asked[0] === word[0] && (asked.length !== word.length || isSwapped(asked, word))
}

/** A word with another letter in one place is often another word, unless it is long. */
const longWord = 8

/**
 * Returns how likely a word of a question is a mistyped form of another one, one edit away; 0 = too unlikely to read the
 * question with the other one. Fingers leave out a letter, swap two or strike one twice; a letter more or less at the end makes
 * another form of the word ("risky", "risk"), and another first letter another word.
 */
export function mistypedLikelihood (asked: string, word: string): number {
  if (asked === word || word.length < surelyLong) return 0
  if (asked.length === word.length) {
    if (isSwapped(asked, word)) return 1
    return asked[0] === word[0] && asked.length >= longWord ? 0.3 : 0
  }
  if (asked[0] !== word[0]) return 0
  if (asked.length < word.length) return word.startsWith(asked) ? 0 : 1
  const [at] = [...asked].map((_, i) => i).filter(i => asked.slice(0, i) + asked.slice(i + 1) === word)
  return at !== undefined && asked[at] === asked[at + 1] ? 1 : 0
}

function isSwapped (a: string, b: string): boolean {
  return [...a].sort().join('') === [...b].sort().join('')
}

/** Names are corrected only when they are long: most short ones differ from another name by a letter. */
const longName = 7

/** Tells whether a word of a question may be corrected at all. */
export function mayBeCorrected ({ folded, isName }: { folded: string, isName?: boolean }): boolean {
  return isCorrectable(folded) && (isName !== true || folded.length >= longName)
}
