import t from 'tap'
import { parseProfile } from '../../../src/profiles/profile.ts'
import { misplacedAnswers } from './check.ts'
import { companyIds, isHeldOut, questionKinds, readCompany, readCrossLanguage, readFitted } from './read.ts'

const companies = companyIds().map(id => [id, readCompany(id)] as const)

for (const [id, company] of companies) {
  const { questions: golden, profile, documents } = company

  t.test(`${id}: profile, documents and questions fit together`, async t => {
    t.equal(parseProfile(profile).id, id)
    t.equal(golden.company_id, id)
    for (const [kind, list] of Object.entries(documents)) {
      t.ok(profile.indexes[kind], `the profile knows the index ${kind}`)
      t.equal(new Set(list.map(document => document.id)).size, list.length, 'no id twice')
    }
  })

  t.test(`${id}: every answer is in each page that its question names`, async t => {
    t.same(misplacedAnswers(company), [])
  })

  t.test(`${id}: forty questions, a quarter of them without an answer`, async t => {
    const all = [...golden.questions.map(({ q }) => q), ...golden.not_offered, ...golden.unstated]
    t.equal(new Set(all.map(q => q.toLowerCase())).size, all.length, 'no question twice')
    t.ok(golden.questions.length >= 30)
    t.ok(golden.not_offered.length >= 10)
    t.ok(golden.unstated.length >= 4)
    t.same(golden.questions.filter(({ kind }) => !questionKinds.includes(kind)), [])
  })

  t.test(`${id}: what is held out is like what is fitted on`, async t => {
    const kinds = (list: typeof golden.questions) => new Set(list.map(({ kind }) => kind)).size
    const held = golden.questions.filter((_, index) => isHeldOut(golden, index))
    t.ok(held.length >= Math.floor(golden.questions.length / 3))
    t.ok(kinds(held) >= Math.min(3, kinds(golden.questions)), 'at least three kinds are held out')
  })
}

t.test('three companies are held out, in three languages', async t => {
  const held = companies.filter(([, { questions }]) => questions.held_out)
  t.equal(held.length, 3)
  t.equal(new Set(held.map(([, { questions }]) => questions.language)).size, 3)
})

t.test('companies that are only fitted on: profiles, answers in their documents, questions of other trades', async t => {
  for (const { fitted, company } of readFitted()) {
    t.equal(parseProfile(company.profile).id, fitted.id)
    t.same(misplacedAnswers(company), [], fitted.id)
    const all = [...fitted.questions.map(({ q }) => q), ...fitted.not_offered, ...fitted.off_topic]
    t.equal(new Set(all).size, all.length, 'no question twice')
    t.ok(fitted.not_offered.length > 0 && fitted.off_topic.length > 0)
  }
})

t.test('sixty questions in another language than the documents', async t => {
  const all = readCrossLanguage()
  t.equal(all.length, 60)
  t.equal(new Set(all.map(({ q }) => q)).size, 60, 'no question twice')
  const asked = Map.groupBy(all, ({ company_id: id }) => id)
  t.equal(asked.size, 6)
  for (const [id, questions] of asked) {
    const company = readCompany(id)
    t.same(misplacedAnswers(company, questions), [])
    t.ok(questions.every(({ language }) => ['fr', 'en', 'de', 'es'].includes(language) && language !== company.questions.language))
  }
})
