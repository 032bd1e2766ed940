// Reads the words of a question once: the same questions are asked again and again, above all those with a kept answer.
import { LRUCache } from 'lru-cache'
import { answerKey, type KeyParts } from '../answers/key.ts'
import { withoutCourtesy, type Courtesy } from '../language/courtesy.ts'
import { questionLanguage } from '../language/language.ts'
import type { CompanyProfile, Language } from '../types.ts'
import { courtesyIn } from './courtesies.ts'

/** What a message says by itself, whoever asks it. */
export interface Reading {
  text: string
  language: Language
  courtesy: Courtesy | null
  /** The question without its courtesies. */
  core: string
}

/** A longer message is not one that many send. */
const longestKnown = 500
const maxKnown = 2000
const known = new LRUCache<string, Reading>({ max: maxKnown })
/** The last reading of each message, whichever company it went to: a key that is made of several texts costs each look-up a hash of it. */
const lastOf = new LRUCache<string, { given: Language | undefined, spoken: Language, name: string, reading: Reading }>({ max: maxKnown })

/** @param given the language that the client says it is in */
export function readingOf (message: string, given: Language | undefined, profile: CompanyProfile): Reading {
  if (message.length > longestKnown) return read(message, given, profile)
  const { language: spoken, name } = profile
  const last = lastOf.get(message)
  if (last?.given === given && last?.spoken === spoken && last.name === name) return last.reading
  const key = `${given ?? ''} ${spoken} ${name}\n${message}`
  let reading = known.get(key)
  if (!reading) known.set(key, reading = read(message, given, profile))
  lastOf.set(message, { given, spoken, name, reading })
  return reading
}

function read (message: string, given: Language | undefined, profile: CompanyProfile): Reading {
  const text = message.trim()
  const language = given ?? questionLanguage(message, profile.language)
  return { text, language, courtesy: courtesyIn(text, language, profile), core: withoutCourtesy(text, profile.name) }
}

/** The key of the last question in the same words, and what it was made of. */
const lastKeys = new WeakMap<Reading, { parts: KeyParts, key: string }>()

/** Returns the cache key of a question's answer. One in the words of the last one, with nothing else to it, has the same key. */
export function keyOf (reading: Reading, parts: KeyParts): string {
  if (!isPlain(parts.question)) return answerKey(parts)
  const last = lastKeys.get(reading)
  if (last && isSame(last.parts, parts)) return last.key
  const key = answerKey(parts)
  const { text, language, maxTokens, temperature, web } = parts.question
  lastKeys.set(reading, { parts: { ...parts, question: { text, language, maxTokens, temperature, ...(web ? { web } : {}) } }, key })
  return key
}

function isPlain ({ indexes, page, history, instructions, stop, selection }: KeyParts['question']): boolean {
  return !indexes && !page && !history && !instructions && !stop && !selection
}

function isSame (one: KeyParts, other: KeyParts): boolean {
  return (
    one.company === other.company && one.promptVersion === other.promptVersion && one.indexVersion === other.indexVersion &&
    one.weightsVersion === other.weightsVersion && one.model === other.model && isSameQuestion(one.question, other.question)
  )
}

function isSameQuestion (one: KeyParts['question'], other: KeyParts['question']): boolean {
  return (
    one.text === other.text && one.language === other.language && one.maxTokens === other.maxTokens &&
    one.temperature === other.temperature && one.web === other.web
  )
}
