// One company's many, long or dripping uploads beside another's single one.
import t from 'tap'
import type { ReaderPool } from '../../src/ingest/reader-pool.ts'
import { createTurns, maxOvertime } from '../../src/uploads/turns.ts'
import { begin, document, lineReading, memoryStore } from '../fixtures/upload-queue.ts'
import { until } from '../fixtures/until.ts'

const never = new AbortController().signal
const bytes = (text: string) => (async function * () { yield Buffer.from(text) })()

t.test('a turn is a file, not a task', async t => {
  const { store, put } = memoryStore()
  const reading = lineReading()
  const { uploads, send, done } = await begin(t, { documents: store, reading })
  const names = Array.from({ length: 5 }, (_, n) => `${n}.txt`)
  const large = await uploads.accept('flood', 'faq', async incoming => {
    const files = []
    for (const name of names) files.push({ name, type: '', ...await incoming.receive(bytes(name)) })
    return files
  })
  const small = await send('quiet', 'sentence', 'quiet.txt')
  uploads.start()
  await Promise.all([done(large), done(small)])
  t.same(reading.reads, ['0.txt', 'quiet.txt', '1.txt', '2.txt', '3.txt', '4.txt'])
  t.equal(put.length, 6)
})

t.test('a file that takes long does not hold the turn', async t => {
  const slow = Promise.withResolvers<void>()
  const reading: ReaderPool = {
    ...lineReading(),
    async * cutMany (_, { name }) {
      if (name.startsWith('slow')) await slow.promise
      yield [document(name)]
    },
  }
  const { uploads, send, done } = await begin(t, { reading, sliceMs: 20 })
  uploads.start()
  const long = await send('flood', 'x', 'slow.txt')
  const next = await send('flood', 'x', 'slow too.txt')
  for (const name of ['one.txt', 'two.txt']) t.match(await done(await send('quiet', 'x', name)), { status: 'done' })
  t.match(await uploads.get('flood', long.id), { status: 'running' })
  t.match(await uploads.get('flood', next.id), { status: 'queued' }, 'each company goes on one by one')
  slow.resolve()
  t.match(await done(next), { status: 'done' })
})

t.test('only few long files go on beside the turns', async t => {
  const turns = createTurns({ concurrency: 1, sliceMs: 5 })
  const all = Array.from({ length: maxOvertime + 2 }, (_, n) => turns.of(String(n), never))
  let begun = 0
  const waits = all.map(turn => turn.next().then(() => { begun++ }))
  await until(() => begun === maxOvertime + 1)
  t.equal(begun, maxOvertime + 1)
  t.equal(turns.running, maxOvertime + 1)
  all[0]!.end()
  await Promise.all(waits)
  for (const turn of all) turn.end()
  t.equal(turns.running, 0)
})

t.test('a company leaves room in the spool', async t => {
  const { uploads, send } = await begin(t, { spoolMaxBytes: 100 })
  await send('flood', 'x'.repeat(80))
  await t.rejects(send('flood', 'x'), { code: 'QUEUE_FULL' })
  await send('quiet', 'x'.repeat(16))
  await t.rejects(send('quiet', 'x'), { code: 'QUEUE_FULL' })
  await send('third', 'x'.repeat(3))
  t.match(uploads.stats(), { spool: { bytes: 99 } })
})

t.test('an upload that drips ends after its time, and counts as one that waits', async t => {
  const { uploads, send } = await begin(t, { arrivalMs: 1000, queueMax: 1 })
  const drip = async function * () {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, 5))
      yield Buffer.from('x')
    }
  }
  const arriving = uploads.accept('flood', 'faq', async incoming => [{ name: 'a', type: '', ...await incoming.receive(drip()) }])
  const dripping = t.rejects(arriving, {
    code: 'INVALID_REQUEST', message: /UPLOAD_TIMEOUT_SECONDS/,
  })
  await t.rejects(send('flood', 'x'), { code: 'QUEUE_FULL' })
  await send('quiet', 'x')
  await dripping
  t.match(uploads.stats(), { spool: { bytes: 1 } })
  await send('flood', 'x')
})
