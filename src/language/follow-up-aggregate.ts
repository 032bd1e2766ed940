// Completes a question for a figure over the things of the question before: "which of them is the cheapest?", "and the second lightest?".
import type { Language } from '../types.ts'
import { withoutEarlierThings } from './aggregate-words.ts'
import { readAggregate } from './aggregate.ts'

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
