// The compact unigram tokenizer returns the same piece numbers as the library's tokenizer.

import { Tokenizer } from '@huggingface/tokenizers'
import t from 'tap'
import { createUnigramTokenizer } from '../../../src/language/unigram/tokenizer.ts'
import { fc } from '../../fixtures/property.ts'
import { cpuMs } from '../../fixtures/cpu-time.ts'

const special = ['<s>', '<pad>', '</s>', '<unk>']
const pieces = [
  '▁', 'a', 'b', 'ab', 'aba', '▁ab', '▁a', 'é', 'ée', '👍', '👍🏽', '▁"', '\\', '[', ']', '▁]"', 'vocab', '…', '～', 'ﬁ', '1', '2', '1/2',
  '日', '日本', 'ba'
]
const scores = [-3, -4, -4.5, -6, -7.25, -6.5, -5, -8, -9, -9.5, -10, -7, -7, -7, -7, -9, -11, -8, -8, -8, -6, -6, -9, -10, -11, -5.5]
const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', add_prefix_space: true, split: true }
const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
const file = {
  version: '1.0',
  added_tokens: special.map((content, id) => ({
    id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true
  })),
  normalizer: {
    type: 'Sequence',
    normalizers: [{ type: 'Precompiled', precompiled_charsmap: null }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }]
  },
  pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
  post_processor: {
    type: 'TemplateProcessing',
    single: [token('<s>'), { Sequence: { id: 'A', type_id: 0 } }, token('</s>')],
    pair: [],
    special_tokens: Object.fromEntries(['<s>', '</s>'].map((id) => [id, { id, ids: [special.indexOf(id)], tokens: [id] }]))
  },
  decoder: metaspace,
  model: { type: 'Unigram', unk_id: 3, vocab: [...special.map((one) => [one, 0]), ...pieces.map((piece, i) => [piece, scores[i]])] }
}
const create = (changes: object = {}, space?: number) =>
  createUnigramTokenizer(Buffer.from(JSON.stringify({ ...file, ...changes }, null, space)))

t.test('returns the numbers of the library, for any text without special pieces', async () => {
  const ours = create()!
  const theirs = new Tokenizer(file, {})
  const texts = fc.array(fc.oneof(
    fc.constantFrom(...pieces, ' ', '\n', '\u00a0', '\u200b', '\u0007', 'ａ', '½', 'x', 'ж', '語'),
    fc.string({ unit: 'grapheme', maxLength: 4 })
  ), { maxLength: 40 }).map((parts) => parts.join('')).filter((text) => !special.some((one) => text.includes(one)))
  fc.assert(fc.property(texts, (text) => {
    const { ids } = theirs.encode(text)
    return JSON.stringify(ours.encode(text, 1_000)) === JSON.stringify(ids) && ours.count(text) === ids.length - 2
  }), { numRuns: 300 })
})

t.test('a special piece written out in a text is text', async (t) => {
  const ours = create()!
  t.same(ours.encode('</s>', 100).filter((id) => id < 3), [0, 2])
})

t.test('reads a text when it has pieces for half of its letters', async (t) => {
  const { reads } = create()!
  for (const text of ['aba', 'ab, 語?', 'é', '日本', '', '12 €?']) t.ok(reads(text), text)
  for (const text of ['語', 'a 語学校', 'жжж ab?']) t.notOk(reads(text), text)
})

t.test('cuts a long text, and keeps the end piece', async (t) => {
  const ours = create()!
  const ids = ours.encode('ab '.repeat(1_000), 10)
  t.equal(ids.length, 10)
  t.same([ids[0], ids.at(-1)], [0, 2])
  t.equal(ours.count('ab '.repeat(1_000)), 1_000)
})

t.test('a word of a megabyte takes seconds, not minutes', async (t) => {
  const ours = create()!
  const startedAt = cpuMs()
  t.equal(ours.count('ab'.repeat(500_000)), 500_000)
  t.ok(cpuMs() - startedAt < 20_000)
})

t.test('reads a file with white space, and leaves other kinds of tokenizers to the library', async (t) => {
  t.same(create({}, 2)!.encode('aba ab', 100), create()!.encode('aba ab', 100))
  t.equal(create({ model: { type: 'WordPiece', vocab: { a: 1 } } }), null)
  t.equal(create({ model: { ...file.model, byte_fallback: true } }), null)
  t.equal(create({ normalizer: { type: 'NFC' } }), null)
  t.equal(create({ pre_tokenizer: { type: 'Metaspace' }, normalizer: { type: 'Lowercase' } }), null)
  t.equal(create({ added_tokens: [] }), null)
  t.throws(() => createUnigramTokenizer(Buffer.from(JSON.stringify(file).slice(0, 900))))
})
