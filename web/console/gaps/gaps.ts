// What customers asked in vain, as the service groups it.
import { signal } from '@preact/signals'
import { call, problemOf, type Problem } from '../api.ts'

export type GapStatus = 'open' | 'published' | 'dismissed'

export interface Gap {
  id: string
  status: GapStatus
  assignee: string | null
  question: string
  people: number
  questions: number
  causes: Record<'no_answer' | 'disliked' | 'asked_again', number>
  trend: { days: number[], change: number | null }
  last_asked_at: string | null
  examples: { question: string, cause: string, times: number }[]
  publication: { index: string, question: string, answer: string, at: string, asked: number, answered: number } | null
}

export interface Draft { index: string, question: string, answer: string, variants: string[], from: 'correction' | 'passage' | 'none' }
export interface NearPassage {
  id: string, index: string, title: string, snippet: string
  why: { reason: string, words: string[], text: string }
}
export interface GapDetail extends Gap { passages: NearPassage[], draft: Draft }
export interface Check { asked: number, answered: number, unanswered: string[] }
export interface TopQuestion { question: string, times: number }

export const gaps = signal<Gap[] | null>(null)
export const next = signal<string | null>(null)
export const top = signal<TopQuestion[]>([])
export const problem = signal<Problem | null>(null)

let newest = 0

/** Reads the first page, or the one after those that are shown. */
export async function load (company: string, status: GapStatus, after?: string): Promise<void> {
  const own = ++newest
  problem.value = null
  if (after === undefined) gaps.value = null
  try {
    const page = await call<{ data: Gap[], next: string | null }>('v1/gaps', { query: { company_id: company, status, after, limit: '20' } })
    if (own !== newest) return
    gaps.value = after === undefined ? page.data : [...gaps.value ?? [], ...page.data]
    next.value = page.next
    if (after !== undefined) return
    const { data } = await call<{ data: TopQuestion[] }>('v1/top-questions', { query: { company_id: company, limit: '8' } })
    if (own === newest) top.value = data
  } catch (error) {
    if (own === newest) problem.value = problemOf(error)
  }
}

export const readGap = (company: string, id: string) => call<GapDetail>(`v1/gaps/${id}`, { query: { company_id: company } })

/** Sends a change; throws an ApiError. */
export const change = <T>(company: string, id: string, action: string, body: object = {}) =>
  call<T>(`v1/gaps/${id}/${action}`, { method: 'POST', body: { company_id: company, ...body } })
