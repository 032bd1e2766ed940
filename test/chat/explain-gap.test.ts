// Which questions of a gap get its entry as their own.
import t from 'tap'
import { asQuestion, variantsOf } from '../../src/chat/explain-gap.ts'
import type { GapSummary } from '../../src/gaps/store.ts'

const gapOf = (questions: string[]) =>
  ({ examples: questions.map(question => ({ question, language: 'en', cause: 'no_answer', times: 1 })) }) as unknown as GapSummary
/** All questions are alike, except those about anchors. */
const vectors = {
  vectorOf: async (question: string) => ({ vector: Float32Array.of(...question.includes('anchor') ? [0, 1] : [1, 0]), model: 'm' }),
}

t.test('a question of a gap is a variant only where it surely asks for the same', async t => {
  const gap = gapOf([
    'Do you rent out kayaks?', 'What is the price of a kayak?', 'Is there a kayak to borrow?', 'Do you rent out snowshoes?',
    'Where do I find the anchor?', 'Kayaks for [name]?',
  ])
  t.same(await variantsOf(vectors, gap, 'Do you rent out kayaks?'), ['What is the price of a kayak?', 'Is there a kayak to borrow?'])
})

t.test('a question keeps its own mark, in any script', async t => {
  t.same(['Do you rent boats', 'Open on Sunday.', 'هل تعملون يوم الجمعة؟', '営業時間は？'].map(asQuestion), [
    'Do you rent boats?', 'Open on Sunday?', 'هل تعملون يوم الجمعة؟', '営業時間は？',
  ])
})
