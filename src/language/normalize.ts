// Normalizes a question for the key of its answer: questions that only differ in typing get the same form.
import type { Language } from '../types.ts'
import { onceForTextIn } from './once-for-text.ts'
import { fold, languages } from './words.ts'

type Known = Exclude<Language, 'und'>

/** Words with another meaning when capitalised: "polish" and "Polish". In German any noun may be one. */
const capitonyms: Record<Exclude<Known, 'de'>, Set<string>> = {
  en: new Set(
    (
      'us it who may march august polish turkey china job reading mobile nice lent rose mark bill will frank sue pat rob jack john ' +
      'jersey bath cork chad china japan mercury mars catholic god apple amazon shell target gap orange'
    ).split(
      ' '
    )
  ),
  fr: new Set('tours nice mars orange laval lens chine franc rose marin claire martin apple'.split(' ')),
  es: new Set('lima granada paz rosa mercedes chile china león santiago victoria pilar mar marte apple gas'.split(' ')),
}

/** French and Spanish words whose accents many people omit, and that no other word depends on. */
const safeAccents: Record<Known, Set<string>> = {
  en: new Set('café cafés naïve façade crème brûlée jalapeño señor fiancée cliché clichés décor'.split(' ')),
  fr: new Set(
    (
      'délai délais coûte coûtent déjà très après êtes être même mêmes téléphone numéro matière matières échange échanger réduction ' +
      'réductions expédié expédition expédier expédiez réparation réparer étranger européen été bébé bébés numéros électronique ' +
      'électrique écran étage problème modèle modèles système référence références vérifier réserver réservation rétractation ' +
      'éligible âge dépôt contrôle hôtel août février décembre frontière reçu français française envoyé envoyée'
    ).split(
      ' '
    )
  ),
  es: new Set(
    (
      'teléfono número días envío envíos devolución garantía también artículo artículos península crédito débito método métodos ' +
      'política dirección'
    ).split(
      ' '
    )
  ),
  de: new Set(),
}
const folded = Object.fromEntries(
  languages.map(language => [language, new Map([...safeAccents[language]].map(word => [word, fold(word)]))])
) as Record<Known, Map<string, string>>

/** Matches a figure before a word: case may matter in a unit, as in "5 mW" and "5 MW". */
const afterFigure = /\p{N}\s?$/u
const maxUnitChars = 3

/**
 * Unifies spaces, quotes, dashes, case, final punctuation and, where no word depends on them, accents.
 * Leaves anything that could make another question: figures and the unit after them, signs ("C++", "5 %"), words in
 * capitals, words with another meaning when capitalised, accents that distinguish words ("ou", "où").
 */
export const normalizeQuestion = onceForTextIn(normalize, { maxChars: 100_000, longest: 500 })

function normalize (text: string, language: Language): string {
  const plain = text.normalize('NFC').replace(/[‘’ʼ]/g, '\'').replace(/[“”«»]/g, '"').replace(/[‐‑–—]/g, '-').replace(/\s+/g, ' ').trim()
  const bare = withoutEnd(plain.replace(/^[¿¡\s]+(?=.)/u, '')).trim() || plain
  if (language === 'und') return bare
  const shouted = isShouted(bare, language)
  return bare.replace(/\p{L}[\p{L}\p{M}]*/gu, (word, at: number) => {
    const before = bare.slice(Math.max(0, at - 2), at)
    if (word.length <= maxUnitChars && afterFigure.test(before)) return word
    const lower = word.toLowerCase()
    const foldable = shouted || isPlainCase(word, lower, at === 0, language)
    const cased = foldable ? lower : word
    return folded[language].get(cased) ?? cased
  })
}

/** Removes the marks and spaces at the end of a question, from behind a word, a sign of a unit, or else a space. */
function withoutEnd (text: string): string {
  let start = text.length
  while (start > 0 && /[\s?!.…？！。]/.test(text[start - 1]!)) start--
  if (/[\p{L}\p{N}"')%€$£°²³]$/u.test(text.slice(Math.max(0, start - 2), start))) return text.slice(0, start)
  const space = text.slice(start).search(/\s/)
  return space < 0 ? text : text.slice(0, start + space + 1)
}

/** Tells whether the capital of a word is meaningless. */
function isPlainCase (word: string, lower: string, first: boolean, language: Known): boolean {
  if (word === lower) return true
  // "US", "IT", "iPhone": a letter after the first is a capital.
  if (word.slice(1) !== lower.slice(1)) return false
  if (language === 'de') return first && !['sie', 'ihr', 'ihre', 'ihren', 'ihrem', 'ihnen'].includes(lower)
  return !capitonyms[language].has(lower)
}

/** Tells whether a text was typed with caps lock: all capitals, and nothing that could be an abbreviation or a name. */
function isShouted (text: string, language: Known): boolean {
  const words = text.match(/\p{L}{2,}/gu) ?? []
  return (
    words.length >= 3 &&
    text === text.toUpperCase() &&
    language !== 'de' &&
    !words.some(word => capitonyms[language].has(word.toLowerCase()))
  )
}
