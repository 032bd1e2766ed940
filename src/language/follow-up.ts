// Detects follow-up questions that need the conversation, and completes them from it.
import type { History, Language, Turn } from '../types.ts'
import { answerType } from './answer-types.ts'
import { completeAggregate, ofOtherThings } from './follow-up-aggregate.ts'
import { spans, substitute, withoutModel, type Span } from './follow-up-substitution.ts'
import { refersBack } from './follow-up-pronouns.ts'
import { subjectOf } from './follow-up-subject.ts'
import { isCourtesy, isAboutShop, plainWords, roles, type Role } from './follow-up-words.ts'
import { tokens } from './words.ts'

/** Matches the start of a follow-up: "et", "ok, and what about". */
const opening =
  new RegExp(
    String.raw`^[\s¿¡]*(?:(?:et|and|y|und|mais|but|pero|aber|ou|or|sinon|donc|alors|so|ok|okay|oui|yes|merci|thanks|thank you|danke|` +
    String.raw`gracias|d['’]accord|super|great|what about|how about|qu['’]en est-il (?:de|du|des)|was ist mit|qué tal)(?=[\s,.!…-]|` +
    String.raw`$)[\s,.!…-]*)+`,
    'iu'
  )
/** Matches the part of an opening that continues the previous question. */
const joins = /(?<!\p{L})(?:et|and|y|und|mais|but|pero|aber|ou|or|sinon|about|qu['’]en|was|qué)(?!\p{L})/iu

const preposition =
  /^(?:pour|en|a|au|aux|dans|avec|sans|sur|vers|chez|to|for|in|at|on|with|from|without|para|con|al|fur|im|mit|nach|am|ohne) /
/** "et pour les lingettes ?" is about another thing; "et en Suisse ?" about the same elsewhere. */
const aboutAnother = /^(?:pour|for|para|für|avec|with|con|mit) /i
const beneficiary =
  new RegExp(
    String.raw`\b(?:bebe|bebes|enfants?|jumeaux|nouveau ne|adultes?|homme|femme|fille|garcon|ecole|creche|groupe|child|children|kids?|` +
    String.raw`adults?|baby|twins|men|women|groups?|schools?|beginners?|winter|summer|hiver|ete)\b`
  )
const places = 'en|à|a|au|aux|vers|dans|to|in|at|nach'
/** Matches another thing of the same kind: "celle en verre", "the waterproof ones". */
const another = /^(?:(?:le|la|les|the|a|an) )?(?:celui|celle|ceux|celles)(?:-là|-ci)? | ones?$/i
/** Matches another model of the same thing: "la double", "a bigger one". */
const otherModel =
  /^(?:le|la|les|un|une|the|an?|another|el|los|las|una?|die|der|das) (?:plus |moins |more |less |más )?[\p{L}]+(?: ones?)?$|\bones?$/iu

/** Matches a verb or a question word: a text with one is a full question. */
const clausal: Record<Exclude<Language, 'und'>, RegExp> = {
  fr: new RegExp(
    String.raw`\b(?:je|j|tu|on|nous|vous|ils?|elles?|est|sont|ont|avez|ai|peut|peux|pouvez|faut|dois|doit|y a|ca|c|combien|comment|` +
      String.raw`pourquoi|quand|quel|quelle|quels|quelles|quoi|lequel|laquelle|ou)\b|^qui\b`
  ),
  en: new RegExp(
    String.raw`\b(?:i|we|you|they|it|is|are|was|were|am|do|does|did|can|could|will|would|should|may|must|has|have|how|why|when|` +
      String.raw`where|what|whats)\b|^(?:which|who)\b`
  ),
  es: /\b(?:es|son|esta|estan|hay|tiene|tienen|puedo|puede|cuanto|cuanta|cuantos|cuantas|como|cuando|donde|cual|cuales|que|hacen|hago)\b/,
  de: /\b(?:ich|wir|sie|er|es|ist|sind|hat|haben|kann|kostet|gibt|wie|wann|warum|wo|was|welche[rsnm]?)\b/,
}
/** Matches "Why so expensive?", "pourquoi pas ?" */
const whySo = /^(?:pourquoi|why|por que|warum) (?:si|aussi|pas|non|so|not|no|tan|nicht)\b(?: \w+)?$/
const whyOrHow = /^(?:pourquoi|comment|why|how|por que|como|warum|wieso|wie)\b/

/** Matches orders and items in general: in "Can I change my order after I placed it?" the pronoun refers to the order. */
const aboutAnyOrder =
  new RegExp(
    String.raw`\b(?:(?:an?|my|our|the|any|une?|ma|mes|la|cette|mein|meine|eine|die|mi|un|una) (?:orders?|items?|commandes?|articles?|` +
    String.raw`bestellung|artikel|pedido|articulo)|who are you|qui etes vous|wer sind sie|quienes son ustedes)\b`
  )

/** Longer questions stand alone: a letter names its own subject. */
const maxQuestionChars = 300
/** Maximum words of a fragment after "et". */
const maxFragmentWords = 6

/**
 * Tells whether a question can be understood without the earlier turns. It is cheap, and true when in doubt: a
 * question that names its own subject must stay unchanged.
 */
export function standsAlone (question: string, language: Language, history: History): boolean {
  const earlier = newestTurn(history)
  if (!earlier || question.length > maxQuestionChars) return true
  const plain = plainWords(question)
  if (tokens(plain).length === 0 || isCourtesy(plain, language)) return true
  if (aboutAnyOrder.test(plain)) return true
  if (completeAggregate(question, questionOf(earlier), language) !== null) return false
  const words = roles(plain, language)
  if (whySo.test(plain) || refersBack(plain, words, language)) return false
  if (!words.some(({ role }) => role === 'subject')) return ofTheShop(plain, language)
  const part = fragment(question, language)
  if (part === null || part.words.some(({ word }) => isAboutShop(word, language))) return true
  if (part.kind === 'thing' && ofOtherThings(thingIn(question), questionOf(earlier), language) !== null) return false
  return part.kind === 'thing' && askingWords(questionOf(earlier), language) === ''
}

/**
 * Completes a question from the conversation, so that it can be searched and asks for the right fact.
 * Call it when `standsAlone` is false; without earlier turns it returns the question itself.
 */
export function complete (question: string, language: Language, history: History): string {
  const earlier = newestTurn(history)
  if (!earlier || question.length > maxQuestionChars) return question
  const base = questionOf(earlier)
  const figure = completeAggregate(question, base, language)
  if (figure !== null) return figure
  const asked = thingIn(question)
  if (asked === '') return question
  const part = fragment(question, language)
  if (part?.words.some(({ role }) => role === 'subject')) return overlay(part, asked, base, language)
  if (!tellsOnly(asked, base, language)) return ask(subjectOf(earlier, base, asked, language), asked, language)
  const kept = otherModel.test(asked) && spans(asked, language).every(isWord) ? withoutModel(base, language) : base
  const told = spans(asked, language)
  const { text, rest } = substitute(kept, told, language)
  if (told.length === 0 || (text === base && isClause(plainWords(asked), language))) {
    return ask(subjectOf(earlier, base, asked, language), asked, language)
  }
  return whole([text, ...rest.map(span => asSaid(span, asked)), ...otherVariants(asked, language)], language)
}

/** Returns the newest turn with a subject. */
function newestTurn ({ turns }: History): Turn | undefined {
  return turns.findLast(turn => turn.cited.length > 0 || tokens(questionOf(turn)).length > 1) ?? turns.at(-1)
}

function questionOf ({ question, standalone }: Turn): string {
  return bare((standalone ?? question).slice(0, maxQuestionChars).replace(/[\uD800-\uDBFF]$/, ''))
}

/** Returns what follows the opening of a follow-up: "rucksacks" in "and rucksacks?". */
function thingIn (question: string): string {
  return bare(question.replace(opening, ''))
}

function bare (text: string): string {
  return text.replace(/[\s?.!…]+$/u, '').replace(/\s+/g, ' ').trim()
}

function isClause (plain: string, language: Language): boolean {
  return language !== 'und' && clausal[language].test(plain)
}

/** Writes a subject before a question: "Couches taille 4 : elles sont en stock ?" */
function ask (subject: string, asked: string, language: Language): string {
  return language === 'fr' ? `${subject} : ${asked} ?` : `${subject}: ${asked}?`
}

function whole (parts: string[], language: Language): string {
  return parts.join(' ') + (language === 'fr' ? ' ?' : '?')
}

/** Tells whether a question is about the shop: "Where are you?", "how can I reach you?", "when will my order ship?" */
function ofTheShop (plain: string, language: Language): boolean {
  const type = answerType(plain, language)
  return (
    type === 'place' ||
    type === 'contact' || type === 'phone' || type === 'email' ||
    /\b(?:my order|ma commande|mi pedido|meine bestellung|donde estan|wo sind sie)\b/.test(plain)
  )
}

interface Fragment { kind: 'thing' | 'place', words: { word: string, role: Role }[] }

/** Reads a question without a verb: "et les lingettes ?" (a thing), "et en Suisse ?" (a place, an occasion). */
function fragment (question: string, language: Language): Fragment | null {
  if (language === 'und') return null
  const joined = joins.test(opening.exec(question)?.[0] ?? '')
  const plain = plainWords(question.replace(opening, ''))
  const words = roles(plain, language)
  if (
    plain === '' ||
    plain.includes('|') ||
    clausal[language].test(plain) ||
    words.length > (joined ? maxFragmentWords : maxFragmentWords - 2)
  ) { return null }
  // The English article is no French preposition.
  const kind = preposition.test(language === 'en' ? plain.replace(/^a /, '') : plain) ? 'place' : 'thing'
  // Without "et", "prix couches" is a complete question.
  if (!joined && kind === 'thing') return null
  if (words.some(({ role }) => role === 'subject') && asksFact(plain, language)) return null
  return { kind, words }
}

/** Tells whether a text asks for a type of fact in words not in `known`. Ignores figures, variants and their names. */
function asksFact (plain: string, language: Language, known = new Set<string>()): boolean {
  const words = roles(plain, language).filter(
    ({ word, role }) => role !== 'figure' && role !== 'variant' && role !== 'namer' && !known.has(word)
  )
  return answerType(words.map(({ word }) => word).join(' '), language) !== null || whyOrHow.test(plain)
}

/** Tells whether a question only gives a variant, and asks nothing new: "et en taille 3 ?", "do you have a bigger one?" */
function tellsOnly (asked: string, base: string, language: Language): boolean {
  const plain = plainWords(asked)
  // "et le 2e âge ?": in a fragment, words of the previous question ask nothing new.
  const known = new Set(isClause(plain, language) ? [] : plainWords(base).split(' '))
  const words = roles(plain, language)
  if (
    asksFact(plain, language, known) ||
    words.some(({ word, role }) => (role === 'property' || role === 'subject') && !known.has(word))
  ) {
    return false
  }
  return words.some(({ role }) => role === 'figure' || role === 'variant')
}

/** Asks the earlier question about the thing in the fragment. */
function overlay ({ kind, words }: Fragment, asked: string, base: string, language: Language): string {
  const others = kind === 'thing' ? ofOtherThings(asked, base, language) : null
  if (others !== null) return whole([others], language)
  const told = spans(asked, language)
  const earlier = new Set(plainWords(base).split(' '))
  const isKnown = words.every(({ word, role }) => role !== 'subject' || earlier.has(word))
  const isNamed =
    kind === 'place' &&
    /^(?:pour|for|para|für|en|à|a|au|aux|to|in|nach) /i.test(asked) &&
    told.length === 1 &&
    told[0]!.kinds[0] === 'name' &&
    spans(base, language).filter(({ kinds }) => kinds[0] === 'name').length === 1
  if (isNamed || (isKnown && told.length > 0)) {
    const { text, rest } = substitute(base, told, language)
    return whole([text, ...rest.map(span => asSaid(span, asked))], language)
  }
  if (another.test(asked)) return whole([withoutModel(base, language), asked.replace(another, '').replace(/^(?:the|an?) /i, '')], language)
  if (kind === 'place') {
    const slot = sameSlot(asked, base)
    if (slot) return whole([`${base.slice(0, slot.start)}${asked}${base.slice(slot.end)}`], language)
    if (answerType(base, language) === null || !aboutAnother.test(asked) || /\d/.test(asked) || beneficiary.test(plainWords(asked))) {
      return whole([base, asked], language)
    }
  }
  return ask(asked.replace(aboutAnother, ''), askingWords(base, language), language)
}

/** Finds a phrase in the earlier text with the same preposition, or with another preposition of place. */
function sameSlot (asked: string, base: string): { start: number, end: number } | null {
  const first = /^\p{L}+/u.exec(asked.toLowerCase())?.[0]
  if (first === undefined) return null
  const group = places.split('|').includes(first) ? places : first
  const found = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${group}) (?:(?:le|la|les|l['’]|un|une|the|a|an|your|my|vos|mon|ma) ?)?\\p{L}[\\p{L}\\p{N}'’-]*(?: ` +
    '\\p{Lu}\\p{L}+)*',
    'iu'
  ).exec(base)
  return found ? { start: found.index, end: found.index + found[0].length } : null
}

/**
 * Returns the fewest words by which a text asks for its type of fact, with the question word before them; those
 * of a property ("lavable") when it asks for none.
 */
function askingWords (text: string, language: Language): string {
  const type = answerType(text, language)
  if (type === null) return roles(plainWords(text), language).filter(({ role }) => role === 'property').map(({ word }) => word).join(' ')
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? []
  for (let length = 1; length <= 5; length++) {
    for (let i = 0; i + length <= words.length; i++) {
      if (answerType(words.slice(i, i + length).join(' '), language) !== type) continue
      const from = i > 0 && /^(?:combien|quel|quelle|quels|quelles|how|what|cuánto|cuál|wie|was)$/i.test(words[i - 1]!) ? i - 1 : i
      return words.slice(from, i + length).join(' ')
    }
  }
  return text
}

function isWord ({ text }: Span): boolean {
  return /^\p{L}{3}/u.test(text)
}

/** Returns a span of the question with the words around it: "taille 3", "en noir", "plus grand". */
function asSaid (span: Span, asked: string): string {
  const before = asked.slice(0, span.start)
  if (isWord(span)) return `${/\b(?:plus|moins|more|less|más|en|in|für|pour|for)\s$/iu.exec(before)?.[0] ?? ''}${span.text}`
  const after = /^(?:\s?-?\p{L}+)?/u.exec(asked.slice(span.end))?.[0] ?? ''
  const lead = /(?:\b(?:pour|for|für|para|en|à|in|de)\s)?(?:\b(?:une?|an?|le|la|les|the)\s)?(?:\p{L}+\s)?$/iu.exec(before)?.[0] ?? ''
  return `${lead}${span.text}${after}`
}

const same = /^(?:same|memes?|pareille?|idem|mism[oa]|gleichen?)$/

/** Returns the variants that exclude no others: "moins cher", "the other". */
function otherVariants (asked: string, language: Language): string[] {
  const told = new Set(spans(asked, language).map(({ text }) => plainWords(text)))
  const words = roles(plainWords(asked), language)
  return words.flatMap(({ word, role }, i) => {
    if (role !== 'variant' || told.has(word) || same.test(word)) return []
    return /^(?:plus|moins|more|less|mas)$/.test(words[i - 1]?.word ?? '') ? [`${words[i - 1]!.word} ${word}`] : [word]
  })
}
