// Texts made to hold an expression up: ten times as long takes about ten times as much work, not a hundred times.
import t from 'tap'
import { cutDocument } from '../../src/ingest/cut.ts'
import { readHtml } from '../../src/ingest/formats/html.ts'
import { readMarkdown } from '../../src/ingest/formats/markdown.ts'
import { splitLongSection } from '../../src/ingest/formats/long-sections.ts'
import { estimateTokens } from '../../src/language/token-count.ts'
import { disarmMarkup } from '../../src/language/safe-text.ts'
import { sentences } from '../../src/language/sentences.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'

const short = 20_000
/** Work this short is not compared: a collection of garbage takes as long. */
const leastMs = 150
/** Ten times as much work, and some more for memory that no cache holds. A quadratic one takes a hundred times. */
const mostTimes = 25

const units = [
  ' ', '\n', ' \n', '\n ', '. ', '.', '... ', 'a. ', 'A. ', '1. ', '."', ')', '!?', 'x ', '。', '」', '- ', '-\n', 'a-\n', '\u00ad\n',
  '|', '| ', '**',
  '<', '<a ', '](', '[', '![', 'javascript', 'data:', '\t', ',\n', ';\na',
  'z. B. ', '18. Mai ', '"', '«', 'a\n\n', '# ',
  '```\n', '&', '\r\n',
]
const texts = (length: number) => units.flatMap(unit => {
  const run = unit.repeat(Math.ceil(length / unit.length))
  return [run, `a${run}b`, `Word. ${run}x. Word`]
})
const long = texts(10 * short)

/** Returns the least CPU time of three runs. */
function work (act: () => unknown): number {
  return Math.min(...[1, 2, 3].map(() => {
    const began = cpuMs()
    act()
    return cpuMs() - began
  }))
}

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
    for (const [i, text] of texts(short).entries()) {
      const ten = work(() => act(long[i]!))
      if (ten < leastMs) continue
      const one = Math.max(work(() => act(text)), 1)
      const what = `${JSON.stringify(text.slice(0, 12))}: ${one.toFixed(1)} ms, and ${ten.toFixed(0)} ms for ten times as much`
      if (ten > mostTimes * one) t.fail(what)
    }
  })
}

t.test('white space in code of a page, and in front matter', async t => {
  const spaces = ' '.repeat(300_000)
  t.ok(work(() => readHtml(Buffer.from(`<pre>a${spaces}b</pre>`), 'x')) < 3000)
  t.ok(work(() => readMarkdown(Buffer.from(`---\nkey: a${' '.repeat(19_000)}b\n---\n\ntext`), 'x')) < 3000)
})
