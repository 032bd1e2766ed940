// Compressed bodies, over a real socket: those that grow as text does arrive whole, those that grow 500-fold are refused early.
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { startTestApp } from '../helper.ts'

const put = (url: string, body: Buffer<ArrayBuffer>) => fetch(`${url}/v1/indexes/faq/documents?company_id=shop&name=a.txt`, {
  method: 'PUT', body, headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' },
})

t.test('a small gzip that grows 500-fold is refused early', async t => {
  const { app, url } = await startTestApp(t)
  const bomb = gzipSync(Buffer.alloc(90e6, 'a '))
  t.ok(bomb.length < 200_000)
  const answer = await put(url, bomb)
  t.match(await answer.json(), { statusCode: 413, code: 'BODY_TOO_LARGE', message: /unpacked/ })
  t.match(app.uploads!.stats(), { spool: { bytes: 0 } })
})

t.test('a text that is compressed arrives whole', async t => {
  const { url } = await startTestApp(t)
  const lines = Array.from({ length: 40_000 }, (_, n) => `Article ${n} costs ${(n * 37) % 900} euros and weighs ${(n * 13) % 77} kg.`)
  const text = lines.join('\n')
  const answer = await put(url, gzipSync(text))
  const { task } = await answer.json() as { task: { files: object[] } }
  t.match(task, { files: [{ bytes: Buffer.byteLength(text) }] })
  const small = await put(url, gzipSync('a'.repeat(500_000)))
  t.equal(small.status, 202, 'small bodies may be as monotonous as they like')
})
