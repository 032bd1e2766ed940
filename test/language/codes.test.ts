// Codes of articles: every spelling has one form, and measures, dates and words are no codes.
import t from 'tap'
import { areNearCodes, codeForms, codeParts, codesIn, isCode, isNameOfOne, isShortCode } from '../../src/language/codes.ts'
import { spacedCodes } from '../../src/language/spaced-codes.ts'
import { contentWords, indexTokens } from '../../src/language/words.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const found = (text: string) => codesIn(text).map(({ code }) => code)

t.test('the spellings of a code are one word of a question, and a document is found by it', async t => {
  for (const code of ['WK-305/2', 'WK305/2', 'wk305-2', 'wk-305/2', 'WK 305/2', 'wk 305/2', 'WK_305_2', 'WK-305.2', 'WK–305/2']) {
    const [word] = contentWords(`prix ${code}`, 'fr').slice(1)
    t.equal(word, 'wk305ː2', code)
    t.ok(indexTokens(`Cheville ${code}, boîte de 25`).includes('wk305ː2'), code)
  }
})

t.test('the beginning of a code finds the family, another number does not', async t => {
  t.same(found('Haben Sie QZ-77?'), ['qz77'])
  t.ok(indexTokens('QZ-77/4').includes('qz77'))
  t.notOk(indexTokens('QZ-774').includes('qz77'))
  t.not(found('QZ-7/74')[0], found('QZ-77/4')[0])
})

t.test('standards and models with a space', async t => {
  t.same(found('Is it certified to ISO 9001 or DIN 933?'), ['iso9001', 'din933'])
  t.same(found('型号QZ-77/4的价格'), ['qz77ː4'])
})

t.test('a dot divides a code too, after its letters and before its last one', async t => {
  for (const code of ['RV.40.2', 'rv.40.2', 'RV40.2', 'rv40.2', 'RV.40/2', 'RV-40-2']) {
    t.same(found(`What does ${code} cost?`), ['rv40ː2'], code)
    t.ok(indexTokens(`Valve ${code}, brass`).includes('rv40ː2'), code)
  }
  t.same(found('réf. DK.81/N'), ['dk81n'])
  t.same(found('the RV.40.B'), ['rv40b'])
  for (const text of ['siehe Abb.3', 'S.12', 'see fig.4.2', 'tel.0351', 'Price incl. VAT.20 days', 'env.30 kg', 'vol.3']) {
    t.same(found(text), [], text)
  }
})

t.test('a code may be of figures alone, with a group that ends no range and counts nothing', async t => {
  t.same(found('Was kostet 6120-07?'), ['6120ː07'])
  t.same(found('prix du 6120/3 et du 771-20-4'), ['6120ː3', '771ː20ː4'])
  t.same(found('pneu 205/55'), ['205ː55'])
  t.ok(indexTokens('Kabel 6120-07, schwarz').includes('6120ː07'))
  for (const text of [
    'von 100-200 Euro', 'la saison 2026/27', '2025-2026', '200/90 cm', '150-120 €', '2026-03', '0351-4408', '110-70 kg', '6-12', '24/7',
  ]) t.same(found(text), [], text)
})

t.test('a code may end in a letter after a space, or have dots between its figures', async t => {
  t.same(found('Quanto costa il TR 500 D?'), ['tr500d'])
  t.ok(indexTokens('Trapano TR 500 D, 900 W').includes('tr500d'))
  t.same(found('prix du 45.120.08'), ['45ː120ː08'])
  t.ok(indexTokens('Ressort 45.120.08').includes('45ː120ː08'))
  for (const text of ['12.10.2026', '1.299.000', 'le 24.12.26', '192.168.100.200', 'Version 4.12.1', '02.98.00.45.67']) {
    t.same(found(text), [], text)
  }
})

t.test('a slash divides two codes, or the parts of one that has another separator', async t => {
  t.same(found('A-12/B4'), ['a12b4'])
  t.ok(indexTokens('Joint A-12/B4').includes('a12b4'))
  t.same(found('WK-305/KT-12'), ['wk305', 'kt12'])
})

t.test('a word that announces a code is none of its letters', async t => {
  for (const text of ['SKU 6120-07', 'REF 6120-07', 'EAN 6120-07', 'ART 6120-07']) t.same(found(text), ['6120ː07'], text)
})

t.test('measures, dates, hours, ranges, alternatives and addresses are no codes', async t => {
  for (const text of [
    'le 24/12', '24h/24 et 7j/7', '24H/24', 'de 12h-14h', '10-12 kg', '500g/1kg', '2x3m', '13/12/2026', '12-MAR-2026', 'ÉTÉ 2026',
    'TVA 20 %', 'PS4/PS5', 'LR6/AA', 'info@lager24.de', '09:30-18:00', 'lot de 300', 'du 10-12', 'Mai 2026', 'am 3.10.', 'x100',
    '04 50 11 22 33', 'No 5',
  ]) t.same(found(text), [], text)
})

t.test('a word of a question is a code or not', async t => {
  for (const code of ['lr44', 'wk305ː2', 'iso9001', 'kx4711']) t.ok(isCode(code), code)
  for (const word of ['t4', 'mp3', 'b2b', '2026', 'x100', 'h24', '18e', 'lampe', '3en1', 'co2']) t.notOk(isCode(word), word)
})

const letters = fc.stringMatching(/^[A-WYZ]{2,4}$/)
const digits = fc.stringMatching(/^[1-9]\d{1,3}$/)
const separator = fc.constantFrom('-', '/', '_', '–')

t.test('any code: its spellings have one form, and its parts are those typed', async t => {
  fc.assert(fc.property(letters, digits, digits, separator, separator, fc.boolean(), (name, first, second, one, other, glued) => {
    const spelled = `${name}${glued ? '' : one}${first}${other}${second}`
    const code = `${name.toLowerCase()}${first}ː${second}`
    const lower = spelled.toLowerCase()
    for (const text of [spelled, lower, `(${spelled})`, spelled.normalize('NFD'), `${spelled}.`]) {
      if (JSON.stringify(found(`x, ${text}`)) !== JSON.stringify([code])) throw new Error(`${text}: ${found(text)}`)
    }
    if (!codeForms(`Art. ${spelled}`).includes(code)) throw new Error('not found by its code')
    if (codeParts(code).join(' ') !== `${name.toLowerCase()} ${first} ${second}`) throw new Error('parts')
    if (!isCode(code) || found(code).length > 0) throw new Error('the form is not stable')
  }), propertyRuns(300, { seed: 20260301 }))
  t.pass()
})

t.test('the time for a long text grows linearly', async t => {
  const many = (text: string) => text.repeat(60_000)
  for (const text of [many('a-') + '@', many('a1/bb'), many('1-'), many('AB ') + '1', many('a1')]) {
    const began = cpuMs()
    codesIn(text)
    codeForms(text)
    t.ok(cpuMs() - began < 2000, text.slice(0, 6))
  }
})

t.test('short codes: one letter and a number, however they are typed; codes of one form are near', async t => {
  for (const code of ['F-03', 'f-03', 'e-12']) t.same(found(`fault ${code}`), [code.toLowerCase().replace('-', '')], code)
  t.same(found('unsere U-18 und die X-24'), [])
  for (const word of ['f03', 'k31', 'zx9']) t.ok(isShortCode(word) && !isCode(word), word)
  for (const word of ['u18', 'h24', 'mp3', 'co2', 't4', 'abc', '123']) t.notOk(isShortCode(word), word)
  t.ok(isCode('gl5c'), 'a figure between letters')
  t.ok(areNearCodes('f03', 'f09') && areNearCodes('gl5c', 'gl8c'))
  t.ok(isNameOfOne('820417') && isNameOfOne('wk305ː2'))
  t.notOk(isNameOfOne('2026') || isNameOfOne('lampe'))
  t.notOk(areNearCodes('f03', 'f031') || areNearCodes('f03', 'e03'))
})

t.test('dates that begin with the year, telephone numbers, hours behind a day, and the word "I" are no codes', async t => {
  for (const text of [
    'open on 2026-12-24', '2026.12.24', '2026/1/5', 'call 212-555-0142 back', '212.555.0142', 'Sa.10-14 offen?', 'lun.9-12',
  ]) t.same(found(text), [], text)
  t.same(found('Can I return the RTX 4090 I bought?'), ['rtx4090'])
  t.same(found('2012-45-07'), ['2012ː45ː07'])
})

t.test('letters and figures with blanks between may be a code', async t => {
  const codes = (text: string) => spacedCodes(text).map(({ code }) => code)
  t.same(codes('price of gx 40/k please'), ['gx40k', 'gx40'])
  t.same(codes('gx 40 80'), ['gx40ː80', 'gx40'])
  t.same(codes('prijs kb 1000'), ['kb1000'])
  t.same(codes('open at 10.30 pm'), ['at10ː30pm', 'at10ː30', 'at10'])
  t.same(codes('no figures here'), [])
  t.same(codes('telephones 40'), [], 'a word')
})
