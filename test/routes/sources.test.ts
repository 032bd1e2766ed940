// /v1/sources: what commands that keep an index in sync report, for each company.
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { isOverdue, maxSources, type StoredSource } from '../../src/sources/store.ts'
import { buildTestApp, temporaryFolder, writeCompany } from '../helper.ts'

const report = {
  kind: 'crawl', index: 'faq', place: 'https://shop.example', state: 'waiting', changed: 3, unchanged: 40, gone: 1, failed: 1,
  problems: ['https://shop.example/old: HTTP 500'], next_in_seconds: 3600,
}

async function make (t: Test) {
  const dir = await temporaryFolder(t)
  for (const id of ['shop', 'store']) await writeCompany(dir, id)
  const { app } = await buildTestApp(t, { config: { SAMPLES_DIR: dir, KEY_CACHE_SECONDS: 0 } })
  const send = async (method: 'GET' | 'PUT' | 'DELETE', url: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await app.inject({ method, url, headers, ...(body ? { body } : {}) })
    return { status: response.statusCode, ...(response.body === '' ? {} : response.json()) }
  }
  const keyed = async (company: string, ...scopes: Scope[]) => {
    const { key, text } = makeKey({ company, scopes })
    await app.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  return { app, send, keyed }
}

t.test('keeps the last report of each source, and forgets one', async t => {
  const { send } = await make(t)
  t.match(await send('PUT', '/v1/sources/a', { company_id: 'shop', ...report }), { status: 200, id: 'a', overdue: false })
  await send('PUT', '/v1/sources/b', { company_id: 'shop', ...report, kind: 'watch', place: '/srv/docs', state: 'following' })
  await send('PUT', '/v1/sources/a', { company_id: 'shop', ...report, state: 'running' })
  const { data } = await send('GET', '/v1/sources?company_id=shop')
  t.match(data, [{ ...report, id: 'a', state: 'running' }, { id: 'b', place: '/srv/docs' }])
  t.same((await send('GET', '/v1/sources?company_id=store')).data, [])
  t.match(await send('DELETE', '/v1/sources/a?company_id=shop'), { status: 204 })
  t.match(await send('DELETE', '/v1/sources/a?company_id=shop'), { status: 404, code: 'SOURCE_NOT_FOUND' })
  t.match((await send('GET', '/v1/sources?company_id=shop')).data, [{ id: 'b' }])
  t.match((await send('GET', '/v1/audit')).data, [{ action: 'source.forget', target: 'a', company_id: 'shop' }])
})

t.test('refuses what is no report, and keys that may not write or are of another company', async t => {
  const { send, keyed } = await make(t)
  for (const wrong of [{ state: 'happy' }, { changed: -1 }, { problems: Array(21).fill('x') }, { next_in_seconds: 0 }, { place: '' }]) {
    t.match(await send('PUT', '/v1/sources/a', { company_id: 'shop', ...report, ...wrong }), { status: 400 }, JSON.stringify(wrong))
  }
  t.match(await send('PUT', '/v1/sources/a', { company_id: 'shop', ...report, index: 'other' }), { code: 'UNKNOWN_INDEX' })
  t.match(await send('PUT', '/v1/sources/a', { company_id: 'nobody', ...report }), { status: 404, code: 'UNKNOWN_COMPANY' })
  const [chat, write] = [await keyed('shop', 'chat'), await keyed('shop', 'chat', 'write')]
  t.match(await send('GET', '/v1/sources', undefined, chat), { status: 403, code: 'SCOPE_MISSING' })
  t.match(await send('PUT', '/v1/sources/a', { company_id: 'store', ...report }, write), { status: 403, code: 'WRONG_COMPANY' })
  t.match(await send('PUT', '/v1/sources/a', report, write), { status: 200 })
})

t.test('keeps a hundred sources, those heard of last', async t => {
  const { app } = await make(t)
  const { next_in_seconds: nextInSeconds, ...rest } = report
  for (let n = 0; n <= maxSources; n++) await app.sources.put('shop', { ...rest, id: `s${n}`, nextInSeconds, at: n } as StoredSource)
  const all = await app.sources.list('shop')
  t.equal(all.length, maxSources)
  t.same([all[0]!.id, all.at(-1)!.id], [`s${maxSources}`, 's1'])
})

t.test('a source that is not heard of when it should be is overdue', async t => {
  const source = { at: 0, nextInSeconds: 60, state: 'following' } as StoredSource
  t.equal(isOverdue(source, 180_000), false)
  t.equal(isOverdue(source, 180_001), true)
  t.equal(isOverdue({ ...source, nextInSeconds: null }, 1e12), false)
  t.equal(isOverdue({ ...source, state: 'ended' }, 1e12), false)
})
