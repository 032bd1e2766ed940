// Tells text from the bare glyph numbers that a font without a table of its letters (ToUnicode) gives instead.

/** A page with this share of unreadable words is not text. */
const maxUnreadableShare = 0.05
/** A few words may have a ligature or an icon in them. */
const minUnreadable = 3

/** Control characters, private-use characters, and the mark for a missing one. */
const strange = /[\p{Cc}\p{Co}\uFFFD]/u
/** A single strange character in front is a bullet or an icon, also where no space follows it. */
const bullet = /^[\p{Cc}\p{Co}\uFFFD](?=[^\p{Cc}\p{Co}\uFFFD]|$)/u

/** Tells if the letters of these lines are glyph numbers, wholly or in so many words that they cannot be searched or quoted. */
export function isUnreadable (lines: { text: string }[]): boolean {
  let words = 0
  let unreadable = 0
  for (const { text } of lines) {
    for (const word of text.split(' ')) {
      const isStrange = strange.test(word.replace(bullet, ''))
      if (isStrange) unreadable++
      if (isStrange || /\p{L}/u.test(word)) words++
    }
  }
  return unreadable === words ? unreadable > 0 : unreadable >= minUnreadable && unreadable >= words * maxUnreadableShare
}
