// Finds the sources of an answer that cites none, as small language models write it.
import { onceForText } from '../language/once-for-text.ts'
import { readPassage } from '../language/passage-reading.ts'
import { quantities, type Quantity } from '../language/quantities.ts'
import { sentences } from '../language/sentences.ts'
import { isStopWord, stem, tokens } from '../language/words.ts'
import type { ModelRequest } from '../llm/model.ts'
import type { Language } from '../types.ts'

/** What a passage has to hold of a sentence's words, and of those that are not the question's. */
const leastShare = 0.6
/** So many words that are not the question's have to be in the passage, unless it holds a figure that is not the question's. */
const leastWords = 3
/** So many digits and nothing else are a number to ring, which is no figure. */
const leastDigits = 8
/** A longer answer is read up to here, in characters. */
const maxChars = 2000

const stemsOf = onceForText((stems: string) => new Set(stems.split(' ')), { maxChars: 50_000 })

/**
 * Returns the numbers of the sources that say what an answer says, ascending: for each of its sentences the one that holds the most of
 * its words, and all of its figures. A sentence that only repeats the question is from none, and so is one in another language.
 * @param text the whole answer
 */
export function sourcesOfUncited (
  text: string, { question, documentsLanguage: language, passages }: Pick<ModelRequest, 'question' | 'documentsLanguage' | 'passages'>
): number[] {
  const asked = new Set(wordsOf(question, language))
  const held = passages.map(({ stems }) => stemsOf(stems))
  const found = new Set<number>()
  for (const sentence of sentences(text.slice(0, maxChars))) {
    const words = wordsOf(sentence, language)
    const fresh = words.filter(word => !asked.has(word))
    const dialled = words.length === 0 ? digitsOf(sentence) : ''
    if (dialled.length >= leastDigits) {
      const at = passages.findIndex(({ text, fields }) =>
        digitsOf([text, ...fields.map(([, value]) => value)].join('\n')).includes(dialled))
      if (at >= 0) found.add(at + 1)
      continue
    }
    const said = held.map(own => {
      const [all, more] = [holding(own, words), holding(own, fresh)]
      return all >= leastShare * words.length && more >= leastShare * fresh.length ? { all, more } : null
    })
    if (said.every(one => one === null)) continue
    const figures = quantities(sentence, language)
    const isAmong = (figure: Quantity, others: readonly Quantity[]) => others.some(other => isSame(figure, other))
    // A count alone ("2.") may be that of anything.
    const isFresh = figures.some(figure =>
      (fresh.length > 0 || figure.dimension !== 'count') && !isAmong(figure, quantities(question, language)))
    const counts = said.map((one, i) => {
      if (one === null || (!isFresh && one.more < leastWords)) return 0
      const own = figures.length === 0 ? [] : readPassage(passages[i]!, language).quantities()
      return figures.every(figure => isAmong(figure, own)) ? one.all + figures.length : 0
    })
    const most = Math.max(0, ...counts)
    if (most > 0) found.add(counts.indexOf(most) + 1)
  }
  return [...found].sort((a, b) => a - b)
}

/** Returns the stems of a text's content words, without its numbers and signs of units. */
function wordsOf (text: string, language: Language): string[] {
  const words = tokens(text).filter(word => !/^(?:\p{N}+|[a-z]{1,2})$/u.test(word) && !isStopWord(word, language))
  return [...new Set(words.map(word => stem(word, language)))]
}

/** Returns how many of the words are held. */
function holding (held: ReadonlySet<string>, words: readonly string[]): number {
  let count = 0
  for (const word of words) if (held.has(word)) count++
  return count
}

function digitsOf (text: string): string {
  return text.replace(/\P{N}/gu, '')
}

/** Tells whether two figures are the same, in whatever unit and form they are written; without a unit, a figure may be of any measure. */
function isSame (one: Quantity, other: Quantity): boolean {
  const inBaseUnit = ({ values, size }: Quantity) => values.map(value => Number((value * size).toPrecision(9))).join(' ')
  if (one.dimension === other.dimension) return inBaseUnit(one) === inBaseUnit(other)
  return [one, other].some(({ dimension }) => dimension === 'count') && one.values.join(' ') === other.values.join(' ')
}
