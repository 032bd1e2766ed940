// Counts a company's documents in Meilisearch, and keeps them within its token limit by evicting the least recently used ones.
import { uidOf } from '../index-owners.ts'
import type { CompanyProfile } from '../../../types.ts'
import type { ChunkStore } from './chunk-store.ts'
import type { CitationStore } from './citations.ts'

/** Tokens of a company's documents: all of them, and those that are pinned. */
export interface TokenCounts { tokens: number, pinned: number }

/** Counts the tokens from the first chunk of every document. */
export async function countTokens (chunkStore: ChunkStore, company: CompanyProfile): Promise<TokenCounts> {
  const counts = { tokens: 0, pinned: 0 }
  for (const kind of Object.keys(company.indexes)) {
    for await (const firsts of chunkStore.pages(uidOf(company, kind), '_n = 0', ['_doc_tokens', '_pinned'])) {
      for (const { _doc_tokens = 0, _pinned } of firsts) {
        counts.tokens += _doc_tokens
        if (_pinned) counts.pinned += _doc_tokens
      }
    }
  }
  return counts
}

/** Counts what each index of a company holds, in the order of their names. */
export async function countByIndex (chunkStore: ChunkStore, company: CompanyProfile) {
  return await Promise.all(Object.keys(company.indexes).sort().map(async kind => {
    const uid = uidOf(company, kind)
    const [documents, chunks, tokens] = await Promise.all([
      chunkStore.count(uid, '_n = 0'),
      chunkStore.count(uid, '_n >= 0'),
      tokensOf(chunkStore, uid),
    ])
    return { kind, documents, chunks, tokens }
  }))
}

async function tokensOf (chunkStore: ChunkStore, uid: string): Promise<number> {
  let sum = 0
  for await (const firsts of chunkStore.pages(uid, '_n = 0', ['_doc_tokens'])) {
    for (const { _doc_tokens = 0 } of firsts) sum += _doc_tokens
  }
  return sum
}

/** Returns why a document with this many tokens can never fit, whatever is evicted; null when it can. */
export function rejectIfTooLarge (tokens: number, pinned: number, maxTokens: number): string | null {
  if (tokens > maxTokens) return `It has ${tokens} tokens; KNOWLEDGE_MAX_TOKENS is ${maxTokens}.`
  return pinned + tokens > maxTokens
    ? `It has ${tokens} tokens; beside the pinned documents there is room for ${Math.max(maxTokens - pinned, 0)}.`
    : null
}

/**
 * Chooses the documents to evict, by index: the least recently cited or stored first, never pinned ones or those
 * without tokens.
 * @param keep ids of `index`, the last written last: evicted only when no others are left, and the last one never
 * @returns the documents, and the remaining tokens
 */
export async function documentsToEvict ({ chunkStore, citations, company, index, keep, maxTokens }: {
  chunkStore: ChunkStore
  citations: CitationStore
  company: CompanyProfile
  index: string
  keep: string[]
  maxTokens: number
}): Promise<{ gone: Map<string, string[]>, counts: TokenCounts }> {
  const rank = new Map(keep.map((id, i) => [id, i + 1]))
  const candidates: { kind: string, id: string, tokens: number, usedAt: number, rank: number }[] = []
  const counts = { tokens: 0, pinned: 0 }
  for (const kind of Object.keys(company.indexes)) {
    for await (const firsts of chunkStore.pages(uidOf(company, kind), '_n = 0', ['_doc', '_doc_tokens', '_pinned', '_updated_at'])) {
      const used = await citations.of(company.id, kind, firsts.map(({ _doc }) => _doc))
      for (const { _doc: id, _doc_tokens: tokens = 0, _pinned, _updated_at = 0 } of firsts) {
        counts.tokens += tokens
        if (_pinned) counts.pinned += tokens
        else if (tokens > 0) {
          candidates.push({
            kind,
            id,
            tokens,
            usedAt: Math.max(_updated_at, used.get(id)?.at ?? 0),
            rank: kind === index ? (rank.get(id) ?? 0) : 0,
          })
        }
      }
    }
  }
  const victims = candidates.filter(({ rank }) => rank < Math.max(keep.length, 1)).sort((a, b) => a.rank - b.rank || a.usedAt - b.usedAt)
  const gone = new Map<string, string[]>()
  for (const { kind, id, tokens } of victims) {
    if (counts.tokens <= maxTokens) break
    counts.tokens -= tokens
    gone.set(kind, [...gone.get(kind) ?? [], id])
  }
  return { gone, counts }
}
