// Recognises the text of scanned pages with the real tesseract, where it is installed; with a scripted one everywhere.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import t from 'tap'
import { createReaderPool } from '../../src/ingest/reader-pool.ts'
import { withRecognition } from '../../src/ingest/ocr/reading.ts'
import { runLimited } from '../../src/ingest/ocr/limited-command.ts'
import { createTesseract, missingForTesseract, type Recogniser } from '../../src/ingest/ocr/tesseract.ts'
import { pdf } from '../fixtures/files.ts'

const signal = new AbortController().signal
const cut = { maxTokens: 256, overlapTokens: 32 }
const pool = createReaderPool({ timeoutMs: 60_000, memoryMb: 512, maxBytes: 1e8 })
t.teardown(() => pool.close())

const scripted = (text: string): Recogniser & { asked: (readonly number[] | null)[] } => {
  const asked: (readonly number[] | null)[] = []
  return {
    asked,
    async recognise (_, pages) {
      asked.push(pages)
      return text === '' ? [] : (pages ?? [1]).map(page => ({ page, text: `${text} ${page}.` }))
    },
  }
}

async function read (recogniser: Recogniser, file: Uint8Array, name = 'scan.pdf') {
  const documents = []
  const half = Math.ceil(file.length / 2)
  const parts = (async function * () { yield file.subarray(0, half); yield file.subarray(half) })()
  for await (const batch of withRecognition(pool, recogniser).cutMany(parts, { name }, cut, signal)) documents.push(...batch)
  return documents
}

t.test('pages without text are recognised, in their place; the others stay as they are', async t => {
  const recogniser = scripted('Recognised page')
  const [document] = await read(recogniser, pdf([['The first page.'], [], ['The third page.'], []]))
  t.same(recogniser.asked, [[2, 4]])
  t.same(document!.chunks.map(({ text, page }) => [page, text]), [
    [1, 'The first page.'], [2, 'Recognised page 2.'], [3, 'The third page.'], [4, 'Recognised page 4.'],
  ])
  t.same(document!.warnings, ['Pages 2, 4 of 4 recognised from pictures (OCR): letters may be wrong.'])
})

t.test('a file of pictures alone is recognised whole; what is read otherwise is not recognised', async t => {
  const recogniser = scripted('Recognised page')
  t.same((await read(recogniser, pdf([[]])))[0]!.chunks.map(({ text }) => text), ['Recognised page 1.'])
  t.same(recogniser.asked, [null])
  await read(recogniser, pdf([['Text.']]))
  await read(recogniser, Buffer.from('# Text\n\nfor all.'), 'a.md')
  t.equal(recogniser.asked.length, 1)
})

t.test('what cannot be recognised is refused, or named, as without it', async t => {
  await t.rejects(read(scripted(''), pdf([[]])), { code: 'FILE_REJECTED', reason: 'empty' })
  t.match((await read(scripted(''), pdf([['Text.'], []])))[0]!.warnings, [/^Page 2 of 2 without text/])
})

t.test('a program that is not there is named, with what to install', async t => {
  const limits = { timeoutMs: 5000, memoryMb: 512, maxOutputBytes: 1000, signal }
  await t.rejects(runLimited('causerie-no-such-program', [], limits), { code: 'ENOENT' })
  await t.rejects(runLimited('sleep', ['60'], { ...limits, timeoutMs: 50 }))
  t.equal(await runLimited('printf', ['%s', '$(id); "x"'], limits), '$(id); "x"', 'arguments are no shell text')
  t.match(await missingForTesseract('xyz'), /apt-get install .*(?:tesseract-ocr-xyz|tesseract-ocr poppler-utils)/)
})

const missing = await missingForTesseract('eng')
const skip = missing === null || process.env.CI ? false : `not run: ${missing}`
t.test('the real tesseract reads a picture of a page', { skip }, async t => {
  t.equal(missing, null)
  const dir = t.testdir()
  const lines = ['The blue lamp costs 49 euros.', 'It weighs two kilos.'].map(text => ({ text, size: 20 }))
  writeFileSync(join(dir, 'text.pdf'), pdf([lines]))
  execFileSync('pdftoppm', ['-mono', '-r', '150', join(dir, 'text.pdf'), join(dir, 'page')])
  const picture = readFileSync(join(dir, 'page-1.pbm'))
  rmSync(join(dir, 'page-1.pbm'))
  const [, width, height] = /^P4\s+(\d+)\s+(\d+)\s/.exec(picture.toString('latin1', 0, 60))!
  const bits = picture.subarray(picture.length - Math.ceil(Number(width) / 8) * Number(height))
  const drawn = `q 595 0 0 842 0 0 cm BI /W ${width} /H ${height} /CS /G /BPC 1 /D [1 0] /F /AHx ID ${bits.toString('hex')}> EI Q`
  const scan = pdf([[]], { packed: deflateSync(Buffer.from(drawn)) })
  const [document] = await read(createTesseract({ languages: 'eng', maxPages: 10 }), scan)
  t.match(document!.chunks[0]!.text, /blue lamp costs 49 euros[^]*weighs two kilos/)
})
