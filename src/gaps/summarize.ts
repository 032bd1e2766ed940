// Counts the questions of a gap, where the back end cannot.
import { gapCauses, trendDays, type Gap, type GapCause, type GapExample, type GapSummary, type MissedQuestion } from './store.ts'

const dayMs = 86_400_000

/** A question as it is counted. */
export type CountedQuestion = Pick<MissedQuestion, 'asker' | 'cause' | 'question' | 'language' | 'at'> & { n: number }

/** Returns the gap with the figures of its questions. @param examples the most examples */
export function summarize (gap: Gap, questions: readonly CountedQuestion[], examples: number, now: number): GapSummary {
  const causes = Object.fromEntries(gapCauses.map(cause => [cause, 0])) as Record<GapCause, number>
  const days = new Array<number>(trendDays).fill(0)
  const today = Math.floor(now / dayMs)
  const times = questions.map(({ at }) => at)
  for (const { cause, at } of questions) {
    causes[cause]++
    const day = Math.floor(at / dayMs) - today + trendDays - 1
    if (day >= 0 && day < trendDays) days[day]!++
  }
  const asked = [...Map.groupBy(questions, ({ question }) => question).values()].map((same): GapExample & { n: number } => {
    const newest = same.reduce((newest, one) => one.n > newest.n ? one : newest)
    const lastAt = same.reduce((last, { at }) => Math.max(last, at), 0)
    return { question: newest.question, language: newest.language, cause: newest.cause, times: same.length, lastAt, n: newest.n }
  })
  return {
    ...gap,
    people: new Set(questions.map(({ asker }) => asker)).size,
    questions: questions.length,
    causes,
    days,
    firstAt: times.length === 0 ? 0 : times.reduce((first, at) => Math.min(first, at)),
    lastAt: times.reduce((last, at) => Math.max(last, at), 0),
    examples: asked.sort((a, b) => b.times - a.times || b.n - a.n).slice(0, examples).map(({ n, ...example }) => example),
  }
}

/** Sorts gaps: those that most people asked about first. */
export function byPeople (a: GapSummary, b: GapSummary): number {
  return b.people - a.people || b.questions - a.questions || b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1)
}
