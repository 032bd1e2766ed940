// Which answer gives way when no more may run.
import t from 'tap'
import { chooseDisplaced } from '../../src/answers/room.ts'
import { createMemoryAnswers } from '../../src/answers/memory.ts'
import { finish, script, start, ready } from '../fixtures/app-answers.ts'
import { asking, cause, limits } from '../fixtures/asked-answers.ts'
import { turn } from '../fixtures/until.ts'
import { fc } from '../fixtures/property.ts'

const answer = (company: string, { readers = 1, length = 5 } = {}) => ({ log: { company, length }, readers: { size: readers } })
const many = (company: string, count: number, more = {}) => Array.from({ length: count }, () => answer(company, more))

t.test('an answer that nobody reads gives way first, of the company that runs most', async t => {
  const unread = answer('flood', { readers: 0 })
  t.equal(chooseDisplaced([...many('flood', 5), unread, ...many('quiet', 1)], 'quiet', 7), unread)
  t.equal(chooseDisplaced([...many('flood', 5), unread], 'flood', 6), unread, 'also for its own company')
  t.equal(chooseDisplaced([...many('flood', 5), answer('quiet', { readers: 0 })], 'flood', 6), null, 'but not for one that runs more')
})

t.test('a company below its share is let in, one above it waits', async t => {
  const silent = answer('flood', { length: 2 })
  const running = [...many('flood', 3), silent, ...many('flood', 2)]
  t.equal(chooseDisplaced(running, 'quiet', 6), silent, 'one that has shown no text')
  t.equal(chooseDisplaced(many('flood', 6), 'quiet', 6)?.log.company, 'flood')
  t.equal(chooseDisplaced(many('flood', 6), 'flood', 6), null)
  t.equal(chooseDisplaced([...many('a', 3), ...many('b', 3)], 'a', 6), null)
})

t.test('shares become equal, and nobody below the share is displaced', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 200 }), async asking => {
    const running: ReturnType<typeof answer>[] = []
    const places = 12
    for (const n of asking) {
      const company = String(n)
      if (running.length === places) {
        const gone = chooseDisplaced(running, company, places)
        if (!gone) continue
        const count = (name: string) => running.filter(({ log }) => log.company === name).length
        if (count(gone.log.company) <= count(company) + 1) throw new Error('a smaller one gave way')
        running.splice(running.indexOf(gone), 1)
      }
      running.push(answer(company))
    }
    if (running.length > places) throw new Error('too many')
  }), { numRuns: 100 })
})

t.test('resumable answers without a connection do not hold every place', async t => {
  const answers = createMemoryAnswers({ ...limits, maxLive: 10, onError: error => t.fail(String(error)) })
  t.teardown(() => answers.close())
  const { open } = asking({ answers, errors: [] })
  const producers = Array.from({ length: 10 }, script)
  for (const [n, { produce }] of producers.entries()) {
    const reader = await open({ company: 'flood', key: `flood ${n}`, resumable: true, produce })
    await turn()
    reader.close()
  }
  t.match(answers.stats(), { live: 10, readers: 0 })
  const quiet = await open({ company: 'quiet', key: 'q', produce: ready([start(), finish()]) })
  t.equal(await cause(producers[0]!), 'displaced')
  t.match((await quiet.all()).at(-1), { finish_reason: 'stop' })
})

t.test('a company that reads all places gives some of them to the next one', async t => {
  const answers = createMemoryAnswers({ ...limits, maxLive: 10, onError: error => t.fail(String(error)) })
  t.teardown(() => answers.close())
  const { open } = asking({ answers, errors: [] })
  const producers = Array.from({ length: 10 }, script)
  const readers = await Promise.all(producers.map(({ produce }, n) => open({ company: 'flood', key: `flood ${n}`, produce })))
  await turn()
  await t.rejects(open({ company: 'flood', key: 'one more' }), { code: 'OVERLOADED' })
  const quiet = script()
  for (let n = 0; n < 5; n++) await open({ company: 'quiet', key: `quiet ${n}`, produce: quiet.produce })
  await t.rejects(open({ company: 'quiet', key: 'a sixth' }), { code: 'OVERLOADED' })
  await turn()
  t.equal(readers.filter(reader => reader.hasEnded()).length, 5)
  t.match(answers.stats(), { live: 10 })
})
