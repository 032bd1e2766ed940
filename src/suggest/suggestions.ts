// Keeps what each company can suggest in memory: its common questions, and the titles of documents that are questions.
import { LRUCache } from 'lru-cache'
import type { DocumentStore } from '../documents/store.ts'
import { cleanText } from '../language/letters.ts'
import type { CompanyProfile } from '../types.ts'
import { matchSuggestions, prepareSuggestion, type Suggestion } from './match.ts'

export interface Suggestions {
  /**
   * Returns questions of the company that fit what is being typed, the best first. Throws a STORE_* error.
   * @param version of the company's documents: what was read of an older one is read again
   */
  find (profile: CompanyProfile, version: string, typed: string, limit: number): Promise<string[]>
}

/** The most questions of a company, and their longest text: a page of text is nothing to suggest. */
const maxQuestions = 2000
const maxChars = 200
/** The most characters kept of all companies together; the one that was asked longest ago goes first. */
const maxKeptChars = 8_000_000

interface Kept { version: string, common: readonly string[], suggestions: Suggestion[] }

/** @param documents null where there is no list of documents: then only common questions are suggested */
export function createSuggestions (documents: Pick<DocumentStore, 'questions'> | null): Suggestions {
  const companies = new LRUCache<string, Kept>({
    maxSize: maxKeptChars,
    sizeCalculation: ({ suggestions }) => 1 + suggestions.reduce((sum, { text, line }) => sum + text.length + 2 * line.length, 0),
  })
  const reading = new Map<string, Promise<Kept>>()

  async function read ({ id, commonQuestions: common }: CompanyProfile, version: string): Promise<Kept> {
    const titles = await documents?.questions(id, maxQuestions) ?? []
    const byLine = new Map<string, Suggestion>()
    for (const text of [...common, ...titles]) {
      if (text.length > maxChars || byLine.size >= maxQuestions) continue
      const suggestion = prepareSuggestion(cleanText(text).replace(/\s+/g, ' ').trim())
      if (suggestion.line !== '' && !byLine.has(suggestion.line)) byLine.set(suggestion.line, suggestion)
    }
    return { version, common, suggestions: [...byLine.values()] }
  }

  /** Reads a company once for all who wait for the same version. */
  function refresh (profile: CompanyProfile, version: string): Promise<Kept> {
    const name = `${profile.id} ${version}`
    let running = reading.get(name)
    if (!running) {
      running = read(profile, version).finally(() => reading.delete(name))
      reading.set(name, running)
    }
    return running
  }

  return {
    async find (profile, version, typed, limit) {
      let kept = companies.get(profile.id)
      if (kept?.version !== version || kept.common !== profile.commonQuestions) {
        kept = await refresh(profile, version)
        companies.set(profile.id, kept)
      }
      return matchSuggestions(kept.suggestions, typed, profile.language, limit)
    },
  }
}
