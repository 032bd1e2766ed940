// Documents are prepared for storage: the title, headings and facts that go with each passage stay short.
import t from 'tap'
import type { ReadDocument } from '../../src/documents/content.ts'
import { cutDocument } from '../../src/ingest/cut.ts'
import { estimateTokens } from '../../src/language/token-count.ts'

function cut (changes: Partial<ReadDocument>) {
  const document: ReadDocument = {
    id: 'a', title: 'Kettle', url: '', fields: [], sections: [{ kind: 'text', text: 'It boils a litre.', headings: [] }], ...changes,
  }
  return cutDocument(document, { maxTokens: 256, overlapTokens: 32 }, estimateTokens)
}

const words = (length: number) => Array.from({ length: Math.ceil(length / 8) }, (_, i) => `w${String(i).padStart(6, '0')}`)
const said = ({ chunks }: ReturnType<typeof cut>) => chunks.map(({ text }) => text).join(' ')
/** Returns the words of `all` that no chunk holds. */
const lost = (document: ReturnType<typeof cut>, all: string[]) => {
  const held = new Set(said(document).split(/\s+/))
  return all.filter(word => !held.has(word))
}

t.test('short titles, headings and facts stay as they are', t => {
  const fields: [string, string][] = [['Volume', '1 l'], ['Power', '2000 W']]
  const document = cut({
    fields, url: 'https://shop.example/kettle', sections: [{ kind: 'text', text: 'It boils a litre.', headings: ['Kettle', 'Use'] }],
  })
  t.match(document, {
    title: 'Kettle', url: 'https://shop.example/kettle', fields, chunks: [{ text: 'It boils a litre.', headings: ['Use'] }],
  })
  t.equal(document.chunks.length, 1)
  t.end()
})

t.test('texts are stored composed, without soft hyphens, and with the words whole that line ends divide', t => {
  const document = cut({
    title: 'Größe'.normalize('NFD'), fields: [['Ver\u00adsand', '5\u200b €']],
    sections: [{ kind: 'text', text: 'Die Liefer-\nfrist ist \ufb01x. 👨\u200d👧', headings: ['Ver\u00adsand'] }],
  })
  t.match(document, {
    title: 'Größe'.normalize('NFC'), fields: [['Versand', '5 €']],
    chunks: [{ text: 'Die Lieferfrist ist fix. 👨\u200d👧', headings: ['Versand'] }],
  })
  t.end()
})

t.test('a long title is cut at a space, and all of it becomes text', t => {
  const all = words(48_000)
  const document = cut({ title: all.join(' ') })
  t.ok(document.title.length <= 300, `${document.title.length}`)
  t.match(document.title, /^w000000 .* w\d{6}…$/)
  t.same(lost(document, all), [])
  t.match(said(document), /It boils a litre\.$/)
  t.end()
})

t.test('a title is not cut within a character', t => {
  for (const title of ['😀'.repeat(400), 'a' + '😀'.repeat(400)]) {
    const document = cut({ title })
    t.ok(document.title.isWellFormed())
    t.ok(document.title.length >= 290 && document.title.length <= 300)
  }
  t.end()
})

t.test('a heading as long as a book that is also the title', t => {
  const all = words(36_000)
  const title = all.join(' ')
  const document = cut({
    title,
    sections: [
      { kind: 'text', text: 'First.', headings: [title] }, { kind: 'text', text: 'Second.', headings: [title, 'Use'] },
    ],
  })
  t.ok(document.title.length <= 300)
  t.same(lost(document, all), [])
  t.match(document.chunks.at(-1), { text: 'Second.', headings: ['Use'] })
  t.ok(document.chunks.every(({ headings }) => headings.join().length <= 300))
  t.end()
})

t.test('any other long heading is cut, and all of it becomes text once', t => {
  const all = words(36_000)
  const document = cut({ sections: ['First.', 'Second.'].map(text => ({ kind: 'text', text, headings: [all.join(' '), text], page: 7 })) })
  t.ok(document.chunks.every(({ headings }) => headings.join().length <= 310))
  t.same(lost(document, all), [])
  t.equal(said(document).split(all.at(-1)!).length, 2)
  t.ok(document.chunks.every(({ page }) => page === 7))
  t.end()
})

t.test('an address that is too long is left out', t => {
  t.equal(cut({ url: `https://shop.example/${'a'.repeat(2027)}` }).url.length, 2048)
  t.equal(cut({ url: `https://shop.example/${'a'.repeat(2028)}` }).url, '')
  t.end()
})

t.test('a fact that is too long becomes text', t => {
  const all = words(480_000)
  const document = cut({ fields: [['Volume', '1 l'], ['Story', all.join(' ')], ['L'.repeat(101), 'labelled'], ['Power', '2000 W']] })
  t.same(document.fields, [['Volume', '1 l'], ['Power', '2000 W']])
  t.same(lost(document, all), [])
  t.match(said(document), /Story: w000000 w000001/)
  t.match(said(document), /L{101}: labelled/)
  t.ok(document.chunks.every(({ text }) => text.length <= 4096))
  t.end()
})

t.test('too many facts, or too much of them, become text', t => {
  const many = cut({ fields: Array.from({ length: 1000 }, (_, i): [string, string] => [`Label${i}`, `value${i}`]) })
  t.equal(many.fields.length, 100)
  t.same(lost(many, Array.from({ length: 900 }, (_, i) => `value${i + 100}`)), [])
  const much = cut({ fields: Array.from({ length: 100 }, (_, i): [string, string] => [`Label${i}`, `value${i} ${'x'.repeat(1900)}`]) })
  t.ok(JSON.stringify(much.fields).length < 5000)
  t.same(lost(much, Array.from({ length: 100 - much.fields.length }, (_, i) => `value${i + much.fields.length}`)), [])
  t.end()
})

t.test('the first chunk counts the tokens of the facts too', t => {
  const fields: [string, string][] = [['Volume', 'one litre and a half']]
  const without = cut({}).chunks[0]!.tokens
  t.equal(cut({ fields }).chunks[0]!.tokens, without + estimateTokens('Volume one litre and a half'))
  const [alone] = cut({ fields, sections: [] }).chunks
  t.match(alone, { n: 0, text: '', tokens: estimateTokens('Volume one litre and a half') })
  t.end()
})
