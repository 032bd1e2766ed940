// Makes the weekly digest of a company's gaps, and says when the next one is due.
import { maskPersonalData } from '../language/mask.ts'
import type { GapStore, GapSummary } from './store.ts'

export interface DigestParts {
  gaps: Pick<GapStore, 'list'>
  topQuestions (company: string, n: number): Promise<{ text: string, times: number }[]>
}

const dayMs = 86_400_000
const digestGaps = 10
const digestQuestions = 10

/** Returns the number of the week, which begins on Monday, UTC. */
export function weekOf (ms: number): number {
  return Math.floor((ms / dayMs + 3) / 7)
}

/** Returns the digest: the open gaps that most people asked about, and the questions that were asked most. */
export async function makeDigest ({ gaps, topQuestions }: DigestParts, company: string): Promise<object> {
  const found = await gaps.list(company, { status: 'open' }, { offset: 0, limit: digestGaps })
  const top = await topQuestions(company, digestQuestions)
  return {
    company_id: company,
    week_begins: new Date((weekOf(Date.now()) * 7 - 3) * dayMs).toISOString().slice(0, 10),
    gaps: found.map(toLine),
    top_questions: top.map(({ text, times }) => ({ question: maskPersonalData(text), times })),
  }
}

function toLine ({ id, examples, people, questions, days, assignee }: GapSummary): object {
  const week = days.slice(-7).reduce((sum, n) => sum + n, 0)
  const question = examples[0]?.question ?? ''
  return { id, question, people, questions, questions_of_week: week, assignee: assignee === '' ? null : assignee }
}
