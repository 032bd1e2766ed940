// Searches the passages that a question may be answered from: the retrieval of /chat, and of /search.
import type { Embedder } from '../embed/embedder.ts'
import { analyzeQuestion, type Query } from '../language/analyze.ts'
import { coreQuestion } from '../language/core-question.ts'
import type { ModelPolicy } from '../llm/model.ts'
import type { SearchEngine, SearchResult } from '../search/engine.ts'
import { mergeNeighbours } from '../search/neighbours.ts'
import type { FoundPassage } from '../types.ts'
import type { Question } from './question.ts'
import type { TimingRecorder } from './timings.ts'

export interface Retrieved {
  /** What the question asks: a letter without its greetings and stories. */
  core: string
  query: Query
  /** The embedding models of the searched indexes. */
  models: string[]
  found: SearchResult
}

/** Searches words and vectors of `text`, which is the question or its complete form. Throws the search's errors, or the signal's reason. */
export async function retrieve (
  { embedder, engine }: { embedder: Embedder, engine: SearchEngine },
  { passages: limit, ngramMax }: { passages: number, ngramMax: number },
  { profile, language, indexes, selection }: Question,
  text: string,
  { signal, timings }: { signal: AbortSignal, timings: TimingRecorder }
): Promise<Retrieved> {
  // A letter is searched by what it asks; a language model reads all of it.
  const core = coreQuestion(text, language)
  // The words are searched while the question is being embedded.
  const query = analyzeQuestion(core, language, profile.language, ngramMax)
  const searched = timings.start('search')
  const models = await engine.models(profile, indexes, language)
  const embed = (text: string) => questionVectors(embedder, profile.id, models, text, timings)
  const vectors = embed(core)
  const found: SearchResult = query.words.length === 0
    ? { passages: [], terms: [] }
    : await engine.search({
      company: profile, ...(indexes ? { indexes } : {}), ...(selection ? { selection } : {}), query, vectors, embed, limit, signal,
    })
  searched()
  return { core, query, models, found }
}

/** Returns the passages that a model is given: none where nothing is likely to answer, unless it judges them itself. */
export function usablePassages (
  passages: readonly FoundPassage[], isLikely: boolean, policy: ModelPolicy, { maxDocsChars }: { maxDocsChars: number }
): FoundPassage[] {
  return isLikely || policy.judgesPassages ? mergeNeighbours(passages, policy.mergesNeighbours ? maxDocsChars / 2 : 0) : []
}

/** Returns the question's vector for each model of the searched indexes: immediately if cached, else as a promise. */
function questionVectors (embedder: Embedder, company: string, models: string[], text: string, timings: TimingRecorder) {
  return models.map(model => {
    const vector = embedder.cachedQuestion(text, model, company) ??
      embedder.embedQuestion(text, model, company).finally(timings.start('embed'))
    // A search that does not run, or fails early, never reads it; otherwise the engine reports its failure.
    if (vector instanceof Promise) vector.catch(() => {})
    return { model, vector }
  })
}
