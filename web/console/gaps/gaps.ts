// What customers asked in vain, as the service groups it.
import { signal } from '@preact/signals'
import { call } from '../api.ts'
import { createPagedList } from '../paged-list.ts'

export type GapStatus = 'open' | 'published' | 'dismissed'

export interface Gap {
  id: string
  status: GapStatus
  assignee: string | null
  dismiss_reason: string | null
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

const paged = createPagedList<Gap>('v1/gaps')
export const { items: gaps, next, problem } = paged
export const top = signal<TopQuestion[]>([])

/** Reads the first page, and what was asked most lately; or the page after those that are shown. */
export function load (company: string, status: GapStatus, after?: string): Promise<void> {
  return paged.load({ company_id: company, status, limit: '20' }, after, async () => {
    const { data } = await call<{ data: TopQuestion[] }>('v1/top-questions', { query: { company_id: company, limit: '8' } })
    return () => { top.value = data }
  })
}

export const readGap = (company: string, id: string) => call<GapDetail>(`v1/gaps/${id}`, { query: { company_id: company } })

/** Sends a change; throws an ApiError. */
export const change = <T>(company: string, id: string, action: string, body: object = {}) =>
  call<T>(`v1/gaps/${id}/${action}`, { method: 'POST', body: { company_id: company, ...body } })
