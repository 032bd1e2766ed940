// Recognises a message that asks nothing: greetings, thanks, goodbyes, "who are you", complaints, a thumb up.
import { LRUCache } from 'lru-cache'
import type { CourtesyKind, CourtesyLanguage, Language } from '../types.ts'
import { courtesyWords, type CourtesyWordKind } from './courtesy-words.ts'
import { withinOneEdit } from './one-edit.ts'
import { fold, tokens } from './words.ts'

export interface Courtesy {
  /** The kind of courtesy that a reply should answer; the most specific one, if there are several. */
  kind: CourtesyKind
  language: CourtesyLanguage
}

interface Vocabulary {
  /** Phrases by their first word, the longest first. */
  phrases: Map<string, { words: string[], kind: CourtesyWordKind | 'filler' | 'subject' }[]>
  /** Words that make a complaint behind a subject ("you are"). */
  blame: Set<string>
  /** Words that count only beside thanks. */
  favours: Set<string>
  /** Words that are long enough to be recognised with a typing error. */
  long: { word: string, kind: CourtesyWordKind }[]
}

/** A part of a message, up to a full stop or comma. `asks`: it ends with a question mark. `isSentence`: it ends as a sentence does. */
interface Segment { readonly words: string[], asks: boolean, isSentence: boolean, start: number, end: number }

/** A longer message is more than courtesy. In characters. */
const longestMessage = 200
const minMisspelt = 7
/** The order in which a reply prefers the kinds of a message. */
const order: CourtesyKind[] = ['identity', 'complaint', 'wellbeing', 'goodbye', 'thanks', 'greeting']
/** Kinds whose words are names, titles and topics elsewhere: they are not trusted with a typing error. */
const misspellable: ReadonlySet<string> = new Set<CourtesyWordKind>(['greeting', 'thanks', 'goodbye'])
const isMisspellable = (kind: string): kind is CourtesyWordKind => misspellable.has(kind)

/** Kinds that stand beside a question without being a part of it. */
const separable: ReadonlySet<CourtesyWordKind> = new Set(['greeting', 'wellbeing', 'thanks', 'goodbye'])
/** Kinds that do so only as a sentence of their own before it: "What is your name, and who is paid?" asks one thing. */
const leading: ReadonlySet<CourtesyWordKind> = new Set(['identity', 'complaint'])
/** At each end of a message so many parts are looked at. */
const mostParts = 4

const emoticons = /(?<!\S)(?:[:;=]['’]?-?[)(DPpOo3/\\|*]|<3|\^\^|xD|XD)(?!\S)/g
const laughter = /^(?:a?(?:ha|he|hi|ja|je){2,}h?|l+o+l+|h+m+|m+d+r+)$/
const segments = /((?:[^.,;:!?…。！？\n]|[.,:](?=\S))+)((?:[.,;!?…。！？\s]|:(?![)(DP]))*)/gu

const vocabularies = Object.fromEntries(Object.entries(courtesyWords).map(([language, words]) => {
  const phrases: Vocabulary['phrases'] = new Map()
  const long: Vocabulary['long'] = []
  const { favours, fillers, subjects, blame, ...kinds } = words
  const all = [...Object.entries(kinds) as [CourtesyWordKind, string][], ['filler', fillers] as const, ['subject', subjects] as const]
  for (const [kind, list] of all) {
    for (const phrase of list.split(',').flatMap(expand)) {
      const [first, ...rest] = wordsOf(phrase) as [string, ...string[]]
      if (!phrases.has(first)) phrases.set(first, [])
      phrases.get(first)!.push({ words: [first, ...rest], kind })
      if (isMisspellable(kind) && rest.length === 0 && first.length >= minMisspelt) long.push({ word: first, kind })
    }
  }
  for (const list of phrases.values()) list.sort((a, b) => b.words.length - a.words.length)
  const set = (list: string) => new Set(list.split(',').flatMap(expand).map(fold))
  return [language, { phrases, long, favours: set(favours), blame: set(blame) }]
})) as Record<CourtesyLanguage, Vocabulary>
/** The languages to try for a word of several, after the preferred one. A company of another language may well be Dutch. */
const languages: CourtesyLanguage[] = ['en', 'it', 'fr', 'de', 'es', 'nl', 'pt']
const undetermined: CourtesyLanguage[] = ['en', 'it', 'nl', 'fr', 'de', 'es', 'pt']

/**
 * Returns the kind of a message that asks nothing; null as soon as one of its words may ask for something.
 * @param preferred the language of the earlier turns, or of the company: many words belong to several
 * @param company its name, by which it may be addressed
 */
export function courtesyOf (text: string, preferred: Language, company = ''): Courtesy | null {
  if (text.length > longestMessage) return null
  const key = `${preferred}\n${company}\n${text}`
  let courtesy = knownMessages.get(key)
  if (courtesy === undefined) knownMessages.set(key, courtesy = readCourtesy(text, preferred, company) ?? 'none')
  return courtesy === 'none' ? null : courtesy
}
/** The last messages: the same questions are asked again and again, and their answers are known by then. */
const knownMessages = new LRUCache<string, Courtesy | 'none'>({ max: 1000 })

function readCourtesy (text: string, preferred: Language, company: string): Courtesy | null {
  const plain = text.replace(emoticons, ' ')
  const own = languages.find(language => language === preferred)
  // Nothing but emoji, or a bare "?".
  if (!/[\p{L}\p{N}]/u.test(plain)) return { kind: 'acknowledgement', language: own ?? 'en' }
  const said = segmentsOf(plain)
  const names = namesOf(company)
  const understood = languages.flatMap(language => {
    const kinds = parse(said, vocabularies[language], names)
    return kinds ? [{ language, kind: order.find(kind => kinds.has(kind)) ?? 'acknowledgement' as const }] : []
  })
  const candidates = own ? [own, ...languages] : undetermined
  return candidates.flatMap(candidate => understood.find(({ language }) => language === candidate) ?? [])[0] ?? null
}

/**
 * Returns a question without the greeting before it and the thanks after it, where they are sentences or clauses of their
 * own: they are not what is searched. Returns the message itself when nothing else is in it.
 */
export function withoutCourtesy (text: string, company = ''): string {
  if (text.length > longestKnown) return readWithoutCourtesy(text, company)
  const key = `${company}\n${text}`
  let asked = knownQuestions.get(key)
  if (asked === undefined) knownQuestions.set(key, asked = readWithoutCourtesy(text, company))
  return asked
}
const knownQuestions = new LRUCache<string, string>({ max: 1000 })
const longestKnown = 500

function readWithoutCourtesy (text: string, company: string): string {
  const parts = segmentsOf(text)
  // One part alone is the question, or all courtesy.
  if (parts.length < 2) return text
  const names = namesOf(company)
  const kindsOf = (part: Segment) => Object.values(vocabularies).flatMap(vocabulary => [...parse([part], vocabulary, names) ?? []])
  /** Counts the parts at one end that are courtesies. "OK" and "No" alone may belong to what follows: "No. 5". */
  const count = (list: Segment[], isStart: boolean) => {
    let isSure = false
    for (const [at, part] of list.slice(0, mostParts).entries()) {
      const kinds = kindsOf(part)
      const leads = isStart && part.isSentence
      if (kinds.length === 0 || (!leads && kinds.every(kind => kind === 'complaint'))) return isSure ? at : 0
      isSure ||= kinds.some(kind => separable.has(kind) || (leads && leading.has(kind)))
    }
    return 0
  }
  const [first, last] = [count(parts, true), count(parts.toReversed(), false)]
  if (first === 0 && last === 0) return text
  const kept = parts.slice(first, parts.length - last)
  const asked = text.slice(kept[0]!.start, kept.at(-1)!.end).trim().replace(/[,;:]$/, '')
  return last > 0 && parts.at(-1)!.asks && !/[?？؟]$/.test(asked) ? `${asked}?` : asked
}

/** Returns the kinds of courtesy in all parts of a message; null when anything else is in it, or nothing. */
function parse (said: Segment[], vocabulary: Vocabulary, names: ReadonlySet<string>): Set<CourtesyWordKind> | null {
  const all = new Set<CourtesyWordKind>()
  for (const { words, asks } of said) {
    const kinds = parseSegment(words, vocabulary, asks ? new Set() : names)
    // "Super?", "Is that wrong?" and "And then?" ask something; "Or a machine?" does behind anything but "Are you a person?".
    const isRest = kinds?.size === 0 && all.has('identity')
    if (!kinds || (asks && !isRest && [...kinds].every(kind => kind === 'praise' || kind === 'complaint'))) return null
    for (const kind of kinds) all.add(kind)
  }
  return all.size === 0 ? null : all
}

function parseSegment (
  words: string[], { phrases, favours, blame, long }: Vocabulary, names: ReadonlySet<string>
): Set<CourtesyWordKind> | null {
  const kinds = new Set<CourtesyWordKind>()
  let needsThanks = false
  // Behind "you are" stands praise or blame.
  let isJudging = false
  for (let i = 0; i < words.length;) {
    const word = knownForm(words[i]!, phrases)
    if (isJudging && blame.has(word)) {
      kinds.add('complaint')
      isJudging = false
      i++
      continue
    }
    const phrase = phrases.get(word)?.find(({ words: [, ...rest] }) => rest.every((part, n) => words[i + n + 1] === part))
    if (phrase) {
      if (phrase.kind === 'subject') isJudging = true
      else if (phrase.kind !== 'filler') {
        kinds.add(phrase.kind)
        isJudging &&= phrase.kind !== 'praise' && phrase.kind !== 'complaint'
      }
      i += phrase.words.length
      continue
    }
    const misspelt = word.length >= minMisspelt - 1 && long.find(entry => entry.word[0] === word[0] && withinOneEdit(entry.word, word))
    if (misspelt) kinds.add(misspelt.kind)
    else if (laughter.test(word)) kinds.add('acknowledgement')
    else if (favours.has(word)) needsThanks = true
    else if (!names.has(word)) return null
    i++
  }
  return isJudging || (needsThanks && !kinds.has('thanks')) ? null : kinds
}

/** Splits a message into its parts. The words of a part are read when they are needed: most messages are told by their first part. */
function segmentsOf (text: string): Segment[] {
  return Array.from(text.matchAll(segments), ({ 0: all, 1: said, 2: mark, index }) => {
    let words: string[] | undefined
    return {
      get words () {
        words ??= wordsOf(said!)
        return words
      },
      asks: /[?？؟]/.test(mark!),
      isSentence: /[.!?…。！？؟\n]/.test(mark!),
      start: index,
      end: index + all.length,
    }
  })
}

/** Splits into folded words; of letters that are drawn out ("helloooo") two are left. */
function wordsOf (text: string): string[] {
  const words = tokens(text).map(fold)
  return /(.)\1\1/u.test(words.join(' ')) ? words.map(word => word.replace(/(\p{L})\1{2,}/gu, '$1$1')) : words
}

/** Returns a word without the letters that it has twice for emphasis: "mercii", "daanke". */
function knownForm (word: string, phrases: Vocabulary['phrases']): string {
  if (phrases.has(word) || !/(\p{L})\1/u.test(word)) return word
  const atEnd = word.replace(/(\p{L})\1$/u, '$1')
  // "Noon" is no drawn out "non".
  const anywhere = word.length > 4 ? word.replace(/(\p{L})\1/gu, '$1') : word
  return [atEnd, anywhere].find(form => phrases.has(form)) ?? word
}

/** Returns the words of a company's name. The last names are kept: they are read for every question. */
function namesOf (company: string): ReadonlySet<string> {
  let words = knownNames.get(company)
  if (!words) knownNames.set(company, words = new Set(wordsOf(company)))
  return words
}
const knownNames = new LRUCache<string, ReadonlySet<string>>({ max: 1000 })

/** Returns the phrases of a template. */
function expand (template: string): string[] {
  const group = /\{([^{}]*)\}/.exec(template)
  if (!group) return [template.trim().replace(/\s+/g, ' ')]
  return group[1]!.split('/').flatMap(part => expand(template.slice(0, group.index) + part + template.slice(group.index + group[0].length)))
}
