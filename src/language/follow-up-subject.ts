// What a turn of a conversation was about, in the words that suit what is asked of it next.
import type { Language, Turn } from '../types.ts'
import { answerType } from './answer-types.ts'
import { exchange, spans } from './follow-up-substitution.ts'
import { plainWords, roles } from './follow-up-words.ts'
import { stem, stemAll } from './words.ts'

/** How a thing is looked after, and why it is so, is told of its kind. */
const ofTheKind = /^(?:pourquoi|comment|why|how|por que|como|warum|wieso|wie)\b|\b(?:wash|washed|washable|washing|dry|clean|iron|lave|laver|lavable|lavables|secher|nettoyer|nettoie|repasser|lavar|limpiar|waschen|waschbar|reinigen|trocknen)\b/

/** Words, with the sign of a figure. */
const words = /(?:(?<![\p{L}\p{N}])[-−](?=\d))?[\p{L}\p{N}]+(?:[.,]\d+)*/gu
const mostWords = 12
const mostTitles = 3
const longestTitle = 120

/**
 * The subject for a question that lacks one. A fact is asked of the very thing that the answer cited, by its title;
 * how to wash it, or why, of the kind of thing; anything else of what the customer called it.
 * @param base the question of that turn, as it stands alone
 */
export function subjectOf ({ cited, answer }: Turn, base: string, asked: string, language: Language): string {
  const said = mainWords(base, language)
  const told = spans(asked, language)
  const cites = bestTitle(cited, said, language)
  // A question that was answered by another one is as well told by its own words.
  const title = /\?\s*$/.test(cites) && shared(cites, said, language) !== '' ? '' : bare(cites)
  if (title === '' || (told.length > 0 && said.length > 0)) return fitting(exchange(said.join(' ') || title || base, told, language).text, asked, language)
  const plain = plainWords(asked)
  const isFact = answerType(plain, language) !== null
  const subject = isFact
    ? [title, ...unnamed(title, said, answer, language)].join(', ')
    : ofTheKind.test(plain) ? headOf(title, language) : shared(title, said, language)
  return fitting(subject || title, asked, language)
}

/** The words of a question that tell its subject, its figures among them. */
function mainWords (text: string, language: Language): string[] {
  const kept = new Set(roles(plainWords(text), language).filter(({ role }) => role === 'subject' || role === 'figure' || role === 'variant' || role === 'namer').map(({ word }) => word))
  return (text.match(words) ?? []).filter(word => kept.has(plainWords(word))).slice(0, mostWords)
}

/** Of the titles cited the one that holds most of the words said, the first of several. */
function bestTitle (cited: string[], said: string[], language: Language): string {
  const held = cited.slice(0, mostTitles).map(title => shared(title, said, language).split(' ').filter(Boolean).length)
  return cited[held.indexOf(Math.max(...held))] ?? ''
}

function bare (title: string): string {
  return title.slice(0, longestTitle).replace(/[\uD800-\uDBFF]$/, '').replace(/[\s?.!…]+$/u, '').replace(/\s+/g, ' ')
}

/** The words of a title that were said, as the title has them. */
function shared (title: string, said: string[], language: Language): string {
  const stems = new Set(said.map(word => stem(word.toLowerCase(), language)))
  return (title.match(words) ?? []).filter(word => stems.has(stem(word.toLowerCase(), language))).join(' ')
}

/** What was said and the title lacks: figures, and names, which the answer writes with a capital ("Belgique"). */
function unnamed (title: string, said: string[], answer: string, language: Language): string[] {
  const held = new Set(stemAll(title, language))
  const capitals = new Set([...answer.matchAll(/(?<=[\p{Ll}\p{N},]\s)\p{Lu}\p{L}{2,}/gu)].map(([name]) => plainWords(name)))
  return said.filter(word => /^[-−]?\d/.test(word) ? !title.includes(word) : !held.has(stem(word.toLowerCase(), language)) && capitals.has(plainWords(word)))
}

/** The kind of thing that a title names: "Tarnwick Regn Rain Jacket" → "Rain Jacket", "Gigoteuse chaude TOG 1, 70 cm" → "Gigoteuse chaude". */
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

/** The subject without the words that would make the question ask for another kind of fact. */
function fitting (subject: string, asked: string, language: Language): string {
  const type = answerType(asked, language)
  if (type === null || answerType(`${subject} ${asked}`, language) === type) return subject
  return subject.split(' ').filter(word => answerType(word, language) === null).join(' ')
}
