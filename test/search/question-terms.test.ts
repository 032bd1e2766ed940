// The words of a question as the documents hold them: codes that are typed with blanks, numbers in other units.
import t from 'tap'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { indexTokens } from '../../src/language/words.ts'
import { questionTerms } from '../../src/search/question-terms.ts'
import type { Language } from '../../src/types.ts'

/** Returns the words of a question that the documents hold. */
function held (question: string, documents: string[], language: Language = 'en'): string[] {
  const texts = documents.map(text => ` ${indexTokens(text).join(' ')} `)
  const holders = (stem: string) => texts.filter(text => text.includes(` ${stem} `)).length
  const terms = questionTerms(analyzeQuestion(question, language, language), language, documents.length, {
    holders, isInRow: stems => holders(stems.join(' ')) > 0, near: () => ({ words: [], corrections: [] }),
    endingWith: folded => texts.flatMap(text => text.split(' ')).filter(word => word.length > folded.length && word.endsWith(folded)),
  })
  return terms.filter(({ known }) => known).map(({ stem }) => stem)
}

t.test('a German word that no document holds is searched as the compounds that end with it', async t => {
  t.same(held('Was kostet ein Fahrrad?', ['Leihfahrrad: 12 Euro'], 'de'), ['fahrrad'])
  t.same(held('Habt ihr Räder?', ['Kameraden'], 'de'), [], 'too short')
  t.same(held('Wo ist ein Fahrrad?', ['Fahrradweg'], 'de'), [], 'another thing that begins so')
  t.same(held('a pool?', ['whirlpool']), [], 'in English')
})

t.test('a code that is typed with blanks is one word where a document holds it', async t => {
  t.same(held('price qv 8/d', ['QV-8/D hinge', 'QV-9/D hinge']), ['qv8d'])
  t.same(held('QV 40 80 price', ['QV-40/80 hinge']), ['qv40ː80'])
  t.same(held('price kb 1000', ['KB-1000 cheese']), ['kb1000'])
  t.same(held('room 12 of 30', ['A room', '12 or 30']), ['room', '12', '30'])
  t.same(held('price qv 7', ['QV-8/D hinge']), ['qv'], 'another one')
})

t.test('a number is searched as the documents write it', async t => {
  t.same(held('a kiln of 2.4 kW', ['kiln, 2400 W', 'bill of 2400 €']).filter(word => /\d/.test(word)), ['2400'])
  t.same(held('a board of 1.5 m', ['board 1500mm', 'board of 15 cm']).filter(word => /\d/.test(word)), ['1500'])
  t.same(held('un four à 1850 €', ['four 1 850,00 €', 'four 850 €'], 'fr').filter(word => /\d/.test(word)), ['850'])
  t.same(held('un four à 1 850 €', ['four 1850 €'], 'fr').filter(word => /\d/.test(word)), ['1850'])
  t.same(held('a kiln of 2.4 kW', ['kiln, 2400 €']).filter(word => /\d/.test(word)), [], 'another measure')
  t.same(held('a four-hour course for 3 people', ['240 people', '3 rooms']).filter(word => /\d/.test(word)), ['3'])
})
