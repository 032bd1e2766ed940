// Both engines score the same documents alike: a company gets the same answers wherever its documents are.
import t from 'tap'
import { createMeilisearchDocuments } from '../../src/backends/meilisearch/documents.ts'
import type { IndexedDocument } from '../../src/documents/document.ts'
import type { SearchResult } from '../../src/search/engine.ts'
import { meiliAdmin, meiliEngine } from '../fixtures/meili-engine.ts'
import { startMeili } from '../fixtures/meili/server.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { ask, document, put, searchProfile, sqliteEngine } from '../fixtures/search-store.ts'

const words = [
  'tent', 'tents', 'gas', 'stove', 'leather', 'boots', 'price', 'delivery', 'warranty', 'yellow', 'the', 'of', 'for', '12', 'HK-401/5',
]
const names = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'juliett', 'kilo', 'lima']

const text = (most: number) => fc.array(fc.constantFrom(...words), { maxLength: most }).map(all => all.join(' '))
/**
 * Each has a name of its own: the embedded engine keeps a text that comes twice once. And all share a word with every question:
 * how long the texts are on average, and how many hold a word, is known of what was read alone.
 */
const documents = fc.array(fc.record({ title: text(4), text: text(25) }), { minLength: 1, maxLength: names.length })
  .map(list => list.map((one, i) => document(names[i]!, `${names[i]} item ${one.text}`, { title: one.title })))
const question = fc.array(fc.constantFrom(...words, 'zeppelin', 'lether', 'HK-401/6'), { minLength: 1, maxLength: 6 })
  .map(all => `item ${all.join(' ')}`)

async function bothEngines (t: Parameters<typeof sqliteEngine>[0]) {
  const { store, engine: embedded } = await sqliteEngine(t)
  const server = await startMeili(t)
  const remote = await meiliEngine(t, server)
  const companies = new Map<string, ReturnType<typeof searchProfile>>()
  const stored = createMeilisearchDocuments({
    admin: meiliAdmin(t, { url: server.url, apiKey: server.masterKey }), maxTokens: Infinity,
    profile: async id => companies.get(id) ?? null, onChanged: remote.changed,
  })
  t.teardown(() => stored.close())
  return {
    engines: { embedded, remote },
    /** Makes a company of its own. */
    async write (list: IndexedDocument[], language: 'en' | 'fr' | 'de' | 'und' = 'en') {
      const company = searchProfile({ id: `shop-${companies.size}`, language, indexes: { products: { title: 'title', text: ['text'] } } })
      companies.set(company.id, company)
      await put(store, company.id, list, { language })
      await stored.put(company, 'products', list)
      return company
    },
  }
}

/** Returns the scores of what was found, by passage. */
const scores = ({ passages }: SearchResult) =>
  Object.fromEntries(passages.map(({ id, score, keyword }) => [id, [score.toFixed(6), keyword?.toFixed(6)]]).sort())
const looked = ({ terms }: SearchResult) =>
  terms.map(({ word, known, idf, corrections, parts }) => ({ word, known, idf, corrections, parts }))

t.test('random documents and questions have the same scores in both', async t => {
  const { engines: { embedded, remote }, write } = await bothEngines(t)
  await fc.assert(fc.asyncProperty(documents, fc.array(question, { minLength: 1, maxLength: 3 }), async (list, questions) => {
    const company = await write(list)
    for (const text of questions) {
      const [one, other] = [await ask(embedded, text, { company, limit: 50 }), await ask(remote, text, { company, limit: 50 })]
      if (JSON.stringify(looked(one)) !== JSON.stringify(looked(other))) {
        throw new Error(`${text}: ${JSON.stringify(looked(one))} ${JSON.stringify(looked(other))}`)
      }
      if (JSON.stringify(scores(one)) !== JSON.stringify(scores(other))) {
        throw new Error(`${text}: ${JSON.stringify(scores(one))} ${JSON.stringify(scores(other))}`)
      }
    }
  }), propertyRuns(60, { seed: 20261130 }))
  t.pass()
})
