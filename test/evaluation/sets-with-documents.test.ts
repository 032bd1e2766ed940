// A set that brings its documents becomes a company and questions that `causerie eval` reads.
import t from 'tap'
import { companyOf, companyOfSet } from '../../bench/eval-service.ts'
import { readSet } from '../../src/evaluation/read-set.ts'
import { parseProfile } from '../../src/profiles/profile.ts'

t.test('each question names the documents that answer it, and what they say', async t => {
  t.equal(companyOf('/sets/cnilpara-fr+t.json'), 'cnilpara-fr-t')
  const { profile, documents, questions } = companyOfSet('small', {
    name: 'Small', lang: 'en', docs: [{ text: 'Two days.' }, { title: 'Returns', text: 'Thirty days.' }],
    queries: [{ q: 'How long?', rel: [1], answers: ['thirty days'] }, { q: 'And else?', rel: [0, 1] }],
  })
  t.match(parseProfile(profile), { id: 'small', language: 'en' })
  t.same(documents, [{ id: '0', title: '', text: 'Two days.' }, { id: '1', title: 'Returns', text: 'Thirty days.' }])
  t.match(readSet(JSON.stringify(questions), 'small.json').cases, [
    { question: 'How long?', answers: ['thirty days'], sources: ['documents/1'], answerable: true },
    { question: 'And else?', answers: [], sources: ['documents/0', 'documents/1'], answerable: true },
  ])
})
