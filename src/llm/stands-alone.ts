// Puts the sentence before a quoted one in front of it, where that one begins with a word for what was just named: "It costs 12 €."
import { readPassage } from '../language/passage-reading.ts'
import type { Language } from '../types.ts'
import type { Grounding, RankedUnit } from './ranked-unit.ts'

/** A longer sentence is more than the name of what is meant. */
const maxLeadChars = 250

const word = (words: string) => String.raw`(?:${words})(?!\p{L})`
/** What "it" and "il" stand for nothing with: "it is possible", "il faut". */
const impersonal: Record<Exclude<Language, 'und'>, string> = {
  en:
    String.raw`(?:it|this) (?:is|was|will be|may be)(?: also| not| then| always)? (?:possible|impossible|necessary|forbidden|prohibited|` +
    String.raw`not|important|recommended|advisable|allowed|permitted|best|better|worth|easy|hard|free|why|how|where|when|because|up)|` +
    String.raw`it (?:takes|depends|rains|seems)|those (?:who|with|of)|this (?:page|site|website|section|document|article|guide|week|year|` +
    String.raw`month|morning|summer|winter|spring|autumn)`,
  fr:
    String.raw`il (?:n['’]|ne )?(?:y|faut|faudra|suffit|convient|existe|reste|s['’]agit|vaut mieux|en est|arrive|pleut|` +
    String.raw`est (?:aussi |donc |toujours |strictement |également )?(?:possible|impossible|interdit|nécessaire|obligatoire|conseillé|` +
    String.raw`recommandé|préférable|important|utile|inutile|prudent|déconseillé|permis|essentiel))|ce (?:sont|n['’]est|qui|que|dernier)|` +
    String.raw`cet? (?:site|page|guide|article|été|hiver|printemps|automne|mois|semaine|année)|` +
    'cette (?:page|semaine|année|section|rubrique)',
  de:
    String.raw`es (?:gibt|besteht|bestehen|handelt|gilt|gelten|stehen|werden|wird|wurden?|empfiehlt|lohnt|genügt|reicht|sind|kommt|` +
    String.raw`bedarf|ist (?:auch |nicht |aber |daher |immer )?(?:möglich|unmöglich|notwendig|nötig|verboten|wichtig|ratsam|erlaubt|` +
    String.raw`empfehlenswert|sinnvoll|untersagt|erforderlich|kein))|` +
    String.raw`sie (?:\p{L}+(?:en|ern|eln)|sind)(?!\p{L})|dies(?:e|er|es|em|en|) (?:seite|woche|` +
    String.raw`jahr|sommer|winter|abschnitt|artikel|website)`,
  es: String.raw`est[ae] (?:página|semana|año|verano|invierno|mes|sección|artículo|guía|sitio|web)`,
}
const pronouns: Record<Language, string> = {
  en: 'it|they|he|she|this|these|those|both|its|their',
  fr: 'il|elle|ils|elles|celui-ci|celle-ci|ceux-ci|celles-ci|ce|cet|cette|ces|cela|ceci|son|sa|ses|leur|leurs',
  de: 'er|sie|es|dies|diese|dieser|dieses|diesen|diesem|beide|deren|dessen|sein|seine',
  es: 'él|ella|ellos|ellas|este|esta|estos|estas|ese|esa|esos|esas|esto|eso|su|sus|ambos|ambas',
  // Italian, Dutch and Portuguese; "het" is an article too.
  und: 'questo|questa|questi|queste|esso|essa|essi|deze|dit|zij|ze|hij|este|esta|estes|estas|ele|ela|eles|elas|isso|esse|essa',
}
const beginning = (language: Language) => {
  const not = language === 'und' ? '' : `(?!${word(impersonal[language])})`
  return new RegExp(`^${not}${word(pronouns[language])}`, 'iu')
}
const anaphors = Object.fromEntries((['en', 'fr', 'de', 'es', 'und'] as const).map(language => [language, beginning(language)]))

/** Tells whether a sentence needs the one before it to be understood. */
export function isAnaphoric (sentence: string, language: Language): boolean {
  return anaphors[language]!.test(sentence)
}

/** Returns the chosen units, each anaphoric sentence with the one before it as one text. Nothing is quoted twice. */
export function standingAlone (chosen: readonly RankedUnit[], { passages, documentsLanguage: language }: Grounding): RankedUnit[] {
  const quoted = new Set<string>()
  return chosen.flatMap(unit => {
    // Facts in the same words are of several things.
    if (unit.kind !== 'sentence') return [unit]
    if (quoted.has(unit.text)) return []
    const lead = isAnaphoric(unit.text, language) ? sentenceBefore(unit, passages[unit.passage]!, language) : null
    quoted.add(unit.text)
    if (lead === null || quoted.has(lead)) return [unit]
    quoted.add(lead)
    return [{ ...unit, text: `${lead} ${unit.text}` }]
  })
}

/** Returns the sentence right before another one, in the same paragraph; null without one that is short and whole. */
function sentenceBefore ({ text }: RankedUnit, passage: Grounding['passages'][number], language: Language): string | null {
  const { units } = readPassage(passage, language)
  const at = units.findIndex(({ unit }) => unit.kind === 'sentence' && unit.text === text)
  const before = units[at - 1]?.unit
  if (before?.kind !== 'sentence' || before.text.length > maxLeadChars || !/[.!]["»”)]?$/.test(before.text)) return null
  const place = passage.text.indexOf(text)
  const gap = passage.text.slice(0, place).slice(passage.text.slice(0, place).lastIndexOf(before.text) + before.text.length)
  return place > 0 && /^[^\S\n]*$/.test(gap) ? before.text : null
}
