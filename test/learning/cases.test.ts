// Cases of ratings: who said what about which passage, added up.
import t from 'tap'
import type { CuratedAnswer } from '../../src/curated/store.ts'
import type { Feedback } from '../../src/feedback/store.ts'
import { casesOfCurated, casesOfFeedback, casesOfSet, mergeCases } from '../../src/learning/cases.ts'

function rated (score: number, changes: Partial<Feedback> = {}): Feedback {
  return {
    answerId: 'a1', rater: 'r', rating: score, scale: 'thumbs', score, reasons: [], comment: '', correction: '',
    question: 'How long is delivery?', answer: 'Two days. [2] Four on islands. [1]', sources: ['faq/islands', 'faq/delivery'],
    finishReason: 'stop', answeredBy: 'extractive', model: 'extractive', profileVersion: '1', indexVersion: '1', ...changes,
  }
}

t.test('what a liked answer cites first is right, and wrong when it is disliked', async t => {
  t.match(casesOfFeedback([rated(1)], 'en'), [{
    question: 'How long is delivery?', right: ['faq/delivery'], wrong: [], answerable: true, from: 'feedback',
  }])
  t.match(casesOfFeedback([rated(-1)], 'en'), [{ right: [], wrong: ['faq/delivery'], answerable: null }])
  t.match(casesOfFeedback([rated(1, { answer: 'Two days.' })], 'en'), [{ right: ['faq/islands'] }], 'without a mark it is the first source')
  t.match(casesOfFeedback([rated(1, { answer: 'Two days. [9]', sources: [] })], 'en'), [{
    right: [], answers: ['Two days.'], answerable: true,
  }], 'without sources the answer itself says what is right')
  t.same(casesOfFeedback([rated(-1, { sources: [] })], 'en'), [])
})

t.test('adds up the ratings of a question, however it is typed: one wrong one has no effect', async t => {
  const all = [rated(1), rated(1, { question: 'how long is delivery' }), rated(-1, { question: ' How long is  delivery?!' })]
  t.match(casesOfFeedback(all, 'en'), [{ right: ['faq/delivery'], wrong: [], answerable: true }])
  t.same(casesOfFeedback([rated(1), rated(-1)], 'en').map(({ right, wrong }) => [right, wrong]), [[[], []]])
  t.same(casesOfFeedback([rated(0)], 'en'), [], 'a rating in the middle says nothing')
  t.same(casesOfFeedback([rated(1, { answeredBy: 'smalltalk' }), rated(1, { question: ' ' })], 'en'), [])
})

t.test('a correction says what is right; a refusal that is liked, that there is no answer', async t => {
  t.match(casesOfFeedback([rated(-1, { correction: 'Three days.' })], 'en'), [{
    answers: ['Three days.'], wrong: ['faq/delivery'], answerable: true,
  }])
  const refusal = { finishReason: 'no_answer', answer: 'I did not find it.', sources: [] }
  t.match(casesOfFeedback([rated(1, refusal)], 'en'), [{ right: [], answerable: false }])
  t.same(casesOfFeedback([rated(-1, refusal)], 'en'), [], 'a refusal that is disliked may be right')
  t.match(casesOfFeedback([rated(-1, { ...refusal, correction: 'Two days.' })], 'en'), [{ answers: ['Two days.'], answerable: true }])
})

t.test('curated answers that are for everyone are cases with their variants, and so are sets', async t => {
  const curated: CuratedAnswer = {
    id: 'cur_a', index: 'faq', question: 'Do you wrap gifts?', variants: ['Gift paper?'], answer: 'Yes.', url: '', access: null,
    sources: [], documents: ['cur_a', 'cur_a~1'], gap: '', createdAt: 0, changedAt: 0,
  }
  t.match(casesOfCurated([curated, { ...curated, access: ['group:staff'] }]), [
    { question: 'Do you wrap gifts?', right: ['faq/cur_a', 'faq/cur_a~1'], from: 'curated' }, { question: 'Gift paper?' },
  ])
  const set = [
    { question: 'A?', sources: ['faq/a'], answers: ['x'], answerable: true },
    { question: 'B?', sources: [], answers: [], answerable: false },
  ]
  t.match(casesOfSet(set), [{ right: ['faq/a'], answers: ['x'], from: 'set' }, { right: [], answerable: false }])
})

t.test('a set says more than curated answers, and these than ratings', async t => {
  const [first, second] = casesOfSet([
    { question: 'How long is delivery', sources: ['faq/x'], answers: [], answerable: true },
    { question: 'Another?', sources: ['faq/y'], answers: [], answerable: true },
  ])
  const merged = mergeCases([[first!], casesOfFeedback([rated(1)], 'en'), [second!]], 'en')
  t.same(merged.map(({ from, right }) => [from, right]), [['set', ['faq/x']], ['set', ['faq/y']]])
})
