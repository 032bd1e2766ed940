// Reads large files of each format, beside the library that does the parsing alone; and weighs the process that reads them.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import type { ReadDocument } from '../src/documents/content.ts'
import { readFile } from '../src/ingest/formats/read.ts'
import { createReaderPool } from '../src/ingest/reader-pool.ts'
import { median, type Figure } from './figures.ts'
import { inputs, largePdf, workbook, type Input } from './reading-inputs.ts'
import type { Options } from './stack.ts'

const limits = { maxPages: 5000, maxUnpackedBytes: 100e6 }
const rounds = 5
/** The readers are pure computation: a share of the library's speed below this means work that could be saved. */
const goal = { of: 'ratio' as const, atLeast: 0.7 }

export async function reading ({ quick }: Options): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const input of inputs(quick ? 0.1 : 1)) figures.push(await speedOf(input, quick ? 2 : rounds))
  figures.push(await peakOf('50 MB PDF', 'large.pdf', largePdf(quick ? 5e6 : 50e6)))
  figures.push(await peakOf('100,000 rows of XLSX', 'large.xlsx', workbook(quick ? 10_000 : 100_000)))
  return figures
}

/** Times a format in turn with its library; the median of the rounds' ratios counts, as both of a round met the same noise. */
async function speedOf ({ name, file, bytes, text, bare, about, isNative = false }: Input, times: number): Promise<Figure> {
  const run = async () => {
    let found = 0
    for await (const document of readFile(bytes, { name: file, mapping: { text: [] } }, limits)) found += lengthOf(document)
    // What is read must be there: a reader that leaves out text is fast.
    assert.ok(found >= text * 0.9, `${name}: ${found} characters of ${text}`)
  }
  await run()
  await bare()
  const ratios: number[] = []
  const seconds: number[] = []
  for (let i = 0; i < times; i++) {
    const own = await timed(run)
    const other = await timed(bare)
    seconds.push(own)
    ratios.push(other / own)
  }
  const speed = bytes.length / 1e6 / median(seconds)
  return {
    name: `${name}: reading`, value: speed, unit: 'MB per CPU second', bare: speed / median(ratios), ...(isNative ? {} : { goal }),
    note: `bare: ${about}; ${(bytes.length / 1e6).toFixed(1)} MB, ratios ${ratios.map(ratio => ratio.toFixed(2)).join(' ')}`,
  }
}

function lengthOf ({ fields, sections, title }: ReadDocument): number {
  return fields.reduce((sum, [, value]) => sum + value.length, title.length) + sections.reduce((sum, section) => sum +
    section.text.length, 0)
}

/** Returns the CPU seconds of some work: other programs on the machine do not count. */
async function timed (work: () => Promise<unknown> | void): Promise<number> {
  globalThis.gc?.()
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** Reads a file in a confined process with the default limits, and returns the most memory that it had. */
async function peakOf (what: string, name: string, bytes: Uint8Array): Promise<Figure> {
  const pool = createReaderPool({ timeoutMs: 120_000, memoryMb: 512, maxBytes: 100e6 })
  try {
    const before = new Set(children())
    let documents = 0
    let peak = 0
    for await (const batch of pool.readMany(bytes, { name, mapping: { text: [] } }, new AbortController().signal)) {
      documents += batch.length
      for (const pid of children()) if (!before.has(pid)) peak = Math.max(peak, peakMb(pid))
    }
    for (const pid of children()) if (!before.has(pid)) peak = Math.max(peak, peakMb(pid))
    assert.ok(documents > 0)
    return {
      name: `${what}: memory of the process`, value: peak, unit: 'MB', goal: { of: 'value', atMost: 512 },
      note: `${documents} documents`
    }
  } finally {
    await pool.close()
  }
}

function children (): string[] {
  return readdirSync('/proc/self/task').flatMap(task => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean))
}

/** Returns the most memory that a process has had so far, in megabytes. */
function peakMb (pid: string): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000
  } catch {
    return 0
  }
}
