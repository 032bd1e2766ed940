// The golden sets of the sample companies, answered by the extractive model through the real engine and embedding model.
import t from 'tap'
import { faqQuestions, measureFaq, readFaq, type FaqQuestion } from '../bench/faq.ts'
import { measureGolden, readGolden } from '../bench/golden.ts'
import type { Outcome } from '../src/evaluation/case.ts'
import { figuresOf, type FigureName } from '../src/evaluation/figures.ts'
import { sampleCorpus } from './fixtures/sample-corpus.ts'

t.test('golden sets', async t => {
  const corpus = await sampleCorpus()
  const outcomes: Outcome[] = []
  const faq: FaqQuestion[] = []
  for (const company of ['petit-nid', 'fjord-outdoor']) {
    const set = readGolden(`test/golden/${company}.json`)
    t.ok(set.questions.length >= 40 && set.unanswerable.length >= 12, `${company} has enough questions`)
    t.ok(set.questions.filter(({ typo }) => typo).length >= 5, `${company} has questions with typos`)
    outcomes.push(...await measureGolden(corpus, set))
    faq.push(...faqQuestions(set))
  }
  /** Returns a share over both companies' questions. */
  const share = (list: string, figure: FigureName) =>
    figuresOf(outcomes.filter(({ case: { group } }) => group === list)).find(({ name }) => name === figure)!.value

  const figures = {
    string: share('questions', 'right'),
    cited: share('questions', 'citation_recall'),
    refused: share('questions', 'wrongly_refused'),
    unanswerable: share('unanswerable', 'rightly_refused'),
  }
  t.comment(JSON.stringify(figures))
  t.ok(figures.string >= 0.85, 'the right string is in the answer')
  t.ok(figures.cited >= 0.9, 'the right document is cited')
  t.ok(figures.refused <= 0.05, 'hardly any question with an answer is refused')
  // The aim is 0.9; see docs/decisions/0014-not-found.md for what is missing.
  t.ok(figures.unanswerable >= 0.84, 'a question without an answer is said to be not found')

  const near = readFaq('test/golden/faq.json')
  t.ok(near.length >= 60, 'there are enough questions about the FAQ')
  const [golden, written] = [await measureFaq(corpus, faq), await measureFaq(corpus, near)]
  t.comment(JSON.stringify({ golden, written }))
  t.same([golden.entries.wrong, golden.others.wrong], [0, 0], 'no golden question is given an entry that does not answer it')
  t.ok(written.entries.right >= 0.6 * written.entries.n, 'most questions that are an entry in other words are answered with it')
  t.equal(written.entries.wrong + written.others.wrong, 0, `none with another: ${written.wrong.join('; ')}`)
})
