// What the service found for a question, and why: read once per answer, when someone looks.
import { signal, type Signal } from '@preact/signals'
import type { Source } from '../../../src/types.ts'
import { call, problemOf, type Problem } from '../api.ts'
import { userId } from '../session.ts'
import type { Turn } from './conversation.ts'

export type Spans = [start: number, end: number][]

export interface FoundPassage extends Source {
  text: string
  fields: [label: string, value: string][]
  highlights: { title: Spans, text: Spans, fields: [label: Spans, value: Spans][] }
  explain: { keyword: number | null, similarity: number | null, evidence: number, matched: number[], factors: Record<string, number> }
}

export interface Explanation {
  question: string
  language: string
  documents_language: string
  answerable: boolean
  degraded_reason?: string
  passages: FoundPassage[]
  explain: {
    words: { word: string, stem: string, idf: number, known: boolean, corrections: string[] }[]
    ngrams: string[]
    indexes: string[]
    embedding_models: string[]
    total: number | null
    messages: { role: string, content: string }[] | null
    timings_ms: { prompt: number, embed: number, search: number, total: number }
  }
}

export interface Look { explanation?: Explanation, problem?: Problem }

const known = new Map<string, Signal<Look>>()
/** The oldest is read again when someone looks. */
const maxKnown = 20

/** Returns the explanation of a turn's search; empty until it has arrived. */
export function explanationOf (company: string, { key, question, options: { indexes, groups, filter }, finish }: Turn): Signal<Look> {
  const found = known.get(key)
  if (found && !found.peek().problem) return found
  const look = signal<Look>({})
  known.set(key, look)
  if (known.size > maxKnown) known.delete(known.keys().next().value!)
  call<Explanation>('search', {
    method: 'POST',
    body: {
      company_id: company, user_id: userId, message: finish?.standalone_question ?? question, explain: true, limit: 12,
      ...(indexes ? { indexes } : {}), ...(groups ? { groups } : {}), ...(filter ? { filter } : {}),
    },
  }).then(explanation => { look.value = { explanation } }, error => { look.value = { problem: problemOf(error) } })
  return look
}
