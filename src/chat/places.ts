// Lists the other places of a passage in one line for a language model.
import type { Language, Passage } from '../types.ts'
import { phrases } from './phrases.ts'

const maxNamed = 3

/** Returns "Also in: title (heading); …" in the documents' language, with at most three places; '' if it has no other place. */
export function placesLine ({ places = [] }: Passage, language: Language): string {
  const named = places
    .slice(0, maxNamed)
    .map(({ title, heading, url }) => `${title || url}${heading === undefined ? '' : ` (${heading})`}`)
    .filter(Boolean)
  return named.length === 0 ? '' : `${phrases(language).alsoIn}: ${named.join('; ')}`
}
