// The whole way of a question to its answer, from top to bottom.
import type { AbortCause } from '../answers/log.ts'
import type { Mode } from '../compress/compress.ts'
import type { Embedder } from '../embed/embedder.ts'
import { CodedError, asCoded, coded, errorEvent } from '../errors.ts'
import type { LanguageModel } from '../llm/model.ts'
import { analyzeQuestion } from '../language/analyze.ts'
import { complete, standsAlone } from '../language/follow-up.ts'
import { factLine } from '../language/passage-lines.ts'
import type { SearchEngine, SearchResult } from '../search/engine.ts'
import { isFound } from '../search/evidence.ts'
import { mergeNeighbours } from '../search/neighbours.ts'
import type { AnswerEvent, AnsweredBy, FinishEvent, FinishReason, Passage, Source, Usage } from '../types.ts'
import type { WebSearch } from '../websearch/port.ts'
import { disarmMarks } from '../language/citation-marks.ts'
import { linkAddress } from './safe-url.ts'
import { createCitationFilter } from './citations.ts'
import { faqEntry } from './faq.ts'
import { buildMessages, cut } from './messages.ts'
import { phrases } from './phrases.ts'
import type { Question } from './question.ts'
import { rewriteQuestion } from './rewrite.ts'
import { createStopFilter } from './stop.ts'
import { searchWeb, webLead, withWebRule } from './web.ts'

export type { Question } from './question.ts'

export interface AnswerDeps {
  embedder: Embedder
  engine: SearchEngine
  model: LanguageModel
  /** Searches the web; absent or null: nobody does. */
  web?: WebSearch | null
  /** Told of everything that made an answer fail or degrade. */
  onProblem (problem: string, error: unknown, answerId: string): void
  /** The whole answer to a question that asks the same in other words; absent: it is not looked for. */
  similar? (question: Question): Promise<readonly AnswerEvent[] | null>
  /** Milliseconds that only go forward. */
  now (): number
}

export interface AnswerSettings {
  passages: number
  /** Results of the web that may be sources. */
  webResults: number
  ngramMax: number
  maxDocsChars: number
  /** What is done with passages that are longer than that. */
  compression: Mode
  maxHintsChars: number
  maxHistoryChars: number
  streamChunkChars: number
  /** Answer a question that is an FAQ entry in other words with that entry. */
  faqAnswers: boolean
}

/** A follow-up waits no longer to be put in other words; then its own and those before it have to do. */
const rewriteTimeoutMs = 4000

/**
 * Answers one question: yields `start`, `sources`, deltas, and `finish` or `error`. Never throws.
 * @param signal its reason is an AbortCause
 */
export async function * answer (
  deps: AnswerDeps, settings: AnswerSettings, question: Question, answerId: string, signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  const { profile, language, history } = question
  const { now } = deps
  const timings = { prompt: round(question.promptMs), embed: 0, search: 0, first_token: 0, total: 0 }
  const usage: Usage = { input_tokens: 0, output_tokens: 0 }
  let degraded = question.isHistoryLost ? 'what was said before could not be read' : undefined
  let standalone: string | undefined
  let cited = (): number[] => []
  let answeredBy: AnsweredBy = deps.model.kind
  const finish = (reason: FinishReason): FinishEvent => ({
    type: 'finish',
    finish_reason: reason,
    answered_by: answeredBy,
    citations: reason === 'no_answer' ? [] : cited(),
    degraded: degraded !== undefined,
    ...(degraded === undefined ? {} : { degraded_reason: degraded }),
    ...(standalone === undefined ? {} : { standalone_question: standalone }),
    usage,
    timings_ms: { ...timings, total: round(now() - question.askedAt) },
  })

  try {
    yield {
      type: 'start',
      answer_id: answerId,
      conversation_id: question.conversationId,
      company_id: profile.id,
      model: profile.model ?? deps.model.name,
      cache: 'miss',
    }

    // Somebody has asked the same in other words.
    const similar = await deps.similar?.(question)
    if (similar) {
      answeredBy = 'similar'
      cited = () => (similar.at(-1) as FinishEvent).citations
      for (const event of similar) if (event.type === 'sources' || event.type === 'delta') yield event
      timings.first_token = round(now() - question.askedAt)
      yield finish((similar.at(-1) as FinishEvent).finish_reason)
      return
    }

    // What is left unsaid ("and in red?") is put in, so that it can be searched and answered by itself.
    if (history && !standsAlone(question.text, language, history)) {
      standalone = await rewriteQuestion({
        model: deps.model, question: question.text, language, history, modelName: profile.model, timeoutMs: rewriteTimeoutMs, signal, onProblem: (problem, error) => deps.onProblem(problem, error, answerId),
      }) ?? complete(question.text, language, history)
    }
    const text = standalone ?? question.text

    // The words are searched while the question is being embedded.
    const query = analyzeQuestion(text, language, profile.language, settings.ngramMax)
    const began = now()
    const vectors = questionVectors(deps.embedder, question, text, ms => { timings.embed = round(ms) }, now)
    const found: SearchResult = query.words.length === 0
      ? { passages: [], terms: [] }
      : await deps.engine.search({ company: profile, ...(question.indexes ? { indexes: question.indexes } : {}), query, vectors, limit: settings.passages, signal })
    timings.search = round(now() - began)
    if (found.degraded !== undefined) {
      degraded ??= found.degraded
      deps.onProblem('degraded search', found.degraded, answerId)
    }

    // A language model reads on from one piece to the next; whoever picks single sentences picks better from small pieces.
    const relevant = isFound(text, language, profile.language, found) ? mergeNeighbours(found.passages, deps.model.kind === 'llm' ? settings.maxDocsChars / 2 : 0) : []
    // A client's own instructions, or the page, may ask for more than the entry says.
    const entry = settings.faqAnswers && !question.instructions && !question.page ? await faqEntry(deps.embedder, text, language, profile.language, found.passages) : null
    if (entry) {
      answeredBy = 'faq'
      cited = () => [1]
      yield { type: 'sources', sources: [toSource(entry, 0)] }
      timings.first_token = round(now() - question.askedAt)
      yield { type: 'delta', text: `${disarmMarks(entry.text)} [1]` }
      yield finish('stop')
      return
    }
    // The company's own documents come first: the web is searched for what they do not hold, once all of them were looked at.
    const web = relevant.length === 0 && question.web && deps.web && found.degraded === undefined
      ? await searchWeb(deps.web, text, { language, limit: settings.webResults, rarity: found.terms, signal })
      : null
    if (web?.degraded !== undefined) {
      degraded ??= `the web was not searched: ${web.degraded}`
      deps.onProblem('degraded web search', web.degraded, answerId)
    }
    const grounds = web && web.passages.length > 0
      ? { passages: web.passages, terms: web.terms, documentsLanguage: language, profile: withWebRule(profile, language), lead: webLead(language) }
      : { passages: relevant, terms: found.terms, documentsLanguage: profile.language, profile, lead: '' }
    // Without a language model nobody reads the messages: the extractive one has the passages themselves.
    const compression = deps.model.kind === 'llm' ? settings.compression : 'off'
    const { messages, used } = buildMessages({ ...settings, ...question, ...grounds, compression, question: text })
    yield { type: 'sources', sources: used.map(toSource) }

    if (used.length === 0 && profile.refuseWithoutPassages) {
      timings.first_token = round(now() - question.askedAt)
      answeredBy = 'extractive'
      yield { type: 'delta', text: phrases(language).notFound }
      yield finish('no_answer')
      return
    }

    const filter = createCitationFilter(used.length)
    cited = filter.cited
    const stop = question.stop && createStopFilter(question.stop)
    let reason: FinishReason = 'stop'
    let waiting = ''
    let shown = false
    if (grounds.lead !== '') yield { type: 'delta', text: grounds.lead }
    for await (const event of deps.model.stream({
      messages, question: text, language, documentsLanguage: grounds.documentsLanguage, terms: grounds.terms, passages: used, maxTokens: question.maxTokens, temperature: question.temperature, signal, ...(profile.model ? { model: profile.model } : {}),
    })) {
      if (event.type === 'finish') {
        reason = event.reason
        Object.assign(usage, event.usage)
        continue
      }
      waiting += filter.push(stop ? stop.push(event.text) : event.text)
      if (stop?.stopped) break
      if (waiting === '' || waiting.length < settings.streamChunkChars) continue
      timings.first_token ||= round(now() - question.askedAt)
      shown ||= waiting.trim() !== ''
      yield { type: 'delta', text: waiting }
      waiting = ''
    }
    waiting += filter.push(stop?.end() ?? '') + filter.end()
    shown ||= waiting.trim() !== ''
    if (waiting !== '') {
      timings.first_token ||= round(now() - question.askedAt)
      yield { type: 'delta', text: waiting }
    }
    // All that it wrote were marks of sources that are not there.
    if (!shown && !stop?.stopped) throw coded('LLM_BROKEN', undefined, new Error('nothing of the answer can be shown'))
    yield finish(reason)
  } catch (error) {
    const cause = signal.aborted ? signal.reason as AbortCause : undefined
    if (cause === 'length') yield finish('length')
    else if (cause === 'shutdown') yield errorEvent(coded('SHUTTING_DOWN'))
    else if (cause !== undefined) yield finish('stopped')
    else {
      const known = asCoded(error)
      deps.onProblem(error instanceof CodedError ? known.code : 'unexpected error', error, answerId)
      yield errorEvent(known)
    }
  }
}

/** The question's vector for each model that the searched indexes use: at once from the cache, else the promise. */
function questionVectors (embedder: Embedder, { profile, indexes }: Question, text: string, done: (ms: number) => void, now: () => number) {
  const kinds = indexes ?? Object.keys(profile.indexes)
  const models = new Set(kinds.map(kind => profile.indexes[kind]?.model ?? embedder.defaultModel))
  const began = now()
  return [...models].map(model => {
    const vector = embedder.cachedQuestion(text, model) ?? embedder.embedQuestion(text, model).finally(() => done(now() - began))
    // A search that is not made, or fails early, never looks at it; its failure is the engine's to tell.
    if (vector instanceof Promise) vector.catch(() => {})
    return { model, vector }
  })
}

function toSource (passage: Passage, i: number): Source {
  const { id, index, title, url, score, heading, page, places } = passage
  const body = passage.text || passage.fields.map(factLine).join('; ')
  return { n: i + 1, id, index, title, url: linkAddress(url), score: Math.round(score * 1000) / 1000, snippet: snippet(body), ...(heading === undefined ? {} : { heading }), ...(page === undefined ? {} : { page }), ...(places ? { places: places.map(place => ({ ...place, url: linkAddress(place.url) })) } : {}) }
}

const snippetChars = 240

function snippet (text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  if (flat.length <= snippetChars) return flat
  // At a space, unless there is none near: not every script has them.
  const space = flat.lastIndexOf(' ', snippetChars)
  return `${cut(flat, space > snippetChars / 2 ? space : snippetChars).trimEnd()}…`
}

function round (ms: number): number {
  return Math.round(ms * 10) / 10
}
