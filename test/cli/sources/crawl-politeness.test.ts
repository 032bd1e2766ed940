// Crawling with manners: robots.txt, pauses, tries, and servers that are left alone.
import type { IncomingMessage } from 'node:http'
import t from 'tap'
import type { CrawlOptions } from '../../../cli/sources/crawl.ts'
import { crawledSite, type Pages } from '../../fixtures/crawled-site.ts'

t.test('obeys robots.txt, also after redirects', async t => {
  const { site, run } = await crawledSite(t, {
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

t.test('reads the sitemap at the usual place of a site without robots.txt', async t => {
  const { run } = await crawledSite(t, { '/sitemap.xml': { body: '<urlset><url><loc>/a</loc></url></urlset>' }, '/a': { body: 'a' } })
  t.same((await run({ sites: ['/'] })).changed, ['/a a'])
})

t.test('applies the rules for pages to sitemaps that robots.txt names or redirects lead to', async t => {
  const pages: Pages = { '/s.xml': { body: '<urlset><url><loc>/a</loc></url></urlset>' }, '/a': { body: 'a' } }
  const { site, run } = await crawledSite(t, pages)
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

t.test('follows a redirect of robots.txt on its site, not to another', async t => {
  const pages: Pages = {
    '/robots.txt': request =>
      request.headers.host!.startsWith('www.') ? { body: 'User-agent: *\nDisallow: /b' } : { status: 301, headers: { location: to } },
    '/a': { body: 'a' }, '/b': { body: 'b' },
  }
  const { site, run } = await crawledSite(t, pages)
  const at = (host: string, path: string) => `http://${host}:${site.port}${path}`
  let to = at('www.shop.test', '/robots.txt')
  const own = await run({ pages: [at('shop.test', '/a'), at('shop.test', '/b')] })
  t.match([own.changed, own.counts.disallowed], [[`${at('shop.test', '/a')} a`], 1])
  to = at('other.test', '/robots.txt')
  t.same((await run({ pages: [at('shop.test', '/a')] })).failed, [`${at('shop.test', '/a')} SOURCE_UNAVAILABLE`])
  t.notOk(site.requests.some(({ headers }) => headers.host!.startsWith('other.test')))
})

t.test('leaves a site alone whose robots.txt cannot be read', async t => {
  const { site, run } = await crawledSite(t, { '/robots.txt': { status: 503 }, '/a': { body: 'a' } })
  t.match(await run({ pages: ['/a'] }), { failed: ['/a SOURCE_UNAVAILABLE'], counts: { disallowed: 0, changed: 0 } })
  t.same((await run({ sites: ['/'] })).failed, ['/ SOURCE_UNAVAILABLE'])
  t.same(site.paths(), ['/robots.txt', '/robots.txt'])
  const closed = await crawledSite(t, { '/robots.txt': { body: 'User-agent: *\nDisallow: /' } })
  t.same((await closed.run({ sites: ['/'] })).failed, [])
  t.same(closed.site.paths(), ['/robots.txt'])
})

t.test('retries a page that fails, with growing pauses and a limit', async t => {
  let tries = 0
  const { slept, run } = await crawledSite(t, {
    '/a': () => (++tries < 3 ? { status: 503 } : { body: 'a' }), '/b': { status: 500 }, '/c': { status: 403 },
  })
  const { changed, failed, counts } = await run({ pages: ['/a', '/b', '/c'] })
  t.same(changed, ['/a a'])
  t.same(failed, ['/b SOURCE_UNAVAILABLE', '/c SOURCE_UNAVAILABLE'])
  t.equal(counts.failed, 2)
  t.same(slept, [1000, 2000, 1000, 2000, 4000], 'a refusal is not tried again')
})

t.test('obeys Retry-After, and leaves a server alone that asks for very long', async t => {
  let asked = 0
  const { site, slept, run } = await crawledSite(t, {
    '/a': () => (asked++ === 0 ? { status: 429, headers: { 'retry-after': '30' } } : { body: 'a' }),
    '/b': { status: 503, headers: { 'retry-after': '86400' } }, '/c': { body: 'c' },
  })
  const { changed, failed } = await run({ pages: ['/a', '/b', '/c'] })
  t.same(slept, [30_000])
  t.same(changed, ['/a a'])
  t.same(failed, ['/b SOURCE_UNAVAILABLE', '/c SOURCE_UNAVAILABLE'])
  t.notOk(site.paths().includes('/c'))
})

t.test('leaves a host alone that fails again and again', async t => {
  const { site, run } = await crawledSite(t, {})
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

t.test('pauses between requests as long as robots.txt or its own setting says', async t => {
  const { slept, run } = await crawledSite(
    t, { '/robots.txt': { body: 'User-agent: *\nCrawl-delay: 2' }, '/a': { body: 'a' }, '/b': { body: 'b' }, '/c': { body: 'c' } },
    { delayMs: 100 }
  )
  await run({ pages: ['/a', '/b', '/c'] })
  t.same(slept, [2000, 2000])
})

t.test('reads sitemaps at the same pace, and retries them', async t => {
  let tries = 0
  const index = '<sitemapindex><sitemap><loc>/1.xml</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>'
  const { slept, run } = await crawledSite(
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

t.test('sends a few requests at a time, up to the limit of pages', async t => {
  let open_ = 0
  let most = 0
  const list = Array.from({ length: 40 }, (_, i) => `/${i}`)
  const { site, run, fetch } = await crawledSite(t, Object.fromEntries(list.map(path => [path, { body: path }])))
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
