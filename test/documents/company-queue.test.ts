// Companies are worked on one after another; a failure is reported, and the next one has its turn.
import t from 'tap'
import { createCompanyQueue } from '../../src/documents/company-queue.ts'

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
  t.same(queue.stats(), { companies: 3, failures: 0, running: false })
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
  t.same(queue.stats(), { companies: 0, failures: 0, running: false })
})

t.test('does not wait on close until the work could start', async t => {
  const queue = createCompanyQueue({ ready: () => new Promise(() => {}), work: async () => { t.fail() }, onError: () => { t.fail() } })
  const running = queue.add(['a'])
  await queue.close()
  await running
  t.equal(queue.stats().running, false)
})
