// Texts made to hold an expression up: ten times as long takes about ten times as much work, not a hundred times.
import t from 'tap'
import { cutDocument } from '../../src/ingest/cut.ts'
import { readHtml } from '../../src/ingest/formats/html.ts'
import { readMarkdown } from '../../src/ingest/formats/markdown.ts'
import { splitLongSection } from '../../src/ingest/formats/long-sections.ts'
import { estimateTokens } from '../../src/language/token-count.ts'
import { disarmMarkup } from '../../src/language/safe-text.ts'
import { sentences } from '../../src/language/sentences.ts'
import { growsWithLength, repeated } from '../fixtures/growth.ts'

const units = [
  ' ', '\n', ' \n', '\n ', '. ', '.', '... ', 'a. ', 'A. ', '1. ', '."', ')', '!?', 'x ', '。', '」', '- ', '-\n', 'a-\n', '\u00ad\n',
  '|', '| ', '**',
  '<', '<a ', '](', '[', '![', 'javascript', 'data:', '\t', ',\n', ';\na',
  'z. B. ', '18. Mai ', '"', '«', 'a\n\n', '# ',
  '```\n', '&', '\r\n',
]
/** Makes texts of a unit: alone, and between other things. */
const kindsOf = (unit: string) => [
  repeated(unit),
  (length: number) => `a${repeated(unit)(length)}b`,
  (length: number) => `Word. ${repeated(unit)(length)}x. Word`,
]

const document = (text: string, kind: 'text' | 'code' = 'text') =>
  ({ id: 'a', title: 'T', url: '', fields: [] as [string, string][], sections: [{ kind, text, headings: [] }] })
const cut = (text: string, kind?: 'text' | 'code') =>
  cutDocument(document(text, kind), { maxTokens: 256, overlapTokens: 32 }, estimateTokens)

for (const [name, act] of [
  ['sentences', (text: string) => sentences(text)],
  ['chunks', (text: string) => cut(text)],
  ['chunks of code', (text: string) => cut(text, 'code')],
  ['long sections', (text: string) => splitLongSection({ kind: 'text', text, headings: [] })],
  ['disarmed markup', (text: string) => disarmMarkup(text)],
] as const) {
  t.test(name, async t => {
    for (const unit of units) for (const textOf of kindsOf(unit)) growsWithLength(t, act, textOf)
  })
}

t.test('white space in code of a page, and in front matter', async t => {
  const page = (length: number) => `<pre>a${' '.repeat(length)}b</pre>`
  growsWithLength(t, text => readHtml(Buffer.from(text), 'x'), page, 30_000)
  const matter = (length: number) => `---\nkey: a${' '.repeat(length)}b\n---\n\ntext`
  growsWithLength(t, text => readMarkdown(Buffer.from(text), 'x'), matter, 1900)
})
