// `causerie crawl` against a site on this machine and a running service.
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { crawlCommand } from '../../cli/crawl.ts'
import { pageName } from '../../cli/crawl-pages.ts'
import { patient } from '../../cli/service.ts'
import type { CommandIo } from '../../cli/command-io.ts'
import { run, start } from '../fixtures/command.ts'
import { startSite } from '../fixtures/web-site.ts'
import { sharedReaders } from '../fixtures/shared-readers.ts'
import { startTestApp, temporaryFolder } from '../helper.ts'

const crawl = (io: CommandIo) => crawlCommand(io, { delayMs: 0, patience: { ...patient, pauseMs: 20, longestPauseMs: 50 } })
const html = (title: string, text: string) => `<!doctype html><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main>`

interface Page { status?: number, body: string, type?: string, headers?: Record<string, string> }

/** Starts a site of these pages, with validators, and a service. */
async function open (t: Test, pages: Record<string, Page | string>) {
  const { app, url: service } = await startTestApp(t, { readers: sharedReaders() })
  const site = await startSite(t, (request, response) => {
    const found = pages[request.url!]
    if (found === undefined) return response.writeHead(404).end('nothing here')
    const { status = 200, body, type = 'text/html; charset=utf-8', headers = {} } = typeof found === 'string' ? { body: found } : found
    const etag = `"${Buffer.from(body).toString('base64url').slice(-60)}"`
    if (request.headers['if-none-match'] === etag) return response.writeHead(304).end()
    response.writeHead(status, { 'content-type': type, etag, ...headers }).end(body.replaceAll('HOST', site.url))
  })
  const dir = await temporaryFolder(t)
  const env = { DATA_DIR: dir, SOURCE_ALLOW_HOSTS: '127.0.0.1' }
  const to = ['--company', 'shop', '--index', 'faq', '--url', service]
  const all = async () =>
    (await app.inject('/v1/indexes/faq/documents?company_id=shop')).json().data as { id: string; title: string; url: string }[]
  return {
    app, site, pages, dir, env, to, service,
    crawl: (...args: string[]) => run(t, crawl, [...args, ...to], { env }),
    ids: async () =>
      (await all()).map(({ id }) => id.replace(`127.0.0.1:${site.port}/`, '')).filter(id => !['delivery', 'returns'].includes(id)),
    document: async (name: string) => (await all()).find(({ id }) => id === `127.0.0.1:${site.port}/${name}`),
  }
}

t.test('sends the pages of a sitemap, then changes and removals', async t => {
  const { app, site, service, dir, pages, crawl, ids, document } = await open(t, {
    '/sitemap.xml': {
      body:
        '<urlset><url><loc>/</loc></url><url><loc>/guides</loc></url>' +
        '<url><loc>/guides/wool</loc></url><url><loc>/old</loc></url></urlset>',
      type: 'application/xml',
    },
    '/': html('Home', 'A shop of tents.'), '/guides': html('Guides', 'All guides.'),
    '/guides/wool': html('Wool', 'Wool is washed at thirty degrees.'), '/old': html('Old', 'An old page.'),
  })
  const first = await crawl('--sitemap', `${site.url}/sitemap.xml`)
  t.match(first, { code: 0, out: /shop faq: 4 pages new or changed, 0 unchanged, 0 gone in \d/ })
  t.match(first.out, `+ ${site.url}/guides/wool\n`)
  t.match(first.err, `What was sent to ${service} is recorded in ${join(dir, 'sources')}.\n`)
  t.same(await ids(), [':', 'guides', 'guides:wool', 'old'])
  t.match(await document('guides:wool'), { title: 'Wool', url: `${site.url}/guides/wool` })
  t.match(await crawl('--sitemap', `${site.url}/sitemap.xml`), {
    code: 0, out: /^shop faq: 0 pages new or changed, 4 unchanged, 0 gone in/,
  })
  t.ok(site.requests.at(-1)!.headers['if-none-match'])
  pages['/guides'] = html('Guides', 'All guides, and one more.')
  // The page is no longer listed either.
  pages['/sitemap.xml'] = '<urlset><url><loc>/guides</loc></url></urlset>'
  delete pages['/old']
  const third = await crawl('--sitemap', `${site.url}/sitemap.xml`)
  t.match(third, { code: 0, out: /shop faq: 1 page new or changed, 2 unchanged, 1 gone/ })
  t.match((await app.inject('/v1/sources?company_id=shop')).json().data, [{
    kind: 'crawl', index: 'faq', place: `${site.url}/sitemap.xml`, state: 'ended', changed: 1, unchanged: 2, gone: 1, failed: 0,
    problems: [], next_in_seconds: null, overdue: false,
  }], 'the runs of one command are one source')
  t.match(third.out, `- ${site.url}/old\n`)
  t.same(await ids(), [':', 'guides', 'guides:wool'], 'what lies below a page stays when the page changes')
})

t.test('follows links to the given depth, also from unchanged pages', async t => {
  const link = (...to: string[]) => `<p>See ${to.map(href => `<a href="${href}">more</a>`).join(' ')}</p>`
  const { site, pages, crawl, ids } = await open(t, {
    '/robots.txt': { body: 'User-agent: *\nDisallow: /private', type: 'text/plain' },
    '/':
      html('Home', link('/a#top', 'b?utm_source=x', '/photo.png', '/private', 'https://other.example/', 'mailto:x@y.example', '/a')) +
      '<a href="/no" rel="nofollow">no</a>',
    '/a': html('A', link('/c')), '/b': html('B', 'No links.'), '/c': html('C', link('/d')), '/d': html('D', 'Far away.'),
    '/private': html('P', 'Private.'), '/no': html('No', 'No.'),
  })
  t.match(await crawl(`${site.url}/`, '--depth', '2'), {
    code: 0, out: /4 pages new or changed, 0 unchanged, 0 gone, 1 disallowed by robots\.txt in/,
  })
  t.same(await ids(), [':', 'a', 'b', 'c'])
  t.notOk(site.paths().some(path => ['/photo.png', '/private', '/no', '/d'].includes(path)))
  pages['/c'] = html('C', 'It has changed.')
  t.match(await crawl(`${site.url}/`, '--depth', '2'), { out: /1 page new or changed, 3 unchanged/ })
  t.match(await crawl(`${site.url}/`, '--depth', '2', '--max-pages', '2'), {
    out: /0 pages new or changed, 2 unchanged.*; there are more than 2 \(--max-pages\)/,
  })
})

t.test('reads a list of pages, a site\'s own sitemaps and other formats', async t => {
  const { site, dir, crawl, ids } = await open(t, {
    '/robots.txt': { body: 'Sitemap: HOST/s.txt', type: 'text/plain' }, '/s.txt': { body: 'HOST/listed', type: 'text/plain' },
    '/listed': html('Listed', 'By a sitemap.'), '/plain?id=1': { body: 'Plain text about tents.', type: 'text/plain' },
    '/broken.pdf': { body: '%PDF-1.7 nothing', type: 'application/pdf' },
  })
  await writeFile(join(dir, 'list.txt'), `# pages\n${site.url}/plain?id=1\n\n${site.url}/broken.pdf\n`)
  const { code, out } = await crawl('--list', join(dir, 'list.txt'), '--site', site.url)
  t.equal(code, 1)
  t.match(out, /! http\S+\/broken\.pdf: .*\(FILE_REJECTED\)\n/)
  t.match(out, /2 pages|3 pages/)
  t.match(out, /1 rejected/)
  t.same(await ids(), ['listed', 'plain?id=1'])
  t.match(
    await crawl('--list', join(dir, 'list.txt'), '--site', site.url), { code: 0, out: /0 pages new or changed, 3 unchanged/ },
    'what was rejected is not sent again'
  )
})

t.test('sends everything again with --again after the index was emptied', async t => {
  const { app, site, pages, crawl, ids } = await open(t, { '/a': html('A', 'A is first.'), '/b': html('B', 'B is second.') })
  const urls = [`${site.url}/a`, `${site.url}/b`]
  t.match(await crawl(...urls), { out: /2 pages new or changed/ })
  await app.inject({ method: 'DELETE', url: '/v1/indexes/faq/documents?company_id=shop&all=true' })
  delete pages['/b']
  const again = await crawl(...urls, '--again')
  t.match(again, { code: 0, out: /1 page new or changed, 0 unchanged, 1 gone/ }, 'removed pages are removed all the same')
  t.same(await ids(), ['a'])
  t.match(await crawl(urls[0]!), { out: /0 pages new or changed, 1 unchanged/ })
})

t.test('with --every, applies --again only the first time', async t => {
  const { site, env, to } = await open(t, { '/': html('Home', 'A shop of tents.') })
  const command = start(t, crawl, [`${site.url}/`, ...to, '--every', '1s', '--again'], { env })
  await command.says('1 page new or changed, 0 unchanged')
  await command.says('0 pages new or changed, 1 unchanged')
})

t.test('counts a mistyped address as a failure', async t => {
  const { site, crawl } = await open(t, {})
  t.match(await crawl(`${site.url}/hlep`), { code: 1, out: /! \S+\/hlep: .*404.*\n.*0 gone, 1 failed/ })
})

t.test('refuses private addresses, also after redirects', async t => {
  const { site, env, to, dir } = await open(t, {
    '/': html('Home', 'Inside.'), '/out': { status: 302, body: '', headers: { location: 'http://169.254.169.254/latest/' } },
  })
  const inside = await run(t, crawl, [`${site.url}/`, ...to], { env: { DATA_DIR: dir } })
  t.match(inside, { code: 1, out: /\/: .*\(ADDRESS_REFUSED\)\n/ })
  t.match(inside.out, 'SOURCE_ALLOW_HOSTS')
  t.same(site.requests, [])
  const redirected = await run(t, crawl, [`${site.url}/out`, ...to], { env })
  t.match(redirected, { code: 1, out: /\/out: .*\(ADDRESS_REFUSED\)/ })
})

t.test('repeats the crawl until it is interrupted', async t => {
  const { site, pages, env, to, ids } = await open(t, { '/': html('Home', 'A shop of tents.') })
  const command = start(t, crawl, [`${site.url}/`, ...to, '--every', '1s'], { env })
  await command.says('1 page new or changed')
  pages['/'] = html('Home', 'A shop of tents and stoves.')
  await command.says('1 page new or changed', command.text.length)
  delete pages['/']
  await command.says('1 gone')
  command.interrupt()
  t.equal(await command.ended, 0)
  t.match(command.out, /Ended\. Pages sent so far are kept/)
  t.same(await ids(), [])
})

t.test('ends when the service refuses or is unreachable', async t => {
  const { site, env, to } = await open(t, { '/': html('Home', 'A shop of tents.') })
  const refusing = createServer((_, response) =>
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"KEY_MISSING","message":"This service asks for a key."}')
  ).listen(0, '127.0.0.1')
  await once(refusing, 'listening')
  t.teardown(() => { refusing.close() })
  const { port } = refusing.address() as { port: number }
  t.match(await run(t, crawl, [`${site.url}/`, '--company', 'shop', '--index', 'faq', '--url', `http://127.0.0.1:${port}`], { env }), {
    code: 1, err: /scope write into CAUSERIE_KEY/,
  })
  t.match(await run(t, crawl, [`${site.url}/`, '--company', 'shop', '--index', 'faq', '--url', 'http://127.0.0.1:1'], { env }), {
    code: 1, err: /Is the service running\?/,
  })
  t.same(site.requests, [])
  t.match(await run(t, crawl, to, { env }), { code: 2, err: /No pages given/ })
  t.match(await run(t, crawl, ['ftp://x.example/', ...to], { env }), { code: 2, err: /is not a web address/ })
  t.match(await run(t, crawl, [`${site.url}/`, ...to, '--every', '99w'], { env }), { code: 2, err: /Give a span/ })
  t.match(await run(t, crawl, [`${site.url}/`, ...to, '--depth', 'x'], { env }), { code: 2, err: /whole number, 0 to 20/ })
  t.match(await run(t, crawl, ['--list', '/nowhere', ...to], { env }), { code: 2, err: /there is no such file/ })
  t.match(await run(t, crawl, ['--help'], { env }), { code: 0, out: /Examples:\n {2}causerie crawl --sitemap/ })
})

t.test('keeps separate records for two services on one host', async t => {
  const dir = await temporaryFolder(t)
  for (const path of ['prod', 'staging/', 'prod/']) {
    t.match(
      await run(t, crawl, ['https://shop.test/', '--company', 'shop', '--index', 'faq', '--url', `http://127.0.0.1:1/${path}`], {
        env: { DATA_DIR: dir },
      }),
      { code: 1, err: new RegExp(`http://127\\.0\\.0\\.1:1/${path.replace(/\/$/, '')} cannot be reached`) }
    )
  }
  t.equal((await readdir(join(dir, 'sources'))).filter(name => name.endsWith('.db')).length, 2)
})

t.test('gives pages names that do not lie within one another and are not too long', async t => {
  t.equal(pageName('https://shop.example/'), 'shop.example/:')
  t.equal(pageName('https://shop.example/a/b.html?c=/d:e'), 'shop.example/a:b.html?c=:d%3Ae')
  t.not(pageName('https://shop.example/a:b'), pageName('https://shop.example/a/b'))
  const long = pageName(`https://shop.example/${'x'.repeat(1000)}`)
  t.ok(long.length <= 300)
  t.not(long, pageName(`https://shop.example/${'x'.repeat(1001)}`))
  t.equal(pageName('https://shop.example/caf%C3%A9'), 'shop.example/caf%C3%A9')
})
