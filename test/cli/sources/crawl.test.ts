// Keeping up with a site's pages: what is asked, what is told, what is left alone.
import type { IncomingMessage } from 'node:http'
import t, { type Test } from 'tap'
import { canonicalUrl, siteOf } from '../../../cli/sources/canonical.ts'
import { crawl, type CrawlOptions, type PageState } from '../../../cli/sources/crawl.ts'
import { createPublicFetch } from '../../../cli/sources/public-fetch.ts'
import { createRobots } from '../../../cli/sources/robots.ts'
import { fakeLookup, startSite } from '../../fixtures/web-site.ts'

interface Page { status?: number, body?: string, headers?: Record<string, string> }
type Pages = Record<string, Page | ((request: IncomingMessage) => Page)>

/** A site of these pages, and a crawler whose clock is not that of the wall. */
async function open (t: Test, pages: Pages, options: Partial<CrawlOptions> = {}) {
  const site = await startSite(t, (request, response) => {
    const entry = pages[request.url!]
    const { status = entry ? 200 : 404, body = '', headers = {} } = typeof entry === 'function' ? entry(request) : entry ?? {}
    const etag = status === 200 ? `"${Buffer.from(body).toString('base64url').slice(0, 40)}"` : undefined
    if (etag && request.headers['if-none-match'] === etag && !headers['no-etag']) return response.writeHead(304).end()
    response
      .writeHead(status, { ...(etag && !headers['no-etag'] && { etag }), 'content-type': 'text/html', ...headers })
      .end(body.replaceAll('HOST', `http://127.0.0.1:${site.port}`))
  })
  const { lookup } = fakeLookup({ 'shop.test': '127.0.0.1', 'www.shop.test': '127.0.0.1', 'other.test': '127.0.0.1' })
  const fetch = createPublicFetch({
    timeoutMs: 5000, maxBytes: 100_000, maxRedirects: 3, userAgent: 'causerie/1', lookup, allowPrivate: ['127.0.0.1'],
    allowPorts: [site.port],
  })
  t.teardown(() => fetch.close())
  const kept = new Map<string, PageState>()
  const state = {
    get: async (url: string) => kept.get(url),
    set: async (url: string, page: PageState) => { kept.set(url, page) },
    delete: async (url: string) => { kept.delete(url) },
  }
  let now = 0
  const slept: number[] = []
  async function run (seeds: CrawlOptions['seeds'], more: Partial<CrawlOptions> = {}) {
    const changed: string[] = []
    const gone: string[] = []
    const failed: string[] = []
    const short = (url: string) => url.replace(site.url, '')
    const absolute = (list: readonly string[] = []) => list.map(url => url.startsWith('/') ? site.url + url : url)
    const robots = createRobots({ fetch, agent: 'causerie' })
    const counts = await crawl({
      seeds: {
        pages: absolute(seeds.pages), sitemaps: absolute(seeds.sitemaps), sites: absolute(seeds.sites), known: absolute(seeds.known),
      },
      fetch, robots, state, perHost: 1, delayMs: 0, now: () => now,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted()
        slept.push(ms)
        now += ms
      },
      onPage: async ({ url, body }) => {
        changed.push(`${short(url)} ${new TextDecoder().decode(body)}`)
      },
      onGone: async url => {
        gone.push(short(url))
      },
      onFailed: (url, error) => failed.push(`${short(url)} ${error.code}`),
      ...options, ...more,
    })
    return { counts, changed, gone, failed }
  }
  return { site, kept, slept, run, fetch, state }
}

t.test('new pages are told, then only those that have changed', async t => {
  const pages: Pages = {
    '/sitemap.xml': {
      body:
        '<urlset><url><loc>/a</loc><lastmod>2026-11-20</lastmod></url>' +
        '<url><loc>/b</loc></url><url><loc>/c#x</loc></url><url><loc>/a</loc></url></urlset>',
    },
    '/a': { body: 'one' }, '/b': { body: 'two' }, '/c': { body: 'three', headers: { 'no-etag': '1' } },
  }
  const { site, kept, run } = await open(t, pages)
  const first = await run({ sitemaps: ['/sitemap.xml'] }, {})
  t.same(first.changed, ['/a one', '/b two', '/c three'])
  t.match(first.counts, { changed: 3, unchanged: 0, gone: 0, failed: 0, limited: false })
  const second = await run({ sitemaps: ['/sitemap.xml'] })
  t.same(second.changed, [], 'a page without validators is compared')
  t.equal(second.counts.unchanged, 3)
  t.ok(site.requests.at(-3)!.headers['if-none-match'])
  pages['/b'] = { body: 'two, changed' }
  delete pages['/a']
  pages['/c'] = { status: 410 }
  const third = await run({ sitemaps: ['/sitemap.xml'] })
  t.same([third.changed, third.gone, third.failed], [['/b two, changed'], ['/a', '/c'], []])
  t.same([...kept.keys()], [`${site.url}/b`])
})

t.test('the date of the sitemap and the place after redirects come along', async t => {
  const { site, run } = await open(t, {
    '/s.xml': { body: '<urlset><url><loc>/old</loc><lastmod>2026-11-20</lastmod></url></urlset>' },
    '/old': { status: 301, headers: { location: '/new?x#y' } }, '/new?x': { body: 'new' },
  })
  const told: unknown[] = []
  await run({ sitemaps: ['/s.xml'] }, { onPage: async ({ body, ...page }) => { told.push(page) } })
  t.same(told, [{ url: `${site.url}/old`, location: `${site.url}/new?x#y`, type: 'text/html', lastModified: new Date('2026-11-20') }])
})

t.test('robots.txt is respected, also after redirects', async t => {
  const { site, run } = await open(t, {
    '/robots.txt': { body: 'User-agent: causerie\nDisallow: /private\nSitemap: HOST/a.xml\nSitemap: /b.xml' },
    '/a.xml': { body: '<urlset><url><loc>/private/1</loc></url><url><loc>/way-in</loc></url><url><loc>/open</loc></url></urlset>' },
    '/b.xml': { body: '<urlset><url><loc>/b</loc></url></urlset>' }, '/way-in': { status: 302, headers: { location: '/private/2' } },
    '/open': { body: 'open' }, '/b': { body: 'b' }, '/private/1': { body: 'p' }, '/private/2': { body: 'p' },
  })
  const { counts, changed } = await run({ sites: ['/some/page'] })
  t.same(changed, ['/open open', '/b b'])
  t.match(counts, { disallowed: 1, elsewhere: 1, failed: 0 })
  t.notOk(site.paths().some(path => path.startsWith('/private')))
  t.equal(site.paths().filter(path => path === '/robots.txt').length, 1)
})

t.test('a site without robots.txt has its sitemap in the usual place', async t => {
  const { run } = await open(t, { '/sitemap.xml': { body: '<urlset><url><loc>/a</loc></url></urlset>' }, '/a': { body: 'a' } })
  t.same((await run({ sites: ['/'] })).changed, ['/a a'])
})

t.test('sitemaps that robots.txt names, or that others redirect to, are held to the rule for pages', async t => {
  const pages: Pages = { '/s.xml': { body: '<urlset><url><loc>/a</loc></url></urlset>' }, '/a': { body: 'a' } }
  const { site, run } = await open(t, pages)
  const at = (host: string, path: string) => `http://${host}:${site.port}${path}`
  pages['/moved.xml'] = { status: 302, headers: { location: at('other.test', '/s.xml') } }
  pages['/robots.txt'] = {
    body:
      `User-agent: *\nDisallow: /private\nSitemap: ${at('other.test', '/s.xml')}\nSitemap: /private.xml\nSitemap: ` +
      `${at('www.shop.test', '/s.xml')}`,
  }
  const named = await run({ sites: [at('shop.test', '/')] })
  t.same(named.changed, [`${at('www.shop.test', '/a')} a`])
  t.match(named.counts, { elsewhere: 1, disallowed: 1, failed: 0 })
  const moved = await run({ sitemaps: [at('shop.test', '/moved.xml')] })
  t.same(moved.failed, [`${at('shop.test', '/moved.xml')} SOURCE_UNAVAILABLE`])
  t.same(site.requests.filter(({ headers, url }) => headers.host!.startsWith('other.test') || url === '/private.xml'), [])
})

t.test('a robots.txt that redirects: on its site it is followed, to another it is not', async t => {
  const pages: Pages = {
    '/robots.txt': request =>
      request.headers.host!.startsWith('www.') ? { body: 'User-agent: *\nDisallow: /b' } : { status: 301, headers: { location: to } },
    '/a': { body: 'a' }, '/b': { body: 'b' },
  }
  const { site, run } = await open(t, pages)
  const at = (host: string, path: string) => `http://${host}:${site.port}${path}`
  let to = at('www.shop.test', '/robots.txt')
  const own = await run({ pages: [at('shop.test', '/a'), at('shop.test', '/b')] })
  t.match([own.changed, own.counts.disallowed], [[`${at('shop.test', '/a')} a`], 1])
  to = at('other.test', '/robots.txt')
  t.same((await run({ pages: [at('shop.test', '/a')] })).failed, [`${at('shop.test', '/a')} SOURCE_UNAVAILABLE`])
  t.notOk(site.requests.some(({ headers }) => headers.host!.startsWith('other.test')))
})

t.test('a site whose robots.txt cannot be read is left alone', async t => {
  const { site, run } = await open(t, { '/robots.txt': { status: 503 }, '/a': { body: 'a' } })
  t.match(await run({ pages: ['/a'] }), { failed: ['/a SOURCE_UNAVAILABLE'], counts: { disallowed: 0, changed: 0 } })
  t.same((await run({ sites: ['/'] })).failed, ['/ SOURCE_UNAVAILABLE'])
  t.same(site.paths(), ['/robots.txt', '/robots.txt'])
  const closed = await open(t, { '/robots.txt': { body: 'User-agent: *\nDisallow: /' } })
  t.same((await closed.run({ sites: ['/'] })).failed, [])
  t.same(closed.site.paths(), ['/robots.txt'])
})

t.test('only the seeds\' own sites are asked, with and without www', async t => {
  const pages: Pages = { '/a': { body: 'a' }, '/b': { body: 'b' } }
  const { site, run } = await open(t, pages)
  const at = (host: string, path: string) => `http://${host}:${site.port}${path}`
  pages['/off'] = { status: 301, headers: { location: at('other.test', '/b') } }
  pages['/list.txt'] = {
    body: [at('www.shop.test', '/a'), at('other.test', '/b'), at('shop.test', '/off'), 'http://shop.test/port', 'mailto:x@shop.test'].join(
      '\n'
    ),
  }
  const own = await run({ sitemaps: [at('shop.test', '/list.txt')] })
  t.same(own.changed, [`${at('www.shop.test', '/a')} a`])
  t.match(own.counts, { changed: 1, elsewhere: 3, failed: 0 })
  t.notOk(site.paths().includes('/b'))
  const all = await run({ sitemaps: [at('shop.test', '/list.txt')] }, { otherHosts: true })
  t.same(all.changed, [`${at('other.test', '/b')} b`])
})

t.test('two ways to a page are one page', async t => {
  const { run } = await open(t, {
    '/a': { body: 'a' }, '/x': { status: 301, headers: { location: '/a' } }, '/y': { status: 301, headers: { location: '/z' } },
    '/w': { status: 302, headers: { location: '/z#1' } }, '/z': { body: 'z' },
  })
  for (let i = 0; i < 2; i++) {
    const { counts, changed } = await run({ pages: ['/x', '/a', '/a?utm_source=letter', '/y', '/w'] })
    t.same(changed, i ? [] : ['/a a', '/y z'])
    t.match(counts, { elsewhere: 2, failed: 0 })
  }
})

t.test('a page that fails is tried again, with longer pauses, to a bound', async t => {
  let tries = 0
  const { slept, run } = await open(t, {
    '/a': () => (++tries < 3 ? { status: 503 } : { body: 'a' }), '/b': { status: 500 }, '/c': { status: 403 },
  })
  const { changed, failed, counts } = await run({ pages: ['/a', '/b', '/c'] })
  t.same(changed, ['/a a'])
  t.same(failed, ['/b SOURCE_UNAVAILABLE', '/c SOURCE_UNAVAILABLE'])
  t.equal(counts.failed, 2)
  t.same(slept, [1000, 2000, 1000, 2000, 4000], 'a refusal is not tried again')
})

t.test('Retry-After is honoured, and a server that asks for very long is left alone', async t => {
  let asked = 0
  const { site, slept, run } = await open(t, {
    '/a': () => (asked++ === 0 ? { status: 429, headers: { 'retry-after': '30' } } : { body: 'a' }),
    '/b': { status: 503, headers: { 'retry-after': '86400' } }, '/c': { body: 'c' },
  })
  const { changed, failed } = await run({ pages: ['/a', '/b', '/c'] })
  t.same(slept, [30_000])
  t.same(changed, ['/a a'])
  t.same(failed, ['/b SOURCE_UNAVAILABLE', '/c SOURCE_UNAVAILABLE'])
  t.notOk(site.paths().includes('/c'))
})

t.test('a host that fails again and again is left alone', async t => {
  const { site, run } = await open(t, {})
  const pages = Array.from({ length: 30 }, (_, i) => `/${i}`)
  const { counts } = await run(
    { pages },
    {
      fetch: {
        get: async url => {
          site.requests.push({ url } as IncomingMessage)
          throw new Error('down')
        },
      },
    }
  )
  t.equal(counts.failed, 30)
  t.equal(site.requests.filter(({ url }) => url!.startsWith('http')).length, 30, 'ten pages, three times each')
})

t.test('pauses between requests: ours, or what robots.txt asks for', async t => {
  const { slept, run } = await open(
    t, { '/robots.txt': { body: 'User-agent: *\nCrawl-delay: 2' }, '/a': { body: 'a' }, '/b': { body: 'b' }, '/c': { body: 'c' } },
    { delayMs: 100 }
  )
  await run({ pages: ['/a', '/b', '/c'] })
  t.same(slept, [2000, 2000])
})

t.test('sitemaps are read at the same pace, and tried again', async t => {
  let tries = 0
  const index = '<sitemapindex><sitemap><loc>/1.xml</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>'
  const { slept, run } = await open(
    t,
    {
      '/s.xml': () => (++tries < 2 ? { status: 503 } : { body: index }), '/1.xml': { body: '<urlset></urlset>' },
      '/2.xml': { body: '<urlset><url><loc>/a</loc></url></urlset>' }, '/a': { body: 'a' },
    },
    { delayMs: 100 }
  )
  t.same((await run({ sitemaps: ['/s.xml'] })).changed, ['/a a'])
  t.same(slept, [1000, 100, 100, 100])
})

t.test('a few requests at a time, to a limit of pages', async t => {
  let open_ = 0
  let most = 0
  const list = Array.from({ length: 40 }, (_, i) => `/${i}`)
  const { site, run, fetch } = await open(t, Object.fromEntries(list.map(path => [path, { body: path }])))
  const counted: CrawlOptions['fetch'] = {
    async get (url, options) {
      most = Math.max(most, ++open_)
      try {
        return await fetch.get(url, options)
      } finally {
        open_--
      }
    },
  }
  const { counts } = await run({ pages: list }, { fetch: counted, perHost: 3, limit: 25 })
  t.match(counts, { changed: 25, limited: true })
  t.equal(site.paths().filter(path => path === '/robots.txt').length, 1)
  t.equal(most, 3)
})

t.test('a page whose taking in fails ends the crawl and comes again', async t => {
  const { kept, run } = await open(t, { '/a': { body: 'a' }, '/b': { body: 'b' } })
  const broken = new Error('the disk is full')
  await t.rejects(run({ pages: ['/a', '/b'] }, { onPage: async () => { throw broken }, perHost: 2 }), broken)
  t.equal(kept.size, 0)
  t.equal((await run({ pages: ['/a', '/b'] })).counts.changed, 2)
})

t.test('it can be stopped', async t => {
  const stopping = new AbortController()
  const reason = new Error('stopped')
  const { run, kept } = await open(t, { '/a': () => { stopping.abort(reason); return { body: 'a' } }, '/b': { body: 'b' } })
  await t.rejects(run({ pages: ['/a', '/b'] }, { signal: stopping.signal }), reason)
  t.equal(kept.size, 0)
})

t.test('links are followed, to a depth, and known when the page has not changed', async t => {
  const link = (...to: string[]) => to.map(href => `<a href="${href}">x</a>`).join('')
  const pages: Pages = {
    '/': { body: link('/a', '/b#x', '/x.png', 'http://other.test/') }, '/a': { body: link('/c', '/') }, '/b': { body: 'b' },
    '/c': { body: link('/d') }, '/d': { body: 'd' },
  }
  const { site, kept, run } = await open(t, pages)
  const paths = (list: string[]) => list.map(line => line.split(' ')[0])
  t.same(paths((await run({ pages: ['/'] })).changed), ['/'], 'none unless it is asked for')
  t.same(paths((await run({ pages: ['/'] }, { depth: 2 })).changed), ['/a', '/b', '/c'], 'a page whose links are not known is read again')
  t.same(kept.get(`${site.url}/`)!.links, [`${site.url}/a`, `${site.url}/b`])
  pages['/c'] = { body: 'changed' }
  const { changed, counts } = await run({ pages: ['/'] }, { depth: 2 })
  t.same([paths(changed), counts.unchanged], [['/c'], 3])
  t.same(paths((await run({ pages: ['/'] }, { depth: 2, limit: 2 })).failed), [])
})

t.test('pages that were read before are asked for, though nothing leads to them any more', async t => {
  const pages: Pages = { '/a': { body: 'a' }, '/b': { body: 'b' } }
  const { run } = await open(t, pages)
  await run({ pages: ['/a', '/b'] })
  delete pages['/b']
  const { gone, counts } = await run({ pages: ['/a'], known: ['/b', 'http://other.test/c'] })
  t.same(gone, ['/b'])
  t.match(counts, { unchanged: 1, gone: 1, elsewhere: 0, failed: 0 }, 'other sites are not asked')
})

t.test('a page that is not there, and never was, has failed', async t => {
  const { run } = await open(t, { '/b': { status: 410 } })
  t.match(await run({ pages: ['/a', '/b'] }), {
    gone: [], failed: ['/a SOURCE_UNAVAILABLE', '/b SOURCE_UNAVAILABLE'], counts: { gone: 0, failed: 2 },
  })
})

t.test('a page that could not be taken in comes again', async t => {
  const { kept, run } = await open(t, { '/a': { body: 'a' } })
  t.match((await run({ pages: ['/a'] }, { onPage: async () => false })).counts, { changed: 0, failed: 1 })
  t.equal(kept.size, 0)
  t.same((await run({ pages: ['/a'] })).changed, ['/a a'])
})

t.test('seeds that are not asked for are told', async t => {
  const { run } = await open(t, {})
  const { failed } = await run({ pages: ['nothing', 'ftp://x.test/', 'http://169.254.169.254/latest'] })
  t.same(failed, ['nothing ADDRESS_REFUSED', 'ftp://x.test/ ADDRESS_REFUSED', 'http://169.254.169.254/latest ADDRESS_REFUSED'])
})

t.test('one way to write an address', async t => {
  t.equal(canonicalUrl('HTTPS://Shop.TEST:443/a/../b?x=1&utm_source=y&z=%20#top'), 'https://shop.test/b?x=1&z=+')
  t.equal(canonicalUrl('https://shop.test/?b=%20&a=1'), 'https://shop.test/?b=%20&a=1')
  t.equal(canonicalUrl('/b', 'https://shop.test/a'), 'https://shop.test/b')
  t.equal(canonicalUrl('javascript:alert(1)'), null)
  t.equal(canonicalUrl('https://user:secret@shop.test/'), null)
  t.equal(siteOf('https://www.shop.test/a'), siteOf('https://shop.test/b'))
})
