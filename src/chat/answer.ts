// Takes a question all the way to its answer, from top to bottom.
import type { AbortCause } from '../answers/log.ts'
import type { Arrivals } from '../async/arrivals.ts'
import { unlessAborted } from '../async/signals.ts'
import type { Slots } from '../async/slots.ts'
import type { Mode } from '../compress/compress.ts'
import type { Embedder } from '../embed/embedder.ts'
import { CodedError, asCoded, coded, errorEvent } from '../errors.ts'
import { disarmMarks } from '../language/citation-marks.ts'
import { complete, standsAlone } from '../language/follow-up.ts'
import { aboutItself } from '../language/own-name.ts'
import { policyOf, type LanguageModel, type ModelRequest } from '../llm/model.ts'
import type { SearchEngine } from '../search/engine.ts'
import { isLikelyAnswered } from '../search/evidence.ts'
import type { AnswerEvent, FinishEvent } from '../types.ts'
import type { WebSearch } from '../websearch/port.ts'
import { courtesyReply, refusal } from './company-texts.ts'
import { computeAnswer, withComputed } from './computed/step.ts'
import { faqEntry } from './faq.ts'
import { buildMessages, buildShorterMessages } from './messages.ts'
import { countTokens, finishEvent, type Outcome } from './outcome.ts'
import type { Question } from './question.ts'
import { retrieve, usablePassages } from './retrieve.ts'
import { rewriteQuestion } from './rewrite.ts'
import { checkedOnce, createShownText } from './shown-text.ts'
import { toSource } from './source.ts'
import { createTimings, type TimingRecorder } from './timings.ts'
import { sourcesOfUncited } from './uncited.ts'
import { whichOne } from './which-one.ts'
import { searchWeb, webIntroduction, withWebRule } from './web.ts'

export type { Question } from './question.ts'

export interface AnswerDeps {
  embedder: Embedder
  engine: SearchEngine
  model: LanguageModel
  /** Absent or null: the web is never searched. */
  web?: WebSearch | null
  /** Called with everything that made an answer fail or degrade. */
  onProblem (problem: string, error: unknown, answerId: string): void
  /** Returns the whole answer to a question with the same meaning, if there is one. Absent: no lookup. */
  similar? (question: Question): Promise<readonly AnswerEvent[] | null>
  /** Knows whether connections wait to be accepted: their questions are read before another one is searched. Absent: never. */
  arrivals?: Pick<Arrivals, 'over'>
  /** Bounds the questions that are searched at once; companies take turns. Absent: any number. */
  preparing?: Slots
  /** A monotonic clock, in milliseconds. */
  now (): number
}

export interface AnswerSettings {
  /** The most passages used as sources. */
  passages: number
  /** The most web results used as sources. */
  webResults: number
  ngramMax: number
  maxDocsChars: number
  /** How passages are compressed when they are longer than that. */
  compression: Mode
  maxHintsChars: number
  maxHistoryChars: number
  streamChunkChars: number
  /** Answer a question that rewords an FAQ entry with that entry. */
  faqAnswers: boolean
}

/** How the answer begins, and the request for the model; without a request, that beginning is the whole answer. */
interface Plan {
  events: readonly AnswerEvent[]
  request?: ModelRequest
  /** Introduces what the model writes. */
  lead?: string
}

/** A question waits this long for its turn to be searched. */
const preparingTimeoutMs = 30_000
/** A follow-up waits this long for the model to rewrite it; then it is completed from the conversation without a model. */
const rewriteTimeoutMs = 4000

export interface AnswerRun {
  answerId: string
  /** Its reason is an AbortCause. */
  signal: AbortSignal
  /** Takes the next event, at once. */
  emit (event: AnswerEvent): void
}

/** Answers one question: emits `start`, `sources`, deltas, and `finish` or `error`. Never throws. */
export async function answer (
  deps: AnswerDeps, settings: AnswerSettings, question: Question, { answerId, signal, emit }: AnswerRun,
): Promise<void> {
  const { model } = deps
  const timings = createTimings(question, deps.now)
  const outcome: Outcome = {
    reason: 'stop', answeredBy: model.kind, citations: () => [], usage: { input_tokens: 0, output_tokens: 0 },
  }
  if (question.isOverBudget) outcome.degraded = 'budget'
  else if (question.isHistoryLost) outcome.degraded = 'what was said before could not be read'
  let failure: CodedError | undefined

  try {
    emit({
      type: 'start',
      answer_id: answerId,
      conversation_id: question.conversationId,
      company_id: question.profile.id,
      model: question.profile.model ?? model.name,
      cache: 'miss',
    })

    const arriving = deps.arrivals?.over()
    if (arriving) await unlessAborted(arriving, signal)
    const leave = await deps.preparing?.take(preparingTimeoutMs, signal, question.profile.id)
    if (leave === null) throw coded('OVERLOADED')
    const { events, request, lead = '' } = await prepare(deps, settings, question, { answerId, signal, timings, outcome }).finally(leave)
    for (const event of checkedOnce(events)) emit(event)

    if (!request) timings.firstToken()
    else {
      const shown = createShownText({
        sources: request.passages.length,
        stop: question.stop,
        mayRefuse: policyOf(model).judgesPassages && !question.format,
        isData: question.format !== undefined,
        refusal: refusal(question.profile, question.language),
        lead,
      })
      let said = ''
      outcome.citations = () => {
        const cited = shown.cited()
        return cited.length > 0 || question.format || !policyOf(model).judgesPassages ? cited : sourcesOfUncited(said, request)
      }
      let waiting = ''
      const show = (text: string, least: number) => {
        waiting += text
        if (waiting === '' || waiting.length < least) return
        timings.firstToken()
        emit({ type: 'delta', text: waiting })
        said += waiting
        waiting = ''
      }
      const end = await model.stream(request, text => {
        show(shown.push(text), settings.streamChunkChars)
        if (shown.isRefused) outcome.reason = 'no_answer'
        return shown.isOver()
      })
      countTokens(outcome, end.usage)
      if (end.isUnexplained) outcome.degraded ??= 'the language model\'s server did not say why the answer ended'
      show(shown.end(end.reason), 1)
      outcome.reason = shown.isRefused ? 'no_answer' : end.reason === 'filtered' ? 'content_filter' : end.reason
      // The model wrote only citations of sources that do not exist.
      if (shown.isEmpty()) throw coded('LLM_BROKEN', undefined, new Error('nothing of the answer can be shown'))
    }
  } catch (error) {
    const cause = signal.aborted ? signal.reason as AbortCause : undefined
    if (cause === 'length') outcome.reason = 'length'
    else if (cause === 'shutdown') failure = coded('SHUTTING_DOWN')
    else if (cause === 'displaced') failure = coded('OVERLOADED')
    else if (cause !== undefined) outcome.reason = 'stopped'
    else {
      const coded = asCoded(error)
      deps.onProblem(error instanceof CodedError ? coded.code : 'unexpected error', error, answerId)
      // A refusal that has been shown is whole: what failed was the explanation after it.
      if (outcome.reason !== 'no_answer') failure = coded
    }
  }
  emit(failure ? errorEvent(failure) : finishEvent(outcome, timings))
}

/** Does everything before the model writes. Throws the search's errors, or the signal's reason. */
async function prepare (deps: AnswerDeps, settings: AnswerSettings, question: Question, { answerId, signal, timings, outcome }: {
  answerId: string, signal: AbortSignal, timings: TimingRecorder, outcome: Outcome
}): Promise<Plan> {
  const { embedder, model } = deps
  const { profile, language, history } = question
  const policy = policyOf(model)
  const degrade = (reason: string, problem: string, error: unknown) => {
    outcome.degraded ??= reason
    deps.onProblem(problem, error, answerId)
  }

  // Replies to what asks nothing, such as "Hello!", without a search and without the model.
  if (question.courtesy) {
    outcome.answeredBy = 'smalltalk'
    return { events: [{ type: 'sources', sources: [] }, { type: 'delta', text: courtesyReply(profile, question.courtesy) }] }
  }

  // Only a language model can write JSON.
  if (question.format && question.isOverBudget) {
    Object.assign(outcome, { answeredBy: 'extractive', reason: 'no_answer' } satisfies Partial<Outcome>)
    return { events: [{ type: 'sources', sources: [] }, { type: 'delta', text: refusal(profile, language), isRefusal: true }] }
  }

  // Reuses the answer to the same question in other words.
  const similar = await deps.similar?.(question)
  if (similar) {
    const { finish_reason: reason, citations: cited } = similar.at(-1) as FinishEvent
    Object.assign(outcome, { answeredBy: 'similar', reason, citations: () => cited } satisfies Partial<Outcome>)
    return { events: similar.filter(({ type }) => type === 'sources' || type === 'delta') }
  }

  // Completes a follow-up ("and in red?") so that it can be searched and answered by itself.
  if (history && !standsAlone(question.text, language, history)) {
    outcome.standalone = await rewriteQuestion({
      model,
      company: profile.id,
      question: question.text,
      language,
      history,
      modelName: profile.model,
      timeoutMs: rewriteTimeoutMs,
      signal,
      onProblem: (problem, error) => deps.onProblem(problem, error, answerId),
      onUsage: usage => countTokens(outcome, usage),
    }) ?? complete(question.text, language, history)
  }
  const text = outcome.standalone ?? question.text
  const { core, models, found } = await retrieve(deps, settings, question, text, { signal, timings })
  if (found.degraded !== undefined) degrade(found.degraded, 'degraded search', found.degraded)

  // Tries an FAQ entry in other words. A client's instructions, or the page, may ask for more than the entry says.
  const mayBeFaq = settings.faqAnswers && !question.format && !question.instructions && !question.page
  const comparedBy = models[0] ?? embedder.modelFor(profile.language)
  const entry = mayBeFaq ? await faqEntry(embedder, profile, comparedBy, core, language, found.passages) : null
  if (entry) {
    Object.assign(outcome, { answeredBy: 'faq', citations: () => [1] } satisfies Partial<Outcome>)
    return { events: [{ type: 'sources', sources: [toSource(entry, 1)] }, { type: 'delta', text: `${disarmMarks(entry.text)} [1]` }] }
  }

  // Computes what is asked over all facts of an index or a whole table: "the cheapest", "how many".
  const asked = { ...question, question: core, passages: found.passages, signal }
  const computed = await computeAnswer(deps.engine, asked, error => deps.onProblem('figures were not computed', error, answerId))
  if (computed && !policy.judgesPassages) {
    outcome.citations = () => computed.sources.map((_, i) => i + 1)
    const sources: AnswerEvent = { type: 'sources', sources: computed.sources.map((source, i) => toSource(source, i + 1)) }
    return { events: [sources, { type: 'delta', text: computed.text }] }
  }

  // Asks back where a bare word may mean many things: "prices".
  const asksBack = policy.judgesPassages ? null : whichOne(core, language, profile.language, found.passages)
  if (asksBack !== null) return { events: [{ type: 'sources', sources: [] }, { type: 'delta', text: asksBack }] }

  // Finds passages that can hold the answer. The web is searched only when none of the company's documents seems to.
  // Weighing passages is costly: a model that judges them itself does without.
  const searchedWeb = question.web && found.degraded === undefined ? deps.web : undefined
  // "Where is the museum?" asks a museum for nothing but its place.
  const asks = aboutItself(core, language, profile.language, profile.name)
  const isLikely = computed !== null || (policy.judgesPassages && !searchedWeb) ||
    isLikelyAnswered(asks, language, profile.language, found, profile.weights?.floor)
  const relevant = withComputed(computed, usablePassages(found.passages, isLikely, policy, settings))
  const web = searchedWeb && !isLikely
    ? await searchWeb(searchedWeb, core, { company: profile.id, language, limit: settings.webResults, rarity: found.terms, signal })
    : null
  if (web?.degraded !== undefined) degrade(`the web was not searched: ${web.degraded}`, 'degraded web search', web.degraded)
  const grounds =
    web && web.passages.length > 0
      ? {
          passages: web.passages,
          terms: web.terms,
          documentsLanguage: language,
          profile: withWebRule(profile, language),
          lead: webIntroduction(language),
        }
      : { passages: relevant, terms: found.terms, documentsLanguage: profile.language, profile, lead: '' }

  // Builds the model's request. Passages that do not fit are not sources.
  const compression = policy.readsMessages ? settings.compression : 'off'
  const { messages, used } = buildMessages({ ...settings, ...question, ...grounds, compression, question: text })
  const sources: AnswerEvent = { type: 'sources', sources: used.map((passage, i) => toSource(passage, i + 1)) }
  if (used.length === 0 && profile.refuseWithoutPassages) {
    Object.assign(outcome, { answeredBy: 'extractive', reason: 'no_answer' } satisfies Partial<Outcome>)
    const isRefusal = question.format && { isRefusal: true as const }
    return { events: [sources, { type: 'delta', text: refusal(profile, language), ...isRefusal }] }
  }
  return {
    events: [sources],
    lead: question.format ? '' : grounds.lead,
    request: {
      company: profile.id,
      messages,
      question: asks,
      language,
      documentsLanguage: grounds.documentsLanguage,
      terms: grounds.terms,
      passages: used,
      shorter: () => {
        outcome.degraded ??= 'the language model could read only a part of the passages'
        return buildShorterMessages({ ...settings, ...question, ...grounds, passages: used, question: text })
      },
      maxTokens: question.maxTokens,
      temperature: question.temperature,
      format: question.format,
      signal,
      ...(profile.model ? { model: profile.model } : {}),
      ...(profile.weights ? { weights: profile.weights } : {}),
    },
  }
}
