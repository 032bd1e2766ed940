// The schemas of gaps, and the form that they are shown in.
import { Type } from 'typebox'
import { gapCauses, gapStatuses, type GapStatus, type GapSummary } from '../src/gaps/store.ts'
import { disarmMarkup } from '../src/language/safe-text.ts'

const time = Type.String({ format: 'date-time' })
const status = Type.Unsafe<GapStatus>({ type: 'string', enum: [...gapStatuses] })

const Publication = Type.Object({
  index: Type.String(), documents: Type.Array(Type.String()), question: Type.String(), answer: Type.String(), at: time,
  asked: Type.Integer({ description: 'Questions of the gap that were asked again' }), answered: Type.Integer(),
})
const gap = {
  id: Type.String(),
  status: Type.Unsafe<GapStatus>({ ...status, description: 'A published gap opens again when it is asked in vain later' }),
  assignee: Type.Union([Type.String(), Type.Null()]),
  dismiss_reason: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it was dismissed; null = it is not, or no reason was given',
  }),
  question: Type.String({ description: 'The question that was asked most' }),
  people: Type.Integer({ description: 'People who asked, each counted once; the order of the list' }),
  questions: Type.Integer({ description: 'How often it was asked' }),
  causes: Type.Object(Object.fromEntries(gapCauses.map(cause => [cause, Type.Integer()])), {
    description: '`no_answer`: nothing was found. `disliked`: the answer got a thumb down. `asked_again`: the same user asked in other ' +
      'words',
  }),
  trend: Type.Object({
    days: Type.Array(Type.Integer(), { description: 'Questions of each of the last 14 days (UTC), today last' }),
    change: Type.Union([Type.Number(), Type.Null()], {
      description: 'The last 7 days against the 7 before: 0.5 = half more; null = none before',
    }),
  }),
  first_asked_at: Type.Union([time, Type.Null()]),
  last_asked_at: Type.Union([time, Type.Null()]),
  examples: Type.Array(Type.Object({
    question: Type.String(), language: Type.String(), cause: Type.String(), times: Type.Integer(), last_asked_at: time,
  }), { description: 'The most asked first; personal data is masked' }),
  publication: Type.Union([Publication, Type.Null()]),
}
export const Gap = Type.Object(gap)
export const GapDetail = Type.Object({
  ...gap,
  passages: Type.Array(Type.Object({
    id: Type.String(), index: Type.String(), title: Type.String(), url: Type.String(), snippet: Type.String(), score: Type.Number(),
    why: Type.Object({
      reason: Type.String({ description: '`missing_words`, `other_value`, `weak`, or `fits`: it answers now' }),
      words: Type.Array(Type.String()), text: Type.String(),
    }),
  }), { description: 'The nearest passages, and why they do not answer' }),
  draft: Type.Object({
    index: Type.String(), question: Type.String(), answer: Type.String(), variants: Type.Array(Type.String()),
    access: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'Whom it should be for: what answers rested on was for these alone. null = everyone',
    }),
    from: Type.String({ description: 'Where the answer comes from: `correction` of a user, `passage`, or `none`: it is empty' }),
  }, { description: 'An FAQ entry to begin with; a person must check it' }),
})
export const TopQuestion = Type.Object({
  question: Type.String(), times: Type.Integer(),
  language: Type.Union([Type.String(), Type.Null()], { description: 'null = the client named none' }),
})

export function toJson (gap: GapSummary) {
  const { assignee, days, firstAt, lastAt, createdAt, changedAt, publication, dismissReason, examples, ...rest } = gap
  const iso = (ms: number) => new Date(ms).toISOString()
  const [before, now] = [sum(days.slice(0, 7)), sum(days.slice(7))]
  return {
    ...rest,
    question: disarmMarkup(examples[0]?.question ?? publication?.question ?? ''),
    assignee: assignee === '' ? null : assignee,
    dismiss_reason: dismissReason === '' ? null : disarmMarkup(dismissReason),
    trend: { days, change: before === 0 ? null : Math.round((now / before - 1) * 100) / 100 },
    first_asked_at: firstAt === 0 ? null : iso(firstAt),
    last_asked_at: lastAt === 0 ? null : iso(lastAt),
    examples: examples.map(({ question, lastAt, ...example }) =>
      ({ ...example, question: disarmMarkup(question), last_asked_at: iso(lastAt) })),
    publication: publication && { ...publication, at: iso(publication.at) },
  }
}

function sum (values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
