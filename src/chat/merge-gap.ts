// Merges a gap into another one, with the entry that closed it.
import type { GapChange, GapStore, GapSummary } from '../gaps/store.ts'

/**
 * Merges the gap of that id into another one. An entry that had closed it becomes the other one's, so that publishing again
 * replaces it. Returns the other one as it is then; null when there is no gap of that id.
 */
export async function mergeGap (gaps: GapStore, company: string, id: string, into: GapSummary): Promise<GapSummary | null> {
  const from = await gaps.get(company, id, 1)
  if (!from || !await gaps.merge(company, id, into.id)) return null
  const change: GapChange = {
    ...(into.publication === null && from.publication ? { publication: from.publication } : {}),
    // What was asked in vain after the entry had been there is not answered by it.
    ...(into.status === 'published' && from.status === 'open' && from.lastAt > (into.publication?.at ?? 0) ? { status: 'open' } : {}),
  }
  if (Object.keys(change).length > 0) await gaps.change(company, into.id, change)
  return { ...into, ...change }
}
