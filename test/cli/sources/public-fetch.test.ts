// Fetches from the public internet, and from nowhere else.
import { gzipSync, brotliCompressSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createPublicFetch, type PublicFetchOptions } from '../../../cli/sources/public-fetch.ts'
import { fakeLookup, startSite, type Answer } from '../../fixtures/web-site.ts'

function open (t: Test, options: Partial<PublicFetchOptions> = {}) {
  const fetch = createPublicFetch({ timeoutMs: 5000, maxBytes: 100_000, maxRedirects: 3, userAgent: 'causerie-test', ...options })
  t.teardown(() => fetch.close())
  return fetch
}

/** Starts a site that the fetcher may request. */
async function openSite (t: Test, answer: Answer, options: Partial<PublicFetchOptions> = {}) {
  const site = await startSite(t, answer)
  return { site, fetch: open(t, { allowPrivate: ['127.0.0.1'], allowPorts: [site.port], ...options }) }
}

t.test('returns a page with its type and validators', async t => {
  const { site, fetch } = await openSite(t, (_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', etag: '"v1"', 'last-modified': 'Sat, 21 Nov 2026 10:00:00 GMT' })
      .end('<p>Hello')
  )
  const page = await fetch.get(`${site.url}/page#part`)
  t.equal(new TextDecoder().decode(page.body), '<p>Hello')
  t.match(page, { status: 200, type: 'text/html; charset=utf-8', etag: '"v1"', lastModified: 'Sat, 21 Nov 2026 10:00:00 GMT' })
  t.equal(site.requests[0]!.headers['user-agent'], 'causerie-test')
})

t.test('returns 304 for an unchanged page', async t => {
  const { site, fetch } = await openSite(t, (request, response) => {
    response
      .writeHead(request.headers['if-none-match'] === '"v1"' && request.headers['if-modified-since'] ? 304 : 200, { etag: '"v1"' })
      .end()
  })
  const page = await fetch.get(site.url, { etag: '"v1"', lastModified: 'Sat, 21 Nov 2026 10:00:00 GMT' })
  t.match(page, { status: 304, etag: '"v1"' })
  t.equal(page.body.length, 0)
})

t.test('returns a status, with the pause that the server asks for', async t => {
  const { site, fetch } = await openSite(t, (request, response) => {
    if (request.url === '/busy') response.writeHead(429, { 'retry-after': '7' }).end('slow down')
    else response.writeHead(404).end('x'.repeat(200_000))
  })
  t.match(await fetch.get(`${site.url}/busy`), { status: 429, retryAfterMs: 7000 })
  const missing = await fetch.get(`${site.url}/missing`)
  t.equal(missing.status, 404)
  t.equal(missing.body.length, 0, 'and no body')
})

t.test('follows redirects, up to a limit', async t => {
  const { site, fetch } = await openSite(t, (request, response) => {
    const n = Number(request.url!.slice(1))
    if (n > 0) response.writeHead([301, 302, 303, 307, 308][n % 5]!, { location: `/${n - 1}` }).end()
    else response.end('there')
  })
  t.match(await fetch.get(`${site.url}/3`), { status: 200, url: `${site.url}/0` })
  await t.rejects(fetch.get(`${site.url}/4`), { code: 'SOURCE_UNAVAILABLE' })
  const stopped = await fetch.get(`${site.url}/3`, { mayFollow: url => !url.endsWith('/1') })
  t.ok(stopped.status >= 300 && stopped.status < 400)
  t.equal(stopped.url, `${site.url}/1`)
})

t.test('refuses URLs that it must not request', async t => {
  const fetch = open(t)
  for (const url of [
    '', 'nothing', 'file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,x', 'gopher://example.com', 'http://user@example.com/',
    'http://user:secret@example.com/', 'http://example.com:22/', 'https://example.com:8443/', 'http://127.0.0.1/', 'http://[::1]/',
    'http://0/', 'http://169.254.169.254/latest/meta-data/', 'http://0x08.8.8.8/', 'http://134744072/', 'http://8.8.2056/',
    'http://８.8.8.8/', 'http://8.8.8.8./', `http://example.com/${'x'.repeat(9000)}`,
  ]) { await t.rejects(fetch.get(url), { code: 'ADDRESS_REFUSED', statusCode: 400 }, url.slice(0, 60)) }
})

t.test('refuses a name with a private address when connecting, and sends nothing', async t => {
  const site = await startSite(t, (_, response) => response.end('secret'))
  const { lookup } = fakeLookup({
    'inside.test': '127.0.0.1', 'mixed.test': ['93.184.216.34', '127.0.0.1'], 'six.test': '::1', 'mapped.test': '::ffff:127.0.0.1',
    'meta.test': '169.254.169.254',
  })
  const fetch = open(t, { lookup, allowPorts: [site.port] })
  for (const name of ['inside', 'mixed', 'six', 'mapped', 'meta']) {
    await t.rejects(fetch.get(`http://${name}.test:${site.port}/`), { code: 'ADDRESS_REFUSED' }, name)
    await t.rejects(fetch.get(`https://${name}.test:${site.port}/`), { code: 'ADDRESS_REFUSED' }, `${name}, by TLS`)
  }
  await t.rejects(fetch.get(`http://nowhere.test:${site.port}/`), { code: 'SOURCE_UNAVAILABLE' })
  await t.rejects(fetch.get(`http://localhost:${site.port}/`), { code: 'SOURCE_UNAVAILABLE' }, 'the system is not asked beside the look-up')
  t.same(site.requests, [])
})

t.test('checks a name that changes its address between two requests', async t => {
  // The site listens on all of 127.0.0.0/8, and only one of these addresses is allowed.
  const site = await startSite(t, (_, response) => response.setHeader('connection', 'close').end('page'), '0.0.0.0')
  const addresses = ['127.0.0.1', '127.0.0.2']
  const { lookup, asked } = fakeLookup({ 'rebind.test': () => addresses.shift()! })
  const fetch = open(t, { lookup, allowPrivate: ['127.0.0.1'], allowPorts: [site.port] })
  t.equal((await fetch.get(`http://rebind.test:${site.port}/`)).status, 200)
  t.equal(asked.length, 1, 'a name is looked up once per connection: the checked address is the one that is used')
  await t.rejects(fetch.get(`http://rebind.test:${site.port}/`), { code: 'ADDRESS_REFUSED' })
  t.equal(site.requests.length, 1)
})

t.test('refuses redirects to forbidden addresses', async t => {
  const inside = await startSite(t, (_, response) => response.end('secret'))
  const targets = [
    `http://inside.test:${inside.port}/`, 'http://10.0.0.1/', 'http://[::1]/', '//169.254.169.254/', 'http://0x7f.1/', '//2130706433/',
    '//0x8080808/', 'file:///etc/passwd', 'http://user:secret@example.com/', 'http://example.com:25/', 'javascript:alert(1)',
  ]
  const { lookup } = fakeLookup({ 'inside.test': '127.0.0.2', 'open.test': '127.0.0.1' })
  const { site, fetch } = await openSite(
    t, (request, response) => response.writeHead(302, { location: targets[Number(request.url!.slice(1))] }).end(), { lookup }
  )
  const wide = open(t, { lookup, allowPrivate: ['127.0.0.1'], allowPorts: [site.port, inside.port, 80] })
  for (const [n, target] of targets.entries()) {
    await t.rejects(wide.get(`http://open.test:${site.port}/${n}`), { code: 'ADDRESS_REFUSED' }, target)
    await t.rejects(fetch.get(`${site.url}/${n}`), { code: 'ADDRESS_REFUSED' }, target)
  }
  t.same(inside.requests, [])
})

t.test('decompresses pages, up to the limit', async t => {
  const text = Buffer.from('word '.repeat(1000))
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  const { site, fetch } = await openSite(t, (request, response) => {
    const bodies: Record<string, [string, Buffer]> = {
      '/gzip': ['gzip', gzipSync(text)], '/br': ['br', brotliCompressSync(text)], '/bomb': ['gzip', bomb], '/odd': ['compress', text],
      '/twice': ['gzip, gzip', gzipSync(gzipSync(text))], '/cut': ['gzip', gzipSync(text).subarray(0, 20)],
      '/members': ['gzip', Buffer.concat(Array.from({ length: 100 }, () => gzipSync(text)))],
    }
    const [encoding, body] = bodies[request.url!]!
    response.writeHead(200, { 'content-encoding': encoding }).end(body)
  })
  for (const path of ['/gzip', '/br']) t.equal(Buffer.from((await fetch.get(site.url + path)).body).compare(text), 0, path)
  const before = process.memoryUsage().arrayBuffers
  await t.rejects(fetch.get(`${site.url}/bomb`), { code: 'FILE_TOO_LARGE' })
  t.ok(process.memoryUsage().arrayBuffers - before < 20_000_000, 'without unpacking all of it')
  await t.rejects(fetch.get(`${site.url}/members`), { code: 'FILE_TOO_LARGE' })
  for (const path of ['/odd', '/twice', '/cut']) await t.rejects(fetch.get(site.url + path), { code: 'SOURCE_UNAVAILABLE' }, path)
})

t.test('refuses a page that is too large', async t => {
  const { site, fetch } = await openSite(t, (request, response) => {
    if (request.url === '/told') response.setHeader('content-length', 1e9)
    const write = () => { while (!response.destroyed && response.write(Buffer.alloc(50_000))); }
    response.on('drain', write)
    write()
  })
  await t.rejects(fetch.get(`${site.url}/told`), { code: 'FILE_TOO_LARGE' })
  await t.rejects(fetch.get(`${site.url}/endless`), { code: 'FILE_TOO_LARGE' })
})

t.test('gives up servers that are too slow', async t => {
  const { site, fetch } = await openSite(t, (request, response) => {
    if (request.url === '/silent') return
    response.write('a')
    if (request.url === '/stuck') return
    const timer = setInterval(() => response.write('a'), 10)
    response.on('close', () => clearInterval(timer))
  }, { timeoutMs: 400, silenceMs: 200 })
  for (const path of ['/silent', '/stuck', '/dripping']) {
    await t.rejects(fetch.get(site.url + path), { code: 'SOURCE_UNAVAILABLE', retryable: true }, path)
  }
})

t.test('ends when the caller leaves', async t => {
  const { site, fetch } = await openSite(t, () => {})
  const leaving = new AbortController()
  const reason = new Error('left')
  const asked = fetch.get(site.url, { signal: leaving.signal })
  leaving.abort(reason)
  await t.rejects(asked, reason)
  await t.rejects(fetch.get(site.url, { signal: leaving.signal }), reason)
})

t.test('reports a server that breaks off', async t => {
  const { site, fetch } = await openSite(t, (request, response) => {
    if (request.url === '/half') response.setHeader('content-length', 100).write('half', () => response.destroy())
    else request.socket.destroy()
  })
  await t.rejects(fetch.get(`${site.url}/half`), { code: 'SOURCE_UNAVAILABLE' })
  await t.rejects(fetch.get(`${site.url}/none`), { code: 'SOURCE_UNAVAILABLE' })
})
