// Logs become templates with counts; errors, rare lines and lines that match the question stay verbatim.
import t from 'tap'
import { compress } from '../../src/compress/compress.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const at = (i: number) => new Date(Date.UTC(2026, 2, 14) + i * 1000).toISOString()
const many = (count: number, said: (i: number) => string, from = 0) => Array.from({ length: count }, (_, i) => `${at(from + i)} ${said(i)}`)
const asLogs = { kind: 'logs', mode: 'adaptive', language: 'en' } as const

t.test('lines of one form become one line with their count, and the first and the last time', async t => {
  const { text, kind, ratio } = compress(many(500, i => `INFO request ${i} took ${i % 90} ms`).join('\n'), {
    mode: 'adaptive', language: 'en',
  })
  t.equal(kind, 'logs')
  t.equal(text, `${at(0)} … ${at(499)} INFO request <*> took <*> ms [×500]`)
  t.ok(ratio > 25)
})

t.test('a part with few values lists them', async t => {
  const { text } = compress(many(100, i => `INFO cache ${i % 2 ? 'hit' : 'miss'} for product`).join('\n'), asLogs)
  t.equal(text, `${at(0)} … ${at(99)} INFO cache <miss|hit> for product [×100]`)
})

t.test('errors and rare lines stay word for word, in their place', async t => {
  const error = `${at(50)} ERROR disk /dev/sdb1 is 97 % full\n    at check (disk.js:12:3)`
  const rare = `${at(51)} INFO leader elected: node-7, term 19`
  const { text } = compress(
    [...many(50, i => `INFO request ${i} done`), error, rare, ...many(50, i => `INFO request ${i} done`, 60)].join('\n'), asLogs
  )
  t.same(text.split('\n').slice(1), [...error.split('\n'), rare])
})

t.test('a repeated error keeps its first lines and a count', async t => {
  const lines = compress(many(1000, i => `ERROR connection ${i} refused`).join('\n'), asLogs).text.split('\n')
  t.match(lines[0], /ERROR connection <\*> refused \[×1000\]$/)
  t.same(lines.slice(1), many(3, i => `ERROR connection ${i} refused`))
})

t.test('lines with a rare value stay, at a part with few values', async t => {
  const { text } = compress(many(400, i => `INFO GET /cart answered ${i === 200 ? 500 : 200} to client`).join('\n'), asLogs)
  t.match(text, `${at(200)} INFO GET /cart answered 500 to client`)
})

t.test('a line that matches the question stays, even when its form is frequent', async t => {
  const log = many(2000, i => `INFO req-${(7919 * i).toString(16)} done in ${i % 97} ms`).join('\n')
  const asked = `req-${(7919 * 1234).toString(16)} done in ${1234 % 97} ms`
  t.notMatch(compress(log, asLogs).text, asked)
  t.match(compress(log, { ...asLogs, question: `How long did ${asked.split(' ')[0]} take?` }).text, asked)
  t.match(compress(log, { ...asLogs, question: `What happened at ${at(1234).slice(11, 19)}?` }).text, asked)
})

t.test('JSON logs and access logs have templates too, by their level', async t => {
  const json = Array.from({ length: 300 }, (_, i) =>
    JSON.stringify({ level: 30, time: 1763720850000 + i, msg: i % 3 ? `pool holds ${i} connections` : `user u${i} signed in` })
  )
  t.same(compress(json.join('\n'), asLogs).text.split('\n').map(line => /\[×\d+\]$/.exec(line)?.[0]), ['[×100]', '[×200]'])
  const levels = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ level: i % 4 ? 30 : 50, time: 1763720850000 + i, msg: `request ${i} done` })
  )
  t.match(compress(levels.join('\n'), asLogs).text, /"level":50,"time":1763720850000 … 1763720850036,"msg":"request <\*> done"} \[×10\]/)
  const access = Array.from(
    { length: 300 },
    (_, i) => `10.0.0.${i % 200} - - [14/Mar/2026:10:00:${String(i % 60).padStart(2, '0')} +0000] "GET /p/${i} HTTP/1.1" 200 ${i * 7}`
  )
  t.equal(compress(access.join('\n'), { mode: 'adaptive', language: 'en' }).text.split('\n').length, 1)
})

t.test('conservative: only identical neighbours become one', async t => {
  const log = [...many(5, () => 'INFO ping'), ...many(2, i => `INFO request ${i} done`, 5)].join('\n')
  t.equal(
    compress(log, { ...asLogs, mode: 'conservative' }).text,
    `${at(0)} INFO ping [×5]\n${many(2, i => `INFO request ${i} done`, 5).join('\n')}`
  )
})

t.test('every line of the result is a line of the log or a template of one', async t => {
  const said = fc.constantFrom(
    'INFO request 1 done', 'INFO request 22 done', 'INFO user bob left', 'INFO user eve left', 'WARN slow query: 12 ms', 'ERROR no route',
    '{"level":30,"msg":"a b"}', 'x=1,y=2', '(a) [b] c', '  at f (x.js:1:2)', 'free words here', '<tag> text', ''
  )
  const lines = fc
    .array(fc.tuple(said, fc.boolean()), { minLength: 1, maxLength: 80 })
    .map(all => all.map(([line, timed], i) => (timed ? `${at(i)} ${line}` : line)))
  fc.assert(
    fc.property(
      lines, fc.constantFrom('adaptive' as const, 'aggressive' as const, 'conservative' as const),
      fc.constantFrom(undefined, 'Who is bob?'),
      (log, mode, question) => {
        const { text } = compress(log.join('\n'), { mode, kind: 'logs', language: 'en', ...(question === undefined ? {} : { question }) })
        for (const line of text.split('\n')) {
          const written = line.replace(/ \[×\d+\]$/, '').trimEnd()
          if (written === '…' || written.endsWith(' …')) continue
          const parts = written.replace(/\S+ … \S+/, '<*>').split(/<(?:\*|[^<>]*\|[^<>]*)>/)
          const pattern = new RegExp(`^${parts.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
          if (!log.some(own => pattern.test(own.trimEnd()))) throw new Error(`"${line}" is neither a line nor a template of one`)
        }
      }
    ),
    propertyRuns(1000, { seed: 20260314 })
  )
  t.pass()
})
