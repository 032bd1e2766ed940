// The embedded engine fulfils the contract of every search engine, however vectors are stored.
import t, { type Test } from 'tap'
import { contractModel, searchEngineContract, type SearchParts } from '../../contracts/search-engine.ts'
import { searchAccessContract } from '../../contracts/search-access.ts'
import { searchWeightsContract } from '../../contracts/search-weights.ts'
import { searchWordsContract } from '../../contracts/search-words.ts'
import { put, putVectors, remove, sqliteEngine } from '../../fixtures/search-store.ts'
import { turned } from '../../fixtures/turned-vectors.ts'
import { vectorTypes, type VectorType } from '../../../src/backends/sqlite/vector-codec.ts'

async function make (t: Test, type?: VectorType): Promise<SearchParts> {
  const { store, engine } = await sqliteEngine(t)
  // The signs of four numbers say little: those of a real model's hundreds do.
  const given = type === 'bit' ? turned : (vector: ArrayLike<number>) => Array.from(vector)
  return {
    ...(type === 'bit' ? { cosineError: 0.15 } : {}),
    engine: {
      ...engine,
      search: request => engine.search({
        ...request,
        vectors: request.vectors.map(({ model, vector }) => ({
          model,
          vector: vector instanceof Promise
            ? vector.then(known => known && new Float32Array(given(known)))
            : vector && new Float32Array(given(vector)),
        })),
      }),
    },
    async write ({ id, language }, index, documents, vectors = {}) {
      await put(store, id, documents, { index, language })
      const byText = new Map(documents.map(document => [document.title + document.text, vectors[document.id]]))
      if (Object.keys(vectors).length > 0) {
        await putVectors(store, id, contractModel, (title, text) => {
          const own = byText.get(title + text)
          return own ? given(own) : null
        }, type)
      }
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

searchWordsContract(t, make)
searchWeightsContract(t, make)
for (const type of vectorTypes) {
  t.test(type, async t => {
    searchEngineContract(t, t => make(t, type))
    searchAccessContract(t, t => make(t, type))
  })
}
