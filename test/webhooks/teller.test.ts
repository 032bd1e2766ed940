// Ratings that cannot be told of now: told of later, and not after the end.
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { createTeller } from '../../src/webhooks/teller.ts'
import { until } from '../fixtures/until.ts'

t.test('what is left is told when its store can be read, as often as it was to be told', async t => {
  const away = new Set(['shop'])
  const asked: string[] = []
  const told: string[] = []
  const errors: string[] = []
  const teller = createTeller({
    async send ({ company, answerId, rater = 'all' }) {
      asked.push(`${company} ${answerId} ${rater}`)
      if (away.has(company)) throw new Error('away')
      return [Promise.resolve('delivered'), Promise.resolve(away.has(answerId) ? 'left' : 'given up')]
    },
    onTold: (company, answerId) => { told.push(`${company} ${answerId}`) },
    onError: (_, company) => { errors.push(company) },
    againMs: 1,
  })
  t.teardown(() => teller.close())
  teller.tell({ company: 'shop', answerId: 'a', rater: 'anna' })
  teller.tell({ company: 'shop', answerId: 'a', rater: 'anna' })
  teller.tell({ company: 'shop', answerId: 'b' })
  teller.tell({ company: 'other', answerId: 'c' })
  await until(() => told.length === 1)
  t.same(told, ['other c'], 'another company\'s are not held up')
  asked.length = 0
  await until(() => asked.length > 3)
  t.ok(asked.slice(1, 4).every((one, n) => one !== asked[n]), 'one stands for all of its company, another one each time')
  away.clear()
  away.add('b')
  await until(() => told.length === 3)
  t.same(told.slice(1), ['shop a', 'shop a'])
  away.clear()
  await until(() => told.length === 4)
  t.equal(told[3], 'shop b')
  asked.length = 0
  teller.tell({ company: 'other', answerId: 'd' })
  await until(() => told.length === 5)
  t.same(asked, ['other d all'], 'nothing is told again')
})

t.test('a teller that is closed tells nothing again', async t => {
  let asked = 0
  const open = (send: () => Promise<never>) => {
    const teller = createTeller({ send, onTold: () => t.fail('nothing was told'), onError: () => {}, againMs: 1 })
    teller.tell({ company: 'shop', answerId: 'a' })
    return teller
  }
  const isQuiet = async () => {
    const before = asked
    // Timers of one length end in their order: the teller's would be over.
    for (let n = 0; n < 3; n++) await setTimeout(1)
    return asked === before
  }
  const waiting = open(async () => {
    asked++
    throw new Error('away')
  })
  await until(() => asked > 1)
  waiting.close()
  t.ok(await isQuiet(), 'closed while it waits')
  const reading = Promise.withResolvers<never>()
  const telling = open(() => {
    asked++
    return reading.promise
  })
  await until(() => asked > 0)
  telling.close()
  reading.reject(new Error('away'))
  t.ok(await isQuiet(), 'closed while it tells')
})
