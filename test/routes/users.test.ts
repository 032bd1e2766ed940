// What is kept of a user is exported, and erased to the last byte, in SQLite and in Redis.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { noRedis, startRedis } from '../fixtures/redis-server.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { until } from '../fixtures/until.ts'
import { buildTestApp } from '../helper.ts'

const anna = 'anna-müller-4711'
const secret = 'zebrastripes'

async function make (t: Test, config: object = {}) {
  const { app, dir } = await buildTestApp(t, {
    config: { KEY_CACHE_SECONDS: 0, SIMILAR_ANSWERS: true, ...config },
    model: fakeModel(['It takes two working days. [1]']),
  })
  const keyed = async (company: string | null, ...scopes: Scope[]) => {
    const { key, text } = makeKey({ company, scopes })
    await app.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  const send = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await app.inject({ method, url, headers, ...(body ? { body } : {}) })
    const first = response.body.startsWith('{') ? JSON.parse(response.body.split('\n')[0]!) : {}
    return { status: response.statusCode, text: response.body, ...first }
  }
  /** Asks as a user, in a conversation of many turns, and rates the answers. */
  const use = async (user: string, word: string, turns = 3) => {
    for (let n = 0; n < turns; n++) {
      const { answer_id: id } = await send('POST', '/chat', {
        company_id: 'shop', user_id: user, conversation_id: `c-${word}`, stream: false,
        message: `${word} ${'very long '.repeat(200)} ${n}: how long does delivery take?`,
      })
      await send('POST', `/chat/${id}/feedback`, { company_id: 'shop', user_id: user, rating: -1, comment: `It says ${word}.` })
    }
    await until(() => app.conversations.stats().unwritten === 0)
    await app.gapRecorder?.flush()
  }
  const url = `/v1/users/${encodeURIComponent(anna)}`
  return { app, dir, keyed, send, use, url }
}

/** Returns the files below a folder that hold one of these texts. */
async function filesWith (dir: string, texts: string[]): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    // SQLite removes its journals at any moment; one that is gone holds nothing.
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (bytes && texts.some(text => bytes.includes(text))) found.push(entry.name)
  }
  return found
}

t.test('exports what is kept of a user, and nothing of others', async t => {
  const { send, use, url } = await make(t)
  await use(anna, secret)
  await use('bert', 'giraffe')
  const { status, text } = await send('GET', `${url}/export?company_id=shop`)
  t.equal(status, 200)
  const lines = text.trim().split('\n').map((line: string) => JSON.parse(line))
  t.match(lines.filter(({ type }: { type: string }) => type === 'conversation'), [{ conversation_id: `c-${secret}`, turns: { length: 3 } }])
  t.equal(lines.filter(({ type }: { type: string }) => type === 'feedback').length, 3)
  t.ok(lines.some(({ type }: { type: string }) => type === 'question without a good answer'))
  t.notMatch(text, /giraffe/)
  t.equal((await send('GET', '/v1/users/nobody/export?company_id=shop')).text, '')
})

t.test('erases a user from every file, to the last byte', async t => {
  const { app, dir, send, use, url } = await make(t)
  await use(anna, secret, 8)
  await use('bert', 'giraffe')
  // Some of it has been deleted before, by the user or by its age.
  await use(anna, `${secret}-2`)
  await send('DELETE', `/conversations/c-${secret}-2?company_id=shop&user_id=${encodeURIComponent(anna)}`)
  t.same(new Set(await filesWith(join(dir, 'var'), [anna, secret])).has('shop.sqlite-wal'), true, 'the test looks where it was')

  const receipt = await send('DELETE', `${url}?company_id=shop`)
  t.match(receipt, { status: 200, company_id: 'shop', user_id: anna, erased_at: /^\d{4}-/ })
  const count = (what: string) => receipt.erased.find((part: { what: string }) => part.what === what)?.count
  t.equal(count('conversations'), 1)
  t.equal(count('feedback'), 11)
  t.ok(count('answers') >= 11)
  t.ok(count('questions without a good answer') > 0)
  t.same(await filesWith(join(dir, 'var'), [anna, secret]), [])
  t.ok((await filesWith(join(dir, 'var'), ['giraffe'])).length > 0, 'others are still there')

  t.equal((await send('GET', `${url}/export?company_id=shop`)).text, '')
  t.match(await send('GET', '/conversations/c-giraffe?company_id=shop&user_id=bert'), { status: 200, turns: { length: 3 } })
  t.match(await send('POST', '/search', { company_id: 'shop', message: 'Can I return a tent?' }), { passages: [{ title: /return/ }] })
  t.match(await app.store.run('indexModels', 'shop', null), {}, 'vectors can still be read')
  const again = await send('DELETE', `${url}?company_id=shop`)
  t.ok(again.erased.every(({ count }: { count: number }) => count === 0))
})

t.test('finds by vectors as before once a file was rewritten', async t => {
  const { app, send, url } = await make(t)
  await app.vectors.fill(['shop'])
  const question = { company_id: 'shop', message: 'How long does delivery take?', explain: true }
  const search = async () => (await send('POST', '/search', question)).text
  const scores = (text: string) => JSON.parse(text).passages.map(({ id, score }: { id: string, score: number }) => [id, score])
  const before = scores(await search())
  t.match(await send('DELETE', `${url}?company_id=shop`), { status: 200 })
  t.same(scores(await search()), before)
})

t.test('erases a user from Redis too', { skip: noRedis }, async t => {
  const server = await startRedis(t)
  const { app, send, use, url, dir } = await make(t, { REDIS_URL: server.url })
  await use(anna, secret)
  await use('bert', 'giraffe')
  await until(() => app.answers.stats().redis!.unwritten === 0)
  const dump = async () => {
    const all: string[] = []
    for (const key of await app.redis!.send<string[]>(['KEYS', '*'])) {
      const type = await app.redis!.send<string>(['TYPE', key])
      const read = { hash: ['HGETALL', key], stream: ['XRANGE', key, '-', '+'], string: ['GET', key] }[type] ?? ['DUMP', key]
      all.push(key, JSON.stringify(await app.redis!.send(read)))
    }
    return all.join('\n')
  }
  t.match(await dump(), new RegExp(secret))
  t.match(await send('GET', `${url}/export?company_id=shop`), { text: new RegExp(secret) })
  const receipt = await send('DELETE', `${url}?company_id=shop`)
  t.match(receipt.erased.find(({ what }: { what: string }) => what === 'conversations'), { where: 'Redis', count: 1 })
  const left = await dump()
  t.notMatch(left, new RegExp(`${secret}|${anna}`))
  t.match(left, /giraffe/)
  t.same(await filesWith(join(dir, 'var'), [anna, secret]), [])
})

t.test('is for administrators of the company alone', async t => {
  const { send, keyed, url } = await make(t)
  t.match(await send('DELETE', url, undefined, await keyed('shop', 'chat', 'write')), { status: 403, code: 'SCOPE_MISSING' })
  t.match(await send('GET', `${url}/export`, undefined, await keyed('shop', 'chat', 'write')), { status: 403 })
  t.match(await send('DELETE', `${url}?company_id=shop`, undefined, await keyed('other', 'admin')), { status: 403, code: 'WRONG_COMPANY' })
  t.match(await send('DELETE', url, undefined, await keyed('shop', 'admin')), { status: 200 })
  t.match(await send('DELETE', `${url}?company_id=nobody`, undefined, await keyed(null, 'admin')), { status: 404, code: 'UNKNOWN_COMPANY' })
  t.match(await send('DELETE', url, undefined, await keyed(null, 'admin')), { status: 400, code: 'COMPANY_MISSING' })
  const admin = await keyed('shop', 'admin')
  t.match(await send('DELETE', '/v1/users/a%00b', undefined, admin), { status: 400 })
  t.match(await send('DELETE', `/v1/users/${encodeURIComponent('早'.repeat(256))}`, undefined, admin), { status: 200 })
  t.match(await send('DELETE', `/v1/users/${encodeURIComponent('../../keys')}`, undefined, admin), { status: 200, user_id: '../../keys' })
})
