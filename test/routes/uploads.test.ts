// Uploads over HTTP: lists, files, several at once; rejected, followed, cancelled, and asked about a moment later.
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { question } from '../fixtures/app-client.ts'
import { docx, pdf, wordParagraph } from '../fixtures/files.ts'
import { list, send, sendAndWait, taskOf, type Body } from '../fixtures/uploads.ts'
import { sharedReaders } from '../fixtures/shared-readers.ts'
import { startTestApp } from '../helper.ts'

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Starts a service; with settings of its own it also has reader processes of its own. */
async function shop (t: Test, config: object = {}) {
  const readers = Object.keys(config).length === 0 ? { readers: sharedReaders() } : {}
  const { app, url, dir } = await startTestApp(t, { config: { ...config }, ...readers })
  const get = async (path: string) => (await app.inject({ url: `${path}${path.includes('?') ? '&' : '?'}company_id=shop` })).json()
  const ids = async (index = 'faq') => (await get(`/v1/indexes/${index}/documents`)).data.map(({ id }: { id: string }) => id)
  const ask = async (message: string) => {
    // While some documents have vectors and others do not, those that have are found first.
    await app.vectors.fill(['shop'])
    return (await app.inject({ method: 'POST', url: '/chat', payload: { ...question, message, stream: false } })).json()
  }
  return { app, url, dir, get, ids, ask }
}

t.test('stores a list of documents by their ids, read as the index says; the same again costs nothing', async t => {
  const { url, ids, ask } = await shop(t)
  const documents = [
    { id: 'dogs', question: 'May dogs come in?', answer: 'Dogs are welcome on a lead.' },
    { id: 'cats', question: 'May cats come in?', answer: 'Cats stay outside.' },
  ]
  const sent = await send(url, '', list(documents), 'application/json')
  t.match(sent, {
    status: 202, location: `/v1/tasks/${sent.body.task.id}`,
    body: { task: { company_id: 'shop', index: 'faq', files: [{ name: '', bytes: list(documents).length }] } },
  })
  t.match(await taskOf(url, sent.body.task.id), { status: 'done', written: 2, unchanged: 0, rejected: 0, chunks: 2, error: null })
  t.same(await ids(), ['cats', 'delivery', 'dogs', 'returns'])
  t.match(await ask('May dogs come in?'), { answer: /on a lead/ })
  t.match(await sendAndWait(url, '', documents.map(document => JSON.stringify(document)).join('\n'), 'application/x-ndjson'), {
    written: 0, unchanged: 2,
  })
  t.match(await sendAndWait(url, '', list([{ ...documents[0], answer: 'Dogs wait outside.' }]), 'application/json'), {
    written: 1, unchanged: 0,
  })
  t.match(await ask('May dogs come in?'), { answer: /wait outside/ }, 'the old answer is not given again')
})

t.test('lists rejected items one by one, and stores the others', async t => {
  const { url, ids } = await shop(t)
  const task = await sendAndWait(
    url, '', '{"id":"a","question":"A?","answer":"Yes."}\n{"question":"Who am I?"}\n{"id":\n{"id":"e"}\n', 'application/x-ndjson'
  )
  t.match(task, { status: 'done', written: 1, rejected: 3 })
  t.same(task.rejections.map(({ document, reason }) => [document, reason]).sort(), [
    ['2', 'it has no id of its own'], ['3', 'it is not JSON'],
    ['4', 'it contains nothing to search; sought "question", "answer", found "id"'],
  ])
  t.same(await ids(), ['a', 'delivery', 'returns'])
  t.match(await sendAndWait(url, '', '[{"id":"x"', 'application/json'), {
    status: 'failed', rejections: [{ code: 'FILE_REJECTED', reason: 'broken' }],
  })
  const { rejections } = await sendAndWait(url, '', '[{"id":"x","answer":"X","access":["staff"]}]', 'application/json')
  t.equal(rejections.length, 1, 'the reason of the only item, not that the file is empty')
  t.match(rejections[0]!.message, /^The item was rejected: its access list cannot be read: .* a hundred at most\.$/)
  t.notMatch(rejections[0]!.message, /\.\.$/)
})

t.test('stores files of every kind, several at once, with page and headings in the citation', async t => {
  const { url, ids, ask, get } = await shop(t, { INGEST_CONCURRENCY: 2 })
  const form = new FormData()
  form.append(
    'file', new Blob([pdf([['Opening hours of the shop are nine to five.'], ['Gift vouchers are valid for three years.'], []])]),
    'leaflet.pdf'
  )
  form.append(
    'file', new Blob([docx(wordParagraph('Repairs', 'Heading1') + wordParagraph('Zips are repaired for twelve euros.'))]), 'repairs.docx'
  )
  form.append('file', new Blob(['# Care\n\nWash it.\n\n## Wool\n\nWool is washed by hand.']), 'care.md')
  form.append('file', new Blob(['id,question,answer\n1,Are there lockers?,Lockers cost one euro.\n']), 'more.csv')
  form.append('file', new Blob([Buffer.from('MZ\u0000\u0001\u0002\u0003')]), 'setup.exe')
  t.match(await sendAndWait(url, '', form), {
    status: 'done', written: 4, rejected: 1,
    rejections: [{ file: 'setup.exe', document: '', code: 'FILE_REJECTED', reason: 'unknown format' }],
    warnings: [{ file: 'leaflet.pdf', document: '', message: 'Page 3 of 3 without text; recognise it first (OCR).' }],
  })
  t.same(await ids(), ['care.md', 'delivery', 'leaflet.pdf', 'more.csv/1', 'repairs.docx', 'returns'])
  t.match((await ask('How long are gift vouchers valid?')).sources[0], { id: /^faq\/leaflet\.pdf/, title: 'leaflet', page: 2 })
  t.match((await ask('How is wool washed?')).sources[0], { title: 'Care', heading: 'Wool' })
  t.match(await ask('Are there lockers?'), { answer: /one euro/ })
  t.match((await get('/v1/indexes/faq/documents/leaflet.pdf')).pieces, [{ n: 0, page: 1 }, { n: 1, page: 2 }])
})

t.test('stores one file as the body, with its own name, title and address; its id keeps the folders', async t => {
  const { url, get } = await shop(t)
  t.match(
    await sendAndWait(
      url, 'name=guides/silk.txt&title=Silk&url=https://shop.example/silk&pinned=true', 'Silk is washed cold.', 'text/plain'
    ),
    { status: 'done', written: 1, files: [{ name: 'guides/silk.txt', bytes: 20 }] }
  )
  t.match(await get('/v1/indexes/faq/documents/guides%2Fsilk.txt'), { title: 'Silk', url: 'https://shop.example/silk', pinned: true })
  const long = `${'folder/'.repeat(50)}silk.txt`
  await sendAndWait(url, `name=${long}`, 'Silk is washed cold, it says here too.')
  t.match(await get(`/v1/indexes/faq/documents/${encodeURIComponent(long)}`), { id: long }, 'by a long name too')
  const form = new FormData()
  for (const folder of ['a', 'b']) form.append('file', new Blob([`Of ${folder}.`]), `${folder}/care.txt`)
  t.match(await sendAndWait(url, '', form), { written: 2, files: [{ name: 'a/care.txt' }, { name: 'b/care.txt' }] })
})

t.test('replaces the old version of a file, with everything that the new one no longer contains', async t => {
  const { url, ids } = await shop(t)
  const csv = (...names: string[]) => `id,question,answer\n${names.map(name => `${name},What is ${name}?,It is ${name}.\n`).join('')}`
  await sendAndWait(url, 'name=t.csv', csv('a', 'b', 'c'))
  await sendAndWait(url, 'name=t.csv.old', 'Another file.')
  t.match(await sendAndWait(url, 'name=t.csv', csv('b', 'd')), { written: 1, unchanged: 1, removed: 2 })
  t.same(await ids(), ['delivery', 'returns', 't.csv.old', 't.csv/b', 't.csv/d'])
  t.match(await sendAndWait(url, 'name=t.csv', 'id,question,answer\n'), { status: 'failed' })
  t.same(await ids(), ['delivery', 'returns', 't.csv.old', 't.csv/b', 't.csv/d'], 'a file that cannot be read loses nothing')
})

t.test('recognises a recently read file by its content, without sending it again', async t => {
  const { url, app, ids } = await shop(t)
  const text = 'Linen is ironed damp.'
  t.match(await send(url, `name=linen.txt&sha256=${sha256(text)}`), { status: 404, body: { code: 'FILE_UNKNOWN' } })
  t.match(await sendAndWait(url, `name=linen.txt&sha256=${sha256(text)}`, text), { written: 1 })
  t.match(await sendAndWait(url, `name=linen.txt&sha256=${sha256(text)}`), { status: 'done', written: 0, unchanged: 1 })
  await app.inject({ method: 'DELETE', url: '/v1/indexes/faq/documents/linen.txt?company_id=shop' })
  t.match(await sendAndWait(url, `name=linen.txt&sha256=${sha256(text)}`), { status: 'done', written: 1 }, 'it is put in again')
  t.ok((await ids()).includes('linen.txt'))
  t.match(await send(url, `name=other.txt&sha256=${sha256(text)}`), { status: 404 }, 'another name may be another title')
  t.match(await send(url, `name=linen.txt&sha256=${sha256('other')}`, text), { status: 400, body: { code: 'DIGEST_WRONG' } })
})

t.test('leaves nothing behind of a refused upload', async t => {
  const { url, dir } = await shop(t, { MAX_FILE_BYTES: 2000 })
  const cases: [query: string, body: Body | undefined, type: string | undefined, status: number, code: string][] = [
    ['', 'text', 'text/plain', 400, 'INVALID_BODY'],
    ['', undefined, undefined, 400, 'INVALID_BODY'],
    ['name=../x', 'text', undefined, 400, 'INVALID_BODY'],
    ['name=/etc/passwd', 'text', undefined, 400, 'INVALID_BODY'],
    ['name=a//b', 'text', undefined, 400, 'INVALID_BODY'],
    ['name=a%00b', 'text', undefined, 400, 'INVALID_BODY'],
    [`name=${'n'.repeat(401)}`, 'text', undefined, 400, 'INVALID_BODY'],
    ['name=a.txt', 'x'.repeat(3000), undefined, 413, 'FILE_TOO_LARGE'],
    [
      'name=a.txt',
      new ReadableStream({
        start (flow) {
          flow.enqueue(Buffer.alloc(3000))
          flow.close()
        },
      }),
      undefined, 413, 'FILE_TOO_LARGE',
    ],
    ['name=a.txt&nme=b', 'text', undefined, 400, 'INVALID_BODY'],
    ['', 'no boundary', 'multipart/form-data', 400, 'INVALID_BODY'],
  ]
  for (const [query, body, type, status, code] of cases) {
    t.match(await send(url, query, body, type), { status, body: { code } }, query || type || 'nothing')
  }
  const form = new FormData()
  form.append('file', new Blob([Buffer.alloc(3000)]), 'a.txt')
  t.match(await send(url, '', form), { status: 413, body: { code: 'FILE_TOO_LARGE' } })
  t.match(await send(url, 'name=a', 'x', undefined, { index: 'pages' }), { status: 400, body: { code: 'UNKNOWN_INDEX' } })
  t.match(await send(url, 'name=a', 'x', undefined, { company: 'nobody' }), { status: 404, body: { code: 'UNKNOWN_COMPANY' } })
  t.same(await readdir(join(dir, 'var', 'spool', 'shop')), [])
})

t.test('leaves nothing behind when a connection breaks in the middle', async t => {
  const { url, app, dir } = await shop(t)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const arrived = new Promise<void>(resolve => app.server.once('request', (_, response) => response.once('close', resolve)))
  socket.write('PUT /v1/indexes/faq/documents?company_id=shop&name=a.txt HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf of')
  await once(app.server, 'request')
  socket.destroy()
  await arrived
  for (const deadline = Date.now() + 60_000; (await readdir(join(dir, 'var', 'spool', 'shop')).catch(() => ['?'])).length > 0;) {
    if (Date.now() > deadline) return t.fail('there is something left')
  }
  t.match(await sendAndWait(url, 'name=a.txt', 'whole'), { status: 'done' })
})

t.test('refuses too many waiting uploads; does each in turn, and can cancel one', async t => {
  const { url, app, get } = await shop(t, { INGEST_QUEUE_MAX: 2 })
  // The first one waits for the store.
  const put = app.documents!.put
  const begun = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  app.documents!.put = async (...given) => {
    begun.resolve()
    await go.promise
    return put(...given)
  }
  const first = await send(url, 'name=1.txt', 'one')
  await begun.promise
  const second = await send(url, 'name=2.txt', 'two')
  t.match(await send(url, 'name=3.txt', 'three'), { status: 503, body: { code: 'QUEUE_FULL' } })
  t.match((await get('/v1/tasks')).data, [{ id: second.body.task.id, status: 'queued' }, { id: first.body.task.id, status: 'running' }])
  t.match(await taskOf(url, first.body.task.id, 0), { status: 'running', ended_at: null })
  t.equal((await app.inject({ method: 'DELETE', url: `/v1/tasks/${second.body.task.id}?company_id=shop` })).statusCode, 204)
  go.resolve()
  t.match(await taskOf(url, first.body.task.id), { status: 'done', written: 1 })
  t.match(await taskOf(url, second.body.task.id), { status: 'failed', error: { code: 'CANCELLED' }, written: 0 })
  t.equal((await app.inject({ method: 'DELETE', url: `/v1/tasks/${second.body.task.id}?company_id=shop` })).statusCode, 204, 'it has ended')
  t.match(await sendAndWait(url, 'name=3.txt', 'three'), { status: 'done' })
})

t.test('shows a task to its own company only, with a key that may write', async t => {
  const { url, app } = await shop(t)
  const { task } = (await send(url, 'name=a.txt', 'text')).body
  await taskOf(url, task.id)
  const keyOf = async (company: string | null, scope: 'chat' | 'write') => {
    const { text, key } = makeKey({ company, scopes: [scope], name: '', expiresAt: null })
    await app.keys.create(key)
    app.keyVerifier.drop()
    return { authorization: `Bearer ${text}` }
  }
  const [chat, write, other] = [await keyOf('shop', 'chat'), await keyOf('shop', 'write'), await keyOf('elsewhere', 'write')]
  const look = async (headers: object) =>
    (await app.inject({ url: `/v1/tasks/${task.id}`, headers: headers as Record<string, string> })).json()
  t.match(await look(write), { id: task.id, status: 'done' })
  t.match(await look(chat), { code: 'SCOPE_MISSING' })
  t.match(await look(other), { code: 'TASK_NOT_FOUND' })
  t.match(await send(url, 'name=b.txt', 'text', undefined, { headers: chat }), { status: 403 })
  t.match(await send(url, 'name=b.txt', 'text', undefined, { headers: other }), { status: 403, body: { code: 'WRONG_COMPANY' } })
  t.match(await send(url, 'name=b.txt', 'text', undefined, { headers: write }), { status: 202 })
})
