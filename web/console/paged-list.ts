// Lists that are read from the service page by page. What a request brings is dropped when a newer one has begun.
import { signal, type Signal } from '@preact/signals'
import { call, problemOf, type Problem } from './api.ts'

export interface PagedList<T> {
  /** Null before the first page has come. */
  items: Signal<T[] | null>
  /** Where the next page begins; null = there is none. */
  next: Signal<string | null>
  problem: Signal<Problem | null>
  /**
   * Reads the first page, or the one after those that are shown.
   * @param beside reads what is shown beside the first page, and returns what shows it
   */
  load (query: Record<string, string | undefined>, after?: string, beside?: () => Promise<() => void>): Promise<void>
}

export function createPagedList<T> (path: string): PagedList<T> {
  const items = signal<T[] | null>(null)
  const next = signal<string | null>(null)
  const problem = signal<Problem | null>(null)
  let newest = 0

  async function load (...[query, after, beside]: Parameters<PagedList<T>['load']>): Promise<void> {
    const own = ++newest
    problem.value = null
    if (after === undefined) items.value = null
    try {
      const page = await call<{ data: T[], next: string | null }>(path, { query: { ...query, after } })
      if (own !== newest) return
      items.value = after === undefined ? page.data : [...items.value ?? [], ...page.data]
      next.value = page.next
      const show = after === undefined ? await beside?.() : undefined
      if (own === newest) show?.()
    } catch (error) {
      if (own === newest) problem.value = problemOf(error)
    }
  }

  return { items, next, problem, load }
}
