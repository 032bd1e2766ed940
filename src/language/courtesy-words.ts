// Lists the words of courtesy in seven languages, which people say to an assistant without asking anything.
import type { CourtesyLanguage } from '../types.ts'
import { dutch, english, german } from './courtesy-germanic.ts'
import { french, italian, portuguese, spanish } from './courtesy-romance.ts'
import type { CourtesyWords } from './courtesy-shared.ts'

export type { CourtesyWordKind } from './courtesy-shared.ts'

export const courtesyWords: Record<CourtesyLanguage, CourtesyWords> = {
  en: english, fr: french, de: german, es: spanish, it: italian, nl: dutch, pt: portuguese,
}
