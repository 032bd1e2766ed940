// The cache key of an answer: everything that could make it another one.

export interface KeyParts {
  company: string
  promptVersion: string
  indexVersion: string
  model: string
  /** What was asked, and how: the text, and whatever else of it makes a difference. */
  question: {
    text: string
    language: string
    maxTokens: number
    temperature: number
    indexes?: readonly string[]
    page?: object
    history?: object
    instructions?: string
    stop?: readonly string[]
  }
}

/** The company comes first: no two companies can ever have one key. JSON, so that no part can run into the next. */
export function answerKey ({ company, promptVersion, indexVersion, model, question }: KeyParts): string {
  const { text, language, maxTokens, temperature, indexes, page = null, history = null, instructions = null, stop = null } = question
  return JSON.stringify([
    company, promptVersion, indexVersion, model, language,
    indexes ? [...indexes].sort() : null, page, maxTokens, temperature, history, instructions, stop,
    normalizeQuestion(text),
  ])
}

/** Canonical composition and single spaces. */
export function normalizeQuestion (question: string): string {
  return question.normalize('NFC').trim().replace(/\s+/g, ' ')
}
