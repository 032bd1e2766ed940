// Loading into Meilisearch: documents are found afterwards, an interrupted load continues, and every refusal is reported.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeKey } from '../../../../cli/meilisearch/keys.ts'
import { createMeilisearchLoader, type SourceItem } from '../../../../src/backends/meilisearch/write/load.ts'
import { parseProfile } from '../../../../src/profiles/profile.ts'
import type { CompanyProfile } from '../../../../src/types.ts'
import { meili, meiliAdmin, meiliEngine, meiliTask } from '../../../fixtures/meili-engine.ts'
import { items, loading, numbered, stubEmbedder } from '../../../fixtures/meili-loading.ts'
import { embedderName } from '../../../../src/backends/meilisearch/embedders.ts'
import { ask } from '../../../fixtures/search-store.ts'

const own = embedderName('stub')

t.test('makes a sample company searchable, with keys that may do no more than they need', async t => {
  const { server, id, loaderOf } = await loading(t)
  const folder = fileURLToPath(new URL('../../../../data/petit-nid', import.meta.url))
  const company: CompanyProfile = { ...parseProfile(JSON.parse(await readFile(`${folder}/company.json`, 'utf8'))), id }
  for (const kind of Object.keys(company.indexes)) {
    const documents = JSON.parse(await readFile(`${folder}/${kind}.json`, 'utf8'))
    const result = await loaderOf().load({ company, kind, documents: items(documents), signal: new AbortController().signal })
    t.match(result, { uid: `${id}__${kind}`, sent: documents.length, unchanged: 0, rejected: 0, vectors: 2 * documents.length })
  }
  t.teardown(() =>
    Promise.all(Object.keys(company.indexes).map(kind => meiliTask(server, 'DELETE', `/indexes/${id}__${kind}`).catch(() => {})))
  )
  const made = await makeKey({
    url: server.url, adminKey: server.masterKey, kind: 'service', indexes: [`${id}__*`], signal: new AbortController().signal,
  })
  const engine = await meiliEngine(t, server, { apiKey: made.key, apiKeyUid: made.uid })
  await engine.check()
  const { passages, degraded } = await ask(engine, 'Prix lot 300 couches taille 4 ?', { company })
  t.equal(degraded, undefined)
  t.ok(passages.some(({ title }) => /taille 4, lot de 300/.test(title)))
})

t.test('keeps the documents\' content, and adds a vector for each window', async t => {
  const { load, stored, company, server } = await loading(t, {
    indexes: { faq: { title: 'title', text: ['text'], fields: { price: 'Price' } } },
  })
  await load([{ id: 'a', title: 'A tent', text: 'It is green.', price: 3, extra: { deep: [1] } }])
  const [document] = await stored()
  t.match(document, { id: 'a', title: 'A tent', text: 'It is green.', price: 3, extra: { deep: [1] } })
  t.equal(document!._vectors[own].embeddings.length, 2)
  t.equal(document!._vectors[own].regenerate, false)
  const settings = await meili(server, 'GET', `/indexes/${company.id}__faq/settings`)
  t.same(settings.searchableAttributes, ['title', 'text', 'price'])
  t.match(settings.embedders, { [own]: { source: 'userProvided', dimensions: 4 } })
})

t.test('embeds the facts of a document without text, as the embedded engine does', async t => {
  const { load, embedder } = await loading(t, { indexes: { faq: { title: 'title', text: ['text'], fields: { price: 'Price' } } } })
  await load([{ id: 'a', title: 'A tent', price: 3 }])
  t.same(embedder.asked, ['A tent|Price: 3'])
})

t.test('embeds, sends and changes nothing the second time, and only changes after that', async t => {
  const { load, embedder, proxy } = await loading(t)
  await load(numbered(5))
  proxy.heard.length = embedder.asked.length = 0
  t.match(await load(numbered(5)), { sent: 0, unchanged: 5 })
  t.same(embedder.asked, [])
  t.notOk(proxy.heard.some(line => /^(PATCH|PUT|DELETE)/.test(line)))
  t.equal(proxy.writes(), 0)
  const changed = numbered(6).map(document => document.id === 2 ? { ...document, url: '/new' } : document)
  t.match(await load(changed), { sent: 2, unchanged: 4 })
  t.same(embedder.asked, ['Title 2|Text 2.', 'Title 6|Text 6.'])
})

t.test('sends the rest in the next run after an interruption', async t => {
  const { load, embedder, stored } = await loading(t, { batch: 10 })
  const abort = new AbortController()
  const cut = load(numbered(100), { signal: abort.signal, onProgress ({ sent }) { if (sent >= 30) abort.abort(new Error('cut')) } })
  await t.rejects(cut, { message: 'cut' })
  // The server still carries out requests that were on their way, before this one, which is queued behind them.
  await load([{ id: 'last', title: 'Last', text: 'x' }])
  const there = (await stored()).length - 1
  t.ok(there >= 30 && there < 100, `${there} documents`)
  embedder.asked.length = 0
  t.match(await load(numbered(100)), { sent: 100 - there, unchanged: there })
  t.equal(embedder.asked.length, 100 - there)
  t.equal((await stored()).length, 101)
})

t.test('rejects each item that is not a document, with the reason', async t => {
  const { load, stored } = await loading(t)
  const documents: SourceItem[] = [
    { at: 'a:1', problem: 'the line is not JSON' },
    ...items([
      { id: 'é', text: 'x' }, { id: 1.5, text: 'x' }, { text: 'x' }, { id: 'x'.repeat(512), text: 'x' }, { id: 'empty', other: 'x' },
      { id: 7, text: 'good' }, { id: '7', text: 'again' },
    ]),
  ]
  const result = await load([], { documents })
  t.match(result, { sent: 1, rejected: 7 })
  t.same(
    result.reasons.map(({ at, code }) => `${at} ${code}`),
    [
      'a:1 unreadable', 'test[0] invalid_document_id', 'test[1] invalid_document_id', 'test[2] invalid_document_id',
      'test[3] invalid_document_id', 'test[4] nothing_to_search', 'test[6] duplicate_id',
    ]
  )
  t.same((await stored()).map(({ text }) => text), ['good'])
})

t.test('finds a document that the server refuses among the others, which are sent', async t => {
  const { load, loaderOf, stored } = await loading(t)
  await load(numbered(1))
  const documents = numbered(9).map(document => document.id === 6 ? { ...document, _vectors: { [own]: [1, 2] } } : document)
  const result = await load(documents, { loader: loaderOf({ embedder: null }) })
  t.match(result, { sent: 8, rejected: 1, reasons: [{ at: 'test[5]', id: '6', code: 'invalid_vector_dimensions' }] })
  t.same((await stored()).map(({ id }) => id).sort(), [1, 2, 3, 4, 5, 7, 8, 9])
})

t.test('deletes documents that left the source only on request, and never after a rejection', async t => {
  const { load, stored } = await loading(t)
  await load(numbered(4))
  t.match(await load(numbered(2)), { pruned: 0, pruneSkipped: false })
  t.match(await load([...numbered(2), { id: 'é' }], { prune: true }), { pruned: 0, pruneSkipped: true })
  t.match(await load([], { prune: true }), { pruned: 0, pruneSkipped: true })
  t.match(await load(numbered(2), { prune: true, dryRun: true }), { pruned: 2 })
  t.equal((await stored()).length, 4)
  t.match(await load(numbered(2), { prune: true }), { pruned: 2, unchanged: 2 })
  t.same((await stored()).map(({ id }) => id), [1, 2])
})

t.test('writes nothing in a dry run', async t => {
  const { load, proxy } = await loading(t)
  t.match(await load(numbered(3), { dryRun: true }), { sent: 3 })
  t.ok(proxy.heard.every(line => line.startsWith('GET')))
  await load(numbered(2))
  t.match(await load(numbered(3), { dryRun: true }), { sent: 1, unchanged: 2 })
})

t.test('retries after a 503 and a broken connection', async t => {
  const { load, proxy, stored } = await loading(t, { batch: 2 })
  proxy.faults.push(503, 'reset', 503, null, 'reset', null, 503, null, 'reset', 'reset', null, 503)
  t.match(await load(numbered(7)), { sent: 7, rejected: 0 })
  t.equal((await stored()).length, 7)
})

t.test('gives up retrying after a while', async t => {
  const { load, loaderOf, proxy, key } = await loading(t)
  for (const [fault, message] of [[503, /JSON|503/], ['reset', /does not answer: (ECONNRESET|UND_ERR_SOCKET)/]] as const) {
    proxy.heard.length = 0
    proxy.always(fault)
    const error = await load(numbered(1), { loader: loaderOf({ retries: 3 }) }).catch(error => error)
    t.match(error.message, message)
    t.notOk(`${error.message} ${error.cause}`.includes(key))
    t.equal(proxy.heard.length, 4)
  }
})

t.test('stops the load when a right is missing', async t => {
  const { load, company, proxy } = await loading(t)
  const others = createMeilisearchLoader({ admin: meiliAdmin(t, { url: proxy.url, apiKey: 'not-a-key' }), embedder: null })
  await t.rejects(load(numbered(1), { loader: others }), { name: 'MeilisearchError', status: 403, code: 'invalid_api_key' })
  for (const kind of ['none', 'constructor']) {
    await t.rejects(load(numbered(1), { kind }), { message: `The profile of ${company.id} has no index "${kind}".` })
  }
})

t.test('adds vectors to an index that others created, whose documents have none', async t => {
  const { load, server, id, stored } = await loading(t)
  await meiliTask(server, 'POST', '/indexes', { uid: `${id}__faq`, primaryKey: 'sku' })
  await meiliTask(server, 'POST', `/indexes/${id}__faq/documents`, [{ sku: 'old', title: 'Old' }])
  t.match(await load([{ sku: 'new', title: 'New', text: 'x' }]), { sent: 1 })
  const documents = await stored()
  t.equal(documents.length, 2)
  t.equal(documents.find(({ sku }) => sku === 'new')!._vectors[own].embeddings.length, 2)
})

t.test('keeps vectors that documents bring for other embedders', async t => {
  const { load, server, id, stored } = await loading(t)
  await meiliTask(server, 'POST', '/indexes', { uid: `${id}__faq`, primaryKey: 'id' })
  await meiliTask(server, 'PATCH', `/indexes/${id}__faq/settings`, { embedders: { other: { source: 'userProvided', dimensions: 2 } } })
  t.match(
    await load([
      { id: 'a', title: 'A', text: 'x', _vectors: { other: [0, 1], [own]: [9] } }, { id: 'b', title: 'B', text: 'x' },
    ]),
    { sent: 2 }
  )
  const [a, b] = await stored()
  t.match(a!._vectors, { other: { embeddings: [[0, 1]] }, [own]: { embeddings: [[0.5, 0.5, 0.5, 0.5], Array] } })
  t.match(b!._vectors, { other: { embeddings: [] }, [own]: { embeddings: [Array, Array] } })
})

t.test('leaves an embedder of another source alone', async t => {
  const { load, server, id, stored } = await loading(t)
  await meiliTask(server, 'POST', '/indexes', { uid: `${id}__faq`, primaryKey: 'id' })
  await meiliTask(server, 'PATCH', `/indexes/${id}__faq/settings`, {
    embedders: {
      default: { source: 'rest', url: 'http://127.0.0.1:9/embed', dimensions: 4, request: '{{text}}', response: '{{embedding}}' },
    },
  })
  t.match(await load(numbered(1)), { sent: 1, vectors: 2 })
  const [document] = await stored()
  t.same(Object.keys(document!._vectors), [own], 'which makes its vectors itself')
  await meiliTask(server, 'PATCH', `/indexes/${id}__faq/settings`, { embedders: { [own]: { source: 'rest', dimensions: 4 } } })
  await t.rejects(load(numbered(2)), /left alone/)
})

t.test('refuses a profile that names another company\'s index', async t => {
  const { load, proxy } = await loading(t, { indexes: { faq: { uid: 'other__faq', text: ['text'] } } })
  await t.rejects(load(numbered(1)), { code: 'INDEX_TAKEN' })
  t.same(proxy.heard, [])
})

t.test('stops the load when the model is unavailable', async t => {
  const { load } = await loading(t, { embedder: stubEmbedder(0) })
  await t.rejects(load(numbered(1)), /stub is unavailable/)
})

t.test('guesses the mapping without a profile as the search does', async t => {
  const { load, embedder } = await loading(t, { indexes: { faq: {} } })
  await load([{ id: 1, question: 'Why?', answer: 'Because.', link: '/why' }])
  t.same(embedder.asked, ['Why?|Because.'])
})

t.test('splits a load that does not fit into one request', async t => {
  const { load, proxy } = await loading(t, { batch: 1000 })
  const documents = numbered(12).map(document => ({ ...document, more: 'x'.repeat(1_000_000) }))
  t.match(await load(documents), { sent: 12 })
  t.equal(proxy.writes(), 3)
})
