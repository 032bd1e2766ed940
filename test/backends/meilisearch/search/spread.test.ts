// How many documents hold a word, where more were found than read.
import t from 'tap'
import { createSpread } from '../../../../src/backends/meilisearch/search/spread.ts'
import type { QueryTerm } from '../../../../src/types.ts'

const term = (word: string, more: Partial<QueryTerm> = {}): QueryTerm =>
  ({ word, stem: word, idf: 1, known: true, corrections: [], ...more })
const inRead = new Map([['lantern', 10], ['lamp', 5], ['oil', 2]])
const spreadOf = (one: QueryTerm, found: number) =>
  createSpread([one], new Map([[one.word, found]]), stem => inRead.get(stem) ?? 0)(one.word)

t.test('is the ratio of the documents found to those read', async t => {
  t.equal(spreadOf(term('lantern'), 30), 3)
  t.equal(spreadOf(term('lantern'), 5), 1, 'never below one')
  t.equal(createSpread([], new Map(), () => 0)('lantern'), 1)
})

t.test('is that of the words that were meant, so that a misspelt one weighs as much', async t => {
  t.equal(spreadOf(term('lanetrn', { corrections: ['lantern'] }), 30), 3)
  t.equal(spreadOf(term('lanetrn', { corrections: ['lantern', 'lamp'] }), 30), 2)
  t.equal(spreadOf(term('lite', { known: false, synonyms: ['lamp'] }), 30), 6)
  t.equal(spreadOf(term('oillamp', { parts: ['oil', 'lamp'] }), 30), 15, 'parts count together')
})

t.test('of a word that no document read holds is what was found', async t => {
  t.equal(spreadOf(term('candle', { known: false }), 7), 7)
})
