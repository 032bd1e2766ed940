// Guesses how to read the documents of an index, from the first ones, when the company's profile does not say.
import type { FieldMapping } from '../types.ts'
import { isAccessKey } from './access.ts'
import type { RawDocument } from './document.ts'

/** Usual names of keys, in the companies' languages. */
const names = {
  title: oneOf(String.raw`
    title name question headline heading label subject titre nom libell[eé] sujet intitul[eé] t[ií]tulo nombre pregunta asunto
    titel name frage betreff
  `),
  text: oneOf(String.raw`
    text content body answer description summary excerpt details? texte contenu corps r[eé]ponse r[eé]sum[eé] texto contenido
    cuerpo respuesta descripci[oó]n inhalt antwort beschreibung
  `),
  url: oneOf(String.raw`url uri link href permalink web_?page lien enlace seite`),
}

/** Matches a key that is one of these words, each a pattern. */
function oneOf (words: string): RegExp {
  return new RegExp(`^(${words.trim().split(/\s+/).join('|')})$`, 'i')
}

/** A value with more characters than this is text, not a fact. */
const shortChars = 60
const maxFields = 12
/** The number of documents that a mapping is guessed from. */
export const guessedFrom = 20

/** Returns a profile's mapping, or a guess when it names neither title, text nor fields. */
export function mappingOf (given: FieldMapping, documents: RawDocument[], primaryKey = 'id'): FieldMapping {
  return isComplete(given) ? given : { ...given, ...guessMapping(documents.slice(0, guessedFrom), primaryKey) }
}

/** Returns true if a mapping says how to read documents. */
export function isComplete ({ title, text, fields }: FieldMapping): boolean {
  return title !== undefined || text.length > 0 || fields !== undefined
}

/** Returns whether a mapping names a key of these documents, other than the address. */
export function namesAny ({ title, text, fields = {} }: FieldMapping, documents: RawDocument[]): boolean {
  const named = [...(title === undefined ? [] : [title]), ...text, ...Object.keys(fields)]
  return documents.some(document => named.some(key => key in document))
}

interface Key { key: string, values: unknown[], average: number, texts: boolean }

/**
 * Guesses from keys and values: the title by its name, the address by its name or its look, running text by its name
 * or its length; other short values become facts. Without a named title the first key whose values name things is the title:
 * the rows of a price list are about what stands in front, not about its longest remark. Without any of these the longest key
 * of words counts as text.
 * @param primaryKey the document's id, which is no content
 */
export function guessMapping (documents: RawDocument[], primaryKey = 'id'): FieldMapping {
  const keys = [...new Set(documents.flatMap(document => Object.keys(document)))]
    .filter(key => key !== primaryKey && !key.startsWith('_') && !isAccessKey(key))
    .map(key => describe(key, documents)).filter(key => key.values.length > 0)
  const url = keys.find(({ key }) => names.url.test(key)) ?? keys.find(({ values }) => values.every(isAddress))
  const rest = keys.filter(key => key !== url)
  const naming = documents.length > 1
    ? rest.find(key => !names.text.test(key.key) && isNaming(key, documents.length))
    : undefined
  const title = rest.find(({ key, texts }) => names.title.test(key) && texts) ?? naming
  const text = rest.filter(key => key !== title && key.texts && (names.text.test(key.key) || key.average > shortChars))
  if (text.length === 0 && title === undefined) {
    // A price is a fact: as text it would lose its name.
    const texts = rest.filter(({ texts }) => texts)
    const named = texts.length > 1 ? texts.filter(isWords) : texts
    text.push(...named.sort((a, b) => b.average - a.average).slice(0, 1))
  }
  // "Fare: Child": the name of the column says what kind of thing the title names, which a question may say too.
  const isFact = (key: Key) => key !== title || (key === naming && !names.title.test(key.key) && !/^column \d+$/i.test(key.key))
  const facts = rest.filter(key => isFact(key) && !text.includes(key) && key.average <= shortChars).slice(0, maxFields)
  return {
    ...(title ? { title: title.key } : {}),
    text: text.map(({ key }) => key),
    ...(url ? { url: url.key } : {}),
    ...(facts.length > 0 ? { fields: Object.fromEntries(facts.map(({ key }) => [key, labelOf(key)])) } : {}),
  }
}

function describe (key: string, documents: RawDocument[]): Key {
  const values = documents.map(document => document[key]).filter(isPlain).filter(value => value !== '')
  const length = values.reduce<number>((sum, value) => sum + String(value).length, 0)
  return { key, values, average: length / Math.max(1, values.length), texts: values.some(value => typeof value === 'string') }
}

function isPlain (value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.length > 0 && value.every(isPlain))
}

/** Returns whether most values begin with words: prices, measures and dates name nothing. */
function isWords ({ values }: Key): boolean {
  return values.filter(value => /^[^\d€$£]*\p{L}{2}/u.test(String(value))).length * 2 > values.length
}

/** Returns whether nearly all documents have a short value of words of their own: a brand is shared, and a code is no name. */
function isNaming (key: Key, documents: number): boolean {
  const values = key.values.map(value => String(value).trim().toLowerCase())
  const codes = values.filter(value => /^\S*\d\S*$/.test(value))
  return key.texts && key.average <= shortChars && isWords(key) && codes.length * 2 < values.length &&
    new Set(values).size * 4 >= documents * 3
}

function isAddress (value: unknown): boolean {
  return typeof value === 'string' && /^(https?:\/\/|\/)\S+$/.test(value)
}

/**
 * Makes a label of a key: `unit_price` and `unitPrice` → `Unit price`. A name that people wrote stays as it is: `Demi-journée`,
 * `Ganzes Jahr`; so does a size: `2.5`.
 */
function labelOf (key: string): string {
  if (/^\d[\d.,]*$/.test(key)) return key
  const isWritten = /\p{Ll}/u.test(key) && (/\p{L} |[^\p{ASCII}]/u.test(key) || /^\p{Lu}\p{Ll}*-/u.test(key))
  let words = isWritten
    ? key.replace(/_+/g, ' ').trim()
    : key.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').replace(/[_.-]+/g, ' ').trim().toLowerCase()
  // "prix-TTC" keeps its capitals, and PRIX_TTC has none to keep.
  const short = /\p{Ll}/u.test(key) ? key.match(/(?<!\p{L})\p{Lu}{2,5}(?!\p{L})/gu) ?? [] : []
  const lower = new Map(short.map(word => [word.toLowerCase(), word]))
  words = words.replace(/\p{L}+/gu, word => lower.get(word) ?? word)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
