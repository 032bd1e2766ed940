// Figures are computed from whole documents: both engines list all facts of an index and all chunks of a document, or say that they cannot.
import t from 'tap'
import { createSqliteDocuments } from '../../src/backends/sqlite/documents.ts'
import type { DocumentStore } from '../../src/documents/store.ts'
import type { SearchEngine } from '../../src/search/engine.ts'
import type { CompanyProfile } from '../../src/types.ts'
import { meiliDocuments } from '../fixtures/meili-documents.ts'
import { startMeili } from '../fixtures/meili/server.ts'
import { searchProfile, sqliteEngine, type Ending } from '../fixtures/search-store.ts'

interface Parts { documents: DocumentStore, engine: SearchEngine, company: CompanyProfile, kind: string }

const engines: Record<string, (t: Ending) => Promise<Parts>> = {
  async SQLite (t) {
    const { store, engine } = await sqliteEngine(t)
    const documents = createSqliteDocuments({ store, maxTokens: 1e6, onChanged: engine.changed })
    return { documents, engine, company: searchProfile(), kind: 'products' }
  },
  async Meilisearch (t) {
    const parts = await meiliDocuments(t, await startMeili(t))
    return { ...parts, kind: Object.keys(parts.company.indexes)[0]! }
  },
}
const signal = new AbortController().signal
const chunk = (n: number, text: string, headings: string[] = [], page?: number) =>
  ({ n, text, headings, tokens: 4, ...(page === undefined ? {} : { page }) })

for (const [name, make] of Object.entries(engines)) {
  t.test(`${name} lists facts and chunks whole`, async t => {
    const { documents, engine, company, kind } = await make(t)
    await documents.put(company, kind, [
      {
        id: 'prices.pdf', title: 'Prices', text: '', url: '', fields: [['Year', '2026']],
        chunks: [chunk(0, 'A | B', ['Boats'], 1), chunk(1, 'C', [], 2)],
      },
      { id: 'list.csv/1', title: 'Tern', text: '', url: '', fields: [['Price', '49 €']], chunks: [chunk(0, '')] },
      { id: 'plain.md', title: 'Plain', text: '', url: '', fields: [], chunks: [chunk(0, 'No facts here.')] },
    ], signal)
    const facts = await engine.facts!({ company, index: kind, limit: 10, signal })
    t.same(facts?.map(({ passage, fields }) => [passage, fields]).sort(), [
      [`${kind}/list.csv/1`, [['Price', '49 €']]], [`${kind}/prices.pdf#0`, [['Year', '2026']]],
    ])
    t.equal(await engine.facts!({ company, index: kind, limit: 1, signal }), null)

    const texts = (document: string, limit: number) => engine.texts!({ company, index: kind, document, limit, signal })
    t.same(await texts('prices.pdf', 2), [
      { id: `${kind}/prices.pdf#0`, text: 'A | B', heading: 'Boats', page: 1 },
      { id: `${kind}/prices.pdf#1`, text: 'C', heading: '', page: 2 },
    ])
    t.equal(await texts('prices.pdf', 1), null, 'more chunks than may be read')
    t.equal(await texts('nothing', 9), null)
  })
}
