// Uploads on the disk: written as they arrive, read file by file.
import assert from 'node:assert/strict'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createSpoolReader } from '../../src/uploads/spool-reader.ts'
import { createSpoolWriter } from '../../src/uploads/spool-writer.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { temporaryFolder } from '../helper.ts'

/** Makes bytes that differ from place to place. */
const bytesOf = (length: number) => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255))

t.test('files of any size are read as they are, small ones with those behind them', async t => {
  const path = join(await temporaryFolder(t), 'data')
  const sizes = [...Array.from({ length: 40 }, (_, i) => 1 + i * 3001), 131_072, 131_073, 700_000, 5, 131_072, 1]
  const size = sizes.reduce((sum, bytes) => sum + bytes, 0)
  const whole = bytesOf(size)
  await writeFile(path, whole)
  const reader = createSpoolReader()
  const upload = { id: 'one', path, size }
  let start = 0
  for (const bytes of sizes) {
    const read = Buffer.concat(await Array.fromAsync(reader.read(upload, start, bytes)))
    t.ok(read.equals(whole.subarray(start, start + bytes)), `${bytes} bytes at ${start}`)
    start += bytes
  }
  t.equal(Buffer.concat(await Array.fromAsync(reader.read(upload, 0, 10))).toString('hex'), whole.subarray(0, 10).toString('hex'), 'again')
  await writeFile(path, 'another upload')
  reader.forget('one')
  t.equal(Buffer.concat(await Array.fromAsync(reader.read({ ...upload, size: 14 }, 0, 14))).toString(), 'another upload')
})

t.test('what is written is the parts, one after another, however the disk takes them', async t => {
  const path = join(await temporaryFolder(t), 'data')
  const parts = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 12 })
  await fc.assert(fc.asyncProperty(parts, fc.integer({ min: 1, max: 7 }), async (parts, most) => {
    const file = await open(path, 'w')
    const takes = async (some: Uint8Array[]) => file.write(Buffer.concat(some).subarray(0, most))
    const slow = { writev: takes, sync: () => file.sync(), datasync: () => file.datasync() } as unknown as typeof file
    const writer = createSpoolWriter(slow)
    await writer.write(parts)
    await writer.idle()
    await file.close()
    assert.ok((await readFile(path)).equals(Buffer.concat(parts)))
  }), propertyRuns(100))
})

t.test('a disk that fails while an upload arrives fails the upload', async t => {
  const file = {
    writev: async (parts: Uint8Array[]) => ({ bytesWritten: parts[0]!.length }),
    datasync: async () => { throw new Error('the disk is gone') },
    // The system has reported it already.
    sync: async () => {},
  }
  const writer = createSpoolWriter(file as never)
  await writer.write([new Uint8Array(9_000_000)])
  await writer.idle()
  await t.rejects(writer.sync(), /the disk is gone/)
})
