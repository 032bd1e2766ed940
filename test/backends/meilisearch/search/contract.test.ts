// The Meilisearch engine fulfils the contract of every search engine.
// MEILI_TEST_URL and MEILI_TEST_MASTER_KEY name a real server to run it on.
import t, { type Test } from 'tap'
import { contractDimensions, contractModel, searchEngineContract, type SearchParts } from '../../../contracts/search-engine.ts'
import { searchAccessContract } from '../../../contracts/search-access.ts'
import { searchWeightsContract } from '../../../contracts/search-weights.ts'
import { searchWordsContract } from '../../../contracts/search-words.ts'
import { startMeili } from '../../../fixtures/meili/server.ts'
import { createMeilisearchDocuments } from '../../../../src/backends/meilisearch/documents.ts'
import { primaryKeyOf } from '../../../../src/backends/meilisearch/stored-chunk.ts'
import {
  meili, meiliAdmin, meiliDocument, meiliEngine, meiliIndex, meiliProfile, meiliTask, type MeiliServer,
} from '../../../fixtures/meili-engine.ts'
import { searchProfile } from '../../../fixtures/search-store.ts'

const { MEILI_TEST_URL: url, MEILI_TEST_MASTER_KEY: masterKey = '' } = process.env

async function make (t: Test): Promise<SearchParts> {
  const server: MeiliServer = url === undefined ? await startMeili(t) : { url, masterKey }
  const engine = await meiliEngine(t, server)
  for (const id of ['shop', 'shop-2', 'nobody']) {
    for (const kind of Object.keys(searchProfile().indexes)) {
      await meiliIndex(t, server, `${id}__${kind}`, { dimensions: contractDimensions })
    }
  }
  return {
    // The contract's profile does not name the facts.
    engine: {
      ...engine,
      search: request => engine.search({ ...request, company: meiliProfile(request.company) }),
      facts: request => engine.facts!({ ...request, company: meiliProfile(request.company) }),
    },
    async write ({ id }, index, documents, vectors = {}) {
      await meiliTask(
        server, 'POST', `/indexes/${id}__${index}/documents`, documents.map(document => meiliDocument(document, vectors[document.id]))
      )
      engine.changed(id)
    },
    async keep ({ id }, index, keep) {
      const { results } = await meili(server, 'GET', `/indexes/${id}__${index}/documents?limit=1000&fields=id`)
      const gone = results.map((document: { id: string }) => document.id).filter((id: string) => !keep.includes(id))
      await meiliTask(server, 'POST', `/indexes/${id}__${index}/documents/delete-batch`, gone)
      engine.changed(id)
    },
  }
}

searchEngineContract(t, make)
searchWordsContract(t, make)
searchWeightsContract(t, make)

/** The same engine, over documents as the service stores them itself. */
async function makeStored (t: Test): Promise<SearchParts> {
  const server: MeiliServer = url === undefined ? await startMeili(t) : { url, masterKey }
  const engine = await meiliEngine(t, server)
  const companies = [searchProfile()]
  for (const { id, indexes } of companies) {
    for (const kind of Object.keys(indexes)) await meiliIndex(t, server, `${id}__${kind}`, { dimensions: contractDimensions })
  }
  const documents = createMeilisearchDocuments({
    admin: meiliAdmin(t, { url: server.url, apiKey: server.masterKey }), models: [contractModel], maxTokens: Infinity,
    profile: async company => companies.find(({ id }) => id === company) ?? null, onChanged: engine.changed,
  })
  t.teardown(() => documents.close())
  return {
    engine,
    async write (company, index, list, vectors = {}) {
      await documents.put(company, index, list)
      const embedded = list.filter(({ id }) => vectors[id])
      if (embedded.length === 0) return
      await meiliTask(server, 'PUT', `/indexes/${company.id}__${index}/documents`, embedded.map(({ id }) => ({
        id: primaryKeyOf(id, 0), _model: contractModel, _vectors: { default: vectors[id] },
      })))
      engine.changed(company.id)
    },
    async keep ({ id: company }, index, keep) {
      const there = await documents.list(company, index, { after: '', limit: 1000, prefix: '' })
      await documents.remove(company, index, there.map(({ id }) => id).filter(id => !keep.includes(id)))
    },
  }
}

searchAccessContract(t, makeStored)
