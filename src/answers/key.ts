// The cache key of an answer: everything that could make it another one.

export interface KeyParts {
  company: string
  promptVersion: string
  indexVersion: string
  model: string
  language: string
  indexes?: readonly string[]
  page?: object
  maxTokens: number
  temperature: number
  question: string
}

/** The company comes first: no two companies can ever have one key. JSON, so that no part can run into the next. */
export function answerKey (parts: KeyParts): string {
  return JSON.stringify([
    parts.company, parts.promptVersion, parts.indexVersion, parts.model, parts.language,
    parts.indexes ? [...parts.indexes].sort() : null, parts.page ?? null, parts.maxTokens, parts.temperature,
    normalizeQuestion(parts.question),
  ])
}

/** Canonical composition and single spaces. */
export function normalizeQuestion (question: string): string {
  return question.normalize('NFC').trim().replace(/\s+/g, ' ')
}
