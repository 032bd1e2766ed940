// Makes an engine's results safe.
import t from 'tap'
import { cleanResults } from '../../src/websearch/results.ts'
import { fc } from '../fixtures/property.ts'

const one = (snippet: unknown, title: unknown = 'Title', url: unknown = 'https://x.test/') => cleanResults([{ title, url, snippet }], 5)[0]

t.test('makes plain text on one line', async t => {
  t.equal(one('<strong>Gas</strong> &amp; <a href="javascript:x">stove</a><br>&lt;b&gt;')!.snippet, 'Gas & stove<b>')
  t.equal(one('a\r\n\tb\0c\u2028d')!.snippet, 'a b c d')
  t.equal(one('a\u202Eb\u200Bc\u{E0041}d\uD800')!.snippet, 'abcd\uFFFD', 'no invisible characters')
  t.equal(one('x', '<script>y</script>')!.title, 'y')
  t.equal(one('a < b and c > d')!.snippet, 'a < b and c > d')
})

t.test('cuts long texts at a word', async t => {
  const { snippet, title } = one('word '.repeat(1000), 'é'.repeat(1000))!
  t.ok(snippet.length <= 600 && snippet.endsWith('word…'), snippet.slice(-10))
  t.equal(title.length, 200)
  t.ok(one('😀'.repeat(1000))!.snippet.isWellFormed())
})

t.test('keeps only web addresses, each once', async t => {
  for (const url of [
    'javascript:alert(1)', 'data:text/html,x', 'ftp://x.test/', 'https://user:pw@x.test/', '/relative', '', null, 7,
    `https://x.test/${'x'.repeat(3000)}`,
  ]) { t.equal(one('x', 'x', url), undefined, String(url).slice(0, 30)) }
  t.same(
    cleanResults(
      [
        { title: 'a', url: 'https://x.test', snippet: '' }, { title: 'b', url: 'https://x.test/', snippet: 'b' },
        { title: '', url: 'https://y.test/z', snippet: 'c' }, { title: ' ', url: 'https://z.test', snippet: '<b></b>' },
      ],
      5
    ),
    [
      { title: 'a', url: 'https://x.test/', snippet: '' }, { title: 'y.test', url: 'https://y.test/z', snippet: 'c' },
    ]
  )
})

t.test('reads the day, if there is one', async t => {
  const age = (date: unknown) => cleanResults([{ title: 'a', url: 'https://x.test', snippet: 'a', date }], 1)[0]!.age
  t.same(['2026-03-14T23:00:00Z', '2026-03-14', null, 'yesterday', 12].map(age), [
    '2026-03-14', '2026-03-14', undefined, undefined, undefined,
  ])
})

t.test('survives anything that an engine sends', async () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          title: fc.anything(), url: fc.oneof(fc.anything(), fc.webUrl()),
          snippet: fc.oneof(fc.anything(), fc.string({ unit: 'binary', maxLength: 2000 })), date: fc.oneof(fc.anything(), fc.string()),
        })
      ),
      fc.nat(10),
      (raw, limit) => {
        const results = cleanResults(raw, limit)
        return (
          results.length <= limit &&
          results.every(
            ({ title, url, snippet, age }) =>
              /^https?:\/\//.test(url) &&
              title.length <= 200 &&
              snippet.length <= 600 &&
              !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(title + snippet) &&
              (age === undefined || /^[+-]?\d{4,6}-\d\d-\d\d$|^[+-]/.test(age))
          )
        )
      }
    )
  )
})
