// Finds the subject of an earlier turn, in words that fit the follow-up question.
import type { Language, Turn } from '../types.ts'
import { answerType } from './answer-types.ts'
import { spans, substitute } from './follow-up-substitution.ts'
import { plainWords, roles } from './follow-up-words.ts'
import { stem, stemAll } from './words.ts'

/** Matches questions about care and reasons, which are about the kind of thing. */
const ofTheKind =
  new RegExp(
    String.raw`^(?:pourquoi|comment|why|how|por que|como|warum|wieso|wie)\b|\b(?:wash|washed|washable|washing|dry|clean|iron|lave|` +
    String.raw`laver|lavable|lavables|secher|nettoyer|nettoie|repasser|lavar|limpiar|waschen|waschbar|reinigen|trocknen)\b`
  )

/** Matches words, and figures with their sign. */
const words = /(?:(?<![\p{L}\p{N}])[-−](?=\d))?[\p{L}\p{N}]+(?:[.,]\d+)*/gu
const maxWords = 12
const maxTitles = 3
const maxTitleChars = 120

/**
 * Returns the subject for a question that lacks one. For a fact, it is the title that the answer cited; for care or
 * reasons, the kind of thing; for anything else, the customer's own words.
 * @param base the question of that turn, as it stands alone
 */
export function subjectOf ({ cited, answer }: Turn, base: string, asked: string, language: Language): string {
  const said = mainWords(base, language)
  const told = spans(asked, language)
  const cites = bestTitle(cited, said, language)
  // When the cited title is itself a question, the customer's own words serve as well.
  const title = /\?\s*$/.test(cites) && shared(cites, said, language) !== '' ? '' : bare(cites)
  if (title === '' || (told.length > 0 && said.length > 0)) {
    return fitting(substitute(said.join(' ') || title || base, told, language).text, asked, language)
  }
  const plain = plainWords(asked)
  const isFact = answerType(plain, language) !== null
  const subject = isFact
    ? [title, ...unnamed(title, said, answer, language)].join(', ')
    : ofTheKind.test(plain) ? headOf(title, language) : shared(title, said, language)
  return fitting(subject || title, asked, language)
}

/** Returns the words of a question that name its subject, figures included. */
function mainWords (text: string, language: Language): string[] {
  const kept = new Set(
    roles(plainWords(text), language)
      .filter(({ role }) => role === 'subject' || role === 'figure' || role === 'variant' || role === 'namer')
      .map(({ word }) => word)
  )
  return (text.match(words) ?? []).filter(word => kept.has(plainWords(word))).slice(0, maxWords)
}

/** Returns the cited title with the most words of the question; the first of several. */
function bestTitle (cited: string[], said: string[], language: Language): string {
  const held = cited.slice(0, maxTitles).map(title => shared(title, said, language).split(' ').filter(Boolean).length)
  return cited[held.indexOf(Math.max(...held))] ?? ''
}

function bare (title: string): string {
  return title.slice(0, maxTitleChars).replace(/[\uD800-\uDBFF]$/, '').replace(/[\s?.!…]+$/u, '').replace(/\s+/g, ' ')
}

/** Returns the words of a title that are also in the question, as the title spells them. */
function shared (title: string, said: string[], language: Language): string {
  const stems = new Set(said.map(word => stem(word.toLowerCase(), language)))
  return (title.match(words) ?? []).filter(word => stems.has(stem(word.toLowerCase(), language))).join(' ')
}

/** Returns the words that the title lacks: figures, and names, which the answer writes with a capital ("Belgique"). */
function unnamed (title: string, said: string[], answer: string, language: Language): string[] {
  const held = new Set(stemAll(title, language))
  const capitals = new Set([...answer.matchAll(/(?<=[\p{Ll}\p{N},]\s)\p{Lu}\p{L}{2,}/gu)].map(([name]) => plainWords(name)))
  return said.filter(word =>
    /^[-−]?\d/.test(word) ? !title.includes(word) : !held.has(stem(word.toLowerCase(), language)) && capitals.has(plainWords(word))
  )
}

/**
 * Returns the kind of thing that a title names: "Tarnwick Regn Rain Jacket" → "Rain Jacket",
 * "Gigoteuse chaude TOG 1, 70 cm" → "Gigoteuse chaude".
 */
function headOf (title: string, language: Language): string {
  const parts = title.replace(/\([^)]*\)/g, '').match(words) ?? []
  const kinds = roles(plainWords(parts.join(' ')), language).map(({ role }) => role)
  if (kinds.length !== parts.length) return title
  const names = (i: number) => kinds[i] === 'subject' || kinds[i] === 'property' || kinds[i] === 'variant'
  if (language === 'en' || language === 'de') {
    const end = kinds.lastIndexOf('subject') + 1
    return parts.slice(names(end - 2) ? end - 2 : Math.max(0, end - 1), end).join(' ')
  }
  let end = 0
  while (end < 3 && names(end) && (end === 0 || !/^\p{Lu}/u.test(parts[end]!))) end++
  return parts.slice(0, end).join(' ')
}

/** Removes from the subject the words that would make the question ask for another type of fact. */
function fitting (subject: string, asked: string, language: Language): string {
  const type = answerType(asked, language)
  if (type === null || answerType(`${subject} ${asked}`, language) === type) return subject
  return subject.split(' ').filter(word => answerType(word, language) === null).join(' ')
}
