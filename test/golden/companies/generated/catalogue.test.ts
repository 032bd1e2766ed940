import { createHash } from 'node:crypto'
import t from 'tap'
import { parseProfile } from '../../../../src/profiles/profile.ts'
import { fc, propertyRuns } from '../../../fixtures/property.ts'
import { misplacedAnswers } from '../check.ts'
import { questionKinds } from '../read.ts'
import { makeCatalogue } from './catalogue.ts'
import { facts, openings } from './sentences.ts'

const catalogue = makeCatalogue()
const books = catalogue.documents.books!

t.test('two thousand books with titles, codes and descriptions of their own', async t => {
  t.equal(parseProfile(catalogue.profile).id, catalogue.questions.company_id)
  t.equal(books.length, 2000)
  for (const key of ['id', 'title', 'code', 'text']) {
    const different = new Set(books.map(book => book[key])).size
    t.ok(key === 'text' ? different > 1950 : different === 2000, `${key}: ${different}`)
  }
  t.ok(openings.length + facts.length >= 30)
})

t.test('every answer is in the book or page that its question names', async t => {
  t.same(misplacedAnswers(catalogue), [])
})

t.test('sixty questions of every kind, and others without an answer', async t => {
  const { questions, not_offered: notOffered, unstated } = catalogue.questions
  t.equal(questions.length, 60)
  t.equal(new Set(questions.map(({ kind }) => kind)).size, questionKinds.length)
  t.ok(notOffered.length >= 15)
  t.equal(unstated.length, 8)
  const shown = JSON.stringify(books)
  const missing = notOffered.flatMap(q => [...q.matchAll(/(?:how much is|wrote|price of) (.+?)\??$/gi)].map(([, title]) => title!))
  t.equal(missing.length, 3)
  t.notOk(missing.some(title => shown.includes(title)), 'no book has a title that is said to be missing')
})

t.test('equal seeds give equal companies, others give other ones', async t => {
  const print = (company: unknown) => createHash('sha256').update(JSON.stringify(company)).digest('hex').slice(0, 16)
  t.equal(print(makeCatalogue()), print(catalogue))
  t.not(print(makeCatalogue({ seed: 2 })), print(catalogue))
})

t.test('any seed and size give right answers', async () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 40, max: 300 }), (seed, size) => {
    const company = makeCatalogue({ seed, size, asked: 40 })
    return company.documents.books!.length === size && company.questions.questions.length === 40 && misplacedAnswers(company).length === 0
  }), propertyRuns(40, { seed: 20261129 }))
})
