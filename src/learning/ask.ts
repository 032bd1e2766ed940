// Asks a case's question as the service does without a language model, by any weights.
import { faqEntry } from '../chat/faq.ts'
import type { Embedder } from '../embed/embedder.ts'
import { analyzeQuestion } from '../language/analyze.ts'
import { coreQuestion } from '../language/core-question.ts'
import { withoutCourtesy } from '../language/courtesy.ts'
import { questionLanguage } from '../language/language.ts'
import { chooseUnits, type Grounding } from '../llm/extractive.ts'
import type { SearchEngine, SearchResult } from '../search/engine.ts'
import { isLikelyAnswered } from '../search/evidence.ts'
import type { CompanyProfile, Language } from '../types.ts'
import type { Weights } from '../weights.ts'

export interface Found {
  /** The question as it was searched. */
  core: string
  language: Language
  /** The model that the question was embedded with. */
  model: string
  result: SearchResult
}

export interface Answered { refused: boolean, cited: string[], text: string }

export interface Asker {
  company: CompanyProfile
  find (question: string, weights: Weights, limit: number): Promise<Found>
  /** Answers from what was found. */
  answer (found: Found, weights: Weights): Promise<Answered>
  /** Returns what the model would be given. */
  grounding (found: Found): Grounding
}

export interface AskerOptions {
  engine: SearchEngine
  embedder: Embedder
  company: CompanyProfile
  /** The most passages that an answer rests on. */
  passages: number
  ngramMax: number
  faqAnswers: boolean
  signal: AbortSignal
}

/** Only documents that everyone may see are found: weights are for everyone. */
export function createAsker ({ engine, embedder, company, passages, ngramMax, faqAnswers, signal }: AskerOptions): Asker {
  const { weights: _, ...shipped } = company
  const used = ({ result }: Found): SearchResult => ({ ...result, passages: result.passages.slice(0, passages) })
  const grounding = (found: Found): Grounding => ({
    question: found.core, language: found.language, documentsLanguage: company.language, terms: found.result.terms,
    passages: used(found).passages,
  })
  return {
    company: shipped,
    async find (question, weights, limit) {
      const language = questionLanguage(question, company.language)
      const core = coreQuestion(withoutCourtesy(question, company.name), language)
      const query = analyzeQuestion(core, language, company.language, ngramMax)
      const models = await engine.models(shipped, undefined, language)
      const embed = (text: string) => models.map(model => ({ model, vector: vectorOf(text, model) }))
      // At hand, so that words and vectors are searched in one step.
      const vectors = await Promise.all(embed(core).map(async ({ model, vector }) => ({ model, vector: await vector })))
      const result = query.words.length === 0
        ? { passages: [], terms: [] }
        : await engine.search({
          company: { ...shipped, weights: { ...weights, version: '' } }, query, vectors, embed, limit, signal,
        })
      return { core, language, model: models[0] ?? embedder.modelFor(company.language), result }
    },
    async answer (found, weights) {
      const entry = faqAnswers
        ? await faqEntry(embedder, company, found.model, found.core, found.language, used(found).passages)
        : null
      if (entry) return { refused: false, cited: [entry.id], text: entry.text }
      if (!isLikelyAnswered(found.core, found.language, company.language, used(found), weights.floor)) {
        return { refused: true, cited: [], text: '' }
      }
      const own = grounding(found)
      const units = chooseUnits({ ...own, weights })
      return {
        refused: units.length === 0,
        cited: [...new Set(units.map(({ passage }) => own.passages[passage]!.id))],
        text: units.map(({ text }) => text).join('\n'),
      }
    },
    grounding,
  }

  function vectorOf (text: string, model: string): Float32Array | null | Promise<Float32Array | null> {
    return embedder.cachedQuestion(text, model, company.id) ?? embedder.embedQuestion(text, model, company.id).catch(() => null)
  }
}
