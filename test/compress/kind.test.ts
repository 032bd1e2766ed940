// kindOf recognises the kind of a text by the form of its lines.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { kindOf } from '../../src/compress/kind.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

t.test('source files are code, pages are documentation', async t => {
  /** Checks that all but one in twenty are of this kind: a source may be a list of texts, a page may be all code. */
  const mostly = (kind: string, files: string[]) => {
    const others = files.map(file => `${kindOf(read(file))} ${file}`).filter(line => !line.startsWith(kind))
    t.ok(files.length > 10 && others.length <= files.length / 20, `${kind}, but for ${others.length} of ${files.length}`, { others })
  }
  const read = (file: string) => readFileSync(root + file, 'utf8')
  const find = (...patterns: string[]) => globSync(patterns, { cwd: root })
  const isTable = (file: string) => {
    const lines = read(file).split('\n').filter(line => line.trim() !== '')
    return lines.filter(line => line.startsWith('|')).length >= 0.8 * lines.length
  }
  mostly('code', find('src/**/*.ts', 'routes/*.ts'))
  // A page may also consist of tables, as the page of the errors does.
  mostly('documentation', find('*.md', 'docs/**/*.md').filter(file => !isTable(file)))
  t.equal(kindOf(read('docs/errors.md')), 'table')
  for (const company of ['petit-nid', 'fjord-outdoor']) {
    const pages = JSON.parse(read(`data/${company}/pages.json`)) as { text: string }[]
    for (const { text } of pages) t.equal(kindOf(text), 'documentation')
  }
})

t.test('logs, tables and conversations are recognised by the form of their lines', async t => {
  const many = (line: string) => `${line}\n`.repeat(5)
  const logLines = [
    '2026-03-14 10:00:01 started', 'INFO [api] started', '{"level":30,"msg":"a"}',
    '10.0.0.1 - - [14/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1', 'Mar 14 10:00:00 host sshd[1]: open',
  ]
  for (const line of logLines) t.equal(kindOf(many(line)), 'logs', line)
  for (const line of ['a;b;c', 'a\tb', '| a | b |', '1,2,3']) t.equal(kindOf(many(line)), 'table', line)
  for (const [one, two] of [['User', 'Assistant'], ['**Ann**', '**Bob**'], ['[10:30] Cliente', '[10:31] Conseiller']] as const) {
    t.equal(kindOf(many(`${one}: hello there\n${two}: yes`)), 'conversation', one)
  }
})

t.test('facts repeated for each product are not a conversation, a text with commas is not a table', async t => {
  const products = ['tent', 'rope', 'stove', 'torch']
    .map(name => `${name}\nPrice: 12 €\nWeight: 3 kg\nStock: yes\nIt is a good ${name} for long walks.`)
  t.equal(kindOf(products.join('\n\n')), 'documentation')
  const commas = 'We sell tents, ropes and stoves.\nWe open early, close late, and rest on Sundays.\nCome in, look around and ask, please.'
  t.equal(kindOf(commas), 'documentation')
  t.equal(kindOf(''), 'documentation')
  t.equal(kindOf('one line'), 'documentation')
})
