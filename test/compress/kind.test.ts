// The kind of a text is told from its lines.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { kindOf } from '../../src/compress/kind.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

t.test('sources are code and pages are documentation', async t => {
  const kindsOf = (...patterns: string[]) => globSync(patterns, { cwd: root }).map(file => `${kindOf(readFileSync(root + file, 'utf8'))} ${file}`)
  // A source may be a list of texts, a page may be all code: hardly any is.
  const mostly = (kind: string, found: string[]) => {
    const others = found.filter(line => !line.startsWith(kind))
    t.ok(found.length > 10 && others.length <= found.length / 20, `${kind}, but for ${others.length} of ${found.length}`, { others })
  }
  mostly('code', kindsOf('src/**/*.ts', 'routes/*.ts'))
  mostly('documentation', kindsOf('*.md', 'docs/**/*.md'))
  for (const company of ['petit-nid', 'fjord-outdoor']) {
    for (const { text } of JSON.parse(readFileSync(`${root}data/${company}/pages.json`, 'utf8')) as { text: string }[]) t.equal(kindOf(text), 'documentation')
  }
})

t.test('logs, tables and conversations are told by the form of their lines', async t => {
  const many = (line: string) => `${line}\n`.repeat(5)
  for (const line of ['2026-03-14 10:00:01 started', 'INFO [api] started', '{"level":30,"msg":"a"}', '10.0.0.1 - - [14/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1', 'Mar 14 10:00:00 host sshd[1]: open']) t.equal(kindOf(many(line)), 'logs', line)
  for (const line of ['a;b;c', 'a\tb', '| a | b |', '1,2,3']) t.equal(kindOf(many(line)), 'table', line)
  for (const [one, two] of [['User', 'Assistant'], ['**Ann**', '**Bob**'], ['[10:30] Cliente', '[10:31] Conseiller']] as const) t.equal(kindOf(many(`${one}: hello there\n${two}: yes`)), 'conversation', one)
})

t.test('facts that come again for each product are no conversation, a text with commas is no table', async t => {
  t.equal(kindOf(['tent', 'rope', 'stove', 'torch'].map(name => `${name}\nPrice: 12 €\nWeight: 3 kg\nStock: yes\nIt is a good ${name} for long walks.`).join('\n\n')), 'documentation')
  t.equal(kindOf('We sell tents, ropes and stoves.\nWe open early, close late, and rest on Sundays.\nCome in, look around and ask, please.'), 'documentation')
  t.equal(kindOf(''), 'documentation')
  t.equal(kindOf('one line'), 'documentation')
})
