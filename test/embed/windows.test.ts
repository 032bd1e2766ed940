// Splitting texts into windows.

import t from 'tap'
import { AutoTokenizer, env } from '@huggingface/transformers'
import { splitSections, splitWindows } from '../../src/embed/windows.ts'
import { embedModels } from '../fixtures/embed-models.ts'
import { fc } from '../fixtures/property.ts'

const byWords = (text: string) => text.match(/\S+/g)?.length ?? 0
// Neither additive nor a number of words: two parts may have fewer tokens than the whole.
const byCharacters = (text: string) => text.length === 0 ? 0 : Math.ceil(text.length / 3 - 0.4)
const withoutSpace = (text: string) => text.replace(/\s+/g, '')
const texts = fc.array(fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(' ', '\n', '. ', '! ', '。', 'word', 'mot', '12,50 €', ' \u00a0', 'x'.repeat(700), '👍🏽'.repeat(90))
), { maxLength: 60 }).map((parts) => parts.join(''))

for (const [name, count] of Object.entries({ byWords, byCharacters })) {
  t.test(`only white space is lost and every window fits, counted ${name}`, async () => {
    fc.assert(fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, max) => {
      const windows = splitWindows(text, count, max)
      if (withoutSpace(windows.map((window) => window.text).join('')) !== withoutSpace(text)) return false
      return windows.length > 0 && windows.every((window) =>
        window.tokens <= max && window.tokens === count(window.text) && window.text === window.text.trim())
    }))
  })
}

t.test('sections lose nothing, and none is longer than the limit', async () => {
  fc.assert(fc.property(texts, fc.integer({ min: 2, max: 50 }), (text, max) => {
    const parts = [...splitSections(text, max)]
    return parts.join('') === text && parts.every((part) => part.length <= max)
  }))
})

t.test('whole sentences stay together where they fit', async (t) => {
  const windows = splitWindows('One two three. Four five! Six seven eight nine? Ten.', byWords, 5)
  t.same(windows, [
    { text: 'One two three. Four five!', tokens: 5 },
    { text: 'Six seven eight nine? Ten.', tokens: 5 }
  ])
})

t.test('a sentence that is too long is cut between words, and its last window takes the next sentence', async (t) => {
  const windows = splitWindows('a b c d e f g. h i.', byWords, 5)
  t.same(windows.map((window) => window.text), ['a b c d e', 'f g. h i.'])
})

t.test('a word that is too long is cut between characters, never inside a surrogate pair', async (t) => {
  const windows = splitWindows('👍'.repeat(400), byCharacters, 10)
  t.ok(windows.length > 20)
  t.ok(windows.every(({ text }) => text.isWellFormed()))
})

t.test('an empty text has one empty window', async (t) => {
  t.same(splitWindows(' \n ', byWords), [{ text: '', tokens: 0 }])
})

t.test('megabytes without a space, or of spaces only, are cut quickly', async (t) => {
  const long = splitWindows('x'.repeat(2_000_000), byCharacters)
  t.ok(long.every((window) => window.tokens <= 120))
  t.equal(splitWindows(' '.repeat(2_000_000), byWords).length, 1)
  t.equal(splitWindows('.'.repeat(200_000), byWords).length > 0, true)
})

t.test('with the real tokenizer every window has at most 120 tokens', async (t) => {
  env.allowRemoteModels = false
  env.localModelPath = `${await embedModels()}/`
  const tokenizer = await AutoTokenizer.from_pretrained('onnx-community/all-MiniLM-L6-v2-ONNX')
  const count = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).length
  const text = 'Les lots de 300 pièces sont livrés sous 48 h, sauf en Corse : comptez 5 jours (n° 12-B/4). '.repeat(40) +
    'https://example.com/une/tres/longue/adresse?'.repeat(30) + ' ' + '配送は三日以内です'.repeat(60)
  const windows = splitWindows(text, count)
  t.ok(windows.every(({ text, tokens }) => tokens <= 120 && tokens === count(text)))
  t.ok(windows.slice(0, 10).every(({ tokens }) => tokens > 60), 'windows are more than half full')
  t.equal(withoutSpace(windows.map((window) => window.text).join('')), withoutSpace(text))
})
