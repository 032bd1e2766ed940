// Tokens, folding, stop words and stems, and FTS5 splits our stems as we do.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { schema } from '../../src/backends/sqlite/schema.ts'
import { contentWords, fold, isStopWord, languages, stem, stemAll, tokens } from '../../src/language/words.ts'
import type { Language } from '../../src/types.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const every = [...languages, 'und'] as Language[]

t.test('figures are split from their units', async t => {
  t.same(tokens('150ml'), ['150', 'ml'])
  t.same(tokens('150 ml'), ['150', 'ml'])
  t.same(tokens('1,5l et 20kg'), ['1', '5', 'l', 'et', '20', 'kg'])
  t.same(tokens('49€ ou 10%'), ['49', 'ou', '10'])
  t.same(tokens('5000mAh, 300lm, 2kWh, 64GB'), ['5000', 'mah', '300', 'lm', '2', 'kwh', '64', 'gb'])
})

t.test('codes stay in one piece', async t => {
  for (const code of ['t4', 'en716', '2in1', 'rtx4090', 'b2b', 'ipx7', 'd3']) t.same(tokens(code.toUpperCase()), [code])
})

t.test('ordinals have one form', async t => {
  for (const text of ['2e', '2ème', '2eme', '2nd', '2nde']) t.same(tokens(text), ['2e'], text)
  for (const text of ['1er', '1ère', '1ere', '1re', '1st']) t.same(tokens(text), ['1e'], text)
  t.same(tokens('3rd 11th 22nd'), ['3e', '11e', '22e'])
})

t.test('measures are split, however many and however written', async t => {
  const figures = (text: string) => tokens(text).filter(word => word !== 'x')
  for (const text of ['60x120 cm', '60 x 120 cm', '60X120cm']) t.same(figures(text), ['60', '120', 'cm'], text)
  for (const text of ['60x120x30 cm', '60 x 120 x 30 cm']) t.same(figures(text), ['60', '120', '30', 'cm'], text)
})

t.test('the rest of a text does not change how a word is split', async t => {
  const word = fc.constantFrom('x2', '2x', '150ml', '60x120', '2e', 't4', '4x4', 'lot', 'x', '12', '12h30', 'été')
  fc.assert(fc.property(fc.array(word, { maxLength: 8 }), words => {
    const whole = tokens(words.join(', '))
    const parts = words.flatMap(tokens)
    if (JSON.stringify(whole) !== JSON.stringify(parts)) throw new Error(`${parts} became ${whole}`)
  }), propertyRuns(500, { seed: 20260301 }))
  t.pass()
})

t.test('the Turkish capital İ does not split its word', async t => {
  t.same(tokens('İstanbul').map(fold), ['istanbul'])
})

t.test('elisions, hyphens, quotes and emoji separate words', async t => {
  t.same(tokens('L\'œuf d’Amélie, porte-bébé — « été » 👶🏽🎉'), ['l', 'œuf', 'd', 'amélie', 'porte', 'bébé', 'été'])
})

t.test('composed and decomposed letters are the same', async t => {
  t.same(tokens('bébé'.normalize('NFD')), ['bébé'])
  t.equal(fold('Ångström'.toLowerCase()), 'angstrom')
})

t.test('texts without any word', async t => {
  for (const text of ['', '   ', '👶🎉', '?!…', '\u0000', '"*()', '\u0301']) {
    t.same(tokens(text), [], JSON.stringify(text))
  }
  for (const text of ['a', '7', '你好', 'مرحبا']) t.equal(tokens(text).length, 1)
})

t.test('lone surrogates and NUL are not words and break nothing', async t => {
  t.same(tokens('a\ud800b\u0000c'), ['a', 'b', 'c'])
})

t.test('the forms of a word have one stem', async t => {
  const same = (language: Language, ...words: string[]) =>
    t.equal(new Set(words.map(word => stem(word, language))).size, 1, words.join(' = '))
  same('fr', 'couche', 'couches')
  same('fr', 'lavable', 'lavables')
  same('fr', 'livraison', 'livraisons')
  same('en', 'delivery', 'deliveries')
  same('en', 'tents', 'tent')
  same('es', 'entrega', 'entregas')
  same('de', 'lieferung', 'lieferungen')
  t.not(stem('couches', 'und'), stem('couche', 'und'), 'an unknown language is not stemmed')
})

t.test('stop words, with and without accents', async t => {
  for (const word of ['le', 'où', 'ou', 'être', 'etre', 'combien']) t.ok(isStopWord(word, 'fr'), word)
  for (const word of ['the', 'how', 'does']) t.ok(isStopWord(word, 'en'), word)
  t.notOk(isStopWord('the', 'und'))
  for (const noun of 'mais das vos pelo hei fora seria sera num as os nas eu como onde for'.split(' ')) {
    t.notOk(isStopWord(noun, 'und'), `${noun} is a noun of another language`)
  }
  for (const word of 'não uma são você'.split(' ')) t.ok(isStopWord(word, 'und'), word)
  for (const figure of ['1', '4', '300']) for (const language of languages) t.notOk(isStopWord(figure, language))
})

t.test('a question of only stop words keeps them', async t => {
  t.same(contentWords('où est-ce que c\'est ?', 'fr'), ['où', 'est', 'ce', 'que', 'c', 'est'])
  t.same(contentWords('où sont les couches ?', 'fr'), ['couches'])
})

t.test('no figure is ever lost, in any language', async t => {
  fc.assert(fc.property(fc.nat({ max: 9999 }), fc.constantFrom(...every), (figure, language) => {
    if (!contentWords(`le lot the pack de ${figure} und y`, language).includes(String(figure))) {
      throw new Error(`${figure} lost in ${language}`)
    }
  }), { seed: 20260301 })
  t.pass()
})

/** Puts stems into the store's own full-text table and returns them as FTS5 splits and folds them. */
function ftsTokens (): (stems: string[]) => string[] {
  const db = new DatabaseSync(':memory:')
  db.exec(/CREATE VIRTUAL TABLE texts [^;]+;/.exec(schema)![0] + 'CREATE VIRTUAL TABLE instances USING fts5vocab(texts, instance)')
  const insert = db.prepare('INSERT INTO texts (rowid, stems) VALUES (1, ?)')
  const read = db.prepare('SELECT term FROM instances ORDER BY "offset"')
  return stems => {
    db.exec('DELETE FROM texts')
    insert.run(stems.join(' '))
    return read.all().map(({ term }) => term as string)
  }
}

// Letters that FTS5 folds by Unicode's simple case folding, while toLowerCase and NFD leave them: the micro sign, the
// long s, final sigma and the Greek symbol letters. See the test below.
const foldedByFts = /[µſẛςϐϑϕϖϰϱϵ]/u
// Vowel signs that are letters since Unicode 8, but not in FTS5's table.
const newTaiLue = /[\u19b0-\u19c9\u1cf2\u1cf3]/u

/** Generates texts from the code points of some ranges. */
function letters (...ranges: [from: number, to: number][]): fc.Arbitrary<string> {
  const one = fc.oneof(...ranges.map(([min, max]) => fc.integer({ min, max })))
  return fc.array(one, { maxLength: 30 }).map(codes => String.fromCodePoint(...codes))
}

const scripts = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  letters([0x900, 0x97f], [0x200c, 0x200d], [0x20, 0x20]), // Devanagari with its marks
  fc.stringMatching(/^[\u0e00-\u0e7f]{1,30}$/), // Thai
  fc.stringMatching(/^[\u0600-\u06ff\u0590-\u05ff ]{1,30}$/), // Arabic, Hebrew
  fc.stringMatching(/^[\u4e00-\u4fff\u3040-\u30ff\uac00-\uad00 ]{1,30}$/), // Chinese, kana, Hangul
  fc.stringMatching(/^[\ue000-\ue0ff a]{1,20}$/), // private use
  letters([0x61, 0x7a], [0xe0, 0xff], [0x300, 0x36f], [0x1e00, 0x1eff], [0x20, 0x20]), // Latin with combining marks
  fc.stringMatching(/^[\u0370-\u052f\u10a0-\u10ff\u13a0-\u13ff]{1,20}$/), // Greek, Cyrillic, Georgian, Cherokee
  fc.stringMatching(/^[0-9\u00b2\u00b3\u00b9\u2070-\u209f\u2150-\u218f\u2460-\u24ff ]{1,20}$/), // figures of every kind
)

t.test('FTS5 splits stems into exactly our stems, in any script', async t => {
  const cut = ftsTokens()
  fc.assert(fc.property(scripts, fc.constantFrom(...every), (text, language) => {
    if (foldedByFts.test(text.toLowerCase()) || newTaiLue.test(text) || /\p{Cn}/u.test(text)) return
    const stems = stemAll(text, language)
    const got = cut(stems)
    if (JSON.stringify(got) !== JSON.stringify(stems)) throw new Error(`${JSON.stringify(stems)} became ${JSON.stringify(got)}`)
  }), propertyRuns(1500, { seed: 20260301 }))
  t.pass()
})

t.test('FTS5 keeps every letter and digit of Unicode', async t => {
  const cut = ftsTokens()
  const stems: string[] = []
  for (let code = 1; code < 0x30000; code++) {
    const letter = String.fromCodePoint(code)
    if (/[\p{L}\p{N}\p{Co}]/u.test(letter) && !foldedByFts.test(letter.toLowerCase()) && !newTaiLue.test(letter)) {
      stems.push(...stemAll(letter, 'und'))
    }
  }
  t.ok(stems.length > 100_000)
  const got = cut(stems)
  const different = stems.findIndex((stem, i) => stem !== got[i])
  t.equal(different, -1, different < 0 ? 'all the same' : `${stems[different]} became ${got[different]}`)
})

t.test('letters that only case folding changes: µm, final sigma', async t => {
  const cut = ftsTokens()
  for (const word of ['µm', 'οδός', 'ſ', 'ϕ']) t.same(cut(stemAll(word, 'und')), stemAll(word, 'und'), word)
})

t.test('no stem is empty or contains a space', async t => {
  fc.assert(fc.property(scripts, fc.constantFrom(...every), (text, language) => {
    for (const found of stemAll(text, language)) if (!/^\S+$/u.test(found)) throw new Error(`"${text}" → "${found}"`)
  }), propertyRuns(1000, { seed: 20260301 }))
  t.pass()
})

t.test('the time for a long text grows linearly', async t => {
  // Each rule is anchored at the start of a word: a run of digits must not be tried from every position.
  for (const text of ['1'.repeat(200_000), '1x'.repeat(100_000), '1 '.repeat(100_000), 'a'.repeat(200_000), '9e'.repeat(100_000)]) {
    const began = cpuMs()
    tokens(text)
    t.ok(cpuMs() - began < 2000, `${text.slice(0, 4)}…`)
  }
})

t.test('a text of ASCII has the same words as beside a letter that is none', async () => {
  const ascii = fc.string({ unit: fc.constantFrom(...'aAbxXeEsTtmlK0123 ._-/\n%$', 'th', 'nd', 'kg'), maxLength: 40 })
  fc.assert(fc.property(ascii, text => {
    assert.deepEqual([...tokens(text), 'é'], tokens(`${text} é`))
  }), propertyRuns(2000))
})
