// The document stores are one port: the same cases for each.
import t from 'tap'
import { createSqliteDocuments } from '../../src/backends/sqlite/documents.ts'
import { contractProfile, documentsContract } from '../contracts/documents.ts'
import { meiliDocuments } from '../fixtures/meili-documents.ts'
import { startMeili } from '../fixtures/meili/server.ts'
import { sqliteEngine } from '../fixtures/search-store.ts'

t.test('in SQLite', async t => {
  documentsContract(t, async (t, { maxTokens } = { maxTokens: 1_000_000 }) => {
    const { store, engine } = await sqliteEngine(t)
    const changes: string[] = []
    const onChanged = (company: string, version: string) => {
      changes.push(company)
      engine.changed(company, version)
    }
    return { documents: createSqliteDocuments({ store, maxTokens, onChanged }), engine, company: contractProfile(), changes }
  })
})

t.test('in Meilisearch', async t => {
  documentsContract(t, async (t, options) => meiliDocuments(t, await startMeili(t), options))
})
