// Tells what kind of thing a title names: its head word, which is the last one in English and the first one in French and Spanish.
import { topicStem, type Topic } from '../../language/aggregate.ts'
import { hasCompounds } from '../../language/compounds.ts'
import { unitOf } from '../../language/units.ts'
import { isStopWord, tokens } from '../../language/words.ts'
import type { Language } from '../../types.ts'

/** Matches what only describes the head: what follows a comma, a bracket or a preposition. */
const described = /(?:[,;:([/–—]|\s(?:for|with|without|by|from|of|pour|avec|sans|de|du|des|en|für|mit|ohne|aus|para|con)\s|\sd['’]).*$/isu
const shortestPart = 4

/** Tells whether the words are in a title and one of them is its head. */
export function isHead (title: string, topics: readonly Topic[], language: Language): boolean {
  if (topics.length === 0) return false
  const all = new Set(tokens(title).map(word => topicStem(word, language)))
  const heads = headsOf(title, language)
  const isPart = ({ stem: own }: Topic, word: string) =>
    hasCompounds(language) && own.length >= shortestPart && topicStem(word, language).endsWith(own)
  return topics.every(topic => all.has(topic.stem) || heads.some(word => isPart(topic, word))) &&
    topics.some(topic => heads.some(word => topicStem(word, language) === topic.stem || isPart(topic, word)))
}

/** A word with a hyphen is one word: "couches-culottes" are no "couches". */
function headsOf (title: string, language: Language): string[] {
  const words = title.replace(described, '').split(/\s+/).filter(word => /^\P{N}{2,}$/u.test(word) && unitOf(word, false) === null)
    .map(word => tokens(word)).filter(([word, ...more]) => word !== undefined && (more.length > 0 || !isStopWord(word, language)))
  const ends = language === 'en' ? [words.at(-1)] : language === 'fr' || language === 'es' ? [words[0]] : [words[0], words.at(-1)]
  return ends.flatMap(parts => parts?.length === 1 ? parts : [])
}
