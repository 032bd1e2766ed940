// Ranks documents by the hits of the n-grams.
import t from 'tap'
import { analyzeQuestion } from '../../../../src/language/analyze.ts'
import { count, type CountedDocument } from '../../../../src/backends/meilisearch/search/candidates.ts'
import type { Hits } from '../../../../src/backends/meilisearch/search/read-hits.ts'
import type { QueryTerm } from '../../../../src/types.ts'
import {
  addVectorHits, bm25, candidates, queryTerms, stemCounts, type GramHits,
} from '../../../../src/backends/meilisearch/search/ranking.ts'

const hits = (found: Record<string, number>, total = Object.keys(found).length): Hits =>
  ({ ids: Object.keys(found), scores: Object.values(found), documents: null, total, share: 0 })
const gram = (n: number, word: string | null, ...perIndex: (Hits | null)[]): GramHits => ({ n, word, perIndex })

const counted = (id: string, title: string, text: string) => count({ id, title, text, url: '', fields: [] }, 'en')

const scores = (documents: CountedDocument[], terms: QueryTerm[]) => [...bm25(documents, stemCounts(documents), terms)]

t.test('weighs a rare word more than a common one, and a longer n-gram a tenth', async t => {
  const found = candidates(
    [gram(1, 'rare', hits({ a: 1 }, 1)), gram(1, 'common', hits({ b: 1 }, 500)), gram(3, null, hits({ c: 1 }, 1))], 20, 1000, 100
  )
  const [a, b, c] = ['a', 'b', 'c'].map(wanted => found.find(({ id }) => id === wanted)!)
  t.ok(a!.found > b!.found)
  t.ok(Math.abs(a!.found - 10 * c!.found) < 1e-9)
})

t.test('takes candidates from a list that was cut short, but not their order', async t => {
  const found = candidates([gram(1, 'x', hits({ a: 1, b: 0.9 }, 400)), gram(1, 'y', hits({ b: 1 }, 1))], 2, 1000, 100)
  const [a, b] = ['a', 'b'].map(wanted => found.find(({ id }) => id === wanted)!)
  t.ok(a!.found > 0)
  t.equal(a!.complete, 0)
  t.ok(b!.complete > 0 && b!.complete < b!.found)
})

t.test('treats one id in two indexes as two candidates, and skips a failed search', async t => {
  const found = candidates(
    [gram(1, 'x', hits({ 1: 1 }), hits({ 1: 0.5 })), gram(1, 'y', null, hits({ 2: 1 })), gram(1, 'z', null, null)], 20, 10, 100
  )
  t.same(found.map(({ index, id }) => `${index}/${id}`).sort(), ['0/1', '1/1', '1/2'])
})

t.test('returns no more candidates than asked for, the best ones, in a fixed order', async t => {
  const many = hits(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`d${i}`, 0.5])), 20)
  t.same(candidates([gram(1, 'x', many)], 20, 100, 3).map(({ id }) => id), ['d0', 'd1', 'd10'])
})

t.test('gives candidates their cosines, adds documents that the words missed, and leaves out those without a vector', async t => {
  const found = candidates([gram(1, 'x', hits({ a: 1 }))], 20, 10, 100)
  addVectorHits(found, [{ index: 0, model: 'm', hits: hits({ b: 0.95, a: 0.75, none: 0 }) }, { index: 1, model: 'm', hits: null }])
  t.same(found.map(({ id }) => id), ['a', 'b'])
  t.equal(found[0]!.similarity, 0.5)
  t.ok(Math.abs(found[1]!.similarity! - 0.9) < 1e-9)
})

t.test('corrects a word that no candidate contains by the candidates\' own words, but never a figure', async t => {
  const query = analyzeQuestion('lether botos 42', 'en', 'en')
  const read = [counted('a', 'boots', 'leather boots 43')]
  const terms = queryTerms(query, [], read, stemCounts(read), 10, 'en')
  t.match(terms.find(({ word }) => word === 'lether'), { known: true, corrections: ['leather'] })
  t.match(terms.find(({ word }) => word === '42'), { known: false, corrections: [] })
})

t.test('BM25 counts a title more than a text, a short text more than a long one, and a text without the word not at all', async t => {
  const terms = [{ word: 'x', stem: 'x', idf: 2, known: true, corrections: [] }]
  const [title, text] = scores([counted('1', 'x', 'y'), counted('2', 'y', 'x')], terms)
  t.ok(title! > text! && text! > 0)
  const [short, long, none] = scores(
    [counted('1', '', 'x y'), counted('2', '', 'x red green blue black white brown'), counted('3', 'y', 'y')], terms
  )
  t.ok(short! > long! && long! > 0)
  t.equal(none, 0)
})

t.test('BM25 searches a misspelt word by its corrections', async t => {
  const document = counted('1', '', 'leather')
  const [asIs, corrected] = [{ known: false, corrections: [] as string[] }, { known: true, corrections: ['leather'] }]
    .map(more => scores([document], [{ word: 'lether', stem: 'lether', idf: 2, ...more }])[0]!)
  t.equal(asIs, 0)
  t.ok(corrected! > 0)
})
