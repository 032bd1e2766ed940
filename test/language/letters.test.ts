// Ligatures, invisible characters, East Asian pairs and line-end hyphens: a word is found however it is written.
import t from 'tap'
import { joinPairs, letterPairs } from '../../src/language/east-asian.ts'
import { fold, plainLetters } from '../../src/language/letters.ts'
import { contentWords, indexTokens, stem, stemAll, tokens } from '../../src/language/words.ts'
import type { Language } from '../../src/types.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const every: Language[] = ['fr', 'en', 'es', 'de', 'und']

t.test('letters that are typed in two ways have one stem', async t => {
  for (const [a, b, language] of [
    ['bœufs', 'boeuf', 'fr'], ['vœux', 'voeux', 'fr'], ['œillet', 'oeillets', 'fr'], ['ex æquo', 'ex aequo', 'fr'],
    ['Straße', 'Strasse', 'de'],
    ['GRÖSSE', 'Größe', 'de'], ['Łódź', 'Lodz', 'und'], ['smørbrød', 'smorbrod', 'und'], ['ﬁltre', 'filtre', 'fr'], ['ＵＳＢ', 'usb', 'und'],
  ] as const) t.same(stemAll(a, language), stemAll(b, language), a)
})

t.test('characters that are not seen divide no word', async t => {
  t.same(tokens('Liefer\u00adzeit Ver\u200bsand\u2060kosten \ufeffPreis'), ['lieferzeit', 'versandkosten', 'preis'])
  t.same(tokens('Sonder\u00ad\nangebot'), ['sonderangebot'])
  t.same(tokens('e\u200b\u0301te'), ['éte'])
})

t.test('a word divided at the end of a line is found whole and in its parts', async t => {
  t.same(indexTokens('die Liefer-\nzeit beträgt'), ['die', 'liefer', 'zeit', 'beträgt', 'lieferzeit'])
  t.same(indexTokens('un garde-boue'), ['un', 'garde', 'boue'])
})

t.test('East Asian runs become pairs, other words stay', async t => {
  t.same(letterPairs('送料無料'), ['送料', '料無', '無料'])
  t.same(tokens('USB充電器 茶 12個'), ['usb', '充電', '電器', '茶', '12', '個'])
  t.same(contentWords('退货需要多少天？', 'und'), ['退货'])
  t.same(contentWords('返品はできますか', 'und'), ['返品'])
  for (const [question, words] of [
    ['儿童要买票吗', ['儿童', '买票']], ['我能退票吗', ['退票']], ['会员卡多少钱', ['会员', '员卡']], ['会社はどこですか', ['会社']], ['有什么功能', ['功能']],
    ['我们的聚会场地', ['聚会', '会场', '场地']],
    ['반품할 수 있나요?', ['반품']], ['아이도 체험할 수 있어요?', ['아이', '체험']],
    ['그릇이 깨져서 왔어요', ['그릇', '깨져']], ['체험은 몇 시에 해요?', ['체험']],
  ] as const) t.same(contentWords(question, 'und'), words, question)
  t.equal(joinPairs(['退货', '货需', 'usb', '充電', '電器']), '退货需 usb 充電器')
})

t.test('a German verb and its noun have one stem', async t => {
  for (const [verb, noun] of [
    ['zurücksenden', 'Rücksendung'], ['zurückgeben', 'Rückgabe'], ['zurückzahlen', 'Rückzahlung'], ['verwenden', 'Verwendung'],
    ['annehmen', 'Annahme'], ['spendet', 'Spende'], ['zurückerstatten', 'Rückerstattung'],
  ] as const) t.equal(stem(verb, 'de'), stem(noun.toLowerCase(), 'de'), verb)
  t.not(stem('zurück', 'de'), stem('rücken', 'de'))
})

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const hidden = fc.constantFrom('\u00ad', '\u200b', '\u2060', '\ufeff')

t.test('unifying and folding letters twice changes nothing more', async t => {
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 40 })), given => {
    const plain = plainLetters(given)
    if (plainLetters(plain) !== plain) throw new Error('plainLetters')
    const folded = fold(given.toLowerCase())
    if (fold(folded) !== folded) throw new Error('fold')
  }), propertyRuns(1000, { seed: 20260301 }))
  t.pass()
})

t.test('composed and decomposed forms give the same words', async t => {
  fc.assert(fc.property(text, fc.constantFrom(...every), (given, language) => {
    for (const read of [stemAll, contentWords]) {
      const forms = ['NFC', 'NFD'].map(form => JSON.stringify(read(given.normalize(form), language)))
      if (forms[0] !== forms[1]) throw new Error(forms.join(' is not '))
    }
  }), propertyRuns(1000, { seed: 20260301 }))
  t.pass()
})

t.test('a soft hyphen anywhere in a word leaves the word', async t => {
  fc.assert(fc.property(fc.stringMatching(/^[a-zäöüéœß]{2,12}$/), fc.nat(10), hidden, (word, at, sign) => {
    const cut = word.slice(0, at) + sign + word.slice(at)
    if (tokens(cut).join() !== tokens(word).join()) throw new Error(JSON.stringify(cut))
  }), propertyRuns(300, { seed: 20260301 }))
  t.pass()
})

t.test('every pair of an East Asian run is a pair of neighbours, and no letter is lost', async t => {
  fc.assert(fc.property(fc.stringMatching(/^[\u4e00-\u4e40\u3042-\u3050\uac00-\uac20]{1,12}$/), run => {
    const pairs = letterPairs(run)
    if (joinPairs(pairs) !== run && new Set(run).size === run.length) throw new Error(`${pairs}`)
    if (!pairs.every(pair => run.includes(pair))) throw new Error(`${pairs}`)
  }), propertyRuns(300, { seed: 20260301 }))
  t.pass()
})
