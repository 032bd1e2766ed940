// Scores documents by their words; test/backends/same-ranking.test.ts compares the scores with those of the embedded engine.
import t from 'tap'
import { analyzeQuestion } from '../../../../src/language/analyze.ts'
import { count } from '../../../../src/backends/meilisearch/search/candidates.ts'
import { keywordScores } from '../../../../src/backends/meilisearch/search/keyword-score.ts'
import { queryTerms, stemCounts } from '../../../../src/backends/meilisearch/search/ranking.ts'

const counted = (title: string, text: string) => count({ id: '', title, text, url: '', fields: [] }, 'en')

/** Scores titles and texts for a question, as a part of a collection. */
function score (question: string, documents: [title: string, text: string][], total = 1000, spread = 1): number[] {
  const read = documents.map(([title, text]) => counted(title, text))
  const query = analyzeQuestion(question, 'en', 'en')
  const counts = stemCounts(read)
  return [...keywordScores(read, counts, query, queryTerms(query, new Map(), read, counts, total, 'en'), { total, spread: () => spread })]
}

t.test('a title counts more than a text, a short text more than a long one, and a text without the word not at all', async t => {
  const [title, text] = score('lamp', [['lamp', 'mat'], ['mat', 'lamp']])
  t.ok(title! > text! && text! > 0)
  const [short, long, none] = score('lamp', [['', 'lamp mat'], ['', 'lamp red green blue black white brown'], ['mat', 'mat']])
  t.ok(short! > long! && long! > 0)
  t.equal(none, 0)
})

t.test('searches a misspelt word by its corrections', async t => {
  t.ok(score('lether', [['', 'leather']])[0]! > 0)
})

t.test('a word that more documents hold than were read weighs less', async t => {
  const documents: [string, string][] = [['', 'lamp mat'], ['', 'mat']]
  t.ok(score('lamp', documents, 1000, 300)[0]! < score('lamp', documents, 1000, 1)[0]!)
  t.ok(score('lamp', documents, 10, 300)[0]! > 0, 'one that nearly all hold still tells them from the others')
})

t.test('words that stand close together add a tenth at most, in a title or in a text, but not across both', async t => {
  const [near, far, across] = score('gas stove', [
    ['', 'gas stove of one two three four five six'], ['', 'gas of one two three four five six stove'], ['gas', 'stove of one two three'],
  ])
  t.ok(near! > far! && near! <= 1.1 * far! + 1e-9)
  const [alone] = score('gas stove', [['gas', 'stove of one two three'], ['mat', 'mat']])
  t.ok(across! > 0 && alone! > 0)
})
