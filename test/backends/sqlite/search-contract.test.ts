// The embedded engine fulfils the contract of every search engine.
import t, { type Test } from 'tap'
import { contractModel, searchEngineContract, type SearchParts } from '../../contracts/search-engine.ts'
import { searchAccessContract } from '../../contracts/search-access.ts'
import { searchWordsContract } from '../../contracts/search-words.ts'
import { put, putVectors, remove, sqliteEngine } from '../../fixtures/search-store.ts'

async function make (t: Test): Promise<SearchParts> {
  const { store, engine } = await sqliteEngine(t)
  return {
    engine,
    async write ({ id, language }, index, documents, vectors = {}) {
      await put(store, id, documents, { index, language })
      const byText = new Map(documents.map(document => [document.title + document.text, vectors[document.id]]))
      if (Object.keys(vectors).length > 0) await putVectors(store, id, contractModel, (title, text) => byText.get(title + text) ?? null)
      // A version that the service would be told of.
      engine.changed(id, await store.run('getMeta', id, 'version') ?? '0')
    },
    async keep ({ id }, index, keep) {
      const there = await store.run('listDocuments', id, { index, after: '', limit: 10_000, prefix: '' })
      await remove(store, id, there.map(({ id }) => id).filter(id => !keep.includes(id)), index)
      engine.changed(id, await store.run('getMeta', id, 'version') ?? '0')
    },
  }
}

searchEngineContract(t, make)
searchWordsContract(t, make)
searchAccessContract(t, make)
