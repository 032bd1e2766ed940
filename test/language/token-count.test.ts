// Counts tokens exactly as the embedding model's own tokenizer does.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PreTrainedTokenizer } from '@huggingface/transformers'
import t from 'tap'
import { createTokenCounter, estimateTokens } from '../../src/language/token-count.ts'
import { embedModelFolder } from '../fixtures/embed-models.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const folder = await embedModelFolder()
const json = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8'))
const own = new PreTrainedTokenizer(json, JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8')))
const ownCount = (text: string) => own.encode(text, { add_special_tokens: false }).length

const texts = {
  French: 'L’été dernier, les œuvres d’art « modernes » coûtaient 59,90 € — c’est-à-dire 12 % de moins qu’à Noël ; où ça ?',
  English: "The quick brown fox doesn't jump over 3.5 lazy dogs; antidisestablishmentarianism, isn't it?",
  German: 'Die Straßenverkehrszulassungsordnung gilt für Fußgänger nicht. ÄÖÜ äöü ẞ',
  Spanish: '¿Cuánto cuesta el envío a España? ¡Sólo 4,99 € si compras más de dos!',
  Chinese: '个人信息保护法规定，处理个人信息应当具有明确、合理的目的。豈 㐀 𠀀 Hello世界',
  'Japanese and Korean': 'これはペンです。カタカナ ﾊﾝｶｸ 한국어 문장입니다.',
  'Arabic, Hebrew, Thai, Hindi': 'السَّلامُ عَلَيْكُم שָׁלוֹם สวัสดีครับ नमस्ते दुनिया',
  emoji: '👍🏽 👨‍👩‍👧‍👦 ☕️ ❤️‍🔥 🇫🇷 a👍b',
  // eslint-disable-next-line no-template-curly-in-string
  code: 'if (a !== b && !c[i]) { return `x${y}` + "\\n" } // naïve\n\tfor (;;) {}',
  'a URL': 'https://user@example.com:8080/a%20b/c_d?e=f&g=é#h-i, mailto:a.b@c.fr',
  'control characters': 'a\0b\x07c\x7fd\u0085e\u200bf\u00adg\ufeffh\ufffdi\u2028j\u00a0k\vl\fm\rn',
  'special tokens': 'a[MASK]b [CLS] [ SEP ] [pad][UNK]',
  'capital sigma': "ΟΔΟΣ ΣΑΣ Σ'Α ΑΣ'Α ΑΣ. ΣΣ",
  'letters with marks': 'e\u0301 E\u0301\u0323 \u0301a İstanbul ﬁn Å ½ m² ª',
  'lone surrogates': 'a\ud83d b\udc4d \ud83d\0\udc4d',
  'long words': `${'a'.repeat(100)} ${'a'.repeat(101)} ${'é'.repeat(100)} ${'é'.repeat(101)} ${'x1'.repeat(2000)}`,
  'nothing much': '  \n\t ',
  nothing: '',
}

t.test('every script and sign counts as in the model', async t => {
  const { count, exact } = createTokenCounter(json)
  t.equal(exact, true)
  for (const [name, text] of Object.entries(texts)) {
    t.equal(count(text), ownCount(text), name)
    t.equal(count(text), ownCount(text), `${name}, from memory`)
  }
  const all = Object.values(texts).join('\n')
  t.equal(count(all), ownCount(all), 'all of it')
})

t.test('and so does any other text', async () => {
  const { count } = createTokenCounter(json)
  const odd = fc.constantFrom(...Object.values(texts).join('').split(''), '[UNK]', 'Σ', '\u0301', '中', ' ', ' ')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ unit: odd, maxLength: 200 })
      ),
      text => count(text) === ownCount(text)
    ),
    propertyRuns(1500, { seed: 6 })
  )
})

t.test('the count of a text is the sum over its paragraphs', async t => {
  const { count } = createTokenCounter(json)
  const all = Object.values(texts)
  t.equal(count(all.join('\n\n')), all.reduce((sum, text) => sum + count(text), 0))
})

t.test('more words than fit the cache are still counted correctly', async t => {
  const { count } = createTokenCounter(json)
  const words = Array.from({ length: 80_000 }, (_, i) => `w${i.toString(36)}`)
  const first = count(words.join(' '))
  t.equal(count(words.join(' ')), first)
  t.equal(count(words.slice(0, 500).join(' ')), ownCount(words.slice(0, 500).join(' ')))
})

t.test('another BERT configuration is counted by its own rules', async t => {
  for (const normalizer of [
    { lowercase: false, strip_accents: null, handle_chinese_chars: true },
    { lowercase: true, strip_accents: false, handle_chinese_chars: false },
    { lowercase: true, strip_accents: null, handle_chinese_chars: true, clean_text: false },
  ]) {
    const other = { ...json, normalizer: { ...json.normalizer, ...normalizer } }
    const tokenizer = new PreTrainedTokenizer(other, {})
    const { count } = createTokenCounter(other)
    for (const [name, text] of Object.entries(texts)) {
      t.equal(count(text), tokenizer.encode(text, { add_special_tokens: false }).length, `${name}, ${JSON.stringify(normalizer)}`)
    }
  }
})

t.test('any other tokenizer is run itself', async t => {
  const { count, exact } = createTokenCounter({
    ...json,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
    post_processor: null,
    decoder: null,
    model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0], ['▁', -3], ['▁chat', -4], ['s', -5], ['▁noir', -6]] },
  })
  t.equal(exact, true)
  t.equal(count('chats noirs'), 4)
})

t.test('a file without a tokenizer is refused', async t => {
  for (const no of [null, 'x', [], {}, { model: {} }]) t.throws(() => createTokenCounter(no))
})

t.test('without a tokenizer the count is an estimate', async t => {
  t.equal(estimateTokens(''), 0)
  t.equal(estimateTokens(' \n '), 0)
  t.equal(estimateTokens('four more four more'), 4)
  t.equal(estimateTokens('个人信息'), 4)
})
