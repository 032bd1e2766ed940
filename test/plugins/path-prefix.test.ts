// Under a path of a web site: behind a proxy that removes the path, and behind one that does not.
import t, { type Test } from 'tap'
import { buildWeb } from '../../scripts/web.mjs'
import { createTrust, readPathPrefix, trustedProxies, withoutPathPrefix } from '../../src/http-settings.ts'
import { makeKey } from '../../src/keys/key.ts'
import { question } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { startProxy } from '../fixtures/forward-proxy.ts'
import { startTestApp } from '../helper.ts'

/** Serves the service below `/site/assistant`; every other address is another service's. */
async function startBehindProxy (t: Test, service: string, { strips }: { strips: boolean }): Promise<string> {
  const url = await startProxy(t, incoming => {
    const path = incoming.url!
    if (!path.startsWith('/site/assistant')) return null
    const passed = strips ? path.slice('/site/assistant'.length) || '/' : path
    const named: Record<string, string> = strips ? { 'x-forwarded-prefix': '/site/assistant' } : {}
    return { url: service + passed, headers: { ...incoming.headers, 'x-forwarded-for': '203.0.113.9', ...named } }
  })
  return `${url}/site/assistant`
}

for (const [name, strips, config] of [
  ['a proxy that removes the path and names it', true, { TRUST_PROXY: 'loopback' }],
  ['a proxy that passes the path on', false, { BASE_PATH: '/site/assistant/' }],
] as const) {
  t.test(`behind ${name}`, async t => {
    // The page of the routes links to the console.
    await buildWeb()
    const { app, url } = await startTestApp(t, { model: fakeModel(['Two days [1].']), config: { ...config, KEY_CACHE_SECONDS: 0 } })
    // Without keys, a request that a proxy has forwarded is refused.
    const { text, key } = makeKey({ company: 'shop', scopes: ['chat', 'write'] })
    await app.keys.create(key)
    const authorization = `Bearer ${text}`
    const base = await startBehindProxy(t, url, { strips })

    const page = await fetch(`${base}/docs`)
    t.equal(page.url, `${base}/docs/`, 'the page has the slash that its files need')
    const html = await page.text()
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!)
    t.ok(files.length > 4)
    t.ok(html.includes(`curl -N ${base}/chat -H`), 'its commands have the address of this page')
    for (const file of files) t.equal((await fetch(new URL(file, page.url))).status, 200, file)
    for (const path of ['/docs/json', '/openapi.json']) {
      t.match(await (await fetch(base + path)).json(), { openapi: '3.1.0', servers: [{ url: '/site/assistant' }] }, path)
    }

    if (!strips) {
      const bare = await fetch(base, { redirect: 'manual' })
      t.equal(bare.status, 302)
      t.equal(new URL(bare.headers.get('location')!, base).pathname, '/site/assistant/', 'so has the console')
    }
    const answer = await fetch(`${base}/chat`, {
      method: 'POST', headers: { 'content-type': 'application/json', authorization }, body: JSON.stringify({ ...question, stream: false }),
    })
    t.match(await answer.json(), { finish_reason: 'stop' })
    const upload = await fetch(`${base}/v1/indexes/faq/documents?company_id=shop`, {
      method: 'PUT', headers: { 'content-type': 'application/json', authorization }, body: '[{"id":"x","question":"Q?","answer":"A."}]',
    })
    t.equal(upload.status, 202)
    const location = upload.headers.get('location')!
    t.match(location, /^\/site\/assistant\/v1\/tasks\//)
    t.equal((await fetch(`${new URL(location, base)}?company_id=shop`, { headers: { authorization } })).status, 200)
    t.equal((await fetch(`${url}/health`)).status, 200, 'past the proxy there is no path')
  })
}

t.test('believes the header of a trusted proxy alone, and only a path', async t => {
  const servers = async (url: string, prefix: string) =>
    (await (await fetch(`${url}/openapi.json`, { headers: { 'x-forwarded-prefix': prefix } })).json() as { servers: unknown }).servers
  const { url: open } = await startTestApp(t, { config: { TRUST_PROXY: '10.0.0.0/8' } })
  t.same(await servers(open, '/evil'), [{ url: '/' }])
  const { url } = await startTestApp(t, { config: { TRUST_PROXY: '1', BASE_PATH: '/base' } })
  for (const [header, expected] of [
    ['/a', '/a'], ['/a/', '/a'], ['/outer, /inner', '/outer/inner'], ['//evil.example', '/base'], ['https://evil.example', '/base'],
    ['/a/../b', '/base'], ['/"><script>', '/base'], ['', '/base'],
  ] as const) t.same(await servers(url, header), [{ url: expected }], header)
})

t.test('the page of the routes takes nothing of a proxy\'s headers but an address', async t => {
  const { url } = await startTestApp(t, { config: { TRUST_PROXY: '1' } })
  const page = async (proto: string) => (await fetch(`${url}/docs/`, { headers: { 'x-forwarded-proto': proto } })).text()
  t.ok((await page('https')).includes(`curl -N ${url.replace('http:', 'https:')}/chat`))
  t.notOk((await page('"><img>')).includes('"><img>'))
})

t.test('reads and removes a prefix', async t => {
  for (const [value, prefix] of [
    ['', ''], ['/', ''], ['/a', '/a'], ['/a/b/', '/a/b'], ['a', null], ['//a', null], ['/a b', null],
  ] as const) t.equal(readPathPrefix(value), prefix, value)
  for (const [url, rest] of [
    ['/a', '/'], ['/a/', '/'], ['/a?x', '/?x'], ['/a/chat', '/chat'], ['/ab', '/ab'], ['/chat', '/chat'],
  ] as const) t.equal(withoutPathPrefix(url, '/a'), rest, url)
  t.equal(withoutPathPrefix('/chat', ''), '/chat')
})

t.test('trusts the addresses that the setting names', async t => {
  for (const [setting, address, trusted] of [
    ['false', '127.0.0.1', false], ['true', '203.0.113.9', true], ['1', '203.0.113.9', true], ['loopback', '127.0.0.1', true],
    ['loopback', '::ffff:127.0.0.1', true], ['loopback', '::1', true], ['10.0.0.0/8', '10.1.2.3', true], ['10.0.0.0/8', '11.1.2.3', false],
    ['uniquelocal', '192.168.1.1', true], ['fd00::/8', 'fd12::1', true], ['10.0.0.1', '10.0.0.2', false],
  ] as const) t.equal(createTrust(trustedProxies(setting)!)(address), trusted, `${setting} ${address}`)
})
