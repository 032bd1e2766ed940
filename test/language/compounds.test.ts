// German compounds: which ones two words make, and which parts one has.
import t from 'tap'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { compoundTexts, dividedWord, holdsTerm, isPartOf, joinedWords, partsOf } from '../../src/language/compounds.ts'
import { stem } from '../../src/language/words.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const wordsOf = (text: string) => analyzeQuestion(text, 'de', 'de').words
const joins = (text: string) => joinedWords(wordsOf(text), 'de').flatMap(({ stems }) => stems)
const parts = (word: string, ...known: string[]) =>
  partsOf(wordsOf(word)[0]!, 'de', found => known.some(one => stem(one, 'de') === found))

t.test('two words make the compound, with any joint', async t => {
  for (const [text, compound] of [
    ['Gebühr für die Reinigung', 'reinigungsgebühr'], ['Karte für Gäste', 'gästekarte'], ['Platz zum Parken', 'parkplatz'],
    ['Frist zur Kündigung', 'kündigungsfrist'], ['Fahrrad Verleih', 'fahrradverleih'], ['Zeit der Lieferung', 'lieferzeit'],
  ] as const) t.ok(joins(text).includes(stem(compound, 'de')), text)
  t.same(joinedWords(analyzeQuestion('cost of delivery', 'en', 'en').words, 'en'), [])
})

t.test('a word with a hyphen is the same as without it, in any language', async t => {
  const { text, words } = analyzeQuestion('Avez-vous des tire-bouchons ?', 'fr', 'fr')
  t.same(joinedWords(words, 'fr', text).map(({ stems }) => stems), [[stem('tirebouchon', 'fr')]])
  const [word] = analyzeQuestion('tirebouchons', 'fr', 'fr').words
  const known = ['tire', 'bouchon'].map(one => stem(one, 'fr'))
  const divided = (isRow: boolean) => dividedWord(word!, 'fr', found => known.includes(found), () => isRow)
  t.same(divided(true), known)
  t.same(divided(false), null, 'two words of one page that do not stand together')
  const [more] = analyzeQuestion('surtout', 'fr', 'fr').words
  t.same(dividedWord(more!, 'fr', () => true, parts => parts.join(' ') === 'sur tout'), null, 'two words that say nothing')
})

t.test('a compound has the parts that documents hold', async t => {
  t.same(parts('gästekarte', 'gäste', 'karten'), ['gast', 'kart'])
  t.same(parts('reinigungsgebühr', 'reinigung', 'gebühren'), [stem('reinigung', 'de'), 'gebuhr'])
  t.same(parts('gästekarte', 'karten'), null, 'one part alone is not enough')
  t.same(parts('ofen', 'o', 'fen'), null)
})

t.test('all parts together stand for a compound, each of the compounds for its word', async t => {
  const term = { word: 'x', stem: 'x', idf: 1, known: true, corrections: [] }
  const held = (...stems: string[]) => (stem: string) => stems.includes(stem)
  t.notOk(holdsTerm(held('gast'), { ...term, parts: ['gast', 'kart'] }))
  t.ok(holdsTerm(held('gast', 'kart'), { ...term, parts: ['gast', 'kart'] }))
  t.ok(holdsTerm(held('gastekart'), { ...term, compounds: ['gastekart'] }))
  t.notOk(holdsTerm(held('y'), term))
})

t.test('a word is part of a compound that begins or ends with it, in languages that join words', async t => {
  const part = (word: string, held: string, language: 'de' | 'und' | 'en' = 'de') =>
    isPartOf({ stem: stem(word, language) }, held, language)
  t.ok(part('parken', stem('parkplätze', 'de')))
  t.ok(part('zeiten', stem('öffnungszeiten', 'de')))
  t.ok(part('fiets', 'fietsenstalling', 'und'))
  t.notOk(part('hof', stem('hofladen', 'de')), 'three letters begin too many words')
  t.notOk(part('park', 'parkbench', 'en'))
})

t.test('an engine without stems gets the compounds as words', async t => {
  t.same(compoundTexts(wordsOf('Zeit der Lieferung')), ['lieferzeit'])
  t.same(compoundTexts(wordsOf('Zurückgeben?')), ['rückgeben'])
})

t.test('any two words: the compound that they make is parted into them', async t => {
  const word = fc.constantFrom('garten', 'kurs', 'wasser', 'turm', 'zelt', 'hütte', 'fenster', 'stuhl')
  fc.assert(fc.property(word, word, (first, second) => {
    if (first === second || second.length < 4) return
    const known = [first, second].map(one => stem(one, 'de'))
    const found = partsOf(wordsOf(first + second)[0]!, 'de', one => known.includes(one))
    if (JSON.stringify(found) !== JSON.stringify(known)) throw new Error(`${first}${second}: ${found}`)
  }), propertyRuns(100, { seed: 20260301 }))
  t.pass()
})

t.test('a part of a compound may stand in another form', async t => {
  t.same(parts('heizungsausfall', 'geheizt', 'ausfall'), ['geheizt', 'ausfall'])
  t.same(parts('kapellenprobe', 'kapelle', 'probt'), ['kapell', 'probt'])
  t.same(parts('autobahn', 'auto', 'gebahnt'), null, 'a short part makes another word')
  t.same(parts('heizungsausfall', 'geheizt'), null)
})
