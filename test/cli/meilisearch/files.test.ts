// Files of documents: whole arrays on one line, lines cut anywhere, and texts that are too long.
import { Readable } from 'node:stream'
import t from 'tap'
import { openSource } from '../../../cli/meilisearch/files.ts'

const signal = new AbortController().signal

/** Reads a text that arrives in blocks of so many bytes. */
function open (parts: Iterable<string>, bytes = 65_536) {
  function * chunks () {
    for (const part of parts) {
      const buffer = Buffer.from(part)
      for (let from = 0; from < buffer.length; from += bytes) yield buffer.subarray(from, from + bytes)
    }
  }
  return openSource('-', Readable.from(chunks()), signal)
}

/** Makes an array on one line, with one document per million characters. */
function * longLine (millions: number): Generator<string> {
  const text = 'x'.repeat(999_980)
  for (let i = 0; i < millions; i++) yield `${i === 0 ? '[' : ','}{"id":${i},"text":"${text}"}`
  yield ']'
}

t.test('reads an array on one line, as long as any array', async t => {
  t.equal((await open(longLine(60))).total, 60)
})

t.test('refuses a line of another kind of that length', async t => {
  const { items } = await open(['{"id":1}\n', ...longLine(51)])
  const read = async () => { for await (const item of items) t.match(item, { document: { id: 1 } }) }
  await t.rejects(read(), { message: 'stdin:2: a line of more than 50 MB' })
})

t.test('refuses an array that is too long as such', async t => {
  function * endless () {
    yield '\n ['
    for (;;) yield ' '.repeat(1_000_000)
  }
  await t.rejects(open(endless(), 1_000_000), { message: /^stdin: a JSON array of more than 256 MB; .*NDJSON/ })
})

t.test('reads the same however the file is cut', async t => {
  const text = '\ufeff\n {"id":1,"a":"é\u2028"}\r\n\n{"id":2}\n\t\n[3]'
  for (const bytes of [1, 2, 3, 7, 1000]) {
    const { items } = await open([text], bytes)
    const read: unknown[] = []
    for await (const item of items) read.push(item)
    t.same(
      read,
      [
        { at: 'stdin:2', document: { id: 1, a: 'é\u2028' } }, { at: 'stdin:4', document: { id: 2 } },
        { at: 'stdin:6', problem: 'it is no JSON object' },
      ],
      `${bytes} bytes`
    )
    t.same(await open([' \n[{"id":1},\n{"id":2}]\n'], bytes), {
      total: 2,
      items: [
        { at: 'stdin[0]', document: { id: 1 } }, { at: 'stdin[1]', document: { id: 2 } },
      ],
    })
  }
})

t.test('reads an empty file', async t => {
  t.same(await open(['', ' \n\n']), { total: 0, items: [] })
})
