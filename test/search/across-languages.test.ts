// Questions in another language than the documents: when their words say nothing, and when a passage is near enough.
import t from 'tap'
import { isAcrossLanguages, isNearAcrossLanguages, preferTyped } from '../../src/search/across-languages.ts'
import { isLikelyAnswered } from '../../src/search/evidence.ts'
import { vectorWeight } from '../../src/search/rank.ts'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { stem } from '../../src/language/words.ts'
import type { QueryTerm } from '../../src/types.ts'
import { found, passage } from '../fixtures/app-parts.ts'

const term = (word: string, known: boolean, corrections: string[] = []): QueryTerm => ({ word, stem: word, idf: 2, known, corrections })

t.test('another language, and words that the documents do not know', async t => {
  const unknown = [term('delivery', false), term('price', true, ['prix'])]
  t.ok(isAcrossLanguages('en', 'fr', unknown), 'a word that is only like one of theirs counts as unknown')
  t.notOk(isAcrossLanguages('fr', 'fr', unknown), 'their own language: misspelt, or not there')
  t.notOk(isAcrossLanguages('en', 'fr', [term('menu', true), term('dessert', true), term('cheap', false)]), 'most words are known')
  t.ok(isAcrossLanguages('en', 'und', unknown))
  t.ok(isAcrossLanguages('en', 'fr', []), 'nothing but stop words')
})

t.test('the vectors decide the order then', async t => {
  const query = analyzeQuestion('How much is delivery?', 'en', 'fr')
  t.equal(vectorWeight(query, [term('delivery', false)], true, 'all-MiniLM-L6-v2'), 0.85)
  t.equal(vectorWeight(query, [term('delivery', true)], true, 'all-MiniLM-L6-v2'), 0.2)
  t.equal(vectorWeight(analyzeQuestion('prix', 'fr', 'fr'), [term('prix', true, ['pris'])], true, 'multilingual-e5-small'), 0.5)
})

t.test('the type of fact that is asked for says something in every language', async t => {
  const query = analyzeQuestion('How much is the entrance?', 'en', 'fr')
  const passages = [
    passage({ id: 'a', text: 'Le musée se trouve au bord du canal.', score: 0.9 }),
    passage({ id: 'b', text: 'Le guichet est à gauche.', fields: [['Adultes', '12 €']], score: 0.8 }),
    passage({ id: 'c', text: 'Groupes : 8 € par personne.', score: 0.5 }),
  ]
  t.same(preferTyped(passages, query).map(({ id }) => id), ['b', 'a', 'c'])
  t.ok(preferTyped(passages, query).every(({ score }) => score <= 1))
  t.same(preferTyped(passages, analyzeQuestion('Are dogs allowed?', 'en', 'fr')), passages, 'a question of no type changes nothing')
})

t.test('a passage is near enough, or none has a vector', async t => {
  t.ok(isNearAcrossLanguages('', 'en', 'fr', found([passage({ similarity: 0 }), passage({ similarity: 0.3 })])))
  const far = [passage({ similarity: 0.05 }), passage({ similarity: 0.04 }), passage({ similarity: null })]
  t.notOk(isNearAcrossLanguages('', 'en', 'fr', found(far)))
  t.notOk(isNearAcrossLanguages('', 'en', 'fr', found([])))
})

t.test('a question for nothing but a fact is about the passages that hold one, in another language too', async t => {
  const near = (text: string) => found([passage({ text, similarity: 0.4, matched: [] })], { terms: [] })
  t.ok(isLikelyAnswered('What is your phone number?', 'en', 'fr', near('Appelez-nous au 04 75 11 22 33.')))
  t.notOk(isLikelyAnswered('What is your phone number?', 'en', 'fr', near('Le jardin ouvre de 9 h à 18 h.')))
})

t.test('a question that is as near to passages of other trades is not answered', async t => {
  const near = [passage({ similarity: 0.3 }), passage({ similarity: 0.1 })]
  const beside = (mean: number, deviation: number) => found(near, { background: { mean, deviation } })
  t.ok(isNearAcrossLanguages('', 'en', 'fr', beside(-0.3, 0.12)))
  t.notOk(isNearAcrossLanguages('', 'en', 'fr', beside(0, 0.12)), 'it is nearer to them than questions are')
  t.notOk(isNearAcrossLanguages('', 'en', 'fr', beside(-0.3, 0.4)), 'some of them are as near')
})

t.test('a question that is far from everything is not near because other trades are farther', async t => {
  const far = found([passage({ similarity: -0.2 })], { background: { mean: -0.7, deviation: 0.12 } })
  t.notOk(isNearAcrossLanguages('Who painted the Mona Lisa?', 'en', 'fr', far))
  const near = found([passage({ similarity: 0.15 })], { background: { mean: -0.4, deviation: 0.12 } })
  t.ok(isNearAcrossLanguages('Who painted the Mona Lisa?', 'en', 'fr', near))
})

t.test('of two passages that stand out as far from other trades, the one that is near by itself holds the answer', async t => {
  const standing = (similarity: number) => found([passage({ similarity })], { background: { mean: similarity - 0.46, deviation: 0.12 } })
  t.ok(isNearAcrossLanguages('Combien coûte la serrure ?', 'fr', 'en', standing(0.25)))
  t.notOk(isNearAcrossLanguages('Combien coûte une vidange ?', 'fr', 'en', standing(0.05)))
})

t.test('a question for nothing but a fact is near to every trade: a passage with the fact need not stand out as far', async t => {
  const beside = (text: string) => found([passage({ text, similarity: 0.2 })], { background: { mean: -0.15, deviation: 0.1 } })
  t.ok(isNearAcrossLanguages('When are you open?', 'en', 'fr', beside('Le moulin est ouvert de 10 h à 17 h.')))
  t.notOk(isNearAcrossLanguages('When are you open?', 'en', 'fr', beside('Le moulin a deux roues.')))
  t.notOk(isNearAcrossLanguages('Are dogs allowed in the mill?', 'en', 'fr', beside('Le moulin est ouvert de 10 h à 17 h.')))
})

t.test('a question is judged by its words in the documents\' language, and by its vector in another one', async t => {
  const unknown = [term('lieferung', false)]
  const near = found([passage({ similarity: 0.4, matched: [] })], { terms: unknown })
  t.ok(isLikelyAnswered('Wie lange dauert die Lieferung?', 'de', 'en', near))
  t.notOk(isLikelyAnswered('Wie lange dauert die Lieferung?', 'de', 'en', found([passage({ similarity: 0 })], { terms: unknown })))
  const code = found(near.passages, { terms: [term(stem('cn-999/9', 'en'), false)] })
  t.notOk(isLikelyAnswered('Was kostet CN-999/9?', 'de', 'en', code), 'an unknown code')
  const income = found(near.passages, { terms: [term('23900', false)] })
  t.ok(isLikelyAnswered('Ich verdiene 23900 Euro: bekomme ich die Förderung?', 'de', 'en', income), 'an amount is no code')
})
