// The cache key: nothing that could change an answer is missing, and no two companies share one.
import t from 'tap'
import { answerKey, type KeyParts } from '../../src/answers/key.ts'
import { normalizeQuestion } from '../../src/language/normalize.ts'
import { fc } from '../fixtures/property.ts'

const parts: KeyParts = {
  company: 'shop', promptVersion: '1', weightsVersion: '', indexVersion: '1', model: 'm',
  question: { text: 'How much?', language: 'en', maxTokens: 256, temperature: 0.2 },
}
const asking = (changes: Partial<KeyParts['question']>) => answerKey({ ...parts, question: { ...parts.question, ...changes } })

t.test('changes with every part of the question', async t => {
  const others: Partial<KeyParts>[] = [
    { company: 'shop2' }, { promptVersion: '2' }, { weightsVersion: 'lrn_a' }, { indexVersion: '2' }, { model: 'n' },
  ]
  const questions: Partial<KeyParts['question']>[] = [
    { language: 'fr' }, { indexes: ['faq'] }, { page: { path: '/' } }, { maxTokens: 1 }, { temperature: 0 },
    { instructions: 'Be brief.' }, { stop: ['.'] }, { web: true }, { history: { digest: '', turns: [] } },
    { history: { digest: 'x', turns: [] } }, { text: 'How many?' },
  ]
  const keys = [answerKey(parts), ...others.map(other => answerKey({ ...parts, ...other })), ...questions.map(asking)]
  t.equal(new Set(keys).size, keys.length)
})

t.test('gives a question one key however it is typed', async t => {
  t.equal(asking({ text: '  how \n much\t' }), answerKey(parts))
  t.equal(asking({ text: 'cafe\u0301' }), asking({ text: 'café' }))
  t.equal(asking({ indexes: ['b', 'a'] }), asking({ indexes: ['a', 'b'] }))
})

t.test('keeps the parts apart', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string(), fc.string()), fc.tuple(fc.string(), fc.string(), fc.string()), (one, other) => {
        const keyOf = ([company, promptVersion, text]: [string, string, string]) =>
          answerKey({ ...parts, company, promptVersion, question: { ...parts.question, text } })
        const same = one[0] === other[0] && one[1] === other[1] && normalizeQuestion(one[2], 'en') === normalizeQuestion(other[2], 'en')
        return (keyOf(one) === keyOf(other)) === same
      })
    )
  )
})

t.test('keeps figures as they are', async t => {
  t.not(asking({ text: 'lot de 300' }), asking({ text: 'lot de 150' }))
  t.not(asking({ text: '10 m²' }), asking({ text: '10 m2' }))
})
