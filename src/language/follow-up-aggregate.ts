// Completes a question for a figure from the one before: "which of them is the cheapest?", "and rucksacks?" after "tents under £400".
import type { Language } from '../types.ts'
import { withoutEarlierThings } from './aggregate-words.ts'
import { readAggregate } from './aggregate.ts'
import { offerWords } from './asking-offer.ts'
import { withoutWish } from './within-limit.ts'

/**
 * Returns the question with the things that the earlier one is about; null when it names things itself, asks for no figure, or
 * the earlier one does not say which things it means.
 */
export function completeAggregate (question: string, earlier: string, language: Language): string | null {
  const own = withoutEarlierThings(question, language)
  const asked = readAggregate(own, language, language)
  if (!asked || (asked.operation !== 'min' && asked.operation !== 'max') || asked.topics.length > 0 || asked.isAnyRow) return null
  const before = readAggregate(withoutEarlierThings(earlier, language), language, language)
  // A measure of the earlier question would have to be kept with the words that make it a limit.
  if (!before || before.topics.length === 0 || before.limits.length > 0) return null
  return `${before.topics.map(({ word }) => word).join(' ')}${language === 'fr' ? ' : ' : ': '}${own.replace(/^[\s¿¡]+/u, '')}`
}

/** Returns the earlier question for the things within a limit, asked of other things ("and rucksacks?"); null where it was none. */
export function ofOtherThings (things: string, earlier: string, language: Language): string | null {
  const before = readAggregate(earlier, language, language)
  if (before?.operation !== 'list' || before.limits.length === 0 || before.topics.length === 0) return null
  const from = earlier.search(wordPattern(before.topics[0]!.word))
  // "Is delivery free over £60?" is no list.
  const isList = !before.isUnsaid || offerWords(earlier, language).size > 0 ||
    withoutWish(earlier).replace(article, '').startsWith(earlier.slice(Math.max(0, from)))
  if (!isList) return null
  const last = before.topics.at(-1)!.word
  const to = earlier.slice(from).search(wordPattern(last)) + from + last.length
  const asked = `${earlier.slice(0, from)}${things.replace(article, '')}${earlier.slice(to)}`
  return from < 0 || to < from || readAggregate(asked, language, language)?.operation !== 'list' ? null : asked
}

const article = /^(?:the|any|some|an?|les?|la|des|une?|los|las|unos|unas|el|die|der|das|eine?n?)\s+/iu
const wordPattern = (word: string) => new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(word)}(?![\\p{L}\\p{N}])`, 'iu')
