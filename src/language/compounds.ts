// Finds German compounds for their parts and parts for a compound: "Versandkosten" and "Kosten für den Versand"; words with hyphens too.
import type { QueryWord } from './analyze.ts'
import type { Language, QueryTerm } from '../types.ts'
import { formStems } from './word-forms.ts'
import { fold, isStopWord, stem } from './words.ts'

/** Sounds between the two parts: "Lieferungszeit", "Kartenzahlung", "Kinderwagen". */
const joints = ['', 's', 'n', 'en', 'e', 'er', 'es']
/** Endings that a first part loses: "Lieferung" in "Lieferzeit", "parken" in "Parkplatz". */
const verbal = /(?:ung|en|e)$/
const minFirst = 3
const minSecond = 4
/** The least letters of a part that stands for its compound, and of the other one. */
const minPart = 4
const maxLetters = 40
/** The least letters of a part that may stand in another form: shorter ones make other words. */
const minForm = 5
/** Neighbouring words of a question that are tried together: a long one must not cost a thousand look-ups. */
const maxPairs = 6

/** Tells whether a word may be the last part of compounds, which name kinds of it: long enough that not half the dictionary ends so. */
export function isKindOf ({ folded }: QueryWord, language: Language): boolean {
  return language === 'de' && folded.length >= minForm && folded.length <= maxLetters && /^\p{L}+$/u.test(folded)
}

/** The least letters before the last part of a compound. */
export const leastBefore = minFirst

/** Tells whether a language may write compounds. Dutch has no language of its own here; it writes them as German does. */
export function hasCompounds (language: Language): boolean {
  return language === 'de' || language === 'und'
}

/** A compound that two words of a question make together: positions of the words, and the stems that it may have. */
export interface Joined { words: [number, number], stems: string[] }

/**
 * Returns the compounds that neighbouring words of a question may make: "Kosten" and "Versand" make "Versandkosten". The word
 * that follows is the first part; as they stand they are joined only without a joint, as in "Versand Kosten".
 */
export function joinedWords (words: readonly QueryWord[], language: Language, text = ''): Joined[] {
  const hyphenated = withoutHyphens(words, language, text)
  if (!hasCompounds(language)) return hyphenated
  return words.slice(0, maxPairs + 1).flatMap((word, i): Joined[] => {
    const next = words[i + 1]
    if (!next || i >= maxPairs || !isPart(word) || !isPart(next)) return []
    const firsts = [...new Set([next.folded, next.stem, next.folded.replace(verbal, '')])]
    const stems = firsts.flatMap(first => joints.map(joint => stem(first + joint + word.surface, language)))
    return [{ words: [i, i + 1], stems: [...new Set([...stems, stem(word.folded + next.surface, language)])] }]
  }).concat(hyphenated)
}

/** Returns the words that a question writes with a hyphen as they are without it: "tire-bouchons", which documents may write in one. */
function withoutHyphens (words: readonly QueryWord[], language: Language, text: string): Joined[] {
  const found = text.toLowerCase().matchAll(/(?<![\p{L}\p{N}-])(\p{L}{2,20})[-‐](\p{L}{2,20})(?![\p{L}\p{N}-])/gu)
  return [...found].slice(0, maxPairs).flatMap(({ 1: first = '', 2: second = '' }): Joined[] => {
    const at = words.flatMap(({ surface }, i) => surface === first || surface === second ? [i] : [])
    return at.length === 0 ? [] : [{ words: [at[0]!, at.at(-1)!], stems: [stem(first + second, language)] }]
  })
}

/**
 * Returns the stems of the two words that documents write in a row, or with a hyphen, where a question writes one: "tirebouchon".
 * Null when none do. Two words that say nothing make no other: "surtout" is not "sur tout".
 * @param isRow whether any document holds these stems one after the other
 */
export function dividedWord (
  { surface, folded }: QueryWord, language: Language, isKnown: (stem: string) => boolean, isRow: (stems: string[]) => boolean
): string[] | null {
  if (folded.length < minFirst + minFirst || folded.length > maxLetters || !/^\p{L}+$/u.test(folded)) return null
  for (let at = minFirst; at <= surface.length - minFirst; at++) {
    const words = [surface.slice(0, at), surface.slice(at)]
    if (words.every(word => isStopWord(word, language))) continue
    const parts = words.map(word => stem(word, language))
    if (parts.every(isKnown) && isRow(parts)) return parts
  }
  return null
}

/**
 * Returns further words to search for in an engine that does not know stems, but forgives a letter or two: the compounds of
 * neighbouring words, the following one first, and `rück…` for `zurück…`.
 */
export function compoundTexts (words: readonly QueryWord[]): string[] {
  return words.flatMap((word, i) => {
    const next = words[i + 1]
    return [
      ...(/^zurück.{3}/.test(word.surface) ? [word.surface.slice(2)] : []),
      ...(next && isPart(word) && isPart(next) ? [next.surface.replace(/ung$/, '') + word.surface] : []),
    ]
  })
}

function isPart ({ folded }: QueryWord): boolean {
  return folded.length >= minSecond && folded.length <= maxLetters && /^\p{L}+$/u.test(folded)
}

/**
 * Returns the stems of the two parts of a compound: both are words of the documents. Null when there are none.
 * @param isKnown whether any document holds a stem
 */
export function partsOf ({ surface, folded }: QueryWord, language: Language, isKnown: (stem: string) => boolean): string[] | null {
  const isLong = folded.length >= minFirst + minSecond && folded.length <= maxLetters
  if (!hasCompounds(language) || !isLong || !/^\p{L}+$/u.test(folded)) return null
  for (const [first, second] of splits(surface)) {
    const last = stem(second, language)
    if (!isKnown(last)) continue
    const known = firstStems(first, language).find(isKnown)
    if (known !== undefined && known !== last) return [known, last]
  }
  // "Kündigungsfrist" where the documents say "gekündigt", "Orchesterprobe" where it "probt".
  for (const [first, second] of splits(surface)) {
    if (first.length < minForm || second.length < minForm) continue
    const last = [stem(second, language), ...formStems(second, language)].find(isKnown)
    if (last === undefined) continue
    const bare = joints.filter(joint => first.endsWith(joint)).map(joint => first.slice(0, first.length - joint.length))
    const known = [...firstStems(first, language), ...bare.flatMap(part => formStems(part, language))].find(isKnown)
    if (known !== undefined && known !== last) return [known, last]
  }
  return null
}

/** Returns the ways to part a word in two, those with the longer second part first. */
export function splits (surface: string): [first: string, second: string][] {
  const found: [string, string][] = []
  for (let at = minFirst; at <= surface.length - minSecond; at++) found.push([surface.slice(0, at), surface.slice(at)])
  return found
}

/** Returns the stems that the first part of a compound may have, with and without the joint at its end. */
function firstStems (first: string, language: Language): string[] {
  const bare = joints.filter(joint => first.endsWith(joint) && first.length - joint.length >= minFirst)
    .map(joint => first.slice(0, first.length - joint.length))
  return [...new Set(bare.flatMap(part => [stem(part, language), fold(part)]))]
}

/** Tells whether a text with certain stems holds a term: its word, a compound of it, all parts of it, a synonym, or a correction. */
export function holdsTerm (
  has: (stem: string) => boolean, { stem, corrections, compounds = [], parts = [], synonyms = [] }: QueryTerm
): boolean {
  return has(stem) || compounds.some(has) || synonyms.some(has) || (parts.length > 0 && parts.every(has)) || corrections.some(has)
}

/** Tells the same of a text's stems. */
export function isTermAmong (stems: ReadonlySet<string>, term: QueryTerm): boolean {
  return holdsTerm(stem => stems.has(stem), term)
}

/** Tells whether a word is the first or the last part of a compound in a text: "parken" of "Parkplatz". */
export function isPartOf ({ stem: whole }: Pick<QueryTerm, 'stem'>, held: string, language: Language): boolean {
  if (!hasCompounds(language) || whole.length < minPart || held.length < whole.length + minPart || !/^\p{L}+$/u.test(whole)) return false
  return held.startsWith(whole) || held.endsWith(whole)
}
