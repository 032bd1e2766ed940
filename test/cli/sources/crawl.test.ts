// Keeping up with a site's pages: requests and reports.
import t from 'tap'
import { canonicalUrl, siteOf } from '../../../cli/sources/canonical.ts'
import { crawledSite, type Pages } from '../../fixtures/crawled-site.ts'

t.test('reports new pages, then only changed ones', async t => {
  const pages: Pages = {
    '/sitemap.xml': {
      body:
        '<urlset><url><loc>/a</loc><lastmod>2026-11-20</lastmod></url>' +
        '<url><loc>/b</loc></url><url><loc>/c#x</loc></url><url><loc>/a</loc></url></urlset>',
    },
    '/a': { body: 'one' }, '/b': { body: 'two' }, '/c': { body: 'three', headers: { 'no-etag': '1' } },
  }
  const { site, kept, run } = await crawledSite(t, pages)
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

t.test('reports the sitemap\'s date, and the address after redirects', async t => {
  const { site, run } = await crawledSite(t, {
    '/s.xml': { body: '<urlset><url><loc>/old</loc><lastmod>2026-11-20</lastmod></url></urlset>' },
    '/old': { status: 301, headers: { location: '/new?x#y' } }, '/new?x': { body: 'new' },
  })
  const told: unknown[] = []
  await run({ sitemaps: ['/s.xml'] }, { onPage: async ({ body, ...page }) => { told.push(page) } })
  t.same(told, [{ url: `${site.url}/old`, location: `${site.url}/new?x#y`, type: 'text/html', lastModified: new Date('2026-11-20') }])
})

t.test('requests only the seeds\' own sites, with and without www', async t => {
  const pages: Pages = { '/a': { body: 'a' }, '/b': { body: 'b' } }
  const { site, run } = await crawledSite(t, pages)
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

t.test('reads a page once that is reached in two ways', async t => {
  const { run } = await crawledSite(t, {
    '/a': { body: 'a' }, '/x': { status: 301, headers: { location: '/a' } }, '/y': { status: 301, headers: { location: '/z' } },
    '/w': { status: 302, headers: { location: '/z#1' } }, '/z': { body: 'z' },
  })
  for (let i = 0; i < 2; i++) {
    const { counts, changed } = await run({ pages: ['/x', '/a', '/a?utm_source=letter', '/y', '/w'] })
    t.same(changed, i ? [] : ['/a a', '/y z'])
    t.match(counts, { elsewhere: 2, failed: 0 })
  }
})

t.test('ends the crawl when a page cannot be handled, and reports the page again', async t => {
  const { kept, run } = await crawledSite(t, { '/a': { body: 'a' }, '/b': { body: 'b' } })
  const broken = new Error('the disk is full')
  await t.rejects(run({ pages: ['/a', '/b'] }, { onPage: async () => { throw broken }, perHost: 2 }), broken)
  t.equal(kept.size, 0)
  t.equal((await run({ pages: ['/a', '/b'] })).counts.changed, 2)
})

t.test('stops when asked to', async t => {
  const stopping = new AbortController()
  const reason = new Error('stopped')
  const { run, kept } = await crawledSite(t, { '/a': () => { stopping.abort(reason); return { body: 'a' } }, '/b': { body: 'b' } })
  await t.rejects(run({ pages: ['/a', '/b'] }, { signal: stopping.signal }), reason)
  t.equal(kept.size, 0)
})

t.test('follows links to a depth, and remembers those of unchanged pages', async t => {
  const link = (...to: string[]) => to.map(href => `<a href="${href}">x</a>`).join('')
  const pages: Pages = {
    '/': { body: link('/a', '/b#x', '/x.png', 'http://other.test/') }, '/a': { body: link('/c', '/') }, '/b': { body: 'b' },
    '/c': { body: link('/d') }, '/d': { body: 'd' },
  }
  const { site, kept, run } = await crawledSite(t, pages)
  const paths = (list: string[]) => list.map(line => line.split(' ')[0])
  t.same(paths((await run({ pages: ['/'] })).changed), ['/'], 'none unless it is asked for')
  t.same(paths((await run({ pages: ['/'] }, { depth: 2 })).changed), ['/a', '/b', '/c'], 'a page whose links are not known is read again')
  t.same(kept.get(`${site.url}/`)!.links, [`${site.url}/a`, `${site.url}/b`])
  pages['/c'] = { body: 'changed' }
  const { changed, counts } = await run({ pages: ['/'] }, { depth: 2 })
  t.same([paths(changed), counts.unchanged], [['/c'], 3])
  t.same(paths((await run({ pages: ['/'] }, { depth: 2, limit: 2 })).failed), [])
})

t.test('requests pages that were read before, even if no link leads to them any more', async t => {
  const pages: Pages = { '/a': { body: 'a' }, '/b': { body: 'b' } }
  const { run } = await crawledSite(t, pages)
  await run({ pages: ['/a', '/b'] })
  delete pages['/b']
  const { gone, counts } = await run({ pages: ['/a'], known: ['/b', 'http://other.test/c'] })
  t.same(gone, ['/b'])
  t.match(counts, { unchanged: 1, gone: 1, elsewhere: 0, failed: 0 }, 'other sites are not asked')
})

t.test('counts a page that never existed as failed', async t => {
  const { run } = await crawledSite(t, { '/b': { status: 410 } })
  t.match(await run({ pages: ['/a', '/b'] }), {
    gone: [], failed: ['/a SOURCE_UNAVAILABLE', '/b SOURCE_UNAVAILABLE'], counts: { gone: 0, failed: 2 },
  })
})

t.test('reports a page again that was not accepted', async t => {
  const { kept, run } = await crawledSite(t, { '/a': { body: 'a' } })
  t.match((await run({ pages: ['/a'] }, { onPage: async () => false })).counts, { changed: 0, failed: 1 })
  t.equal(kept.size, 0)
  t.same((await run({ pages: ['/a'] })).changed, ['/a a'])
})

t.test('reports seeds that it does not request', async t => {
  const { run } = await crawledSite(t, {})
  const { failed } = await run({ pages: ['nothing', 'ftp://x.test/', 'http://169.254.169.254/latest'] })
  t.same(failed, ['nothing ADDRESS_REFUSED', 'ftp://x.test/ ADDRESS_REFUSED', 'http://169.254.169.254/latest ADDRESS_REFUSED'])
})

t.test('writes an address in one form', async t => {
  t.equal(canonicalUrl('HTTPS://Shop.TEST:443/a/../b?x=1&utm_source=y&z=%20#top'), 'https://shop.test/b?x=1&z=+')
  t.equal(canonicalUrl('https://shop.test/?b=%20&a=1'), 'https://shop.test/?b=%20&a=1')
  t.equal(canonicalUrl('/b', 'https://shop.test/a'), 'https://shop.test/b')
  t.equal(canonicalUrl('javascript:alert(1)'), null)
  t.equal(canonicalUrl('https://user:secret@shop.test/'), null)
  t.equal(siteOf('https://www.shop.test/a'), siteOf('https://shop.test/b'))
})
