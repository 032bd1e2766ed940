// POST /mcp with the official clients, of both generations of the protocol: tools, resources, keys, tokens, limits.
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { SignJWT } from 'jose'
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { KeyKind, Scope } from '../../src/keys/store.ts'
import { ask } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { startTestApp, temporaryFolder, writeCompany, type TestApp, type TestOptions } from '../helper.ts'

type Ending = Parameters<typeof startTestApp>[0]

async function connect (t: Ending, url: string, { key, query = '' }: { key?: string | undefined, query?: string } = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp${query}`), { requestInit: { headers } }) as never)
  t.teardown(() => client.close())
  return client
}

async function call (client: Client, name: string, given: Record<string, unknown>) {
  const result = await client.callTool({ name, arguments: given })
  const [{ text }] = result.content as [{ text: string }]
  return { isError: result.isError ?? false, text, data: result.structuredContent as Record<string, any> }
}

async function addKey ({ app }: Pick<TestApp, 'app'>, company: string | null, scopes: Scope[] = ['chat'], kind: KeyKind = 'api') {
  const made = makeKey({ kind, company, scopes, name: '', expiresAt: null })
  await app.keys.create(made.key)
  return { text: made.text, id: made.key.id }
}

async function twoCompanies (t: Ending, options: TestOptions = {}): Promise<TestApp> {
  const dir = await temporaryFolder(t)
  for (const id of ['shop', 'store']) await writeCompany(dir, id)
  return startTestApp(t, { ...options, config: { SAMPLES_DIR: dir, KEY_CACHE_SECONDS: 0, ...options.config } })
}

t.test('searches, reads and answers for the company of the key', async t => {
  const service = await twoCompanies(t)
  const { text: key } = await addKey(service, 'shop')
  const client = await connect(t, service.url, { key })
  t.match(client.getServerVersion(), { name: 'causerie', version: String })
  t.match(client.getInstructions(), /documents of shop/)

  const { tools } = await client.listTools()
  t.same(tools.map(({ name }) => name), ['search', 'fetch', 'ask'])
  for (const { inputSchema, annotations } of tools) {
    t.notOk('company_id' in inputSchema.properties!)
    t.match(annotations, { readOnlyHint: true })
  }

  const found = await call(client, 'search', { query: 'How long does delivery take?', limit: 2 })
  t.match(found.data.results[0], { title: /delivery/, url: 'https://shop.example/faq/delivery', text: /two working days/ })
  t.same(JSON.parse(found.text), found.data, 'clients that read text alone have the same')
  const read = await call(client, 'fetch', { id: found.data.results[0].id })
  t.match(read.data, { id: found.data.results[0].id, title: /delivery/, text: /On islands it takes four/, metadata: { index: 'faq' } })

  const answered = await call(client, 'ask', { question: 'How long does delivery take?' })
  t.match(answered.text, /two working days.* \[1\][\s\S]*\n\n\[1\] How long does delivery take\? https:\/\/shop\.example\/faq\/delivery$/)
  t.match(answered.data, { finish_reason: 'stop', sources: [{ n: 1, id: 'faq/delivery' }], conversation_id: String })
})

t.test('continues a conversation', async t => {
  const model = fakeModel(['Two days [1].'])
  const service = await twoCompanies(t, { model })
  const client = await connect(t, service.url, { query: '?company_id=shop&user_id=u1' })
  const first = await call(client, 'ask', { question: 'How long does delivery take?' })
  await call(client, 'ask', { question: 'And can I return a tent?', conversation_id: first.data.conversation_id })
  t.match(JSON.stringify(model.calls.at(-1)!.messages), /How long does delivery take/)
  t.equal((await service.app.conversations.get({ company: 'shop', user: 'u1' }, first.data.conversation_id))!.turns.length, 2)
})

t.test('names companies where the key opens several, and no other where it opens one', async t => {
  const service = await twoCompanies(t)
  const admin = await addKey(service, null, ['admin'])
  const client = await connect(t, service.url, { key: admin.text })
  t.same((await client.listTools()).tools[0]!.inputSchema.required, ['company_id', 'query'])
  t.match(await call(client, 'ask', { question: 'Tents?' }), { isError: true, text: /company_id/ })
  t.match(await call(client, 'ask', { company_id: 'nobody', question: 'Tents?' }), { isError: true, text: /UNKNOWN_COMPANY/ })
  t.match(await call(client, 'search', { company_id: 'store', query: 'tent' }), { isError: false })

  const own = await connect(t, service.url, { key: (await addKey(service, 'shop')).text })
  t.match(await call(own, 'search', { company_id: 'store', query: 'tent' }), { isError: true, text: /another company/ })
  t.match(await call(own, 'fetch', { id: 'faq/delivery' }), { isError: true }, 'not found by a search')
  t.match(await call(own, 'fetch', { id: 'products/tent?q=delivery%' }), { isError: true })
  t.match(await call(own, 'fetch', { id: 'nothing/here?q=tent' }), { isError: true, text: /no longer found/ })
  await t.rejects(connect(t, service.url, { key: (await addKey(service, 'shop')).text, query: '?company_id=store' }), /another company|403/)
})

t.test('shows the indexes as resources', async t => {
  const service = await twoCompanies(t)
  const client = await connect(t, service.url, { key: (await addKey(service, 'shop')).text })
  const { resources } = await client.listResources()
  t.same(resources.map(({ uri }) => uri), ['causerie://shop/faq', 'causerie://shop/products'])
  const read = async (client: Client, uri: string) =>
    JSON.parse(((await client.readResource({ uri })).contents[0] as { text: string }).text)
  t.match(await read(client, 'causerie://shop/faq'), { company: { id: 'shop', name: 'Shop' }, index: 'faq' })
  for (const uri of ['causerie://store/faq', 'causerie://shop/none', 'file:///etc/passwd', 'causerie://shop/../store/faq']) {
    await t.rejects(client.readResource({ uri }), uri)
  }
  const writer = await connect(t, service.url, { key: (await addKey(service, 'shop', ['chat', 'write'])).text })
  t.match(await read(writer, 'causerie://shop/faq'), { documents: 2 })
  t.match(await call(writer, 'fetch', { id: 'faq/returns' }), { data: { text: /within thirty days/, metadata: { whole: true } } })
})

t.test('a document that is for some is read for those who find it, whatever the key may read', async t => {
  const service = await twoCompanies(t)
  const { text: key } = await addKey(service, 'shop', ['chat', 'write'])
  await service.app.documents!.setAccess('shop', 'faq', 'returns', ['user:ann'])
  const fetchAs = async (user: string, id: string) =>
    call(await connect(t, service.url, { key, query: `?user_id=${user}` }), 'fetch', { id })
  const found = 'faq/returns?q=How%20do%20I%20return%20a%20tent'
  t.match(await fetchAs('ann', found), { isError: false, data: { text: /within thirty days/ } })
  for (const id of ['faq/returns', found]) t.match(await fetchAs('bob', id), { isError: true }, id)
  t.match(await fetchAs('bob', 'faq/delivery'), { isError: false }, 'one for everyone needs no search')
  t.match(await fetchAs('bob', 'faq/.'), { isError: true }, 'the list of documents is no document')
})

t.test('has the limits and rights of the other routes', async t => {
  const service = await twoCompanies(t, { config: { RATE_LIMIT_CALLS: 2 } })
  const client = await connect(t, service.url, { key: (await addKey(service, 'shop')).text, query: '?user_id=u1' })
  for (let n = 0; n < 2; n++) t.notOk((await call(client, 'ask', { question: `Tent ${n}?` })).isError)
  t.match(await call(client, 'ask', { question: 'Tent?' }), { isError: true, text: /RATE_LIMITED\) Try again in \d+ s/ })
  const { text: secret, id } = await addKey(service, 'shop', ['chat'], 'signing')
  const token = await new SignJWT({ sub: 'u9' }).setProtectedHeader({ alg: 'HS256', kid: id }).setIssuedAt().setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))
  const user = await connect(t, service.url, { key: token })
  t.notOk((await call(user, 'ask', { question: 'Can I return a tent?' })).isError, 'the user of a token is its own')
  await t.rejects(connect(t, service.url, { key: token, query: '?user_id=u1' }), /WRONG_USER|another user|403/)
  await t.rejects(connect(t, service.url, { key: 'cau_wrong' }), /401|not valid/)
  await t.rejects(connect(t, service.url), /401|key/)
})

t.test('refuses other pages where no key is required, as every route does', async t => {
  const { url } = await startTestApp(t)
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const headers = { accept: 'application/json, text/event-stream' }
  const status = async (more: Record<string, string>) => (await ask(url, body, { path: '/mcp', headers: { ...headers, ...more } })).status
  t.equal(await status({}), 200)
  t.equal(await status({ origin: 'https://evil.example' }), 403)
  t.equal(await status({ 'x-forwarded-for': '1.2.3.4' }), 403)
  const get = await ask(url, undefined, { method: 'GET', path: '/mcp' })
  t.match([get.status, get.headers.allow], [405, 'POST'], 'there is no stream to listen to: clients go on without')
})

t.test('answers clients that take JSON alone, a stream alone, or do not say', async t => {
  const { url } = await startTestApp(t)
  const request = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
  const listing = { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'search' }, { name: 'fetch' }, { name: 'ask' }] } }
  const post = async (accept: string | undefined, body: object = request) => {
    const answer = await ask(url, body, { path: '/mcp', headers: accept === undefined ? {} : { accept } })
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }
  for (const accept of ['application/json', 'application/json;q=0.9', 'application/*']) {
    const { status, headers, body } = await post(accept)
    t.equal(status, 200, accept)
    t.match(headers['content-type'], /^application\/json/, accept)
    t.match(JSON.parse(body), listing, accept)
  }
  for (const accept of [undefined, '*/*', 'application/json, text/plain, */*', 'text/event-stream']) {
    const { status, body } = await post(accept)
    t.equal(status, 200, accept ?? 'not said')
    t.match(JSON.parse(/^data: (.*)$/m.exec(body)![1]!), listing, accept ?? 'not said')
  }
  t.match(JSON.parse((await post('application/json', { ...request, method: 'nothing' })).body), { id: 1, error: { code: Number } })
  t.match(JSON.parse((await post('application/json', [request, { ...request, id: 2 }])).body), [{ id: 1 }, { id: 2 }])
  t.equal((await post('application/json', { jsonrpc: '2.0', method: 'notifications/initialized' })).status, 202)
  t.equal((await post('text/html')).status, 406)
})

t.test('answers wrong requests in words, and cleans what a model says', async t => {
  const model = fakeModel(['See ![x](https://evil.example/p.png) two days [1].'])
  const service = await twoCompanies(t, { model })
  const client = await connect(t, service.url, { query: '?company_id=shop' })
  t.notMatch((await call(client, 'ask', { question: 'How long does delivery take?' })).text, /!\[/)
  t.match(await call(client, 'search', {}), { isError: true, text: /"query" must be a text/ })
  t.match(await call(client, 'search', { query: 'x', limit: 5000 }), { isError: true, text: /limit.*INVALID_BODY/ })
  t.match(await call(client, 'search', { query: 'x', explain: true }), { isError: true, text: /no argument "explain"/ })
  await t.rejects(client.callTool({ name: 'delete_all', arguments: {} }), /no such tool/)
})

t.test('speaks the newer protocol too', async t => {
  const { url } = await twoCompanies(t)
  const client = new ModernClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new ModernTransport(new URL(`${url}/mcp?company_id=shop`)))
  t.teardown(() => client.close())
  t.same((await client.listTools()).tools.map(({ name }) => name), ['search', 'fetch', 'ask'])
  const { structuredContent } = await client.callTool({ name: 'ask', arguments: { question: 'Can I return a tent?' } })
  t.match(structuredContent, { finish_reason: 'stop', answer: /thirty days/ })
})
