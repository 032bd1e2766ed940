// robots.txt, by the cases of RFC 9309.
import t from 'tap'
import { coded } from '../../../src/errors.ts'
import type { Fetched } from '../../../cli/sources/public-fetch.ts'
import { createRobots, parseRobots } from '../../../cli/sources/robots.ts'
import { fc } from '../../fixtures/property.ts'
import { growsWithLength, repeated } from '../../fixtures/growth.ts'

function allowed (text: string, path: string, agent = 'causerie'): boolean {
  return parseRobots(text, agent).allows(path)
}

t.test('applies the longest match, and of two equal ones the one that allows', async t => {
  const example = 'User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n'
  t.equal(allowed(example, '/example/page/', 'foobot'), true)
  t.equal(allowed(example, '/example/page/disallowed.gif', 'foobot'), false)
  t.equal(allowed(example, '/other', 'foobot'), true)
  t.equal(allowed('User-agent: *\nDisallow: /a\nAllow: /a', '/a'), true)
  t.equal(allowed('User-agent: *\nDisallow: /\nAllow: /p', '/page'), true)
  t.equal(allowed('User-agent: *\nAllow: /p\nDisallow: /', '/other'), false)
  t.equal(allowed('User-agent: *\nAllow: /$\nDisallow: /', '/'), true)
  t.equal(allowed('User-agent: *\nAllow: /$\nDisallow: /', '/page.htm'), false)
  t.equal(allowed('User-agent: *\nAllow: /page\nDisallow: /*.htm', '/page.htm'), false)
})

t.test('applies wildcards', async t => {
  const cases: [pattern: string, path: string, matches: boolean][] = [
    ['/fish', '/fish.html', true], ['/fish', '/Fish.asp', false], ['/fish', '/catfish', false], ['/fish*', '/fishheads?id=1', true],
    ['/fish/', '/fish', false], ['/fish/', '/fish/salmon.htm', true], ['/*.php', '/folder/any.php.file.html', true],
    ['/*.php', '/windows.PHP', false], ['/*.php$', '/folder/filename.php', true], ['/*.php$', '/filename.php?p', false],
    ['/*.php$', '/filename.php5', false], ['/fish*.php', '/fishheads/catfish.php?x', true], ['/fish*.php', '/Fish.PHP', false],
    ['/a*b*c$', '/axxbyyc', true], ['/a*b*c$', '/axxbyycd', false], ['/*ab$', '/ab', true], ['/ab*b$', '/ab', false],
    ['/a**b', '/axb', true], ['*', '/x', true], ['*/x', '/a/x', true], ['/$x', '/$x', true], ['/a$b', '/a', false],
    ['/path/file-with-a-%2A.html', '/path/file-with-a-*.html', true], ['/path/file-with-a-%2A.html', '/path/file-with-a-x.html', false],
    ['/path/foo-%24', '/path/foo-$', true], ['/a[b]|c', '/a[b]|c', true],
  ]
  for (const [pattern, path, matches] of cases) {
    t.equal(allowed(`User-agent: *\nDisallow: ${pattern}`, path), !matches, `${pattern} ${path}`)
  }
})

t.test('compares percent-encoded paths in one form', async t => {
  for (const [pattern, path] of [
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz'], ['/foo/bar?baz=http://foo.bar', '/foo/bar?baz=http://foo.bar'],
    ['/foo/bar/ツ', '/foo/bar/%E3%83%84'], ['/foo/bar/%E3%83%84', '/foo/bar/%E3%83%84'], ['/foo/bar/%e3%83%84', '/foo/bar/ツ'],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz'], ['/foo/{bar}', '/foo/%7Bbar%7D'],
  ] as const) { t.equal(allowed(`User-agent: *\nDisallow: ${pattern}`, path), false, pattern) }
  t.equal(allowed('User-agent: *\nDisallow: /a%2Fb', '/a/b'), true, 'a reserved character is another one when it is encoded')
})

t.test('chooses the group of rules', async t => {
  const example = `
    User-agent: *
    Disallow: *.gif$
    Disallow: /example/
    Allow: /publications/

    User-Agent: foobot
    Disallow:/
    Allow:/example/page.html
    Allow:/example/allowed.gif

    User-Agent: barbot
    User-Agent: bazbot
    Disallow: /example/page.html

    User-Agent: quxbot
  `
  t.equal(allowed(example, '/example/page.html', 'FooBot/2.1'), true)
  t.equal(allowed(example, '/else', 'foobot'), false)
  for (const agent of ['barbot', 'BAZBOT']) {
    t.equal(allowed(example, '/example/page.html', agent), false)
    t.equal(allowed(example, '/picture.gif', agent), true, 'a group of its own stands for that of all')
  }
  t.equal(allowed(example, '/example/', 'quxbot'), true, 'an empty group allows everything')
  t.equal(allowed(example, '/example/', 'other'), false)
  t.equal(allowed(example, '/picture.gif', 'other'), false)
  const split = 'user-agent: causerie\ndisallow: /a\n\nuser-agent: x\ndisallow: /x\n\nUSER-AGENT: Causerie\ndisallow: /b'
  t.same(['/a', '/b', '/x'].map(path => allowed(split, path)), [false, false, true], 'groups of one name are one')
  t.equal(allowed('User-agent: causeriebot\nDisallow: /\n', '/'), true, 'a longer name is another one')
  t.equal(allowed('Disallow: /\nUser-agent: *\nDisallow: /x', '/y'), true, 'rules before any agent do not count')
})

t.test('ignores other lines', async t => {
  const text =
    '\uFEFF# robots\r\nUser-agent: a # first\r\nSitemap: https://x.test/1.xml\r\nCrawl-delay: 2.5\r\nUser-agent: causerie\r\n' +
    'Crawl-Delay: 4\r\nnonsense\r\nDisallow: /x # not this\rDisallow:\nDisallow: nothing\nSITEMAP: /2.xml'
  const rules = parseRobots(text, 'causerie')
  t.equal(rules.allows('/x/1'), false)
  t.equal(rules.allows('/nothing'), true)
  t.equal(rules.delayMs, 4000)
  t.same(rules.sitemaps, ['https://x.test/1.xml', '/2.xml'])
  t.equal(parseRobots(text, 'a').delayMs, 4000, 'a group has one pause')
  t.equal(parseRobots(text, 'a').allows('/x'), false)
  t.equal(parseRobots('User-agent: *\nCrawl-delay: 99999', 'causerie').delayMs, 60_000, 'to a bound')
})

t.test('reads any text, in time', async t => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.webPath(), (text, path) => {
    const { allows } = parseRobots(`User-agent: *\nDisallow: ${text}\n${text}`, 'causerie')
    return typeof allows(path) === 'boolean'
  }))
  for (const textOf of [
    ...[' ', '\t:', 'a'].map(repeated), (length: number) => `User-agent: *\nDisallow: /${repeated('*a')(length)}`,
  ]) growsWithLength(t, text => allowed(text, '/' + 'a'.repeat(4000)), textOf, 50_000)
})

const page = (status: number, text = ''): Fetched => ({
  status, body: new TextEncoder().encode(text), type: 'text/plain', url: 'https://x.test/robots.txt',
})

t.test('reads the file once a day per site', async t => {
  let now = 0
  let answer: () => Fetched = () => page(200, 'User-agent: *\nDisallow: /a')
  const asked: string[] = []
  const robots = createRobots({ fetch: { get: async url => { asked.push(url); return answer() } }, agent: 'causerie', now: () => now })
  t.equal(await robots.allows('https://x.test/a?b'), false)
  t.equal(await robots.allows('https://x.test/b'), true)
  t.equal(await robots.allows('https://x.test/robots.txt'), true)
  await robots.allows('http://x.test/a')
  await robots.allows('https://x.test:444/a')
  t.same(asked, ['https://x.test/robots.txt', 'http://x.test/robots.txt', 'https://x.test:444/robots.txt'])
  now += 86_400_000
  answer = () => { throw coded('SOURCE_UNAVAILABLE') }
  t.equal(await robots.allows('https://x.test/b'), true, 'the old rules serve while it cannot be read')
  t.equal(await robots.allows('https://x.test/a'), false)
  t.equal(asked.length, 4)
  now += 600_000
  answer = () => page(200, '')
  t.equal(await robots.allows('https://x.test/a'), true, 'and it is soon tried again')
})

t.test('allows everything without a robots.txt, and nothing when it cannot be read', async t => {
  const cases: [() => Fetched, boolean][] = [
    ...[400, 401, 403, 404, 410].map(status => [() => page(status), true] as [() => Fetched, boolean]),
    ...[429, 500, 503, 304, 204].map(status => [() => page(status), false] as [() => Fetched, boolean]),
    [() => { throw coded('SOURCE_UNAVAILABLE') }, false],
    [() => { throw coded('ADDRESS_REFUSED') }, false],
    [() => { throw coded('FILE_TOO_LARGE') }, false],
  ]
  for (const [answer, expected] of cases) {
    const robots = createRobots({ fetch: { get: async () => answer() }, agent: 'causerie' })
    t.equal(await robots.allows('https://x.test/page'), expected, answer.toString())
  }
})

t.test('ends when the caller leaves', async t => {
  const reason = new Error('left')
  const robots = createRobots({
    fetch: {
      get: async (_url, { signal } = {}) => {
        signal?.throwIfAborted()
        return page(200)
      },
    },
    agent: 'causerie',
  })
  await t.rejects(robots.allows('https://x.test/', AbortSignal.abort(reason)), reason)
  t.equal(await robots.allows('https://x.test/'), true, 'which is not kept')
})
