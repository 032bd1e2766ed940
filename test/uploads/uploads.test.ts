// Uploads without HTTP: turns, retries, crashes, what is kept of files, and the bounds of it all.
import { mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { coded } from '../../src/errors.ts'
import type { CutDocument } from '../../src/ingest/cut.ts'
import type { ReaderPool } from '../../src/ingest/reader-pool.ts'
import type { DocumentStore } from '../../src/documents/store.ts'
import type { IndexedDocument } from '../../src/documents/document.ts'
import { createParseCache } from '../../src/uploads/parse-cache.ts'
import { newTask, type Task } from '../../src/uploads/task.ts'
import { createUploads, type UploadsOptions } from '../../src/uploads/uploads.ts'
import { profile } from '../fixtures/app-parts.ts'
import { temporaryFolder } from '../helper.ts'

const document = (id: string): CutDocument => ({
  id, title: id, text: '', url: '', fields: [], chunks: [{ n: 0, text: `About ${id}.`, headings: [], tokens: 3 }], hash: id,
})

/** A store that keeps ids in order, and does first what a test asks for. */
function memoryStore (before: (company: string, documents: IndexedDocument[]) => unknown = () => {}) {
  const put: string[] = []
  const store = {
    async put ({ id: company }, _, documents) {
      await before(company, documents)
      put.push(...documents.map(({ id }) => `${company}/${id}`))
      return { written: documents.length, unchanged: 0, evicted: 0 }
    },
    list: async () => [],
    settle: async () => {},
    remove: async () => 0,
    pin: async () => true,
  } as Partial<DocumentStore> as DocumentStore
  return { store, put }
}

/** Reads a file as the ids that stand in it, one a line. */
function lineReading (): ReaderPool & { reads: string[] } {
  const reads: string[] = []
  return {
    reads,
    async * cutMany (file, { name }) {
      reads.push(name)
      const text = Buffer.concat(await Array.fromAsync(file as AsyncIterable<Uint8Array>)).toString()
      yield text.split('\n').map(document)
    },
    read: async () => [],
    async * readMany () {},
    close: async () => {},
  }
}

async function begin (t: Test, options: Partial<UploadsOptions> & { dir?: string } = {}) {
  const dir = options.dir ?? await temporaryFolder(t)
  const ended: Task[] = []
  const problems: string[] = []
  const uploads = createUploads({
    reading: lineReading(), documents: memoryStore().store,
    profile: async id => (id === 'nobody' ? null : profile({ id, indexes: { faq: { text: [] } } })),
    cut: { maxTokens: 256, overlapTokens: 32 }, counting: () => 'model', concurrency: 1, queueMax: 100, retryMs: 1,
    maxFileBytes: 1e6, spoolMaxBytes: 1e7, keepTasksMs: 3_600_000, parseCacheMaxAgeMs: 3_600_000, parseCacheMaxBytes: 1e6,
    onEnded: task => {
      ended.push(task)
    },
    onIdle () {},
    onProblem: (_, error) => {
      problems.push((error as Error).message)
    },
    onTrouble: (_, what) => {
      problems.push(what)
    },
    ...options, dir,
  })
  t.teardown(() => uploads.close())
  await uploads.recover()
  const send = (company: string, text: string, name = '') =>
    uploads.take(company, 'faq', async arrival => [
      {
        name, type: '',
        ...(await arrival.receive(
          (async function * () {
            yield Buffer.from(text)
          })()
        )),
      },
    ])
  const done = async (task: Task) => {
    await uploads.whenEnded(task.company, task.id)
    return uploads.get(task.company, task.id)
  }
  return { dir, uploads, ended, problems, send, done }
}

t.test('companies have their turns, each company its own order', async t => {
  const { store, put } = memoryStore()
  const { uploads, send, done } = await begin(t, { documents: store })
  const tasks = [await send('a', 'a1'), await send('a', 'a2'), await send('a', 'a3'), await send('b', 'b1'), await send('b', 'b2')]
  uploads.start()
  for (const task of tasks) t.match(await done(task), { status: 'done', written: 1 })
  t.same(put, ['a/a1', 'b/b1', 'a/a2', 'b/b2', 'a/a3'])
})

t.test('as many companies at once as allowed', async t => {
  const gates = new Map(['a', 'b', 'c'].map(id => [id, Promise.withResolvers<void>()]))
  const begun: string[] = []
  const { store } = memoryStore(company => {
    begun.push(company)
    return gates.get(company)!.promise
  })
  const { uploads, send, done } = await begin(t, { documents: store, concurrency: 2 })
  uploads.start()
  const [a, b, c] = [await send('a', '1'), await send('b', '2'), await send('c', '3')]
  gates.get('b')!.resolve()
  await done(b)
  gates.get('a')!.resolve()
  gates.get('c')!.resolve()
  await done(a)
  await done(c)
  t.same(begun.toSorted(), ['a', 'b', 'c'])
  t.match(uploads.stats(), { tasks: { waiting: 0, running: 0, done: 3, failed: 0 }, spool: { bytes: 0 } })
})

t.test('what may be better in a moment is tried again at once, then later; other companies have their turns meanwhile', async t => {
  let failures = 3
  const { store, put } = memoryStore(company => { if (company === 'a' && failures-- > 0) throw coded('SEARCH_UNAVAILABLE') })
  const waits = Promise.withResolvers<Task>()
  const { uploads, send, done } = await begin(t, {
    documents: store, pauseMs: 50,
    onProblem: task => {
      waits.resolve(structuredClone(task))
    },
  })
  uploads.start()
  t.match(await done(await send('a', '1')), { status: 'done', written: 1, starts: 1 })
  failures = Infinity
  const waiting = await send('a', '2')
  t.match(await waits.promise, { status: 'queued', error: { code: 'SEARCH_UNAVAILABLE' } })
  t.match(await done(await send('b', '3')), { status: 'done' })
  const after = await send('a', '4')
  failures = 0
  t.match(await done(waiting), { status: 'done', error: null })
  await done(after)
  t.same(put, ['a/1', 'b/3', 'a/2', 'a/4'], 'in its order')
})

t.test('a task starts again when the process that reads files was unavailable, and the file is not rejected', async t => {
  const lines = lineReading()
  let failures = 1
  const reading: ReaderPool = {
    ...lines,
    async * cutMany (...file) {
      if (failures-- > 0) throw coded('READER_UNAVAILABLE')
      yield * lines.cutMany(...file)
    },
  }
  const { uploads, send, done, problems } = await begin(t, { reading, pauseMs: 1 })
  uploads.start()
  t.match(await done(await send('a', '1')), { status: 'done', starts: 2, written: 1, rejected: 0, error: null })
  t.match(problems, [/^Files cannot be read/])
})

t.test('what does not get better is given up in the end', async t => {
  const { store } = memoryStore(() => { throw coded('STORE_FULL') })
  const { uploads, send, done } = await begin(t, { documents: store, retryMs: 0, pauseMs: 1 })
  uploads.start()
  t.match(await done(await send('a', '1')), { status: 'failed', starts: 100, error: { code: 'STORE_FULL' } })
})

t.test('several files of one upload, empty ones too, are read each by itself', async t => {
  const { store, put } = memoryStore()
  const { uploads, done } = await begin(t, { documents: store })
  uploads.start()
  const texts = ['one\ntwo', '', 'three', 'x'.repeat(300)]
  const task = await uploads.take('a', 'faq', async arrival => {
    const files = []
    for (const [n, text] of texts.entries()) {
      files.push({
        name: `f${n}`, type: '',
        ...(await arrival.receive(
          (async function * () {
            yield Buffer.from(text)
          })()
        )),
      })
    }
    return files
  })
  t.match(await done(task), { status: 'done', written: 5, files: [{ bytes: 7 }, { bytes: 0 }, { bytes: 5 }, { bytes: 300 }] })
  t.same(put, ['a/f0/one', 'a/f0/two', 'a/f1/', 'a/f2/three', `a/f3/${'x'.repeat(300)}`].map(id => id === 'a/f1/' ? 'a/f1' : id))
})

t.test('a spooled file that is gone fails its task, and nothing else', async t => {
  const { uploads, send, done, dir } = await begin(t)
  const task = await send('a', '1')
  await rm(join(dir, 'spool', 'a', task.id, 'data'))
  uploads.start()
  t.match(await done(task), { status: 'failed', error: { code: 'STORE_UNREADABLE' } })
  t.match(await done(await send('a', '2')), { status: 'done' })
})

t.test('a file that is one document takes nothing away that is called as if it were inside; one with items does', async t => {
  const listed: string[] = []
  const { store } = memoryStore()
  store.list = async (_, __, { prefix }) => {
    listed.push(prefix)
    return []
  }
  const reading = lineReading()
  reading.cutMany = async function * (_, { name }) { yield [name === 'whole' ? { ...document('whole'), id: '' } : document('row')] }
  const { uploads, send, done } = await begin(t, { documents: store, reading })
  uploads.start()
  await done(await send('a', 'x', 'whole'))
  t.same(listed, [])
  await done(await send('a', 'x', 'rows.csv'))
  t.same(listed, ['rows.csv/'])
})

t.test('ids as long as a file are told in short', async t => {
  const { uploads, send, done } = await begin(t)
  uploads.start()
  const task = await done(await send('a', 'x'.repeat(100_000)))
  t.match(task, { status: 'failed', rejections: [{ reason: 'its id is too long' }] })
  t.equal(task.rejections[0]!.document.length, 512)
})

t.test('one document that cannot be taken does not keep the others out', async t => {
  const { store, put } = memoryStore((_, documents) => {
    if (documents.some(({ id }) => id === '2')) throw coded('FILE_REJECTED', 'too large')
  })
  const { uploads, send, done } = await begin(t, { documents: store })
  uploads.start()
  t.match(await done(await send('a', '1\n2\n3')), {
    status: 'done', written: 2, rejected: 1, rejections: [{ document: '2', code: 'FILE_REJECTED' }],
  })
  t.same(put, ['a/1', 'a/3'])
})

t.test('a company or an index that is gone fails its task', async t => {
  const { uploads, send, done } = await begin(t)
  uploads.start()
  t.match(await done(await send('nobody', '1')), { status: 'failed', error: { code: 'UNKNOWN_COMPANY' } })
})

t.test('what had not ended goes on with the next start, in its order; what never arrived is gone', async t => {
  const dir = await temporaryFolder(t)
  const first = await begin(t, { dir })
  const tasks = [await first.send('a', 'a1'), await first.send('a', 'a2')]
  await first.uploads.close()
  await mkdir(join(dir, 'spool', 'a', 'half.part'))
  await mkdir(join(dir, 'spool', 'a', 'broken'))
  await writeFile(join(dir, 'spool', 'a', 'broken', 'task.json'), '{"id":')

  const { store, put } = memoryStore()
  const second = await begin(t, { dir, documents: store })
  t.same((await second.uploads.list('a', 10)).map(({ id }) => id), tasks.map(({ id }) => id).reverse())
  t.same((await readdir(join(dir, 'spool', 'a'))).toSorted(), tasks.map(({ id }) => id).toSorted())
  second.uploads.start()
  for (const task of tasks) t.match(await second.done(task), { status: 'done', starts: 1 })
  t.same(put, ['a/a1', 'a/a2'])
  t.same(await readdir(join(dir, 'spool', 'a')), [])
})

t.test('a task that ends the service each time is given up', async t => {
  const dir = await temporaryFolder(t)
  const first = await begin(t, { dir })
  const { id } = await first.send('a', 'a1')
  await first.uploads.close()
  const path = join(dir, 'spool', 'a', id, 'task.json')
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), starts: 100 }))
  const second = await begin(t, { dir })
  second.uploads.start()
  t.match(await second.done({ ...newTask('a', 'faq', 0), id }), {
    status: 'failed', error: { code: 'INTERNAL', message: /begun 100 times/ },
  })
})

t.test('the disk has a bound; what was refused leaves room', async t => {
  const { uploads, send, done, dir } = await begin(t, { spoolMaxBytes: 10 })
  const waiting = await send('a', '12345678')
  await t.rejects(send('b', '12345678'), { code: 'QUEUE_FULL' })
  t.match(uploads.stats(), { spool: { bytes: 8 } })
  t.same(await readdir(join(dir, 'spool', 'b')), [])
  uploads.start()
  await done(waiting)
  t.match(await done(await send('b', '12345678')), { status: 'done' })
})

t.test('ended tasks can be looked up for a while', async t => {
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
  t.same((await again.uploads.list('a', 10)).map(({ id }) => id), [young.id])
  await t.rejects(again.uploads.get('a', old.id), { code: 'TASK_NOT_FOUND' })
  await t.rejects(again.uploads.get('b', young.id), { code: 'TASK_NOT_FOUND' }, 'another company\'s')
})

t.test('a file is read once; damaged, it is read anew', async t => {
  const reading = lineReading()
  const { uploads, send, done, dir } = await begin(t, { reading })
  uploads.start()
  await done(await send('a', 'x', 'f.txt'))
  t.match(await done(await send('a', 'x', 'f.txt')), { status: 'done', written: 1 })
  t.same(reading.reads, ['f.txt'])
  await done(await send('b', 'x', 'f.txt'))
  t.same(reading.reads, ['f.txt', 'f.txt'], 'what one company sent is not another\'s')
  const [kept] = await readdir(join(dir, 'processed', 'a'))
  await writeFile(join(dir, 'processed', 'a', kept!), 'rubbish')
  t.match(await done(await send('a', 'x', 'f.txt')), { status: 'done', written: 1 })
  t.equal(reading.reads.length, 3)
})

t.test('what is kept of a file is what was read: any character, any length', async t => {
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

t.test('what is kept of files has a bound and a time, also over a start', async t => {
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
  await writeFile(join(dir, 'a', '4.jsonl.zst.new'), 'half')

  const second = make(bytes - 1)
  await second.recover()
  t.same(['1', '2', '3', '4'].map(key => second.has('a', key)), [false, true, true, false], 'the oldest had to go')
  const third = make(1e6, 1)
  await third.recover()
  t.equal(third.stats().files, 0, 'their time is over')
  t.same(await readdir(join(dir, 'a')), [])
  const none = make(0)
  await keep(none, '5')
  t.notOk(none.has('a', '5'))
})
