// Where else a passage stands, in a line that a language model reads.
import type { Language, Passage } from '../types.ts'
import { phrases } from './phrases.ts'

const mostNamed = 3

/** "Also in: title (heading); …" in the documents' language, for three places at most; '' when it stands nowhere else. */
export function placesLine ({ places = [] }: Passage, language: Language): string {
  const named = places.slice(0, mostNamed).map(({ title, heading, url }) => `${title || url}${heading === undefined ? '' : ` (${heading})`}`).filter(Boolean)
  return named.length === 0 ? '' : `${phrases(language).alsoIn}: ${named.join('; ')}`
}
