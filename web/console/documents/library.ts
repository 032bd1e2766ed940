// The documents of one index: read page by page, searched here, pinned and removed.
import { signal } from '@preact/signals'
import { call, problemOf, type Problem } from '../api.ts'
import { count } from '../ui/parts.tsx'

export interface DocumentInfo {
  id: string
  title: string
  url: string
  chunks: number
  tokens: number
  pinned: boolean
  condensed: boolean
  updated_at: string | null
  cited_at: string | null
  /** The groups and users whom it is for; null = everyone of the company. */
  access: string[] | null
}
export interface WholeDocument extends DocumentInfo {
  fields: [label: string, value: string][]
  /** Where the next chunks begin; null = these are all. */
  next_piece: number | null
  pieces: { n: number, text: string, heading: string, page: number | null, tokens: number }[]
}
export interface IndexInfo { kind: string, documents: number, chunks: number, tokens: number }
export interface Stats { total_documents: number, total_chunks: number, total_tokens: number, storage_size_mb: number, embedded: number }

interface Page { data: DocumentInfo[], next: string | null }

export const indexes = signal<IndexInfo[] | null>(null)
export const stats = signal<Stats | null>(null)
export const list = signal<DocumentInfo[] | null>(null)
export const next = signal<string | null>(null)
export const problem = signal<Problem | null>(null)
/** How many of the documents to be removed are gone; null = none are being removed, or a single one. */
export const removing = signal<{ done: number, of: number } | null>(null)

export const pageSize = 200
/** A search here reads the rest of the list first, up to this many documents. */
const maxSearched = 20_000
const removedAtOnce = 4
/** Counts the loads: an answer to an older one is dropped. */
let generation = 0
/** The company and index of what was loaded last. */
let place = ''
const placeOf = (company: string, kind: string) => `${company}/${kind}`

export function documentPath (kind: string, id: string): string {
  return `v1/indexes/${kind}/documents/${encodeURIComponent(id)}`
}

/**
 * Reads figures and the first page again.
 * @param isChosen a person chose this index
 * @returns the index to show instead: nobody chose this one, and it is empty while that one is not; else null
 */
export async function load (company: string, kind: string, isChosen = true): Promise<string | null> {
  const own = ++generation
  place = placeOf(company, kind)
  try {
    const [[all, counted], first] = await Promise.all([
      readFigures(company), kind === '' ? { data: [], next: null } : readPage(company, kind, undefined),
    ])
    if (own !== generation) return null
    const filled = all.data.filter(({ documents }) => documents > 0).map(({ kind }) => kind)
    if (!isChosen && filled[0] !== undefined && !filled.includes(kind)) return filled[0]
    problem.value = null
    indexes.value = all.data
    stats.value = counted
    list.value = first.data
    next.value = first.next
  } catch (error) {
    if (own === generation) problem.value = problemOf(error)
  }
  return null
}

export async function loadMore (company: string, kind: string): Promise<void> {
  const own = generation
  if (next.value === null) return
  try {
    const { data, next: after } = await readPage(company, kind, next.value)
    if (own !== generation) return
    list.value = [...list.value ?? [], ...data]
    next.value = after
  } catch (error) {
    if (own === generation) problem.value = problemOf(error)
  }
}

export async function loadAll (company: string, kind: string): Promise<void> {
  // A page that cannot be read ends it: trying again is the reader's choice.
  while (next.value !== null && problem.value === null && !isAllSearched()) await loadMore(company, kind)
}

/** Tells whether a search has read as many documents as it may. */
export function isAllSearched (): boolean {
  return (list.value?.length ?? 0) >= maxSearched
}

function readFigures (company: string): Promise<[{ data: IndexInfo[] }, Stats]> {
  const query = { company_id: company }
  return Promise.all([call<{ data: IndexInfo[] }>('v1/indexes', { query }), call<Stats>('v1/knowledge/stats', { query })])
}

function readPage (company: string, kind: string, after: string | undefined): Promise<Page> {
  return call<Page>(`v1/indexes/${kind}/documents`, { query: { company_id: company, after, limit: String(pageSize) } })
}

export async function setPinned (company: string, kind: string, id: string, pinned: boolean): Promise<void> {
  const show = (pinned: boolean) => {
    list.value = list.value?.map(document => document.id === id ? { ...document, pinned } : document) ?? null
  }
  show(pinned)
  try {
    await call(documentPath(kind, id), { method: 'PATCH', body: { company_id: company, pinned } })
  } catch (error) {
    show(!pinned)
    problem.value = problemOf(error)
  }
}

/** Sets whom a document is for; null = everyone. Throws an ApiError. */
export async function setAccess (company: string, kind: string, id: string, access: string[] | null): Promise<void> {
  await call(documentPath(kind, id), { method: 'PATCH', body: { company_id: company, access } })
  list.value = list.value?.map(document => document.id === id ? { ...document, access } : document) ?? null
}

/** Removes documents, a few at a time; what is shown of the others stays where it is. The first failure ends it. */
export async function remove (company: string, kind: string, ids: readonly string[]): Promise<void> {
  const isShown = () => place === placeOf(company, kind)
  const left = [...ids]
  let failure: unknown
  let done = 0
  const removeOne = async (id: string) => {
    await call(documentPath(kind, id), { method: 'DELETE', query: { company_id: company } }).catch(error => {
      // Somebody else may have removed it meanwhile.
      if (ids.length === 1 || problemOf(error).code !== 'DOCUMENT_NOT_FOUND') throw error
    })
    done++
    if (ids.length > 1) removing.value = { done, of: ids.length }
    if (isShown()) list.value = list.value?.filter(document => document.id !== id) ?? null
  }
  const removeInTurn = async () => {
    while (left.length > 0) await removeOne(left.shift()!)
  }
  if (ids.length > 1) removing.value = { done, of: ids.length }
  await Promise.all(Array.from({ length: removedAtOnce }, () => removeInTurn().catch(error => {
    failure ??= error
    left.length = 0
  })))
  try {
    if (failure !== undefined) throw failure
    const [all, counted] = await readFigures(company)
    if (isShown()) [indexes.value, stats.value] = [all.data, counted]
  } catch (error) {
    if (isShown()) await load(company, kind)
    const { title, ...rest } = problemOf(error)
    const isPart = ids.length > 1 && done < ids.length
    problem.value = { ...rest, title: isPart ? `${count(done)} of ${count(ids.length)} documents removed. ${title}` : title }
  } finally {
    removing.value = null
  }
}
