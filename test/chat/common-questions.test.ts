// Common questions: counted per day, limited, and stored without questions that only one user asked.
import t from 'tap'
import { createCommonQuestions } from '../../src/chat/common-questions.ts'

const hour = 3_600_000
const texts = (questions: { text: string }[]) => questions.map(({ text }) => text)

function parts () {
  const clock = { now: 20_000 * 24 * hour }
  const kept = new Map<string, string>()
  const errors: unknown[] = []
  const store = {
    read: async (company: string) => kept.get(company),
    write: async (company: string, counts: string) => {
      kept.set(company, counts)
    },
  }
  const make = (most?: number) =>
    createCommonQuestions({ store, now: () => clock.now, onError: error => { errors.push(error) }, ...(most ? { most } : {}) })
  return { clock, kept, errors, store, make, common: make() }
}

let users = 0
const ask = (common: ReturnType<typeof parts>['common'], text: string, times: number, company = 'shop') => {
  for (let n = 0; n < times; n++) common.count(company, { text, language: null }, `user ${users++}`)
}

t.test('returns the most asked questions first, and none that only one user asked', async t => {
  const { common } = parts()
  ask(common, 'Where is my parcel?', 3)
  ask(common, 'Do you ship  abroad?', 1)
  ask(common, 'Do you ship abroad?', 4)
  ask(common, 'My name is Ann, what about order 17?', 1)
  ask(common, 'Elsewhere?', 5, 'other')
  t.same(texts(await common.top('shop', 10)), ['Do you ship  abroad?', 'Where is my parcel?'])
  t.same(texts(await common.top('shop', 1)), ['Do you ship  abroad?'])
  t.same(texts(await common.top('nobody', 10)), [])
})

t.test('counts the same question in another language separately', async t => {
  const { common } = parts()
  for (const language of ['fr', 'fr', null, 'es', 'es', 'es']) common.count('shop', { text: 'Menu ?', language }, `user ${users++}`)
  t.same(await common.top('shop', 10), [{ text: 'Menu ?', language: 'es', times: 3 }, { text: 'Menu ?', language: 'fr', times: 2 }])
})

t.test('forgets questions gradually over a day', async t => {
  const { common, clock } = parts()
  ask(common, 'Old?', 8)
  await common.top('shop', 1)
  clock.now += 36 * hour
  ask(common, 'New?', 5)
  t.same(texts(await common.top('shop', 10)), ['New?', 'Old?'], 'of yesterday, a half lies within the last 24 h')
  clock.now += 24 * hour
  t.same(texts(await common.top('shop', 10)), ['New?'])
  clock.now += 48 * hour
  t.same(texts(await common.top('shop', 10)), [])
})

t.test('keeps some hundreds at most, and among them the often asked ones', async t => {
  const { common } = parts()
  ask(common, 'Often?', 50)
  for (let n = 0; n < 2000; n++) ask(common, `Number ${n}?`, n < 1990 ? 1 : 2)
  ask(common, 'x'.repeat(301), 10)
  const top = texts(await common.top('shop', 1000))
  t.equal(top[0], 'Often?')
  t.equal(top.length, 11, 'a pasted page is not one of them')
})

t.test('keeps fewer of each company when all of them have many, but some of each', async t => {
  const { make } = parts()
  const common = make(1000)
  for (const company of ['a', 'b', 'c', 'd', 'e']) {
    // Read first: counts of a company that is being read come in afterwards.
    await common.top(company, 1)
    ask(common, 'Often?', 50, company)
    for (let n = 0; n < 400; n++) ask(common, `Question number ${n}`, 2, company)
  }
  const kept = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(company => common.top(company, 1000)))
  t.same(kept.map(questions => questions[0]!.text), Array(5).fill('Often?'))
  const all = kept.reduce((sum, { length }) => sum + length, 0)
  t.ok(all <= 1200, `${all} are kept`)
  t.ok(kept.every(({ length }) => length >= 19), 'the last ones still have some')
})

t.test('keeps counts beyond the process, except of questions that only one user asked', async t => {
  const { common, make, kept } = parts()
  ask(common, 'Where is my parcel?', 3)
  ask(common, 'My name is Ann, what about order 17?', 1)
  await common.top('shop', 1)
  await common.save()
  t.notMatch(kept.get('shop'), 'Ann')
  t.same(texts(await make().top('shop', 10)), ['Where is my parcel?'])
  kept.clear()
  await common.save()
  t.equal(kept.size, 0, 'nothing is written when nothing has changed')
})

t.test('loses only the counts when the store fails or returns nonsense', async t => {
  const { store, make, kept, errors } = parts()
  kept.set('shop', 'no JSON')
  const common = make()
  ask(common, 'Where is my parcel?', 2)
  t.same(texts(await common.top('shop', 10)), ['Where is my parcel?'])
  store.write = async () => { throw new Error('full') }
  store.read = async () => { throw new Error('gone') }
  await common.save()
  t.same(await make().top('other', 10), [])
  t.equal(errors.length, 3)
})

t.test('counts a user once', async t => {
  const { common } = parts()
  for (let n = 0; n < 5; n++) common.count('shop', { text: 'My name is Ann, what about order 17?', language: null }, 'ann')
  t.same(texts(await common.top('shop', 10)), [])
  common.count('shop', { text: 'My name is Ann, what about order 17?', language: null }, 'bob')
  t.equal((await common.top('shop', 10)).length, 1)
})
