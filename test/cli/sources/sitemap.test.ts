// Sitemaps in all their forms, honest and hostile.
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { readSitemaps, type SitemapOptions } from '../../../cli/sources/sitemap.ts'
import { scanSitemap } from '../../../cli/sources/sitemap-xml.ts'
import { createPublicFetch } from '../../../cli/sources/public-fetch.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'
import { startSite } from '../../fixtures/web-site.ts'
import { growsWithLength, repeated } from '../../fixtures/growth.ts'

const scan = (xml: string) => [...scanSitemap(xml)]
const urlset = (inner: string, declaration = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>${declaration}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${inner}</urlset>`

t.test('reads pages with their dates', async t => {
  t.same(
    scan(
      urlset(
        '<url><loc>https://x.test/a</loc><lastmod>2026-11-21</lastmod><priority>0.5</priority></url>\n<url>\n <loc>\n ' +
        'https://x.test/b?x=1&amp;y=2 </loc></url>'
      )
    ),
    [
      { kind: 'page', loc: 'https://x.test/a', lastmod: '2026-11-21' }, { kind: 'page', loc: 'https://x.test/b?x=1&y=2' },
    ]
  )
})

t.test('reads indexes, prefixes and pictures', async t => {
  t.same(scan('<s:sitemapindex xmlns:s="x"><s:sitemap><s:loc>https://x.test/1.xml</s:loc></s:sitemap></s:sitemapindex>'), [
    { kind: 'sitemap', loc: 'https://x.test/1.xml' },
  ])
  t.same(
    scan(
      urlset(
        '<url><image:image><image:loc>https://x.test/picture.png</image:loc></image:image>' +
        '<loc>https://x.test/a</loc><video:loc>no</video:loc></url>'
      )
    ),
    [{ kind: 'page', loc: 'https://x.test/a' }]
  )
})

t.test('reads comments, CDATA, entities and odd tags', async t => {
  t.same(
    scan(
      urlset(`<!-- <url><loc>https://x.test/no</loc></url> -->
    <url data-x='a > b' data-y="<url>"><loc><![CDATA[https://x.test/a?b&c]]></loc></url>
    <url><loc/></url><url><loc></loc></url><url></url><loc>https://x.test/outside</loc>
    <url><loc>https://x.test/&#x41;&#66;&quot;</loc><loc>https://x.test/second</loc></url>
    <url><loc>https://x.test/<!-- in the middle -->c</loc ></url >`)
    ).map(({ loc }) => loc),
    ['https://x.test/a?b&c', 'https://x.test/AB"', 'https://x.test/c']
  )
})

t.test('ignores entities that the document declares', async t => {
  const laughs = Array.from({ length: 10 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i};`.repeat(10)}">`).join('')
  const bomb = urlset(
    '<url><loc>https://x.test/&lol10;</loc></url><url><loc>https://x.test/a</loc></url>',
    `<!DOCTYPE urlset [<!ENTITY lol0 "lol">${laughs}]>`
  )
  t.same(scan(bomb), [{ kind: 'page', loc: 'https://x.test/a' }])
  const outside = urlset(
    '<url><loc>&file;</loc></url><url><loc>https://x.test/&constructor;</loc></url><url><loc>https://x.test/b</loc></url>',
    '<!DOCTYPE urlset SYSTEM "http://inside.test/x.dtd" [<!ENTITY file SYSTEM "file:///etc/passwd"> <!ENTITY % all SYSTEM ' +
    '"http://inside.test/">%all;]>'
  )
  t.same(scan(outside), [{ kind: 'page', loc: 'https://x.test/b' }])
  t.same(scan(urlset('<url><loc>https://x.test/&#0;&#x110000;</loc></url><url><loc>https://x.test/&amp</loc></url>')), [])
})

t.test('reads a long sitemap in parts, which may cut a text, an entity or a tag anywhere', async t => {
  const entry = '<url><loc>https://x.test/a&amp;b</loc></url>'
  for (let i = 0; i <= entry.length; i++) {
    const start = '<urlset>'.padEnd(65_536 - i)
    t.same(scan(`${start}${entry}${entry}</urlset>`).map(({ loc }) => loc), ['https://x.test/a&b', 'https://x.test/a&b'])
  }
})

t.test('stops at a fault, and keeps what came before', async t => {
  const good = '<url><loc>https://x.test/a</loc></url>'
  for (const rest of [
    '<url><loc>https://x.test/b', '<url', '<!-- ', '<![CDATA[', '<?', '<!DOCTYPE [', '<', '<>', '< url>', '<url a="',
    `<url ${'a'.repeat(70_000)}>`, '\0\0<\0',
  ]) {
    t.same(
      scan(`<urlset>${good}${rest}`).map(({ loc }) => loc), ['https://x.test/a'], rest.slice(0, 20)
    )
  }
  t.same(scan(`<urlset><url><loc>${'x'.repeat(10_000)}</loc></url>${good}`).length, 1, 'a text that is too long is left out')
})

t.test('reads any text, in time', async t => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '<', '>', '<url>', '</url>', '<loc>', '</loc>', '<!--', '-->', '<![CDATA[', ']]>', '<!', '[', ']', '&', ';', '"', "'", '<?',
          '?>', 'x', ':', '/'
        ),
        { maxLength: 60 }
      ),
      parts => {
        return scan(parts.join('')).every(({ loc }) => loc.length > 0)
      }
    ),
    propertyRuns(2000)
  )
  for (const part of [
    '<!x>', '<!-- ', '<a>', '<url>', '<loc>', '<', '&', '<![CDATA[', '<url><loc>&', '<?a?>', '<!DOCTYPE a []>', '<a "',
    '<url><loc>x</loc></url>',
  ]) growsWithLength(t, scan, length => `<urlset>${repeated(part)(length)}`, 100_000)
})

async function read (t: Test, files: Record<string, string | Buffer>, sitemaps: string[], options: Partial<SitemapOptions> = {}) {
  const site = await startSite(t, (request, response) => {
    const file = files[request.url!]
    if (file === undefined) response.writeHead(404)
    response.end(typeof file === 'string' ? file.replaceAll('HOST', `http://127.0.0.1:${site.port}`) : file)
  })
  const fetch = createPublicFetch({
    timeoutMs: 5000, maxBytes: 1_000_000, maxRedirects: 2, userAgent: 'test', allowPrivate: ['127.0.0.1'], allowPorts: [site.port],
  })
  t.teardown(() => fetch.close())
  const failures: string[] = []
  const pages: string[] = []
  const onFailed: SitemapOptions['onFailed'] = (url, error) => failures.push(`${new URL(url).pathname} ${error.code}`)
  for await (const { url } of readSitemaps({ fetch, sitemaps: sitemaps.map(path => site.url + path), onFailed, ...options })) {
    pages.push(url.replace(site.url, ''))
  }
  return { pages, failures, paths: site.paths() }
}

t.test('follows an index to a depth, and reads each sitemap once', async t => {
  const index = (...names: string[]) =>
    `<sitemapindex>${names.map(name => `<sitemap><loc>${name}</loc></sitemap>`).join('')}</sitemapindex>`
  const files = {
    '/index.xml': index('HOST/a.xml', '/b.xml.gz', 'HOST/index.xml', 'HOST/a.xml', 'HOST/missing.xml', 'HOST/1.xml'),
    '/a.xml': urlset('<url><loc>HOST/1</loc></url><url><loc>/2</loc></url><url><loc>http://</loc></url>'),
    '/b.xml.gz': gzipSync(urlset('<url><loc>/3</loc></url>')),
    '/1.xml': index('/2.xml'), '/2.xml': index('/3.xml'), '/3.xml': index('/4.xml'), '/4.xml': urlset('<url><loc>/too-deep</loc></url>'),
  }
  const { pages, failures, paths } = await read(t, files, ['/index.xml'])
  t.same(pages, ['/1', '/2', '/3'])
  t.same(failures, ['/missing.xml SOURCE_UNAVAILABLE'])
  t.same(paths, ['/index.xml', '/a.xml', '/b.xml.gz', '/missing.xml', '/1.xml', '/2.xml', '/3.xml'])
})

t.test('reports too many sitemaps', async t => {
  const many = `<sitemapindex>${Array.from({ length: 50 }, (_, i) => `<sitemap><loc>/${i}.xml</loc></sitemap>`).join('')}</sitemapindex>`
  const files = Object.fromEntries([['/index.xml', many], ...Array.from({ length: 50 }, (_, i) => [`/${i}.xml`, urlset('')])])
  const { failures, paths } = await read(t, files, ['/index.xml'], { maxFiles: 10 })
  t.same(failures, ['/9.xml SOURCE_UNAVAILABLE'])
  t.equal(paths.length, 10)
})

t.test('does not read a forbidden sitemap', async t => {
  const { paths } = await read(t, { '/index.xml': '<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>' }, ['/index.xml'], {
    mayRead: async () => false,
  })
  t.same(paths, ['/index.xml'])
})

t.test('does not follow a sitemap to a forbidden one', async t => {
  const site = await startSite(t, (_, response) => response.writeHead(302, { location: '/b.xml' }).end())
  const fetch = createPublicFetch({
    timeoutMs: 5000, maxBytes: 1_000_000, maxRedirects: 2, userAgent: 'test', allowPrivate: ['127.0.0.1'], allowPorts: [site.port],
  })
  t.teardown(() => fetch.close())
  const failures: string[] = []
  const pages = await Array.fromAsync(
    readSitemaps({
      fetch, sitemaps: [`${site.url}/a.xml`], mayRead: async url => !url.endsWith('/b.xml'),
      onFailed: (_, { message }) => failures.push(message),
    })
  )
  t.same(pages, [])
  t.match(failures, [/redirects/])
  t.same(site.paths(), ['/a.xml'])
})

t.test('reads a list of URLs, compressed or not', async t => {
  const list = '\uFEFF# pages\r\nHOST/a\r\n\r\n  HOST/b  \nnothing\nftp://x.test/\nHOST/c'
  t.same((await read(t, { '/list.txt': list }, ['/list.txt'])).pages, ['/a', '/b', '/c'])
  const packed = gzipSync('http://x.test/a\nhttp://x.test/b')
  t.same((await read(t, { '/list.txt.gz': packed }, ['/list.txt.gz'])).pages, ['http://x.test/a', 'http://x.test/b'])
})

t.test('refuses a decompression bomb, and invalid gzip', async t => {
  const bomb = gzipSync(Buffer.alloc(30_000_000, 32))
  const { pages, failures } = await read(
    t, { '/bomb.gz': bomb, '/broken.gz': Buffer.from([0x1f, 0x8b, 1, 2, 3]), '/a.txt': 'http://x.test/a' },
    ['/bomb.gz', '/broken.gz', '/a.txt'], { maxBytes: 1_000_000 }
  )
  t.same(failures, ['/bomb.gz FILE_TOO_LARGE', '/broken.gz SOURCE_UNAVAILABLE'])
  t.same(pages, ['http://x.test/a'])
})
