// Uploads on disk: continued after a crash, limited in size, with the content of files cached.
import { mkdir, readFile, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createParseCache } from '../../src/uploads/parse-cache.ts'
import { newTask } from '../../src/uploads/task.ts'
import { begin, document, lineReading, memoryStore } from '../fixtures/upload-queue.ts'
import { temporaryFolder } from '../helper.ts'

t.test('continues unfinished tasks at the next start, in order, and removes uploads that never arrived whole', async t => {
  const dir = await temporaryFolder(t)
  const first = await begin(t, { dir })
  const tasks = [await first.send('a', 'a1'), await first.send('a', 'a2')]
  await first.uploads.close()
  await mkdir(join(dir, 'spool', 'a', 'half.part'))
  await mkdir(join(dir, 'spool', 'a', 'broken'))
  await writeFile(join(dir, 'spool', 'a', 'broken', 'task.json'), '{"id":')

  const { store, put } = memoryStore()
  const second = await begin(t, { dir, documents: store })
  t.same((await Array.fromAsync(second.uploads.list('a'))).map(({ id }) => id), tasks.map(({ id }) => id).reverse())
  t.same((await readdir(join(dir, 'spool', 'a'))).toSorted(), tasks.map(({ id }) => id).toSorted())
  second.uploads.start()
  for (const task of tasks) t.match(await second.done(task), { status: 'done', starts: 1 })
  t.same(put, ['a/a1', 'a/a2'])
  t.same(await readdir(join(dir, 'spool', 'a')), [])
})

t.test('takes nothing away from another process that still runs, and takes over what it leaves', async t => {
  const dir = await temporaryFolder(t)
  const first = await begin(t, { dir })
  const waiting = await first.send('a', 'a1')
  const [arrived, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const arriving = first.uploads.accept('a', 'faq', async incoming => [{
    name: '', type: '',
    ...await incoming.receive((async function * () {
      yield Buffer.from('a')
      arrived.resolve()
      await mayGoOn.promise
      yield Buffer.from('2')
    })()),
  }])
  await arrived.promise

  const { store, put } = memoryStore()
  const second = await begin(t, { dir, documents: store })
  second.uploads.start()
  t.same(await Array.fromAsync(second.uploads.list('a')), [])
  t.equal((await readdir(join(dir, 'spool', 'a'))).length, 2, 'the upload that arrives is still there')
  mayGoOn.resolve()
  const accepted = await arriving
  await second.uploads.recover()
  t.same(put, [], 'and the tasks are the first one\'s')

  await first.uploads.close()
  await second.uploads.recover()
  for (const task of [waiting, accepted]) t.match(await second.done(task), { status: 'done' })
  t.same(put, ['a/a1', 'a/a2'])
})

t.test('gives up a task that crashes the service each time', async t => {
  const dir = await temporaryFolder(t)
  const first = await begin(t, { dir })
  const { id } = await first.send('a', 'a1')
  await first.uploads.close()
  const path = join(dir, 'spool', 'a', id, 'task.json')
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), starts: 100 }))
  const second = await begin(t, { dir })
  second.uploads.start()
  t.match(await second.done({ ...newTask('a', 'faq', 0), id }), {
    status: 'failed', error: { code: 'INTERNAL', message: /started 100 times/ },
  })
})

t.test('limits disk space, and frees that of refused uploads', async t => {
  const { uploads, send, done, dir } = await begin(t, { spoolMaxBytes: 10 })
  const waiting = await send('a', '12345678')
  await t.rejects(send('b', '12345678'), { code: 'QUEUE_FULL' })
  t.match(uploads.stats(), { spool: { bytes: 8 } })
  t.same(await readdir(join(dir, 'spool', 'b')), [])
  uploads.start()
  await done(waiting)
  t.match(await done(await send('b', '12345678')), { status: 'done' })
})

t.test('keeps ended tasks for a while', async t => {
  const { uploads, send, done, dir } = await begin(t, { keepTasksMs: 60_000 })
  uploads.start()
  const [old, young] = [await send('a', '1'), await send('a', '2')]
  await done(old)
  await done(young)
  await uploads.close()
  const hourAgo = Date.now() / 1000 - 3600
  await utimes(join(dir, 'tasks', 'a', `${old.id}.json`), hourAgo, hourAgo)
  const again = await begin(t, { dir, keepTasksMs: 60_000 })
  for (const deadline = Date.now() + 60_000; (await readdir(join(dir, 'tasks', 'a'))).length > 1;) {
    if (Date.now() > deadline) return t.fail('it is still there')
  }
  t.same((await Array.fromAsync(again.uploads.list('a'))).map(({ id }) => id), [young.id])
  await t.rejects(again.uploads.get('a', old.id), { code: 'TASK_NOT_FOUND' })
  await t.rejects(again.uploads.get('b', young.id), { code: 'TASK_NOT_FOUND' }, 'another company\'s')
})

t.test('reads a file once, and again if its entry is damaged', async t => {
  const reading = lineReading()
  const { uploads, send, done, dir } = await begin(t, { reading })
  uploads.start()
  await done(await send('a', 'x', 'f.txt'))
  t.match(await done(await send('a', 'x', 'f.txt')), { status: 'done', written: 1 })
  t.same(reading.reads, ['f.txt'])
  await done(await send('b', 'x', 'f.txt'))
  t.same(reading.reads, ['f.txt', 'f.txt'], 'another company does not know the content')
  const [kept] = await readdir(join(dir, 'processed', 'a'))
  await writeFile(join(dir, 'processed', 'a', kept!), 'rubbish')
  t.match(await done(await send('a', 'x', 'f.txt')), { status: 'done', written: 1 })
  t.equal(reading.reads.length, 3)
})

t.test('caches exactly what was read, any character and any length', async t => {
  const processed = createParseCache({
    dir: await temporaryFolder(t), maxBytes: 1e8, maxAgeMs: 0, onProblem: error => t.fail(String(error)),
  })
  const long = {
    ...document('long'),
    chunks: Array.from({ length: 3000 }, (_, n) => ({
      n, text: `${n} \u2028 \u2029 \n \r\n é 漢 😀 `.repeat(20), headings: ['A'], tokens: 9, print: [1, 2, 3],
    })),
  }
  const batches = [[document('a'), long], [document('b')]]
  async function * source () { yield * batches }
  t.same(await Array.fromAsync(processed.store('a', 'k', source())), batches)
  await processed.settled()
  t.strictSame((await Array.fromAsync(processed.read('a', 'k'))).flat(), batches.flat())
})

t.test('limits the cache in size and time, also across a restart', async t => {
  const dir = await temporaryFolder(t)
  const make = (maxBytes: number, maxAgeMs = 60_000) =>
    createParseCache({ dir, maxBytes, maxAgeMs, onProblem: error => t.fail(String(error)) })
  const keep = async (processed: ReturnType<typeof make>, key: string) => {
    async function * batches () { yield [document(key)] }
    for await (const batch of processed.store('a', key, batches())) t.equal(batch.length, 1)
    await processed.settled()
  }
  const first = make(1e6)
  for (const key of ['1', '2', '3']) await keep(first, key)
  t.same((await Array.fromAsync(first.read('a', '2'))).flat(), [document('2')])
  const { bytes } = first.stats()
  // One was left by a crash, the other is being written by another process.
  for (const name of ['4.jsonl.zst.new', '5.jsonl.zst.new']) await writeFile(join(dir, 'a', name), 'half')
  const longAgo = new Date(Date.now() - 2 * 3_600_000)
  await utimes(join(dir, 'a', '4.jsonl.zst.new'), longAgo, longAgo)

  const second = make(bytes - 1)
  await second.recover()
  t.same(['1', '2', '3', '4'].map(key => second.has('a', key)), [false, true, true, false], 'the oldest had to go')
  const third = make(1e6, 1)
  await third.recover()
  t.equal(third.stats().files, 0, 'their time is over')
  t.same(await readdir(join(dir, 'a')), ['5.jsonl.zst.new'])
  const none = make(0)
  await keep(none, '5')
  t.notOk(none.has('a', '5'))
})

t.test('a folder that cannot be written is reported once, and stops nothing else', async t => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'spool'), 'a file in its place')
  const { uploads, send, problems } = await begin(t, { dir })
  uploads.start()
  await uploads.recover()
  t.same(problems, ['unfinished uploads are not taken up'])
  await t.rejects(send('a', 'a1'), { code: 'STORE_UNREADABLE' })
})
