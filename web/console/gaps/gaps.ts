// What customers asked in vain, as the service groups it.
import { computed, signal } from '@preact/signals'
import { call, problemOf } from '../api.ts'
import { createPagedList } from '../paged-list.ts'
import { searchFor } from '../ui/search-field.tsx'

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

/** What is searched: its words are looked for in the gaps of every status. */
export const wanted = signal('')
export const isSearching = computed(() => wanted.value.trim() !== '')
const everything = signal<Gap[] | null>(null)
/** A search reads this many gaps at most. */
export const maxSearched = 2000
/** True when there are more. */
export const isPartial = signal(false)
let newest = 0

/** Those that are searched, whatever their status; else the list of one status. Null while it is being read. */
export const shown = computed<Gap[] | null>(() => {
  if (!isSearching.value) return gaps.value
  const fits = searchFor(wanted.value)
  return everything.value?.filter(({ question, examples, assignee, dismiss_reason: reason, publication }) =>
    fits([question, ...examples.map(({ question }) => question), assignee, reason, publication?.question, publication?.answer].join(' '))
  ) ?? null
})

/** Reads all gaps, to be searched here. */
export async function loadAll (company: string): Promise<void> {
  const own = ++newest
  everything.value = null
  isPartial.value = false
  problem.value = null
  try {
    const all: Gap[] = []
    let after: string | undefined
    do {
      const query = { company_id: company, status: 'all', limit: '100', after }
      const page = await call<{ data: Gap[], next: string | null }>('v1/gaps', { query })
      all.push(...page.data)
      after = page.next ?? undefined
    } while (after !== undefined && all.length < maxSearched)
    if (own !== newest) return
    everything.value = all
    isPartial.value = after !== undefined
  } catch (error) {
    if (own === newest) problem.value = problemOf(error)
  }
}

export const readGap = (company: string, id: string) => call<GapDetail>(`v1/gaps/${id}`, { query: { company_id: company } })

/** Sends a change; throws an ApiError. */
export const change = <T>(company: string, id: string, action: string, body: object = {}) =>
  call<T>(`v1/gaps/${id}/${action}`, { method: 'POST', body: { company_id: company, ...body } })
