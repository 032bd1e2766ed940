// Documents are cut where their authors divided them, as far as the model's window allows.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { cutIntoChunks, type ChunkOptions } from '../../src/ingest/chunks.ts'
import type { Chunk, ReadDocument, Section } from '../../src/documents/content.ts'
import { headingPath } from '../../src/language/passage-lines.ts'
import { createTokenCounter } from '../../src/language/token-count.ts'
import { embedModelFolder } from '../fixtures/embed-models.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const countWords = (text: string) => text.match(/\S+/g)?.length ?? 0
const document = (sections: Section[]): ReadDocument => ({ id: '', title: '', url: '', fields: [], sections })
const section = (text: string, more: Partial<Section> = {}): Section => ({ kind: 'text', text, headings: [], ...more })
const cut = (sections: Section[], options: Partial<ChunkOptions> = {}) =>
  cutIntoChunks(document(sections), { maxTokens: 20, overlapTokens: 0, count: countWords, ...options })
const texts = (chunks: Chunk[]) => chunks.map(chunk => chunk.text)
const numbered = (n: number, word = 'w') => Array.from({ length: n }, (_, i) => `${word}${i}`).join(' ')
const sentence = (n: number, word: string) => `A${numbered(n, word)}.`

t.test('a text that fits is one chunk', async t => {
  t.strictSame(cut([section('  One two.\n\nThree.\n', { headings: ['Top', 'Under'], page: 3 })]),
    [{ n: 0, text: 'One two.\n\nThree.', headings: ['Top', 'Under'], page: 3, tokens: 3 }])
  t.strictSame(cut([]), [])
  t.strictSame(cut([section(' \n ')]), [])
})

t.test('a page begins a chunk, so that it can be cited, unless it continues a sentence', async t => {
  const pages = (...texts: string[]) => cut(texts.map((text, i) => section(text, { page: i + 1 }))).map(({ text, page }) => [text, page])
  t.strictSame(pages('One.', 'Two.'), [['One.', 1], ['Two.', 2]])
  t.strictSame(pages('Slide one', 'Slide two'), [['Slide one', 1], ['Slide two', 2]])
  t.strictSame(pages('It goes on', 'and ends here.'), [['It goes on\n\nand ends here.', 1]])
  t.strictSame(pages('It ends here.', 'iPads are next.'), [['It ends here.', 1], ['iPads are next.', 2]])
})

t.test('headings separate chunks, neighbours under the same headings share one', async t => {
  const chunks = cut([
    section('One.', { headings: ['A'], page: 1 }), section('- two\n- three', { kind: 'list', headings: ['A'], page: 1 }),
    section('Four.', { headings: ['A', 'B'], page: 2 }), section('Five.', { headings: ['A'], page: 3 }),
  ])
  t.strictSame(chunks.map(({ n, text, headings, page }) => ({ n, text, headings, page })), [
    { n: 0, text: 'One.\n\n- two\n- three', headings: ['A'], page: 1 },
    { n: 1, text: 'Four.', headings: ['A', 'B'], page: 2 },
    { n: 2, text: 'Five.', headings: ['A'], page: 3 },
  ])
})

t.test('neighbours that do not fit together get separate chunks', async t => {
  t.strictSame(texts(cut([section(numbered(15, 'a')), section(numbered(15, 'b'))])), [numbered(15, 'a'), numbered(15, 'b')])
})

t.test('a text is first cut between paragraphs', async t => {
  const [a, b, c] = [sentence(8, 'a') + ' ' + sentence(4, 'b'), sentence(12, 'c'), sentence(5, 'd')]
  t.strictSame(texts(cut([section([a, b, c].join('\n\n'))])), [a, `${b}\n\n${c}`])
})

t.test('a chunk that is less than half full takes the first sentences of the next paragraph', async t => {
  const [a, b, c] = [sentence(4, 'a'), sentence(10, 'b'), sentence(8, 'c')]
  t.strictSame(texts(cut([section(`${a}\n\n${b} ${c}`)])), [`${a}\n\n${b}`, c])
})

t.test('then between sentences, also where lines are wrapped and where no space follows', async t => {
  const wrapped = 'Ceci est une longue phrase qui\nva sur deux lignes du document. Une autre phrase suit ici et elle est longue aussi.'
  t.strictSame(texts(cut([section(wrapped)], { maxTokens: 16 })), wrapped.split(/(?<=document\.) /))
  const chinese = '个人信息保护法规定明确的目的。处理个人信息应当合理！是吗？'
  t.strictSame(texts(cut([section(chinese)], { maxTokens: 16, count: text => text.length })),
    ['个人信息保护法规定明确的目的。', '处理个人信息应当合理！是吗？'])
})

t.test('last between words, and within a word that is too long by itself', async t => {
  t.strictSame(texts(cut([section(numbered(45))])).map(countWords), [20, 20, 5])
  const long = '👍'.repeat(1000)
  const chunks = cut([section(`Before ${long} after`)])
  t.equal(texts(chunks).join('').replace(/\s/g, ''), `Before${long}after`)
  t.ok(chunks.every(({ text }) => text.isWellFormed() && text.length <= 16 * 20))
})

t.test('endless white space does not make an endless chunk', async t => {
  const chunks = cut([section(`One.${' '.repeat(300_000)}Two.${'\n '.repeat(100_000)}Three ${'\t'.repeat(100_000)} four.`)])
  t.strictSame(texts(chunks).join(' ').match(/\S+/g), ['One.', 'Two.', 'Three', 'four.'])
  t.ok(chunks.every(({ text }) => text.length <= 16 * 20))
})

t.test('a chunk repeats whole sentences before it, from its own section only', async t => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f'].map(word => sentence(5, word))
  const [a, b, c, d, e, f] = all
  t.strictSame(texts(cut([section(all.join(' '))], { overlapTokens: 7 })),
    [`${a} ${b} ${c} ${d}`, `${d} ${e} ${f}`])
  t.strictSame(
    texts(cut([section(all.join(' '))], { overlapTokens: 4 })), [`${a} ${b} ${c} ${d}`, `${e} ${f}`], 'no sentence longer than the limit'
  )
  t.strictSame(texts(cut([section(all.slice(0, 4).join(' ')), section(`${e} ${f}`)], { overlapTokens: 7 })),
    [`${a} ${b} ${c} ${d}`, `${e} ${f}`], 'another section')
})

t.test('a sentence that leaves no room for an overlap is not cut to make some', async t => {
  const [a, b, c] = [sentence(10, 'a'), sentence(10, 'b'), sentence(19, 'c')]
  t.strictSame(texts(cut([section(`${a} ${b} ${c}`)], { overlapTokens: 10 })), [`${a} ${b}`, c])
})

t.test('a table is kept whole, or cut between rows under its header', async t => {
  const table = (rows: number) =>
    ['| Réf | Prix |', '|-----|------|', ...Array.from({ length: rows }, (_, i) => `| r${i} | ${i} |`)].join('\n')
  t.strictSame(texts(cut([section('Some more words than two.'), section(table(2), { kind: 'table' })])), [
    'Some more words than two.', table(2),
  ])
  t.strictSame(texts(cut([section(table(4), { kind: 'table' })])), [
    '| Réf | Prix |\n|-----|------|\n| r0 | 0 |\n| r1 | 1 |',
    '| Réf | Prix |\n|-----|------|\n| r2 | 2 |\n| r3 | 3 |',
  ])
  t.strictSame(texts(cut([section('Ref Price\na 1\nb 2', { kind: 'table' })], { maxTokens: 16, count: text => countWords(text) * 3 })), [
    'Ref Price\na 1', 'Ref Price\nb 2',
  ])
})

t.test('a row longer than a chunk is cut between words', async t => {
  const chunks = cut([section(`Name Text\nx ${numbered(30)}\ny z`, { kind: 'table' })])
  t.strictSame(texts(chunks), [`Name Text\nx ${numbered(17)}`, `Name Text\n${numbered(30).split(' ').slice(17).join(' ')}\ny z`])
})

t.test('list items are not cut', async t => {
  const items = [8, 8, 8].map((n, i) => `- ${numbered(n, 'abc'[i])}`)
  t.strictSame(texts(cut([section(items.join('\n'), { kind: 'list' })])), [`${items[0]}\n${items[1]}`, items[2]])
})

t.test('code is cut at blank lines, then at lines, and keeps its indentation', async t => {
  const first = 'function a () {\n  return 1\n}'
  const second = 'function b () {\n  if (x) {\n    return 2\n  }\n\n  return 3\n}'
  t.strictSame(texts(cut([section(`${first}\n\n${second}\n`, { kind: 'code' })], { maxTokens: 16 })), [first, second])
  t.strictSame(texts(cut([section(`\n  ${second}\n`, { kind: 'code' })], { maxTokens: 9 })),
    ['  function b () {\n  if (x) {\n    return 2', '  }\n\n  return 3\n}'])
})

t.test('headings count against the limit, and the outer ones are dropped first', async t => {
  const headings = ['One two three', 'four', 'five six']
  for (const chunk of cut([section(numbered(100), { headings: [...headings] })])) {
    t.strictSame(chunk.headings, ['four', 'five six'])
    t.ok(countWords(headingPath(chunk.headings)) + chunk.tokens <= 20)
  }
  const [chunk] = cut([section('text', { headings: [numbered(100)] })])
  t.match(chunk!.headings, [/^w0 w1 w2/])
  t.ok(countWords(headingPath(chunk!.headings)) <= 20 / 3)
})

const unique = (() => {
  const kinds = ['text', 'table', 'list', 'code'] as const
  const ends = ['. ', ' ', ' ', ' ', '\n', '\n\n', '! ', ', ', '\n    ', '。']
  return fc
    .array(
      fc.record({
        kind: fc.constantFrom(...kinds), headings: fc.subarray(['Top', 'Under it all', 'And deeper']),
        ends: fc.array(fc.constantFrom(...ends), { maxLength: 150 }), capitals: fc.boolean(),
      }),
      { maxLength: 6 }
    )
    .map(sections =>
      sections.map(({ kind, headings, ends, capitals }, s): Section => ({
        kind, headings,
        text: ends
          .map((end, i) => `${capitals ? 'W' : 'w'}${s}x${i}${'y'.repeat(i % 7)}${kind === 'text' ? end : end.replace('。', '; ')}`)
          .join(''),
      }))
    )
})()
const wordsOf = (text: string) => text.split(/[\s。]+/).filter(Boolean)

t.test('no word is lost or moved, no chunk is too long', async () => {
  const { count } = createTokenCounter(JSON.parse(await readFile(join(await embedModelFolder(), 'tokenizer.json'), 'utf8')))
  fc.assert(
    fc.property(
      unique, fc.integer({ min: 32, max: 100 }), fc.integer({ min: 0, max: 20 }), fc.constantFrom(count, countWords),
      (sections, maxTokens, overlapTokens, count) => {
        const options = { maxTokens, overlapTokens, count }
        const chunks = cutIntoChunks(document(sections), options)
        for (const { text, headings, tokens } of chunks) {
          if (tokens !== count(text) || tokens + count(headingPath(headings)) > maxTokens) return false
        }
        // Each word occurs once, so a repeated one is from an overlap or a header row.
        const seen = [...new Set(chunks.flatMap(({ text }) => wordsOf(text)))]
        const again = cutIntoChunks(document(sections), options)
        return (
          JSON.stringify(seen) === JSON.stringify(sections.flatMap(({ text }) => wordsOf(text))) &&
          JSON.stringify(again) === JSON.stringify(chunks)
        )
      }
    ),
    propertyRuns(300, { seed: 6 })
  )
  fc.assert(
    fc.property(
      unique.map(sections => sections.filter(({ kind }) => kind !== 'table')), fc.constantFrom(count, countWords),
      (sections, count) => {
        const chunks = cutIntoChunks(document(sections), { maxTokens: 32, overlapTokens: 0, count })
        return chunks.flatMap(({ text }) => wordsOf(text)).join(' ') === sections.flatMap(({ text }) => wordsOf(text)).join(' ')
      }
    ),
    propertyRuns(200, { seed: 6 })
  )
})

t.test('the cost of a hostile text is linear in its length', async t => {
  const length = 300_000
  for (const kind of ['text', 'table', 'list', 'code'] as const) {
    for (const unit of ['a', '👍', '个', 'A. ', '!', '\n ', 'a ', 'a\n', '"!" ', `b${' '.repeat(60)}`]) {
      let counted = 0
      const text = unit.repeat(length / unit.length)
      const count = (text: string) => {
        counted += text.length
        return countWords(text)
      }
      const chunks = cut([section(text, { kind })], { maxTokens: 256, overlapTokens: 32, count })
      t.ok(counted <= 8 * length, `${kind} of ${JSON.stringify(unit)}: ${counted / length}`)
      t.ok(chunks.every(({ text }) => text.length <= 256 * 16))
    }
  }
})

t.test('no chunk is too long with a counter that counts a whole as more than its parts', async t => {
  const count = (text: string) => Math.ceil(countWords(text) * 1.2) - 1
  const chunks = cut([section(Array.from({ length: 50 }, (_, i) => sentence(3, `s${i}`)).join(' '))], { count })
  t.ok(chunks.every(({ text }) => count(text) <= 20))
  t.equal(texts(chunks).flatMap(wordsOf).length, 150)
})
