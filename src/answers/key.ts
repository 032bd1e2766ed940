// The cache key of an answer: everything that could make it another one.
import { normalizeQuestion } from '../language/normalize.ts'
import type { Language } from '../types.ts'

export interface KeyParts {
  company: string
  promptVersion: string
  indexVersion: string
  model: string
  /** What was asked, and how: the text, and whatever else of it makes a difference. */
  question: {
    text: string
    language: Language
    maxTokens: number
    temperature: number
    indexes?: readonly string[]
    page?: object
    history?: object
    instructions?: string
    stop?: readonly string[]
    web?: true
  }
}

/** The company comes first: no two companies can ever have one key. JSON, so that no part can run into the next. */
export function answerKey ({ company, promptVersion, indexVersion, model, question }: KeyParts): string {
  const { text, language, maxTokens, temperature, indexes, page = null, history = null, instructions = null, stop = null, web = null } = question
  return JSON.stringify([
    company, promptVersion, indexVersion, model, language,
    indexes ? [...indexes].sort() : null, page, maxTokens, temperature, history, instructions, stop, web,
    normalizeQuestion(text, language),
  ])
}
