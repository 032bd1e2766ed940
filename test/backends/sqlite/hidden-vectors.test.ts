// Documents that are being removed are found by no vector; what they share with others is.
import t from 'tap'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import { vectorOf } from '../../fixtures/app-parts.ts'
import { chunkedDocument } from '../../fixtures/document-store.ts'
import { ask, putVectors, searchProfile, sqliteEngine } from '../../fixtures/search-store.ts'

const shared = 'The same text of many words, which two documents of this company have in common, from the first one to the last.'

t.test('the vectors of hidden documents are not found, those of a shared text are, in all indexes and in one', async t => {
  const { store, engine } = await sqliteEngine(t)
  const documents = createSqliteDocuments({ store, maxTokens: 100_000, onChanged: () => {} })
  await documents.put(searchProfile(), 'products', [
    chunkedDocument('old', ['A lamp of azurite.', shared]), chunkedDocument('kept', ['A lamp of malachite.', shared]),
  ])
  await putVectors(store, 'shop', 'm', (_, text) => [...vectorOf(text)])
  const found = async (text: string, indexes?: string[]) => {
    const vectors = [{ model: 'm', vector: vectorOf(text) }]
    const { passages } = await ask(engine, 'zeppelin', { vectors, ...(indexes ? { indexes } : {}) })
    return passages.map(({ id }) => id).sort()
  }
  t.same(await found('A lamp of azurite.'), ['products/kept#0', 'products/old#0', 'products/old#1'])
  await store.run('hideDocuments', 'shop', { index: 'products', ids: ['old'] })
  for (const indexes of [undefined, ['products']]) {
    t.same(await found('A lamp of azurite.', indexes), ['products/kept#0', 'products/kept#1'])
  }
  t.same(await found('A lamp of azurite.', ['faq']), [])
})
