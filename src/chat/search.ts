// Finds the passages for a question without answering it, and explains why each was found.
import { matchedSpans } from '../language/matched-spans.ts'
import { withoutCourtesy } from '../language/courtesy.ts'
import { disarmMarkup } from '../language/safe-text.ts'
import { policyOf, type ChatMessage, type LanguageModel } from '../llm/model.ts'
import type { Embedder } from '../embed/embedder.ts'
import type { ProfileCache } from '../profiles/cache.ts'
import type { SearchEngine } from '../search/engine.ts'
import { evidenceScore, isLikelyAnswered, passageEvidence, type Evidence } from '../search/evidence.ts'
import type { FoundPassage, Language, QueryTerm, Source } from '../types.ts'
import type { AskSettings } from './ask.ts'
import { buildMessages } from './messages.ts'
import { limitToUser, readQuestion, type Asked } from './question.ts'
import { retrieve, usablePassages, type Retrieved } from './retrieve.ts'
import { toSource } from './source.ts'
import { createTimings } from './timings.ts'

export interface SearchDeps {
  profiles: Pick<ProfileCache, 'get'>
  embedder: Embedder
  engine: SearchEngine
  model: LanguageModel
  now (): number
}

export interface PassageSearch extends Pick<Asked, 'company' | 'message' | 'language' | 'indexes' | 'filter' | 'names'> {
  /** The most passages; as many as an answer gets when absent. */
  limit?: number | undefined
  explain?: boolean | undefined
  /** Show what a language model would be sent, which includes the company's prompt. */
  showMessages: boolean
  signal: AbortSignal
}

type Spans = [start: number, end: number][]

export interface PassageResult extends Source {
  text: string
  fields: [label: string, value: string][]
  /** Where the question's words are: [start, end) in UTF-16 units. Of each fact, those of its label and of its value. */
  highlights: { title: Spans, text: Spans, fields: [label: Spans, value: Spans][] }
  explain?: {
    /** Its share of the highest keyword score; null = no word found it. */
    keyword: number | null
    similarity: number | null
    /** Above 0 it is likely to hold the answer. */
    evidence: number
    /** Positions in `words` of the question's words that it holds. */
    matched: number[]
    factors: Evidence
  }
}

export interface SearchExplanation {
  words: Pick<QueryTerm, 'word' | 'stem' | 'idf' | 'known' | 'corrections'>[]
  ngrams: string[]
  indexes: string[]
  embedding_models: string[]
  /** How many passages there are to find; null = unknown. */
  total: number | null
  /** What the language model would be sent; null without one, or when it may not be shown. */
  messages: ChatMessage[] | null
  timings_ms: { prompt: number, embed: number, search: number, total: number }
}

export interface PassageSearchResult {
  question: string
  language: Language
  documents_language: Language
  /** Any passage is likely to hold the answer. */
  answerable: boolean
  degraded_reason?: string
  passages: PassageResult[]
  explain?: SearchExplanation
}

/** Throws what asking throws, and the search's errors. */
export type SearchPassages = (request: PassageSearch) => Promise<PassageSearchResult>

export function createPassageSearch (deps: SearchDeps, settings: AskSettings): SearchPassages {
  const { profiles, engine, model, now } = deps
  return async ({ limit = settings.answer.passages, explain = false, showMessages, signal, ...asked }) => {
    const question = await readQuestion(profiles, settings.question, { ...asked, user: '' })
    await limitToUser(engine, question, asked.names)
    const { profile, language } = question
    const timings = createTimings(question, now)
    const text = withoutCourtesy(question.text, profile.name)
    const retrieved = await retrieve(deps, { ...settings.answer, passages: limit }, question, text, { signal, timings })
    const { core, found } = retrieved
    const floor = profile.weights?.floor ?? 0
    const answerable = isLikelyAnswered(core, language, profile.language, found, floor)
    const evidence = explain ? passageEvidence(core, language, profile.language, found) : []

    /** Returns what a language model would be sent. */
    function messages (): ChatMessage[] | null {
      const policy = policyOf(model)
      if (!showMessages || !policy.readsMessages) return null
      const passages = usablePassages(found.passages.slice(0, settings.answer.passages), answerable, policy, settings.answer)
      return buildMessages({ ...settings.answer, ...question, passages, documentsLanguage: profile.language, question: text }).messages
    }

    const { first_token: _, ...timings_ms } = timings.read()
    return {
      question: core,
      language,
      documents_language: profile.language,
      answerable,
      ...(found.degraded === undefined ? {} : { degraded_reason: found.degraded }),
      passages: found.passages.map((passage, i) => toResult(passage, i, profile.language, found.terms, evidence[i], floor)),
      ...(explain
        ? { explain: { ...explainQuery(retrieved, question.indexes ?? Object.keys(profile.indexes)), messages: messages(), timings_ms } }
        : {}),
    }
  }
}

function toResult (
  passage: FoundPassage, i: number, documents: Language, terms: QueryTerm[], evidence: Evidence | undefined, floor: number
): PassageResult {
  const { keyword = null, similarity, matched } = passage
  const source = toSource(passage, i + 1)
  const text = disarmMarkup(passage.text)
  const fields = passage.fields.map(([label, value]): [string, string] => [disarmMarkup(label), disarmMarkup(value)])
  const known = terms.filter(({ known }) => known)
  const spansOf = (shown: string) => matchedSpans(shown, known, documents)
  return {
    ...source,
    text,
    fields,
    highlights: {
      title: spansOf(source.title),
      text: spansOf(text),
      fields: fields.map(([label, value]) => [spansOf(label), spansOf(value)]),
    },
    ...(evidence
      ? {
          explain: {
            keyword: round(keyword), similarity: round(similarity), evidence: round(evidenceScore(evidence) - floor)!, matched,
            factors: Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, round(value)])) as unknown as Evidence,
          },
        }
      : {}),
  }
}

function explainQuery (
  { query, models, found }: Retrieved, indexes: string[]
): Omit<SearchExplanation, 'messages' | 'timings_ms'> {
  return {
    words: found.terms.map(({ word, stem, idf, known, corrections }) => ({ word, stem, idf: round(idf)!, known, corrections })),
    ngrams: query.ngrams.map(({ words }) => words.join(' ')),
    indexes,
    embedding_models: models,
    total: found.total ?? null,
  }
}

function round (value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000
}
