// Reads what people put into Markdown beside its text: front matter in YAML, lists of tasks, HTML.
import t from 'tap'
import type { ReadDocument } from '../../../src/documents/content.ts'
import { frontMatter } from '../../../src/ingest/formats/markdown-front-matter.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'

async function read (text: string): Promise<ReadDocument> {
  return (await Array.fromAsync(readFile(Buffer.from(text), { name: 'a.md' }, { maxPages: 50, maxUnpackedBytes: 1e6 })))[0]!
}
const facts = (...lines: string[]) => frontMatter(`---\n${lines.join('\n')}\n---\nText.`).facts

t.test('front matter becomes facts, as it is written', async t => {
  t.same(facts('Prix TTC: 18 €', 'tags: [a, b]', 'version: 1.10', 'open: no', 'date: 2024-05-02 # of the first issue'), [
    ['Prix TTC', '18 €'], ['tags', 'a, b'], ['version', '1.10'], ['open', 'no'], ['date', '2024-05-02'],
  ])
  t.same(facts('colours:', '  - oak', '  - blue', 'price:', '  adults: 12 €', '  children: 6 €', 'note: >', '  Closed', '  in May.'), [
    ['colours', 'oak, blue'], ['price adults', '12 €'], ['price children', '6 €'], ['note', 'Closed in May.'],
  ])
  t.same(facts('sizes:', '  - name: S', '    stock: 3', '  - name: M', '    stock: 0', 'empty:'), [
    ['sizes', 'name: S; stock: 3'], ['sizes', 'name: M; stock: 0'],
  ])
  t.same(facts('title: A: B and C', 'price: 12 €'), [['title', 'A: B and C'], ['price', '12 €']], 'text that is no YAML')
  t.same(frontMatter('---\n\nA rule above the text.\n\n---\n'), { facts: [], values: {}, body: '---\n\nA rule above the text.\n\n---\n' })
})

t.test('front matter cannot grow without end', async t => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 0; i < 20; i++) {
    const [own, before] = [98 + i, 97 + i].map(code => String.fromCharCode(code))
    lines.push(`${own}: &${own} [${Array(10).fill(`*${before}`).join(', ')}]`)
  }
  t.ok(JSON.stringify(facts(...lines)).length < 10_000)
})

t.test('tasks keep their marks, and HTML is read as HTML', async t => {
  const { sections } = await read('# Dogs\n\n- [x] Vaccinated\n- [ ] Chip\n  - [x] read\n\n' +
    'Call <del>06 11</del> <b>06 22</b><br>any day.\n\n' +
    '<table><tr><th>Day</th><th>Price</th></tr><tr><td>Monday</td><td>18 €</td></tr></table>\n')
  t.same(sections.map(({ kind, text }) => [kind, text]), [
    ['list', '- [x] Vaccinated\n- [ ] Chip\n  - [x] read'], ['text', 'Call 06 22\nany day.'], ['table', 'Day | Price\nMonday | 18 €'],
  ])
})

t.test('front matter gives values and an access list', async t => {
  const page = await read('---\ntitle: Pay\ntags: [a, b]\nprice: {net: 12}\naccess: [group:staff, user:42]\n---\nText.')
  t.same(page.access, ['group:staff', 'user:42'])
  t.same(page.values, [['title', ['Pay']], ['tags', ['a', 'b']], ['price.net', ['12']]])
  t.notOk(page.fields.some(([label]) => label === 'access'))
  t.same((await read('---\naccess: []\n---\nText.')).access, [])
  t.same((await read('---\nAccess: group:staff\n---\nText.')).access, ['group:staff'])
  await t.rejects(read('---\naccess: staff\n---\nText.'), /access list/)
  await t.rejects(read('---\naccess: {group: staff}\n---\nText.'), /access list/)
})
