// Cuts runs of Chinese, Japanese and Korean letters into pairs, because these scripts do not separate words.

const letter = String.raw`[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]`
const hasLetter = new RegExp(letter, 'u')
const runs = new RegExp(`${letter}+|(?:(?!${letter}).)+`, 'gu')

/** Matches pairs that phrase a question and do not name its subject: pronouns, particles, "how many", "which". */
const filler = new RegExp(
  String.raw`[的了吗嗎呢吧是几幾什么麼哪怎谁誰您你我们們]|^(?:多少|请问|請問|如何|可以|有没|沒有|没有|何時|何时)$|` +
  String.raw`^\p{scx=Hira}+$|^.[はがをもでに]$`,
  'u'
)

/**
 * Returns the overlapping pairs of letters of each East Asian run of a word, and its other runs whole: `USB充電器` →
 * `USB`, `充電`, `電器`. A single letter stays one.
 */
export function letterPairs (word: string): string[] {
  if (!hasLetter.test(word)) return [word]
  return (word.match(runs) ?? []).flatMap(run => {
    const letters = [...run]
    return letters.length < 3 || !hasLetter.test(run) ? [run] : letters.slice(1).map((second, i) => letters[i]! + second)
  })
}

export function isEastAsian (word: string): boolean {
  return hasLetter.test(word)
}

/** Tells whether a pair of letters belongs to the phrasing of a question. */
export function isFillerPair (word: string): boolean {
  return hasLetter.test(word) && filler.test(word)
}

/** Joins words for a search engine that finds words itself: pairs that overlap become the run they were cut from. */
export function joinPairs (words: readonly string[]): string {
  return words.reduce((text, word, i) => {
    if (i === 0) return word
    const isNext = hasLetter.test(word) && text.endsWith([...word][0]!)
    return isNext ? text + [...word].slice(1).join('') : `${text} ${word}`
  }, '')
}
