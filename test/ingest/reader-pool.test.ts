// Files are read in separate processes: limits hold, and one file never affects the next.
import { setImmediate } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import t from 'tap'
import type { Test } from 'tap'
import type { Section } from '../../src/documents/content.ts'
import { joinSlices, splitIntoSlices } from '../../src/ingest/document-slices.ts'
import { createReaderPool } from '../../src/ingest/reader-pool.ts'
import type { ReaderPoolOptions } from '../../src/ingest/reader-pool.ts'
import { pdf } from '../fixtures/files.ts'
import '../fixtures/confined-children.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const never = new AbortController().signal
const good = Buffer.from('All is well.')
/** Keeps a Markdown parser busy for minutes. */
const endless = Buffer.from('*a_'.repeat(100_000))
const rows = 20_000
const table = Buffer.from(`id,name,price\n${Array.from({ length: rows }, (_, i) => `${i},Chair number ${i},${i % 90}`).join('\n')}\n`)

function start (t: Test, options: Partial<ReaderPoolOptions> = {}) {
  const reading = createReaderPool({ timeoutMs: 60_000, memoryMb: 128, maxBytes: 50e6, ...options })
  t.teardown(() => reading.close())
  const isWell = async () =>
    t.same(
      (await reading.read(good, { name: 'good.txt' }, never)).map(({ sections }) => sections[0]!.text), ['All is well.']
    )
  return { reading, isWell }
}

/** Counts the processes that are busy. One that has just ended is gone after a few turns of the event loop. */
async function countProcesses (): Promise<number> {
  const count = () => process.getActiveResourcesInfo().filter(name => name === 'ProcessWrap').length
  for (let turn = 0; turn < 100 && count() > 0; turn++) await setImmediate()
  return count()
}

t.test('reads files one after another, from bytes and from a stream', async t => {
  const { reading, isWell } = start(t)
  await isWell()
  const [document] = await reading.read(pdf([['One'], ['Two']]), { name: 'dir/two.pdf' }, never)
  t.same(document, {
    id: '', title: 'two', url: '', fields: [],
    sections: [
      { kind: 'text', text: 'One', headings: [], page: 1 }, { kind: 'text', text: 'Two', headings: [], page: 2 },
    ],
  })
  async function * stream () { yield good.subarray(0, 5); yield good.subarray(5) }
  t.equal((await reading.read(stream(), { name: 's.txt' }, never))[0]!.sections[0]!.text, 'All is well.')
  const [mapped] = await reading.read(Buffer.from('a,b\nx,y\n'), { name: 'm.csv', mapping: { title: 'b', text: ['a'] } }, never)
  t.same([mapped!.title, mapped!.sections[0]!.text], ['y', 'x'])
})

t.test('a file with very many documents comes in batches, each document once', async t => {
  const { reading } = start(t)
  let batches = 0
  let next = 0
  for await (const batch of reading.readMany(table, { name: 't.csv' }, never)) {
    batches++
    t.ok(batch.length < rows / 10)
    for (const { id } of batch) if (id !== String(next++)) t.fail(`${id} in place of ${next - 1}`)
  }
  t.equal(next, rows)
  t.ok(batches > 10)
})

t.test('a document that is larger than a batch is whole again', async t => {
  const { reading } = start(t)
  const text = Array.from({ length: 5000 }, (_, i) => `## Part ${i}\n\n${`word${i} `.repeat(50)}`).join('\n\n')
  const [document, ...more] = await reading.read(Buffer.from(text), { name: 'big.md' }, never)
  t.same(more, [])
  t.equal(document!.sections.length, 5000)
  t.ok(document!.sections.every(({ headings, text }, i) => headings[0] === `Part ${i}` && text.startsWith(`word${i} `)))
})

t.test('joined slices are the documents that were split', async () => {
  const section = fc.record({
    kind: fc.constantFrom<Section['kind']>('text', 'list'), text: fc.nat({ max: 150_000 }).map(n => 'x'.repeat(n)),
    headings: fc.constant<string[]>([]),
  })
  const document = fc.record({
    id: fc.string(), title: fc.string(), url: fc.string(), fields: fc.constant<[string, string][]>([['a', 'b']]),
    sections: fc.array(section, { maxLength: 12 }),
  })
  await fc.assert(fc.asyncProperty(fc.array(document, { maxLength: 12 }), async documents => {
    async function * source () { yield * JSON.parse(JSON.stringify(documents)) }
    const batches = await Array.fromAsync(joinSlices(splitIntoSlices(source())))
    return JSON.stringify(batches.flat()) === JSON.stringify(documents)
  }), propertyRuns(50))
})

t.test('a rejected file comes back with its reason', async t => {
  const { reading, isWell } = start(t, { maxPages: 100 })
  await t.rejects(reading.read(pdf([['x']], { encrypted: true }), { name: 'a.pdf' }, never), {
    code: 'FILE_REJECTED', statusCode: 422, retryable: false, reason: 'encrypted',
    message: 'The file was rejected. encrypted: it asks for a password',
  })
  await t.rejects(reading.read(pdf(Array.from({ length: 101 }, () => ['x'])), { name: 'a.pdf' }, never), {
    code: 'FILE_REJECTED', reason: 'too many pages',
  })
  await t.rejects(reading.read(Buffer.from('['.repeat(1e6)), { name: 'a.json' }, never), { code: 'FILE_REJECTED', reason: 'too deep' })
  await t.rejects(reading.read(new Uint8Array(0), { name: 'a.txt' }, never), { code: 'FILE_REJECTED', reason: 'empty' })
  await isWell()
})

t.test('a file that is too large is refused before it is read', async t => {
  const { reading, isWell } = start(t, { maxBytes: 1000 })
  await t.rejects(reading.read(new Uint8Array(1001), { name: 'a.txt' }, never), { code: 'FILE_TOO_LARGE', statusCode: 413 })
  let asked = 0
  async function * stream () { for (;;) { asked++; yield new Uint8Array(300) } }
  await t.rejects(reading.read(stream(), { name: 'a.txt' }, never), { code: 'FILE_TOO_LARGE' })
  t.equal(asked, 4)
  await isWell()
})

t.test('a file that takes forever is stopped, with its process', async t => {
  // The limit also covers the start of the next process, which takes seconds on a busy machine.
  const { reading, isWell } = start(t, { timeoutMs: 5000 })
  await t.rejects(reading.read(endless, { name: 'a.md' }, never), { code: 'FILE_REJECTED', reason: 'took too long' })
  t.equal(await countProcesses(), 0)
  await isWell()
})

t.test('time that the caller spends on a batch does not count', async t => {
  const { reading } = start(t, { timeoutMs: 10_000 })
  let now = 0
  t.intercept(performance, 'now', { value: () => now })
  let count = 0
  for await (const batch of reading.readMany(table, { name: 't.csv' }, never)) {
    now += 20_000
    count += batch.length
  }
  t.equal(count, rows)
})

t.test('a file that takes too much memory ends its process, not this one', async t => {
  const { reading, isWell } = start(t, { memoryMb: 64 })
  const bomb = pdf([['x']], { packed: deflateSync(Buffer.alloc(500e6, ' ')) })
  t.ok(bomb.length < 1e6)
  await t.rejects(reading.read(bomb, { name: 'bomb.pdf' }, never), { code: 'FILE_REJECTED', reason: 'too much memory' }, 'outside the heap')
  t.equal(await countProcesses(), 0)
  await isWell()
  const objects = Buffer.from(`{"a":[${'[1],'.repeat(5e6)}1]}`)
  await t.rejects(
    reading.read(objects, { name: 'wide.json' }, never), { code: 'FILE_REJECTED', reason: 'too much memory' },
    'in the heap, inside one call'
  )
  await isWell()
})

t.test('a signal ends the work at once, and only that', async t => {
  const { reading, isWell } = start(t)
  const stop = new AbortController()
  const reason = new Error('enough')
  const batches = reading.readMany(table, { name: 't.csv' }, stop.signal)
  t.notOk((await batches.next()).done)
  stop.abort(reason)
  await t.rejects(batches.next(), reason)
  t.equal(await countProcesses(), 0)
  await t.rejects(reading.read(good, { name: 'a.txt' }, stop.signal), reason)
  await t.rejects(reading.read(endless, { name: 'a.md' }, AbortSignal.timeout(300)), { name: 'TimeoutError' })
  t.equal(await countProcesses(), 0)
  await isWell()
})

t.test('a caller that stops taking batches ends the work', async t => {
  const { reading, isWell } = start(t)
  const batches = reading.readMany(table, { name: 't.csv' }, never)
  t.ok((await batches.next()).value.length)
  await batches.return(undefined)
  t.equal(await countProcesses(), 0)
  await isWell()
})

t.test('reads as many files at once as allowed; one that waits can be cancelled', async t => {
  const { reading } = start(t, { concurrency: 2 })
  const stop = new AbortController()
  const busy = [0, 1].map(() => reading.readMany(table, { name: 't.csv' }, never))
  await Promise.all(busy.map(batches => batches.next()))
  t.equal(await countProcesses(), 2)
  const waiting = reading.read(good, { name: 'a.txt' }, never)
  const cancelled = reading.read(good, { name: 'a.txt' }, stop.signal)
  stop.abort(new Error('no longer'))
  await t.rejects(cancelled, { message: 'no longer' })
  t.equal(await countProcesses(), 2)
  await busy[0]!.return(undefined)
  t.equal((await waiting).length, 1)
  await busy[1]!.return(undefined)
  const all = await Promise.all(Array.from({ length: 8 }, () => reading.read(good, { name: 'a.txt' }, never)))
  t.ok(all.every(documents => documents.length === 1))
})

t.test('closing ends the calls that read and those that wait', async t => {
  const { reading } = start(t)
  const batches = reading.readMany(table, { name: 't.csv' }, never)
  await batches.next()
  const waiting = t.rejects(reading.read(good, { name: 'a.txt' }, never), { code: 'SHUTTING_DOWN' })
  await reading.close()
  await t.rejects(batches.next(), { code: 'SHUTTING_DOWN' })
  await waiting
  t.equal(await countProcesses(), 0)
  await t.rejects(reading.read(good, { name: 'a.txt' }, never), { code: 'SHUTTING_DOWN' })
})

t.test('a process that crashes is replaced', async t => {
  const { reading } = start(t, { main: new URL('../fixtures/reader-crashing.ts', import.meta.url) })
  for (let i = 0; i < 2; i++) await t.rejects(reading.read(good, { name: 'a.txt' }, never), { code: 'FILE_REJECTED', reason: 'broken' })
})

t.test('a process that is slow to start is the service\'s fault: the error is retryable', async t => {
  const { reading } = start(t, { main: new URL('../fixtures/reader-silent.ts', import.meta.url), startMs: 300 })
  await t.rejects(reading.read(good, { name: 'a.txt' }, never), { code: 'READER_UNAVAILABLE', statusCode: 503, retryable: true })
  t.equal(await countProcesses(), 0)
  const slow = start(t, { tokenizer: () => new Promise(() => {}), startMs: 3000 }).reading
  await t.rejects(slow.read(good, { name: 'a.txt' }, never), { code: 'READER_UNAVAILABLE' })
  t.equal(await countProcesses(), 0)
})

t.test('a process that cannot start is the service\'s fault, not the file\'s', async t => {
  const { reading } = start(t, { main: new URL('../fixtures/no-such-module.ts', import.meta.url) })
  await t.rejects(reading.read(good, { name: 'a.txt' }, never), { code: 'INTERNAL' })
})
