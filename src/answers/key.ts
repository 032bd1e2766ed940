// Builds the cache key of an answer: everything that could change the answer.
import { normalizeQuestion } from '../language/normalize.ts'
import type { Language } from '../types.ts'

export interface KeyParts {
  company: string
  promptVersion: string
  /** Of the company's own weights; empty = the shipped ones. */
  weightsVersion: string
  indexVersion: string
  model: string
  /** The question and its options: the text, and everything else about it that makes a difference. */
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
    selection?: object
  }
}

/** Puts the company first, so that two companies never share a key. JSON keeps the parts from running into each other. */
export function answerKey ({ company, promptVersion, weightsVersion, indexVersion, model, question }: KeyParts): string {
  const {
    text,
    language,
    maxTokens,
    temperature,
    indexes,
    page = null,
    history = null,
    instructions = null,
    stop = null,
    web = null,
    selection = null,
  } = question
  return JSON.stringify([
    company, promptVersion, weightsVersion, indexVersion, model, language,
    indexes ? [...indexes].sort() : null, page, maxTokens, temperature, history, instructions, stop, web, selection,
    normalizeQuestion(text, language),
  ])
}
