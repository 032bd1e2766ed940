// Uploads without HTTP: turns, retries, and what fails by itself.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { coded } from '../../src/errors.ts'
import type { ReaderPool } from '../../src/ingest/reader-pool.ts'
import type { Task } from '../../src/uploads/task.ts'
import { begin, document, lineReading, memoryStore } from '../fixtures/upload-queue.ts'
import { until } from '../fixtures/until.ts'

t.test('serves companies in turn, and each company in its own order', async t => {
  let tasks: Task[] = []
  // The company of the task before has ended it by now and stands in line, however slow the disk is.
  const { store, put } = memoryStore(() => {
    const [company, id] = put.at(-1)?.split('/') ?? []
    return id && done(tasks.find((task, n) => task.company === company && texts[n] === id)!)
  })
  const { uploads, send, done } = await begin(t, { documents: store })
  const texts = ['a1', 'a2', 'a3', 'b1', 'b2']
  tasks = [await send('a', 'a1'), await send('a', 'a2'), await send('a', 'a3'), await send('b', 'b1'), await send('b', 'b2')]
  uploads.start()
  for (const task of tasks) t.match(await done(task), { status: 'done', written: 1 })
  t.same(put, ['a/a1', 'b/b1', 'a/a2', 'b/b2', 'a/a3'])
})

t.test('serves as many companies at once as allowed', async t => {
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

t.test('retries a temporary failure at once, then later, while other companies have their turns', async t => {
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

t.test('gives up in the end when a failure persists', async t => {
  const { store } = memoryStore(() => { throw coded('STORE_FULL') })
  const { uploads, send, done } = await begin(t, { documents: store, retryMs: 0, pauseMs: 1 })
  uploads.start()
  t.match(await done(await send('a', '1')), { status: 'failed', starts: 100, error: { code: 'STORE_FULL' } })
})

t.test('reads several files of one upload separately, empty ones too', async t => {
  const { store, put } = memoryStore()
  const { uploads, done } = await begin(t, { documents: store })
  uploads.start()
  const texts = ['one\ntwo', '', 'three', 'x'.repeat(300)]
  const task = await uploads.accept('a', 'faq', async incoming => {
    const files = []
    for (const [n, text] of texts.entries()) {
      files.push({
        name: `f${n}`, type: '',
        ...(await incoming.receive(
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

t.test('names of files and ids of documents are composed, however the client writes them', async t => {
  const { store, put } = memoryStore()
  const { uploads, send, done } = await begin(t, { documents: store })
  uploads.start()
  await done(await send('a', 'été'.normalize('NFD'), 'Öle.csv'.normalize('NFD')))
  t.same(put, [`a/${'Öle.csv/été'.normalize('NFC')}`])
})

t.test('a spooled file that is gone fails its task, and nothing else', async t => {
  const { uploads, send, done, dir } = await begin(t)
  const task = await send('a', '1')
  await rm(join(dir, 'spool', 'a', task.id, 'data'))
  uploads.start()
  t.match(await done(task), { status: 'failed', error: { code: 'STORE_UNREADABLE' } })
  t.match(await done(await send('a', '2')), { status: 'done' })
})

t.test('removes nothing named as if inside a file that is one document; does so for a file with items', async t => {
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

t.test('shortens ids as long as a file in reports', async t => {
  const { uploads, send, done } = await begin(t)
  uploads.start()
  const task = await done(await send('a', 'x'.repeat(100_000)))
  t.match(task, { status: 'failed', rejections: [{ reason: 'its id is too long' }] })
  t.equal(task.rejections[0]!.document.length, 512)
})

t.test('stores the others when one document is not acceptable', async t => {
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

t.test('fails the task when its company or index is gone', async t => {
  const { uploads, send, done } = await begin(t)
  uploads.start()
  t.match(await done(await send('nobody', '1')), { status: 'failed', error: { code: 'UNKNOWN_COMPANY' } })
})

t.test('reads a company\'s next upload while one is being written; those of the same name keep their order', async t => {
  const gates = new Map(['a1', 'a2', 'a3'].map(id => [id, Promise.withResolvers<void>()]))
  const writing: string[] = []
  const { store, put } = memoryStore((_, [first]) => {
    const id = first!.id.split('/').at(-1)!
    writing.push(id)
    return gates.get(id)!.promise
  })
  const { uploads, send, done } = await begin(t, { documents: store, writesAtOnce: 4 })
  const same = [await send('a', 'a1', 'one.txt'), await send('a', 'a2', 'other.txt'), await send('a', 'a3', 'one.txt')]
  uploads.start()
  await until(() => writing.length === 2)
  t.same(writing, ['a1', 'a2'])
  gates.get('a2')!.resolve()
  t.match(await done(same[1]!), { status: 'done', written: 1 })
  t.match(await uploads.get('a', same[2]!.id), { status: 'queued' }, 'the file of the same name is still being written')
  gates.get('a1')!.resolve()
  gates.get('a3')!.resolve()
  t.match(await done(same[2]!), { status: 'done', written: 1 })
  t.same(put, ['a/other.txt/a2', 'a/one.txt/a1', 'a/one.txt/a3'])
  t.match(uploads.stats(), { tasks: { waiting: 0, running: 0, done: 3 } })
})

t.test('uploads without a name, which may hold any document, are written one after another', async t => {
  let writing = 0
  let most = 0
  const { store, put } = memoryStore(async () => {
    most = Math.max(most, ++writing)
    await new Promise(resolve => { setImmediate(resolve) })
    writing--
  })
  const { uploads, send, done } = await begin(t, { documents: store, writesAtOnce: 4 })
  const tasks = [await send('a', '1'), await send('a', '2'), await send('a', '3')]
  uploads.start()
  for (const task of tasks) await done(task)
  t.equal(most, 1)
  t.same(put, ['a/1', 'a/2', 'a/3'])
})

t.test('an upload whose index is deleted by others in its midst starts again, and nothing is lost', async t => {
  const ids = new Set<string>()
  let generation = 'first'
  const { store } = memoryStore()
  const lines = Array.from({ length: 600 }, (_, n) => `${n}`)
  const { uploads, send, done, problems } = await begin(t, {
    documents: {
      ...store,
      async put (_, __, documents) {
        if (ids.size > 0 && generation === 'first') {
          generation = 'second'
          ids.clear()
        }
        for (const { id } of documents) ids.add(id)
        return { written: documents.length, unchanged: 0, evicted: 0, generation }
      },
    },
    reading: {
      ...lineReading(),
      async * cutMany () { for (const some of [lines.slice(0, 500), lines.slice(500)]) yield some.map(document) },
    },
    pauseMs: 1,
  })
  uploads.start()
  t.match(await done(await send('a', 'content')), { status: 'done', starts: 2, error: null })
  t.same([...ids].sort(), lines.toSorted())
  t.match(problems, [/^Others deleted the index during the upload/])
})
