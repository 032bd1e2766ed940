// Finds the sources of an answer that cites none, as small language models write it.
import { onceForText } from '../language/once-for-text.ts'
import { sentences } from '../language/sentences.ts'
import { isStopWord, stem, tokens } from '../language/words.ts'
import type { ModelRequest } from '../llm/model.ts'

/** What a passage has to hold of a sentence's words, and of those that are not the question's. */
const leastShare = 0.6
/** So many words that are not the question's have to be in the passage: fewer where there is a figure among them. */
const leastWords = { plain: 3, figure: 1 }
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
  const stems = (part: string) => [...new Set(tokens(part).filter(word => !isStopWord(word, language)).map(word => stem(word, language)))]
  const asked = new Set(stems(question))
  const held = passages.map(passage => stemsOf(passage.stems))
  const found = new Set<number>()
  for (const sentence of sentences(text.slice(0, maxChars))) {
    const words = stems(sentence)
    const fresh = words.filter(word => !asked.has(word))
    const figures = words.filter(word => /\p{N}/u.test(word))
    const least = fresh.some(word => figures.includes(word)) ? leastWords.figure : leastWords.plain
    const counts = held.map(own => {
      if (!figures.every(figure => own.has(figure))) return 0
      const more = fresh.filter(word => own.has(word)).length
      const all = words.filter(word => own.has(word)).length
      return more >= least && more >= leastShare * fresh.length && all >= leastShare * words.length ? all : 0
    })
    const most = Math.max(0, ...counts)
    if (most > 0) found.add(counts.indexOf(most) + 1)
  }
  return [...found].sort((a, b) => a - b)
}
