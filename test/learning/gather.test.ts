// What the fit reads of a case.
import t from 'tap'
import type { Asker, Found } from '../../src/learning/ask.ts'
import type { LearningCase } from '../../src/learning/cases.ts'
import { gatherCase } from '../../src/learning/gather.ts'
import type { FoundPassage } from '../../src/types.ts'
import { searchProfile } from '../fixtures/search-store.ts'

const passage = (id: string, text: string): FoundPassage => ({
  id, index: 'faq', title: 'Hours', text, url: '', fields: [], score: 0.8, similarity: 0.7, stems: ` ${text} `, matched: [0],
})
const found: Found = {
  core: 'opening hours', language: 'en', model: 'm',
  result: {
    passages: [passage('faq/hours', 'We open at nine.'), passage('faq/winter', 'In winter we open at ten.')],
    terms: [{ word: 'opening', stem: 'open', idf: 1, known: true, corrections: [] }],
  },
}
const asker: Asker = {
  company: searchProfile(),
  find: async () => found,
  answer: async () => ({ refused: false, cited: [], text: '' }),
  grounding: ({ core, language, result: { terms, passages } }) =>
    ({ question: core, language, documentsLanguage: 'en', terms, passages }),
}
const rated = (right: string[], answerable: boolean | null = true): LearningCase =>
  ({ question: 'opening hours', right, wrong: [], answers: [], liked: [], disliked: [], answerable, from: 'feedback' })
const gatheredOf = async (one: LearningCase) => (await gatherCase(asker, one)).gathered

t.test('a question whose document has been deleted says nothing about the floor', async t => {
  t.equal((await gatheredOf(rated(['faq/hours']))).answerable, true)
  const gone = await gatheredOf(rated(['faq/deleted']))
  t.equal(gone.answerable, null, 'the evidence is that of other passages')
  t.same(gone.candidates.map(({ mark }) => mark), [null, null])
  t.equal((await gatheredOf(rated([], false))).answerable, false)
  t.equal((await gatheredOf(rated(['faq/deleted', 'faq/winter']))).answerable, true)
})
