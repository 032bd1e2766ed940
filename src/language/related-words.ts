// Finds what stands for a word of a question that no document holds: another form of it, or a word that says the same.
import type { Query, QueryWord } from './analyze.ts'
import { isCode } from './codes.ts'
import { synonymStems } from './synonyms.ts'
import { formStems } from './word-forms.ts'

/** The words of another language than the documents' have no forms in it. */
type Asking = Pick<Query, 'text' | 'asked' | 'language' | 'particle'>

/** Returns the stems of a word's other forms that documents hold: "zahlen" for "zahlt", "opgehaald" for "haalt … op". */
export function heldForms (
  { surface, stem }: QueryWord, { asked, language, particle }: Asking, isHeld: (stem: string) => boolean
): string[] {
  if (asked !== language || isCode(stem)) return []
  return formStems(surface, language, particle ?? null).filter(isHeld)
}

/** Returns the stems of words that say the same and that documents hold: "annuler" for "résilier". */
export function heldSynonyms (
  { stem, folded }: QueryWord, { text, asked, language }: Asking, isHeld: (stem: string) => boolean
): string[] {
  if (asked !== language) return []
  const [said, own] = language === 'en' && stem === 'pick' && picksUp.test(text) ? ['pickup', 'pickup'] : [stem, folded]
  return synonymStems(said, own, language).filter(isHeld)
}
/** Matches the English verb that is parted from its particle: "pick my order up". */
const picksUp = /\bpick(?:s|ing|ed)?(?: [\w']+){0,4} up\b/i
