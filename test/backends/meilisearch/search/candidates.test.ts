// Fetches the documents that a question needs, and counts the words of those that have changed.
import t from 'tap'
import { createDocuments } from '../../../../src/backends/meilisearch/search/candidates.ts'
import type { MeilisearchClient } from '../../../../src/backends/meilisearch/client.ts'
import type { IndexInfo } from '../../../../src/backends/meilisearch/search/indexes.ts'
import type { RawDocument } from '../../../../src/documents/document.ts'

const index = {
  kind: 'products', uid: 'shop__products', primaryKey: 'id', mapping: { title: 'title', text: ['text'] }, key: 'key',
} as unknown as IndexInfo

function start (keepMs: number) {
  const time = { ms: 0 }
  const stored = new Map<string, RawDocument>()
  const client = {
    query: async ({ body }: { body: string }) =>
      ({ results: (JSON.parse(body) as { ids: string[] }).ids.flatMap(id => structuredClone(stored.get(id)) ?? []) }),
  } as unknown as MeilisearchClient
  const documents = createDocuments({ client, apiKey: 'key', maxBytes: 1_000_000, keepMs, now: () => time.ms })
  const read = async (...ids: string[]) =>
    (await documents.read('shop', 'en', index, ids, null, AbortSignal.timeout(10_000))).documents
  return { time, stored, read, fetched: () => documents.stats().fetched }
}

t.test('fetches a document again after its time, and counts it again when it has changed', async t => {
  const { time, stored, read, fetched } = start(1000)
  stored.set('tent', { id: 'tent', title: 'Tent Fjell', text: 'A light tent.' })
  stored.set('stove', { id: 'stove', title: 'Stove', text: 'It burns gas.' })
  const [tent, stove] = await read('tent', 'stove')
  time.ms = 999
  t.equal((await read('tent'))[0], tent)
  t.equal(fetched(), 2)

  time.ms = 1000
  stored.set('stove', { id: 'stove', title: 'Stove', text: 'It burns wood.' })
  const again = await read('tent', 'stove')
  t.equal(fetched(), 4)
  t.equal(again[0], tent, 'one that is the same keeps its counts')
  t.not(again[1], stove)
  t.ok(again[1]!.words.numbers.has('wood'))
  t.notOk(again[1]!.words.numbers.has('gas'))

  time.ms = 1999
  t.equal((await read('tent'))[0], tent)
  t.equal(fetched(), 4, 'its time begins anew')
})

t.test('notices that a document is for others, or gone', async t => {
  const { time, stored, read } = start(1000)
  stored.set('tent', { id: 'tent', title: 'Tent Fjell', text: 'A light tent.', _access: ['staff'] })
  t.same((await read('tent'))[0]!.document.readers, ['staff'])
  time.ms = 1000
  stored.set('tent', { id: 'tent', title: 'Tent Fjell', text: 'A light tent.', _access: ['guests'] })
  t.same((await read('tent'))[0]!.document.readers, ['guests'])
  time.ms = 2000
  stored.delete('tent')
  t.same(await read('tent'), [undefined])
})
