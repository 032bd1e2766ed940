// A mock Meilisearch in a process: four indexes of fictional documents, and a fixed time for each search.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { restricted } from '../src/backends/meilisearch/traits.ts'
import { contentWords, fold, isStopWord, tokens } from '../src/language/words.ts'
import { serveParent } from './child.ts'
import { madeUpDocuments, type MadeUp } from './documents.ts'

export const indexKinds = ['pages', 'products', 'faq', 'guides']
export const documentsEach = 500

/** The company that owns the documents. */
export const writtenProfile = {
  id: 'bench', name: 'Bench', language: 'fr',
  indexes: Object.fromEntries(indexKinds.map(kind => [kind, { title: 'title', text: ['text'], url: 'url' }])),
}

export interface MockOptions {
  /** Milliseconds per search; the searches of a request run one after another. */
  searchMs: number
  /** Milliseconds per request with any number of searches, instead of `searchMs`. */
  requestMs?: number
  /** Milliseconds that each request is on its way, which holds no permit. */
  wayMs?: number
  /** How many requests are served at once. */
  permits: number
}

/** Makes questions of at least twenty n-grams, each with its own words. */
export async function longQuestions (count: number): Promise<string[]> {
  const documents = await madeUpDocuments(indexKinds.length * documentsEach)
  return Array.from({ length: count }, (_, n) => {
    const { title, text } = documents[(n * 7) % documents.length]!
    const words = [...new Set(contentWords(`${title} ${text}`, 'fr'))]
    const from = Math.floor(n * 7 / documents.length)
    return `${[...words.slice(from), ...words.slice(0, from)].slice(0, 13).join(' ')} ?`
  })
}

/** The setting of each index for vectors. */
const embedders = '{"default":{"source":"userProvided","dimensions":384}}'

interface Index { documents: Map<string, MadeUp>, holding: Map<string, Set<string>> }

interface Searched {
  indexUid: string
  q: string
  limit: number
  vector?: number[]
  matchingStrategy?: string
  attributesToRetrieve?: string[]
  filter?: string
}

/**
 * Returns the documents that contain every word, in the order of their ids, with scores by position. By Meilisearch's default
 * strategy, the last words are left out until there are some.
 */
function find (index: Index, { q, limit, matchingStrategy = 'last' }: Searched): { ids: string[], total: number } {
  const lists = tokens(q)
    .filter(word => !isStopWord(word, 'fr'))
    .map(word => index.holding.get(fold(word)) ?? new Set<string>())
  for (;;) {
    const [first = new Set(index.documents.keys()), ...rest] = lists.toSorted((a, b) => a.size - b.size)
    const all = [...first].filter(id => rest.every(list => list.has(id)))
    if (matchingStrategy === 'last' && all.length < limit && lists.pop()) continue
    return { ids: all.slice(0, limit), total: all.length }
  }
}

async function serve (options: MockOptions): Promise<void> {
  const made = await madeUpDocuments(indexKinds.length * documentsEach)
  const indexes = new Map<string, Index>()
  indexKinds.forEach((kind, at) => {
    const index: Index = { documents: new Map(), holding: new Map() }
    for (const document of made.slice(at * documentsEach, (at + 1) * documentsEach)) {
      index.documents.set(document.id, document)
      for (const word of new Set(tokens(`${document.title} ${document.text}`).map(fold))) {
        const holders = index.holding.get(word)
        if (holders) holders.add(document.id)
        else index.holding.set(word, new Set([document.id]))
      }
    }
    indexes.set(`bench__${kind}`, index)
  })

  let busy = 0
  const queue: (() => void)[] = []
  const counts = { requests: 0, searches: 0, busyMs: 0 }
  let busySince = 0
  /** Answers after the time that the request holds a permit. */
  const later = (searches: number, answer: () => void) => {
    const run = () => {
      if (busy++ === 0) busySince = performance.now()
      setTimeout(() => {
        if (--busy === 0) counts.busyMs += performance.now() - busySince
        queue.shift()?.()
        answer()
      }, options.requestMs ?? searches * options.searchMs)
    }
    const arrive = () => {
      if (busy < options.permits) run()
      else queue.push(run)
    }
    if (options.wayMs) setTimeout(arrive, options.wayMs)
    else arrive()
  }
  const results = new Map<string, string>()
  const search = (searched: Searched): string => {
    const { indexUid, q, limit, vector, attributesToRetrieve, filter } = searched
    const key = `${indexUid} ${limit} ${vector ? `v${vector[0]}` : q} ${attributesToRetrieve} ${filter}`
    let text = results.get(key)
    if (text === undefined) {
      const { ids, total } = vector
        ? { ids: [...indexes.get(indexUid)!.documents.keys()].slice(0, limit), total: documentsEach }
        : filter === restricted
          // Every document is for everyone.
          ? { ids: [], total: 0 }
          : find(indexes.get(indexUid)!, searched)
      const fields = (id: string) => attributesToRetrieve ? { id } : indexes.get(indexUid)!.documents.get(id)!
      const hits = ids.map((id, i) => ({ ...fields(id), _rankingScore: vector ? 0.9 - i / 100 : 1 - i / 50 }))
      results.set(
        key, (text = JSON.stringify({ indexUid, hits, query: q, processingTimeMs: 1, limit, offset: 0, estimatedTotalHits: total }))
      )
    }
    return text
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : null
      const send = (text: string, status = 200) => response.writeHead(status, { 'content-type': 'application/json' }).end(text)
      const [, , uid, what] = (request.url ?? '').split(/[/?]/)
      if (request.url === '/multi-search') {
        counts.requests++
        counts.searches += body.queries.length
        later(body.queries.length, () => send(`{"results":[${body.queries.map(search).join(',')}]}`))
      } else if (what === 'documents' && request.method === 'POST') {
        const { documents } = indexes.get(uid!)!
        later(1, () =>
          send(
            JSON.stringify({
              results: body.ids.map((id: string) => documents.get(id)).filter(Boolean), offset: 0, limit: body.limit,
              total: body.ids.length,
            })
          )
        )
      } else if (what === 'documents') send(JSON.stringify({ results: [], offset: 0, limit: 0, total: documentsEach }))
      else if (what === 'search') send(search({ indexUid: uid!, ...body }))
      else if (what === 'settings') send(request.url!.endsWith('/embedders') ? embedders : `{"embedders":${embedders}}`)
      else if (request.url === '/health') send('{"status":"available"}')
      else if (request.url === '/keys') send('{"code":"invalid_api_key","message":"The provided API key is invalid."}', 403)
      else send(JSON.stringify({ uid, primaryKey: 'id', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' }))
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => serveParent((server.address() as AddressInfo).port, {
    /** Returns the counts since the last call; `busyMs` is the time during which any request was served. */
    counts () {
      const now = { ...counts }
      Object.assign(counts, { requests: 0, searches: 0, busyMs: 0 })
      return now
    },
  }, () => server.close()))
}

if (import.meta.main) await serve(JSON.parse(process.argv[2]!))
