// Ranks documents by the hits of the n-grams.
import t from 'tap'
import { analyzeQuestion } from '../../../../src/language/analyze.ts'
import { count } from '../../../../src/backends/meilisearch/search/candidates.ts'
import type { Hits } from '../../../../src/backends/meilisearch/search/read-hits.ts'
import {
  addVectorHits, candidates, queryTerms, stemCounts, unreadHits, type GramHits,
} from '../../../../src/backends/meilisearch/search/ranking.ts'

const hits = (found: Record<string, number>, total = Object.keys(found).length): Hits =>
  ({ ids: Object.keys(found), scores: Object.values(found), documents: null, total })
const gram = (n: number, word: string | null, ...perIndex: (Hits | null)[]): GramHits => ({ n, word, perIndex })

const counted = (id: string, title: string, text: string) => count({ id, title, text, url: '', fields: [] }, 'en')

t.test('weighs a rare word more than a common one, and a longer n-gram a tenth', async t => {
  const found = candidates(
    [gram(1, 'rare', hits({ a: 1 }, 1)), gram(1, 'common', hits({ b: 1 }, 500)), gram(3, null, hits({ c: 1 }, 1))], 1000, 100
  )
  const [a, b, c] = ['a', 'b', 'c'].map(wanted => found.find(({ id }) => id === wanted)!)
  t.ok(a!.found > b!.found)
  t.ok(Math.abs(a!.found - 10 * c!.found) < 1e-9)
})

t.test('takes the hits of a word for its number where they were not all read', async t => {
  const grams = [gram(1, 'cut', hits({ a: 1, b: 0.9 }, 400)), gram(1, 'whole', hits({ b: 1 }, 1)), gram(2, null, hits({ a: 1, b: 1 }, 90))]
  t.same([...unreadHits(grams, 2, true)], [['cut', 400]])
  t.same([...unreadHits(grams, 2, false)], [['cut', 400], ['whole', 1]], 'the candidates were more than are read')
  t.same([...unreadHits([gram(1, 'failed', hits({ a: 1 }), null)], 2, true)], [['failed', 1]])
})

t.test('treats one id in two indexes as two candidates, and skips a failed search', async t => {
  const found = candidates(
    [gram(1, 'x', hits({ 1: 1 }), hits({ 1: 0.5 })), gram(1, 'y', null, hits({ 2: 1 })), gram(1, 'z', null, null)], 10, 100
  )
  t.same(found.map(({ index, id }) => `${index}/${id}`).sort(), ['0/1', '1/1', '1/2'])
})

t.test('returns no more candidates than asked for, the best ones, in a fixed order', async t => {
  const many = hits(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`d${i}`, 0.5])), 20)
  t.same(candidates([gram(1, 'x', many)], 100, 3).map(({ id }) => id), ['d0', 'd1', 'd10'])
})

t.test('gives candidates their cosines, adds documents that the words missed, and leaves out those without a vector', async t => {
  const found = candidates([gram(1, 'x', hits({ a: 1 }))], 10, 100)
  addVectorHits(found, [{ index: 0, model: 'm', hits: hits({ b: 0.95, a: 0.75, none: 0 }) }, { index: 1, model: 'm', hits: null }])
  t.same(found.map(({ id }) => id), ['a', 'b'])
  t.equal(found[0]!.similarity, 0.5)
  t.ok(Math.abs(found[1]!.similarity! - 0.9) < 1e-9)
})

t.test('corrects a word that no candidate contains by the candidates\' own words, but never a figure', async t => {
  const query = analyzeQuestion('lether botos 42', 'en', 'en')
  const read = [counted('a', 'boots', 'leather boots 43')]
  const terms = queryTerms(query, new Map(), read, stemCounts(read), 10, 'en')
  t.match(terms.find(({ word }) => word === 'lether'), { known: true, corrections: ['leather'] })
  t.match(terms.find(({ word }) => word === '42'), { known: false, corrections: [] })
})

t.test('finds the candidates\' German compounds that end with a word', async t => {
  const read = [count({ id: 'a', title: 'Verleih', text: 'Tretboote und Bootshaus', url: '', fields: [] }, 'de')]
  const known = (question: string) => queryTerms(analyzeQuestion(question, 'de', 'de'), new Map(), read, stemCounts(read), 10, 'de')
    .flatMap(({ synonyms = [] }) => synonyms)
  t.same(known('Was kosten Boote?'), ['tretboot'])
  t.same(known('Was kostet ein Haus?'), [], 'too short')
})
