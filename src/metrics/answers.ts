// Metrics of questions and answers.
import { Counter, Histogram, type Registry } from 'prom-client'
import type { AnswerEvent, AnswerEvents, FinishEvent, StartEvent } from '../types.ts'
import { outcomes, type CompanyCounts, type Outcome } from './companies.ts'
import { createSampled, type Sample } from './sampled.ts'
import { createTally } from './tally.ts'

export interface AnswerMetrics {
  /** Counts an answer that was made here. `exemplar`: labels that lead from a slow bucket to the answer. */
  made (company: string, last: AnswerEvent, exemplar: Record<string, string>): void
  /** Counts a question that has its whole answer, which may have existed already. */
  answered (company: string, events: AnswerEvents, about: { cache: StartEvent['cache'] }): void
  rated (score: number): void
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const tokenBounds = [128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 131_072]

/** Excludes answers that were cut short, or to no question: they say nothing about how long answers take. */
export function isTimed ({ finish_reason: reason, answered_by: by }: FinishEvent): boolean {
  return reason !== 'stopped' && by !== 'smalltalk'
}

export function createAnswerMetrics (register: Registry, companies: CompanyCounts): AnswerMetrics {
  const registers = [register]
  const counter = <T extends string>(name: string, help: string, labelNames: T[]) => new Counter<T>({ name, help, labelNames, registers })
  const endings = ['finish_reason', 'answered_by', 'cache'] as const
  const ended = createTally(endings)
  const questions: Counter<typeof endings[number]> = new Counter({
    name: 'causerie_questions_total',
    help: 'Questions that got their whole answer, by how it ended, what answered, and whether it existed already',
    labelNames: [...endings],
    registers,
    collect () { ended.flush((labels, n) => questions.inc(labels, n)) },
  })
  const answers = counter('causerie_answers_total', 'Answers made, by how they ended', ['finish_reason', 'answered_by', 'degraded'])
  const errors = counter('causerie_answer_errors_total', 'Answers that ended in an error, by its code', ['code'])
  const tokens = counter('causerie_tokens_total', 'Tokens of language models, as their servers count them', ['direction'])
  const feedback = counter('causerie_feedback_total', 'Ratings of answers', ['rating'])
  const timed = (name: string, help: string) => new Histogram({ name, help, buckets: seconds, registers, enableExemplars: true })
  const firstToken = timed('causerie_first_token_seconds', 'From the question to its first token')
  const total = timed('causerie_answer_seconds', 'From the question to the last event')
  const search = timed('causerie_search_seconds', 'Search of one question')
  const plain = (name: string, help: string, buckets: number[]) => new Histogram({ name, help, buckets, registers })
  const prompt = plain('causerie_profile_seconds', 'Reading the profile of a question\'s company', seconds)
  const embed = plain('causerie_embedding_seconds', 'Embedding one question', seconds)
  const context = plain('causerie_context_tokens', 'Tokens that the language model was sent for one answer', tokenBounds)

  // Series that exist from the start: the first error or thumb is an increase too, and not a new series.
  questions.inc({ finish_reason: 'error', answered_by: 'none', cache: 'miss' }, 0)
  for (const direction of ['input', 'output'] as const) tokens.inc({ direction }, 0)
  for (const rating of ['up', 'down', 'neutral'] as const) feedback.inc({ rating }, 0)

  const sampled = createSampled(register)
  sampled.counter(
    'causerie_company_questions_total', 'Questions of the companies that ask most, by outcome', ['company', 'outcome'],
    () => companies.read().flatMap(([company, figures]) =>
      outcomes.map(outcome => [company, outcome, figures[outcome]] as Sample))
  )
  sampled.counter(
    'causerie_company_tokens_total', 'Tokens of language models of the companies that ask most', ['company', 'direction'],
    () => companies.read().flatMap(([company, { inputTokens, outputTokens }]) =>
      [[company, 'input', inputTokens], [company, 'output', outputTokens]] as Sample[])
  )

  sampled.counter(
    'causerie_company_budget_answers_total', 'Answers without the language model, since the budget was used up', ['company'],
    () => companies.read().map(([company, { overBudget }]) => [company, overBudget] as Sample)
  )

  return {
    made (company, last, exemplarLabels) {
      if (last.type === 'error') errors.inc({ code: last.code })
      if (last.type !== 'finish') return
      const { finish_reason, answered_by, degraded, timings_ms, usage } = last
      answers.inc({ finish_reason, answered_by, degraded: String(degraded) })
      if (usage.input_tokens > 0 || usage.output_tokens > 0) {
        tokens.inc({ direction: 'input' }, usage.input_tokens)
        tokens.inc({ direction: 'output' }, usage.output_tokens)
        context.observe(usage.input_tokens)
        const figures = companies.of(company)
        figures.inputTokens += usage.input_tokens
        figures.outputTokens += usage.output_tokens
      }
      if (!isTimed(last)) return
      firstToken.observe({ value: timings_ms.first_token / 1000, exemplarLabels })
      total.observe({ value: timings_ms.total / 1000, exemplarLabels })
      search.observe({ value: timings_ms.search / 1000, exemplarLabels })
      prompt.observe(timings_ms.prompt / 1000)
      embed.observe(timings_ms.embed / 1000)
    },
    answered (company, events, { cache }) {
      const last = events.at(-1)
      if (last?.type !== 'finish' && last?.type !== 'error') return
      const { finish_reason, answered_by } = last.type === 'finish' ? last : { finish_reason: 'error', answered_by: 'none' }
      ended.count(finish_reason, answered_by, cache)
      companies.asked(company)
      const figures = companies.of(company)
      figures[outcomeOf(last)]++
      if (last.type === 'finish' && last.degraded_reason === 'budget') figures.overBudget++
    },
    rated (score) {
      feedback.inc({ rating: score > 0 ? 'up' : score < 0 ? 'down' : 'neutral' })
    },
  }
}

function outcomeOf (last: AnswerEvent): Outcome {
  if (last.type !== 'finish') return 'error'
  return last.finish_reason === 'no_answer' || last.finish_reason === 'stopped' ? last.finish_reason : 'answered'
}
