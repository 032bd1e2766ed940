// Properties of every result: never longer, no new figures, the same each time, no crash, linear time.
import t from 'tap'
import { compress, type CompressOptions, type Mode } from '../../src/compress/compress.ts'
import type { Kind } from '../../src/compress/kind.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const kinds: Kind[] = ['logs', 'documentation', 'code', 'conversation', 'table']
const modes: Mode[] = ['adaptive', 'aggressive', 'conservative']

/** Parts of texts that people store, with every kind of ending, gap and figure. */
const fragment = fc.constantFrom(
  'The filter is changed every 300 hours.', 'Prix : 59,90 €', 'Couches taille 4, lot de 300', '## Delivery', 'Is it in stock?',
  'Env. 3 kg.', '1 000 000', '…', '[×12]', '—', '2026-03-14T10:00:01.250Z INFO [api] request 17 took 12 ms',
  '2026-03-14 10:00:02 INFO [api] request 18 took 900 ms', '2026-03-14 10:00:03 ERROR disk is 97 % full',
  '{"level":30,"time":1763720852123,"msg":"done"}', '    at run (app.js:12:3)', 'Client: combien de temps ?', 'Conseiller: Deux ans.',
  '[10:30] Ann: yes', 'name;price;stock', 'lamp;12,50 €;3', 'lamp;12,50 €;3', '| a | b |', '|---|---|',
  'export function run (a: number): void {', '  return a * 2', '}', 'def run(self):', '"""Runs."""', '/**', ' * Runs.', ' */',
  'const longest = 40', '# Copyright 2026', '-----', ' ', '\t', '。', '😀', '\0', '"', 'é'
)
const glue = fc.constantFrom('\n', '\n', '\n\n', ' ', '  ', '', '\r\n')
const written = fc.array(fc.tuple(fragment, glue), { maxLength: 60 }).map(parts => parts.flat().join(''))
const question = fc.constantFrom(
  undefined, 'combien coûte le lot taille 4 ?', 'How full is the disk at 10:00:03?', 'What does run do?', 'price of the lamp', '', '? ! …'
)
const options = fc.record({
  mode: fc.constantFrom(...modes), kind: fc.constantFrom(undefined, ...kinds), question,
  budget: fc.constantFrom(undefined, 0, 1, 3, 40, 200), language: fc.constantFrom('fr' as const, 'en' as const, 'und' as const),
}).map(all => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as CompressOptions)

const withoutCounts = (text: string) => text.replace(/\[×\d+\]/g, ' ')
/** Figures as written, with the signs that join their digits. */
const figuresIn = (text: string) => text.match(/\d+(?:[.,:/\u00A0 -]?\d+)*/g) ?? []

t.test('a result is never longer than the text or the budget, and off is the text itself', async t => {
  fc.assert(fc.property(written, options, (text, given) => {
    const result = compress(text, given)
    if (result.text.length > text.length) throw new Error('longer')
    if (result.text.length > (given.budget ?? Infinity)) throw new Error('over the budget')
    if (Math.abs(result.ratio * result.text.length - text.length) > 1e-6 && result.text !== '') throw new Error('another ratio')
    if (compress(text, { ...given, mode: 'off' }).text !== text) throw new Error('off is not off')
  }), propertyRuns(1500, { seed: 20260314 }))
  t.pass()
})

t.test('every figure of a result is in the text, except for the counts in gap marks', async t => {
  fc.assert(fc.property(written, options, (text, given) => {
    const known = withoutCounts(text).replace(/\s+/g, ' ')
    for (const figure of figuresIn(withoutCounts(compress(text, given).text).replaceAll('\n', ' \n '))) {
      if (!known.includes(figure)) throw new Error(`${figure} is new`)
    }
  }), propertyRuns(1500, { seed: 20260314 }))
  t.pass()
})

t.test('order and words stay: a result without marks is a subsequence of the lines or sentences', async t => {
  fc.assert(
    fc.property(
      written, fc.constantFrom<Kind>('documentation', 'code', 'conversation'), fc.constantFrom(...modes), question,
      (text, kind, mode, asked) => {
        const plain = (from: string) =>
          from
            .replace(/…/g, '\n')
            .split('\n')
            .map(line => line.replace(/\s+/g, ' ').trim())
            .filter(Boolean)
        const source = text.replace(/…/g, ' ').replace(/\s+/g, ' ')
        let at = 0
        for (const part of plain(
          compress(text, { mode, kind, language: 'en', ...(asked === undefined ? {} : { question: asked }) }).text
        )) {
          at = source.indexOf(part, at)
          if (at < 0) throw new Error(`"${part}" does not stand there, or not in this place`)
          at += part.length
        }
      }
    ),
    propertyRuns(1500, { seed: 20260314 })
  )
  t.pass()
})

t.test('any string gives the same result each time', async t => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), options, (text, given) => {
    const once = compress(text, given)
    if (JSON.stringify(once) !== JSON.stringify(compress(text, given))) throw new Error('another result')
  }), propertyRuns(1500, { seed: 20260314 }))
  t.pass()
})

const size = 1 << 20
const nasty: Record<string, string> = {
  'one letter': 'a'.repeat(size),
  spaces: ' '.repeat(size),
  'spaces between two letters': `x${' '.repeat(size)}x`,
  digits: '1'.repeat(size),
  'figures between spaces': '1 '.repeat(size / 2),
  'full stops': '. '.repeat(size / 8),
  'quotes after full stops': `.${'"'.repeat(99)}`.repeat(size / 100),
  'open parentheses': '('.repeat(size),
  'empty lines': '\n'.repeat(size),
  'lines of one letter': 'a\n'.repeat(size / 8),
  names: 'Ann: '.repeat(size / 5),
  addresses: 'a@'.repeat(size / 2),
  delimiters: ','.repeat(size),
  'streets that never come': `1 ${'rue a '.repeat(size / 6)}`,
}
for (const [name, text] of Object.entries(nasty)) {
  t.test(`a long run of ${name} takes seconds, not hours`, async t => {
    for (const kind of kinds) {
      const start = cpuMs()
      const { text: result } = compress(text, {
        mode: 'adaptive', kind, question: 'combien coûte la poussette taille 4 à 12:30, 8 rue Haute ?', language: 'fr',
      })
      const ms = cpuMs() - start
      if (result.length > text.length || ms > 10_000) t.fail(`${kind}: ${ms} ms`)
    }
    t.pass()
  })
}
