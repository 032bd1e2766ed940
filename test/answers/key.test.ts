// The cache key: nothing that could change an answer is missing, and no two companies share one.
import fc from 'fast-check'
import t from 'tap'
import { answerKey, normalizeQuestion, type KeyParts } from '../../src/answers/key.ts'

const parts: KeyParts = { company: 'shop', promptVersion: '1', indexVersion: '1', model: 'm', language: 'en', maxTokens: 256, temperature: 0.2, question: 'How much?' }

t.test('every part makes another key', async t => {
  const others: Partial<KeyParts>[] = [
    { company: 'shop2' }, { promptVersion: '2' }, { indexVersion: '2' }, { model: 'n' }, { language: 'fr' }, { indexes: ['faq'] },
    { page: { path: '/' } }, { maxTokens: 1 }, { temperature: 0 }, { question: 'How many?' }, { question: 'how much?' }, { question: 'How much' },
  ]
  const keys = [parts, ...others.map(other => ({ ...parts, ...other }))].map(answerKey)
  t.equal(new Set(keys).size, keys.length)
})

t.test('the same question, typed differently, has one key', async t => {
  t.equal(answerKey({ ...parts, question: '  How \n much?\t' }), answerKey(parts))
  t.equal(answerKey({ ...parts, question: 'cafe\u0301' }), answerKey({ ...parts, question: 'café' }))
  t.equal(answerKey({ ...parts, indexes: ['b', 'a'] }), answerKey({ ...parts, indexes: ['a', 'b'] }))
})

t.test('no part can run into the next', async t => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.tuple(fc.string(), fc.string(), fc.string()), fc.tuple(fc.string(), fc.string(), fc.string()), (one, other) => {
    const keyOf = ([company, promptVersion, question]: [string, string, string]) => answerKey({ ...parts, company, promptVersion, question })
    const same = one[0] === other[0] && one[1] === other[1] && normalizeQuestion(one[2]) === normalizeQuestion(other[2])
    return (keyOf(one) === keyOf(other)) === same
  })))
})

t.test('figures stay what they are', async t => {
  t.not(answerKey({ ...parts, question: 'lot de 300' }), answerKey({ ...parts, question: 'lot de 150' }))
  t.not(answerKey({ ...parts, question: '10 m²' }), answerKey({ ...parts, question: '10 m2' }))
})
