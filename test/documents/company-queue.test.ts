// Companies are worked on one after another; a failure is reported, and the next one has its turn.
import t from 'tap'
import { createCompanyQueue, type CompanyQueue } from '../../src/documents/company-queue.ts'
import { coded } from '../../src/errors.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

t.test('works on one company after another, each once as long as it waits', async t => {
  const seen: string[] = []
  let atOnce = 0
  const queue = createCompanyQueue({
    async work (company) {
      t.equal(++atOnce, 1)
      await Promise.resolve()
      seen.push(company)
      atOnce--
    },
    onError: (_, error) => { throw error },
  })
  const first = queue.add(['a', 'b', 'a'])
  const second = queue.add(['b', 'c'])
  t.equal(queue.stats().running, true)
  await Promise.all([first, second])
  t.same(seen, ['a', 'b', 'c'])
  t.same(queue.stats(), { companies: 3, failures: 0, later: 0, running: false })
  await queue.add(['a'])
  t.same(seen, ['a', 'b', 'c', 'a'])
})

t.test('ends at once without companies, and does not hinder the next run', async t => {
  const seen: string[] = []
  const queue = createCompanyQueue({ work: async company => { seen.push(company) }, onError: (_, error) => { throw error } })
  await queue.add([])
  t.equal(queue.stats().running, false)
  await queue.add(['a'])
  t.same(seen, ['a'])
})

t.test('reports a failure, and can retry it later', async t => {
  const errors: string[] = []
  const done = Promise.withResolvers<void>()
  let tries = 0
  const queue = createCompanyQueue({
    async work (company) {
      if (company === 'b') return
      if (++tries < 3) throw new Error(`try ${tries}`)
      done.resolve()
    },
    onError (company, error) {
      errors.push(`${company}: ${(error as Error).message}`)
      queue.retryLater(company)
      queue.retryLater(company)
    },
    retryMs: 5,
  })
  // Like a listening server: the retry alone does not keep a process alive.
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  await queue.add(['a', 'b'])
  t.match(queue.stats(), { companies: 1, failures: 1 })
  await done.promise
  t.same(errors, ['a: try 1', 'a: try 2'])
})

t.test('ends the work by its signal on close, and starts nothing any more', async t => {
  const seen: string[] = []
  const began = Promise.withResolvers<void>()
  const queue = createCompanyQueue({
    work (company) {
      seen.push(company)
      began.resolve()
      return new Promise((_resolve, reject) => { queue.signal.addEventListener('abort', () => reject(queue.signal.reason)) })
    },
    onError: () => { t.fail() },
  })
  const running = queue.add(['a', 'b'])
  await began.promise
  await queue.close()
  await running
  await queue.add(['c'])
  queue.retryLater('d')
  t.same(seen, ['a'])
  t.same(queue.stats(), { companies: 0, failures: 0, later: 0, running: false })
})

t.test('does not wait on close until the work could start', async t => {
  const queue = createCompanyQueue({ ready: () => new Promise(() => {}), work: async () => { t.fail() }, onError: () => { t.fail() } })
  const running = queue.add(['a'])
  await queue.close()
  await running
  t.equal(queue.stats().running, false)
})

/** Works in steps, each noted as its company; resolves when all is done. */
async function steps (amounts: Record<string, number>, onStep: (seen: string[], queue: CompanyQueue) => void = () => {}) {
  const seen: string[] = []
  const queue: CompanyQueue = createCompanyQueue({
    async work (company, turn) {
      for (let i = 0; i < amounts[company]!; i++) {
        await turn()
        seen.push(company)
        onStep(seen, queue)
        await Promise.resolve()
      }
    },
    onError: (_, error) => { throw error },
  })
  await queue.add(Object.keys(amounts))
  return seen
}

t.test('a small company does not wait for a large one', async t => {
  const seen = await steps({ large: 1000, small: 3 })
  t.equal(seen.length, 1003)
  t.ok(seen.lastIndexOf('small') < 10, `its last step was number ${seen.lastIndexOf('small')}`)
})

t.test('the company of the newest question has every second turn, and the others are not forgotten', async t => {
  const amounts = { a: 100, b: 100, c: 100, d: 20 }
  const seen = await steps(amounts, (seen, queue) => { if (seen.length === 10) queue.prefer('d') })
  t.ok(seen.lastIndexOf('d') < 60, `its last step was number ${seen.lastIndexOf('d')}`)
  t.ok(new Set(seen.slice(10, 30)).size === 4)
})

t.test('a company that was asked about begins although many are in the middle of their work', async t => {
  const amounts: Record<string, number> = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, 50]))
  const seen = await steps(amounts, (seen, queue) => { if (seen.length === 5) queue.prefer('c19') })
  t.ok(seen.indexOf('c19') < 20, `its first step was number ${seen.indexOf('c19')}`)
})

t.test('work that only waits leaves its turn to others', async t => {
  const seen: string[] = []
  const other = Promise.withResolvers<void>()
  const queue = createCompanyQueue({
    async work (company, turn) {
      if (company === 'a') await turn(() => other.promise)
      seen.push(company)
      if (company === 'b') other.resolve()
    },
    onError: (_, error) => { throw error },
  })
  await queue.add(['a', 'b'])
  t.same(seen, ['b', 'a'])
})

t.test('every company does all its steps, one at a time, whatever is asked meanwhile', async t => {
  await fc.assert(fc.asyncProperty(
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 12 })), fc.array(fc.constantFrom('a', 'b', 'c', 'x')),
    async (amounts, asked) => {
      const seen = await steps(amounts, (seen, queue) => { if (asked[seen.length]) queue.prefer(asked[seen.length]!) })
      for (const [company, amount] of Object.entries(amounts)) t.equal(seen.filter(one => one === company).length, amount)
    }
  ), propertyRuns(50))
})

t.test('retries by itself after an error that may pass', async t => {
  const done = Promise.withResolvers<void>()
  let tries = 0
  const queue = createCompanyQueue({
    async work () {
      if (++tries < 3) throw coded('SEARCH_UNAVAILABLE')
      done.resolve()
    },
    onError () {},
    retryMs: 5,
  })
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  await queue.add(['a'])
  await done.promise
  t.equal(tries, 3)
})
